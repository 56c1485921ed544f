"""Versions in a warehouse of Spark: their names, their list, and letting go."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from refreshing.publish import PUBLICATION
from refreshing.schema_names import prefix_of
from refreshing.spark.files import (
    remove_versions,
    schema_folder,
    size_of,
    tables_of,
)
from refreshing.spark.ledger import Ledger
from refreshing.versions import Version


@dataclass(frozen=True)
class SparkVersions:
    """The versions of one `schema_prefix` in a warehouse folder."""

    warehouse: Path
    prefix: str

    @property
    def ledger(self) -> Ledger:
        """What is known about them."""
        return Ledger(self.warehouse / f"{self.prefix}versions")

    def prefix_of(self, version_id: str) -> str:
        """Return the prefix of a version's schemas."""
        return prefix_of(self.prefix, version_id)

    def live_prefix(self) -> str | None:
        """Return the prefix of the live version's schemas, None before the first."""
        live = self.ledger.live()
        return None if live is None else self.prefix_of(live)

    def kept_prefixes(self) -> list[str]:
        """Return the prefixes of the schemas of all versions."""
        return [self.prefix_of(version_id) for version_id in self.ledger.ids()]

    def marts_of(self, version_id: str) -> set[str]:
        """Return the names of a version's marts."""
        schema = f"{self.prefix_of(version_id)}marts"
        return set(tables_of(self.warehouse, schema)) - {PUBLICATION}

    def loads(self, prefix: str) -> set[str]:
        """Return the files of the loads in the raw schema with a prefix."""
        folder = schema_folder(self.warehouse, f"{prefix}raw") / "loads"
        return {path.name for path in folder.glob("*.parquet")}

    def listed(self) -> list[Version]:
        """Return the versions, newest first."""
        ledger = self.ledger
        return [
            Version(
                version_id=version_id,
                published_at=ledger.published_at(version_id),
                is_live=version_id == ledger.live(),
                size=size_of(self.warehouse, self.prefix_of(version_id)),
            )
            for version_id in reversed(ledger.ids())
        ]

    def forget_old(self, *, keep: int, keep_minutes: float) -> list[str]:
        """Take old versions out of the ledger, and return their ids.

        Args:
            keep: How many of the newest stay, however old.
            keep_minutes: How long every version stays after it was live.

        """
        ledger = self.ledger
        let_go_before = time.time() - keep_minutes * 60
        removed = [
            version_id
            for version_id in ledger.ids()[:-keep]
            if version_id not in (ledger.live(), ledger.coming())
            and ledger.touched_at(version_id) <= let_go_before
        ]
        for version_id in removed:
            ledger.remove(version_id)
        return removed

    def remove_files(self, kept: Iterable[str]) -> None:
        """Remove the files of what is named after versions but for some prefixes."""
        remove_versions(self.warehouse, self.prefix, kept)
