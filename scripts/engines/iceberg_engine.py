"""A Spark cluster that runs already, with tables of Iceberg."""

import subprocess
from pathlib import Path

from engines.errors import EngineError
from engines.spark_cluster_engine import DBT, SparkClusterEngine

# Files of an Iceberg table may hold rows that were replaced since, so Spark is asked.
EXPORT = """
import sys
from pyhive import hive
table, folder = sys.argv[1:]
hive.connect("127.0.0.1", port=10000).cursor().execute(
    f"insert overwrite directory '{folder}' using parquet select * from {table}"
)
"""


class IcebergEngine(SparkClusterEngine):
    """The cluster of `scripts/spark_cluster.py start --iceberg`."""

    @property
    def environment(self) -> dict[str, str]:
        """Name the format, too."""
        return super().environment | {"DBT_SPARK_FILE_FORMAT": "iceberg"}

    def table_folder(self, schema: str, table: str) -> Path:
        """Write the rows of a table as Parquet files, and return their folder.

        Raises:
            EngineError: Spark does not write them.

        """
        folder = self.folder / "exported" / schema / table
        command = [str(DBT.with_name("python")), "-c", EXPORT]
        ended = subprocess.run(  # noqa: S603
            [*command, f"{schema}.{table}", str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode:
            raise EngineError(f"{schema}.{table}: {ended.stderr.strip()[-500:]}")
        return folder
