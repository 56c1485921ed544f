"""Spark inside of the dbt process; its tables are folders of Parquet files."""

import importlib.util
import os
import shutil
from pathlib import Path

import duckdb
from loading.spark_columns import spark_columns
from loading.warehouse import path_literal
from spark_processes.settings import REORDER_JOINS

from engines.engine import Engine
from engines.errors import EngineError

# A few thousand rows in a hundred queries: time goes into plans, not into rows, so code
# is interpreted instead of compiled, and nothing is split.
SMALL_DATA = {
    "spark.master": "local[2]",
    "spark.driver.memory": "2g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-Dderby.stream.error.file=/dev/null "
    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.optimizer.excludedRules": REORDER_JOINS,
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
QUIET = """
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %c: %m%n
"""


class SparkEngine(Engine):
    """A warehouse folder that a Spark session builds in."""

    target = "spark"

    def __init__(self, folder: Path, client_zone: str = "UTC") -> None:
        """Write the settings of a session that is quick on little data.

        Args:
            folder: Where to write.
            client_zone: Time zone of the process; it must not matter.

        """
        super().__init__(folder)
        self.warehouse = folder / "warehouse"
        self._client_zone = client_zone
        settings = folder / "conf"
        settings.mkdir(exist_ok=True)
        lines = [f"{name} {value}\n" for name, value in SMALL_DATA.items()]
        (settings / "spark-defaults.conf").write_text("".join(lines), encoding="utf-8")
        (settings / "log4j2.properties").write_text(QUIET, encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """Name the folder and the settings; Spark talks to itself only."""
        return {
            "DBT_SPARK_WAREHOUSE": str(self.warehouse),
            "SPARK_CONF_DIR": str(self.folder / "conf"),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "TZ": self._client_zone,
        }

    def dbt(self) -> str:
        """Return the dbt command.

        Raises:
            EngineError: `make environment-spark` was not run, or there is no Java.

        """
        if importlib.util.find_spec("pyspark") is None:
            raise EngineError("spark is not installed: make environment-spark")
        if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
            raise EngineError("spark needs Java 17 or later; Debian: openjdk-17-jre")
        return super().dbt()

    def table_folder(self, schema: str, table: str) -> Path:
        """Return the folder with the Parquet files of a table."""
        return self.warehouse / f"{schema}.db" / table

    def fetch_table(
        self, connection: duckdb.DuckDBPyConnection, schema: str, table: str
    ) -> str:
        """Read the files; an instant of Spark becomes a time in UTC."""
        files = self.table_folder(schema, table) / "*.parquet"
        source = f"read_parquet({path_literal(files)})"
        columns = spark_columns(connection, source, to_instant=False)
        return f"(select {columns} from {source})"
