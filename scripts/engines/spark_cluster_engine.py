"""A Spark cluster that runs already, behind its Thrift server."""

import os
from pathlib import Path

from loading.settings import spark_warehouse_path

from engines.engine import PROJECT
from engines.errors import EngineError
from engines.spark_engine import SparkEngine

DBT = PROJECT / ".venv-cluster" / "bin" / "dbt"


class SparkClusterEngine(SparkEngine):
    """The cluster of `scripts/spark_cluster.py`, on the warehouse that it knows."""

    target = "spark_cluster"

    def __init__(
        self,
        folder: Path,
        warehouse: Path | None = None,
        processes: tuple[int, ...] = (),
    ) -> None:
        """Use the cluster's warehouse, which DBT_SPARK_WAREHOUSE names, as it is.

        Args:
            folder: Where dbt writes.
            warehouse: Another warehouse.
            processes: Those of the cluster, for who measures them.

        Raises:
            EngineError: Something was loaded there before, which would be built too.

        """
        super().__init__(folder)
        self._processes = processes
        self.warehouse = (warehouse or spark_warehouse_path()).resolve()
        if (self.warehouse / "raw.db").exists():
            raise EngineError(
                f"{self.warehouse}: not empty; one source at a time, on an empty folder"
            )

    @property
    def environment(self) -> dict[str, str]:
        """Name the folder that the loader writes to."""
        return {"DBT_SPARK_WAREHOUSE": str(self.warehouse)}

    @property
    def server_processes(self) -> tuple[int, ...]:
        """Ids of master, workers and Thrift server."""
        return self._processes

    def dbt(self) -> str:
        """Return the command of the environment that has a Thrift client.

        Raises:
            EngineError: `make environment-spark-cluster` was not run.

        """
        if not DBT.exists():
            raise EngineError(f"{DBT}: not there; make environment-spark-cluster")
        return os.fspath(DBT)
