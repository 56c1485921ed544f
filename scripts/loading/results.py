"""What one load did, per file and per table."""

from dataclasses import dataclass, field
from datetime import datetime

from loading.source_files import SourceFile


@dataclass
class FileResult:
    """Counts of one file: read = loaded + duplicates + quarantined."""

    file: SourceFile
    sha256: str
    started_at: datetime
    finished_at: datetime | None = None
    status: str = "loaded"
    read: int = 0
    duplicates: int = 0
    corrected: int = 0
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
        return self.read - self.duplicates - self.quarantined


@dataclass
class LoadResult:
    """One finished load."""

    load_id: str
    files: list[FileResult]

    def summary(self) -> dict[str, object]:
        """Return the counts as the object that `--json` prints."""
        tables: dict[str, dict[str, object]] = {}
        for table_name, files in by_table(self.files).items():
            reasons: dict[str, int] = {}
            for file in files:
                for reason, count in file.reasons.items():
                    reasons[reason] = reasons.get(reason, 0) + count
            tables[table_name] = {
                "files": len(files),
                "read": sum(file.read for file in files),
                "loaded": sum(file.loaded for file in files),
                "duplicates": sum(file.duplicates for file in files),
                "quarantined": sum(file.quarantined for file in files),
                "reasons": dict(sorted(reasons.items())),
                "corrected": sum(file.corrected for file in files),
            }
        return {"load_id": self.load_id, "tables": tables}


def by_table(files: list[FileResult]) -> dict[str, list[FileResult]]:
    """Group the results by table name, in the order of the files."""
    grouped: dict[str, list[FileResult]] = {}
    for file in files:
        grouped.setdefault(file.file.table.name, []).append(file)
    return grouped
