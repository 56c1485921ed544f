"""What one load did, per file and per table."""

from dataclasses import dataclass, field
from datetime import datetime

from loading.source_files import SourceFile


@dataclass
class FileResult:
    """Counts of one file: read = loaded + duplicates + quarantined + forgotten."""

    file: SourceFile
    sha256: str
    started_at: datetime
    finished_at: datetime | None = None
    status: str = "loaded"
    read: int = 0
    duplicates: int = 0
    corrected: int = 0
    forgotten: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    first_occurred_at: datetime | None = None
    last_occurred_at: datetime | None = None

    @property
    def quarantined(self) -> int:
        """Rows put aside, whatever the reason."""
        return sum(self.reasons.values())

    @property
    def loaded(self) -> int:
        """Rows that the raw table gained."""
        return self.read - self.duplicates - self.quarantined - self.forgotten


@dataclass
class LoadResult:
    """One finished load."""

    load_id: str
    files: list[FileResult]

    def table_counts(self) -> dict[str, dict[str, int]]:
        """Return the counts of each raw table that had a file."""
        return {
            table_name: {
                "files": len(files),
                "read": sum(file.read for file in files),
                "loaded": sum(file.loaded for file in files),
                "duplicates": sum(file.duplicates for file in files),
                "quarantined": sum(file.quarantined for file in files),
                "corrected": sum(file.corrected for file in files),
                "forgotten": sum(file.forgotten for file in files),
            }
            for table_name, files in by_table(self.files).items()
        }

    def summary(self) -> dict[str, object]:
        """Return the counts and reasons as the object that `--json` prints."""
        counts = self.table_counts()
        tables = {
            table_name: {**counts[table_name], "reasons": reasons_of(files)}
            for table_name, files in by_table(self.files).items()
        }
        return {"load_id": self.load_id, "tables": tables}


def reasons_of(files: list[FileResult]) -> dict[str, int]:
    """Return rows quarantined by reason, in alphabetical order."""
    reasons: dict[str, int] = {}
    for file in files:
        for reason, count in file.reasons.items():
            reasons[reason] = reasons.get(reason, 0) + count
    return dict(sorted(reasons.items()))


def by_table(files: list[FileResult]) -> dict[str, list[FileResult]]:
    """Group the results by table name, in the order of the files."""
    grouped: dict[str, list[FileResult]] = {}
    for file in files:
        grouped.setdefault(file.file.table.name, []).append(file)
    return grouped
