"""What a cluster is made of: its environment, its ports, its files."""

import os
from dataclasses import dataclass
from pathlib import Path

from spark_processes.errors import ClusterError
from spark_processes.iceberg import IcebergCatalog

PROJECT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
# The same promises as in profiles.yml, for clients that state none.
SESSION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
}

# It stops at an assertion of its own where rows are written into a query (unit tests).
REORDER_JOINS = "org.apache.spark.sql.catalyst.optimizer.ReorderJoin"


@dataclass(frozen=True)
class ClusterSettings:
    """A cluster below `folder`, whose tables lie in `warehouse`."""

    folder: Path
    warehouse: Path
    environment: Path = PROJECT / ".venv-cluster"
    workers: int = 2
    cores: int = 1
    worker_memory: str = "1500m"
    driver_memory: str = "2g"
    master_port: int = 7077
    status_port: int = 8080
    thrift_port: int = 10000
    iceberg: IcebergCatalog | None = None

    @property
    def master(self) -> str:
        """Address of the master."""
        return f"spark://{HOST}:{self.master_port}"

    @property
    def events(self) -> Path:
        """Folder of the event logs, one for each start of the Thrift server."""
        return self.folder / "events"

    def spark_home(self) -> Path:
        """Return the folder of PySpark.

        Raises:
            ClusterError: `make environment-spark-cluster` was not run.

        """
        found = list(self.environment.glob("lib/python3.*/site-packages/pyspark"))
        if not found:
            raise ClusterError(
                f"{self.environment}: no PySpark there; make environment-spark-cluster"
            )
        return found[0]

    def variables(self) -> dict[str, str]:
        """Return the environment of every process."""
        kept = {
            name: value
            for name, value in os.environ.items()
            # A memory of daemons would be that of the Thrift server's driver too.
            if not name.startswith(("SPARK_", "PYSPARK_"))
        }
        return kept | {
            "SPARK_HOME": str(self.spark_home()),
            "SPARK_CONF_DIR": str(self.folder / "conf"),
            "SPARK_LOCAL_IP": HOST,
            "SPARK_WORKER_DIR": str(self.folder / "work"),
            "SPARK_LOCAL_DIRS": str(self.folder / "spill"),
        }

    def write_defaults(self) -> None:
        """Write spark-defaults.conf, which the Thrift server reads."""
        metastore = f"jdbc:derby:;databaseName={self.warehouse}/metastore;create=true"
        settings = SESSION | {
            "spark.master": self.master,
            "spark.driver.host": HOST,
            "spark.driver.bindAddress": HOST,
            "spark.driver.memory": self.driver_memory,
            "spark.driver.extraJavaOptions": "-Dderby.stream.error.file=/dev/null",
            "spark.executor.memory": self.worker_memory,
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": str(2 * self.workers * self.cores),
            "spark.sql.constraintPropagation.enabled": "false",
            "spark.sql.optimizer.excludedRules": REORDER_JOINS,
            "spark.sql.warehouse.dir": str(self.warehouse),
            "spark.hadoop.javax.jdo.option.ConnectionURL": metastore,
            "spark.eventLog.enabled": "true",
            "spark.eventLog.compress": "false",
            "spark.eventLog.dir": self.events.as_uri(),
        }
        if self.iceberg:
            settings |= self.iceberg.spark_settings(self.environment, self.warehouse)
        for folder in ("conf", "logs", "pids", "events"):
            (self.folder / folder).mkdir(parents=True, exist_ok=True)
        self.warehouse.mkdir(parents=True, exist_ok=True)
        text = "".join(f"{name} {value}\n" for name, value in settings.items())
        path = self.folder / "conf" / "spark-defaults.conf"
        # It may hold the password of a catalog.
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
