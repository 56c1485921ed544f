"""One refresh: a candidate is built, checked and published, or nothing changes."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from loading.load import LoadOptions, load_folder
from loading.progress import LoadProgress
from loading.results import LoadResult
from loading.settings import read_settings

from refreshing.checks import build_failure, staleness_of, warnings_of
from refreshing.dbt_session import PROJECT, DbtSession
from refreshing.errors import RefreshError, ServerError
from refreshing.place import Place

STEPS = 7
# What is built from the figures that were written down.
RESTATEMENTS = "stg_published_figures+"
UNIT_TESTS_LEFT_OUT = ("--exclude-resource-type", "unit_test")


@dataclass(frozen=True)
class RefreshOptions:
    """What the command line says about a refresh."""

    source: Path
    vars_text: str
    accept: bool
    full_refresh: bool
    max_quarantined_share: float
    keep: int
    keep_minutes: float


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
    """A refresh of one place, whose lock is held."""

    def __init__(
        self, place: Place, options: RefreshOptions, progress: LoadProgress
    ) -> None:
        """Take the place and what the command line says."""
        self._place = place
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
        place, options = self._place, self._options
        try:
            self._progress.begin("copying the live version")
            place.make_candidate(options.source)
            self._progress.advance()
            self._load()
            with place.dbt(options.vars_text, lock) as dbt:
                self._check_freshness(dbt)
                self._build(dbt)
                self._compare()
                self._write_down_figures(dbt)
            self._publish()
        except ServerError as error:
            raise RefreshError(f"{error}; nothing was published") from error
        finally:
            place.clear_candidate()
        self._tidy_up()
        return self._result

    def _tidy_up(self) -> None:
        """Remove old versions; what goes wrong here is a warning, for all is done."""
        result, options = self._result, self._options
        try:
            result.warnings += self._place.warnings()
            result.removed = self._place.let_go(
                keep=options.keep, keep_minutes=options.keep_minutes
            )
        except ServerError as error:
            result.warnings.append(f"{error}; old versions may be left")

    def _load(self) -> None:
        self._progress.begin("loading")
        load_options = LoadOptions(
            reporting_currency=read_settings(
                self._options.vars_text
            ).reporting_currency,
            max_quarantined_share=self._options.max_quarantined_share,
        )
        with self._place.open_warehouse() as warehouse:
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

    def _compare(self) -> None:
        self._progress.begin("comparing with the live version")
        self._result.raw_rows = self._place.check_raw_rows()
        falls = self._place.falls()
        if falls:
            more = f", and {len(falls) - 1} more" if falls[1:] else ""
            self._object(f"{falls[0]}{more}")
        self._progress.advance()

    def _write_down_figures(self, dbt: DbtSession) -> None:
        """Append what will be reported, and build what was restated from it."""
        self._progress.begin("writing down what is reported")
        result, place = self._result, self._place
        result.version_id, published_at = place.new_version_id()
        result.published_at = published_at
        place.append_figures(published_at, PROJECT, self._options.vars_text)
        answer = dbt.run("build", *UNIT_TESTS_LEFT_OUT, "--select", RESTATEMENTS)
        failure = build_failure(answer, dbt.log)
        if failure:
            raise RefreshError(failure)
        result.restated, unexplained = place.count_restated(published_at)
        if unexplained:
            self._object(
                f"{unexplained} figures of closed periods changed though nothing that "
                "arrived can touch them"
            )
        self._progress.advance()

    def _publish(self) -> None:
        self._progress.begin("publishing")
        result = self._result
        if result.published_at is None:
            raise RefreshError("the time of publication is not known")
        self._place.publish(result.version_id, result.published_at)
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
