"""One refresh: a candidate is built, checked and published, or nothing changes."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from loading.duckdb_warehouse import DuckDbWarehouse
from loading.load import LoadOptions, load_folder
from loading.progress import LoadProgress
from loading.results import LoadResult
from loading.settings import read_settings

from refreshing.accounting import check_raw_rows
from refreshing.candidate import (
    clear_candidate,
    make_candidate,
    refuse_full_disk,
    refuse_stray_logs,
)
from refreshing.checks import build_failure, staleness_of, warnings_of
from refreshing.comparison import fallen_tables
from refreshing.dbt_session import PROJECT, DbtSession
from refreshing.errors import RefreshError
from refreshing.folder import WAREHOUSE, PublishFolder
from refreshing.publish import (
    close_candidate,
    publish,
    write_marts,
    write_publication,
)
from refreshing.published_figures import append_figures, count_restated
from refreshing.versions import let_go, new_version_id
from refreshing.warehouse_file import opened

STEPS = 8
# What is built from the figures that were written down.
RESTATEMENTS = "stg_published_figures+"
UNIT_TESTS_LEFT_OUT = ("--exclude-resource-type", "unit_test")


@dataclass(frozen=True)
class RefreshOptions:
    """What the command line says about a refresh."""

    source: Path
    target: str
    vars_text: str
    accept: bool
    full_refresh: bool
    max_quarantined_share: float
    memory_limit: str
    keep: int
    keep_minutes: float
    is_watched: bool


@dataclass
class RefreshResult:
    """What a refresh did; `accepted` are objections that `--accept` overruled."""

    version_id: str = ""
    published_at: datetime | None = None
    load: LoadResult | None = None
    raw_rows: int = 0
    nodes: int = 0
    restated: int = 0
    warnings: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def summary(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "version_id": self.version_id,
            "published_at": self.published_at and self.published_at.isoformat(),
            "load": self.load and self.load.summary(),
            "raw_rows": self.raw_rows,
            "nodes": self.nodes,
            "restated": self.restated,
            "warnings": self.warnings,
            "accepted": self.accepted,
            "removed": self.removed,
        }


class Refresh:
    """A refresh of one publish folder, whose lock is held."""

    def __init__(
        self, folder: PublishFolder, options: RefreshOptions, progress: LoadProgress
    ) -> None:
        """Take what the command line says."""
        self._folder = folder
        self._options = options
        self._progress = progress
        self._result = RefreshResult()

    def run(self, lock: int) -> RefreshResult:
        """Do all of it.

        Args:
            lock: Descriptor of the lock, for dbt to hold too.

        Raises:
            RefreshError: Something was refused; the live version is what it was.
            LoadError: The loader refused the source.

        """
        folder, options = self._folder, self._options
        live = folder.live_version()
        if live is not None:
            folder.point_to(live)
        clear_candidate(folder)
        refuse_stray_logs(folder)
        refuse_full_disk(folder, options.source)
        try:
            self._progress.begin("copying the live version")
            candidate = make_candidate(folder)
            self._progress.advance()
            self._load(candidate)
            with self._dbt(candidate, lock) as dbt:
                self._check_freshness(dbt)
                self._build(dbt)
                self._compare(candidate, live)
                self._write_down_figures(candidate, dbt)
                self._publish(candidate)
        finally:
            clear_candidate(folder)
        self._result.removed = let_go(
            folder, keep=options.keep, keep_minutes=options.keep_minutes
        )
        return self._result

    def _dbt(self, candidate: Path, lock: int) -> DbtSession:
        return DbtSession(
            work_folder=self._folder.dbt,
            target=self._options.target,
            vars_text=self._options.vars_text,
            environment={
                "DBT_DUCKDB_PATH": str(candidate),
                "DBT_DUCKDB_MEMORY_LIMIT": self._options.memory_limit,
            },
            lock=lock,
        )

    def _load(self, candidate: Path) -> None:
        self._progress.begin("loading")
        settings = read_settings(self._options.vars_text)
        load_options = LoadOptions(
            reporting_currency=settings.reporting_currency,
            max_quarantined_share=self._options.max_quarantined_share,
        )
        with DuckDbWarehouse(
            candidate,
            raw_schema=settings.raw_schema,
            memory_limit=self._options.memory_limit,
        ) as warehouse:
            self._result.load = load_folder(
                warehouse, self._options.source, load_options
            )
        self._progress.advance()

    def _check_freshness(self, dbt: DbtSession) -> None:
        self._progress.begin("asking how fresh the source is")
        answer = dbt.run("source", "freshness")
        self._result.warnings += warnings_of(answer)
        if not answer.success and not answer.noted:
            raise RefreshError(build_failure(answer, dbt.log))
        staleness = staleness_of(answer)
        if staleness:
            self._object(staleness)
        self._progress.advance()

    def _build(self, dbt: DbtSession) -> None:
        self._progress.begin("building and testing")
        words = ["build", *UNIT_TESTS_LEFT_OUT]
        if self._options.full_refresh:
            words.append("--full-refresh")
        answer = dbt.run(
            *words, on_node=lambda name: self._progress.begin(f"building {name}")
        )
        self._result.nodes = answer.nodes
        self._result.warnings += warnings_of(answer)
        failure = build_failure(answer, dbt.log)
        if failure:
            raise RefreshError(failure)
        self._progress.advance()

    def _compare(self, candidate: Path, live: str | None) -> None:
        self._progress.begin("comparing with the live version")
        with opened(candidate, self._options.memory_limit) as connection:
            self._result.raw_rows = check_raw_rows(connection)
            if live is not None:
                path = self._folder.version(live) / WAREHOUSE
                falls = fallen_tables(connection, path)
                if falls:
                    more = f", and {len(falls) - 1} more" if falls[1:] else ""
                    self._object(f"{falls[0]}{more}")
        self._progress.advance()

    def _write_down_figures(self, candidate: Path, dbt: DbtSession) -> None:
        """Append what will be reported, and build what was restated from it."""
        self._progress.begin("writing down what is reported")
        result, limit = self._result, self._options.memory_limit
        result.version_id, published_at = new_version_id(self._folder)
        result.published_at = published_at
        with opened(candidate, limit) as connection:
            append_figures(connection, published_at, PROJECT, self._options.vars_text)
        answer = dbt.run("build", *UNIT_TESTS_LEFT_OUT, "--select", RESTATEMENTS)
        failure = build_failure(answer, dbt.log)
        if failure:
            raise RefreshError(failure)
        with opened(candidate, limit, read_only=True) as connection:
            result.restated, unexplained = count_restated(connection, published_at)
        if unexplained:
            self._object(
                f"{unexplained} figures of closed periods changed though nothing that "
                "arrived can touch them"
            )
        self._progress.advance()

    def _publish(self, candidate: Path) -> None:
        self._progress.begin("publishing")
        result, limit = self._result, self._options.memory_limit
        if result.published_at is None:
            raise RefreshError("the time of publication is not known")
        with opened(candidate, limit) as connection:
            write_publication(connection, result.version_id, result.published_at)
        close_candidate(candidate, limit)
        write_marts(candidate, limit)
        self._progress.advance()
        publish(self._folder, result.version_id)
        self._progress.advance()

    def _object(self, objection: str) -> None:
        """Stop, unless somebody has looked at it and accepts it.

        Raises:
            RefreshError: Nobody has.

        """
        if not self._options.accept:
            raise RefreshError(
                f"{objection}; nothing was published, look at it and run again with "
                "--accept if it is right"
            )
        self._result.accepted.append(objection)
