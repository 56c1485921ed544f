"""The views that readers ask, under the plain name: which version they show."""

from dataclasses import dataclass

from refreshing.errors import RefreshError
from refreshing.spark.files import tables_of
from refreshing.spark.session import SparkSession
from refreshing.spark.versions import SparkVersions


@dataclass(frozen=True)
class Views:
    """The views of the marts of one `schema_prefix`."""

    versions: SparkVersions
    spark: SparkSession

    @property
    def schema(self) -> str:
        """Name of the schema with the views."""
        return f"{self.versions.prefix}marts"

    def refuse_tables(self) -> None:
        """Stop if tables have the names of views.

        Raises:
            RefreshError: They have.

        """
        tables = tables_of(self.versions.warehouse, self.schema)
        if tables:
            raise RefreshError(
                f"{self.schema}.{tables[0]} is a table that dbt build made, where a "
                "refresh makes a view; nothing was published, drop the schema first "
                "(docs/spark.md) or choose a schema_prefix"
            )

    def point_to(self, version_id: str) -> None:
        """Point every view to a version, one after the other.

        A run that is killed meanwhile leaves the version in the ledger as coming.

        Raises:
            RefreshError: Not all of them are.
            ServerError: Spark does not start; none is.

        """
        versions = self.versions
        ledger = versions.ledger
        names = versions.marts_of(version_id)
        known = set().union(*(versions.marts_of(other) for other in ledger.ids()))
        live = versions.live_prefix()
        self.spark.start()
        ledger.begin(version_id)
        try:
            self.spark.call(
                "point_views",
                marts=self.schema,
                version=f"{versions.prefix_of(version_id)}marts",
                version_id=version_id,
                names=sorted(names),
                gone=sorted(known - names),
                live="" if live is None else f"{live}marts",
            )
        except (RefreshError, KeyboardInterrupt) as error:
            reason = str(error) or "interrupted"
            raise RefreshError(
                f"{reason}; version {version_id} passed every check, but not every "
                f"view of {self.schema} shows it: the next run points the others to it"
            ) from error
        ledger.finish(version_id)

    def warnings(self) -> list[str]:
        """Say how the views changed, and which loads they will never show."""
        versions = self.versions
        said = [
            f"the views of {self.schema} were pointed to this version one after the "
            "other, which is not atomic: until the last one, publication, readers may "
            "have seen marts of two versions"
        ]
        live = versions.live_prefix()
        unseen = versions.loads(versions.prefix) - versions.loads(live or "")
        if live is not None and unseen:
            said.append(
                f"{versions.prefix}raw holds {len(unseen)} loads that no refresh "
                "takes: after the first one, load by refresh only"
            )
        return said
