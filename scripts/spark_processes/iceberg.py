"""A catalog of Iceberg tables, kept in a Postgres database."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from spark_processes.errors import ClusterError

CATALOG = "lake"
EXTENSIONS = "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
RUNTIME = "lib/python3.*/site-packages/*/jars/iceberg-spark-runtime-3.5_2.12-*.jar"
# Where Debian's libpostgresql-jdbc-java puts it.
DRIVER = Path("/usr/share/java/postgresql.jar")


@dataclass(frozen=True)
class IcebergCatalog:
    """The database that knows which files make up each table."""

    uri: str
    user: str
    password: str

    @classmethod
    def from_environment(cls) -> Self:
        """Return the database that the target `postgres` would build in.

        Raises:
            ClusterError: A variable of profiles.yml is missing.

        """
        read = os.environ.get
        user, database = read("DBT_POSTGRES_USER"), read("DBT_POSTGRES_DBNAME")
        if not user or not database:
            raise ClusterError("--iceberg: set DBT_POSTGRES_USER and _DBNAME first")
        host = read("DBT_POSTGRES_HOST", "localhost")
        port = read("DBT_POSTGRES_PORT", "5432")
        mode = read("DBT_POSTGRES_SSLMODE", "prefer")
        return cls(
            f"jdbc:postgresql://{host}:{port}/{database}?sslmode={mode}",
            user,
            read("DBT_ENV_SECRET_POSTGRES_PASSWORD", ""),
        )

    def spark_settings(self, environment: Path, warehouse: Path) -> dict[str, str]:
        """Return what Spark must know to make tables of the catalog.

        Raises:
            ClusterError: A jar is not installed.

        """
        runtime = sorted(environment.glob(RUNTIME))
        if not runtime:
            raise ClusterError(f"{environment}: no Iceberg; make environment-iceberg")
        if not DRIVER.exists():
            raise ClusterError(f"{DRIVER}: not there; make environment-iceberg")
        jars = f"{runtime[-1]}:{DRIVER}"
        catalog = f"spark.sql.catalog.{CATALOG}"
        return {
            "spark.driver.extraClassPath": jars,
            "spark.executor.extraClassPath": jars,
            "spark.sql.extensions": EXTENSIONS,
            "spark.sql.defaultCatalog": CATALOG,
            catalog: "org.apache.iceberg.spark.SparkCatalog",
            f"{catalog}.type": "jdbc",
            f"{catalog}.uri": self.uri,
            f"{catalog}.jdbc.user": self.user,
            f"{catalog}.jdbc.password": self.password,
            # The first version that has views.
            f"{catalog}.jdbc.schema-version": "V1",
            # A connection for each session, which is open until the server ends.
            f"{catalog}.clients": "1",
            f"{catalog}.warehouse": (warehouse / CATALOG).as_uri(),
            # Each session would remember tables for 30 seconds, whatever others write.
            f"{catalog}.cache-enabled": "false",
        }
