"""What refresh.py prints for people."""

from loading.report import reason_lines

from refreshing.run import RefreshResult
from refreshing.versions import Version, shown_time


def result_lines(result: RefreshResult) -> list[str]:
    """Return the lines that tell what a refresh did."""
    lines = []
    if result.load is not None:
        counts = result.load.table_counts().values()
        sums = {
            name: sum(table[name] for table in counts)
            for name in ("read", "loaded", "duplicates", "quarantined")
        }
        listed = ", ".join(f"{count} {name}" for name, count in sums.items())
        lines.append(f"load {result.load.load_id}: {listed}")
        lines += reason_lines(result.load)
    lines += warning_lines(result.warnings)
    lines += [f"accepted: {objection}" for objection in result.accepted]
    lines.append(
        f"{result.nodes} models and tests passed on {result.raw_rows} raw rows"
    )
    if result.restated:
        lines.append(
            f"{result.restated} figures of closed periods were restated, see "
            "fct_restatements"
        )
    if result.removed:
        lines.append(f"let go of {', '.join(result.removed)}")
    lines.append(f"published {result.version_id}")
    return lines


def warning_lines(warnings: list[str]) -> list[str]:
    """Return one line per warning."""
    return [f"warning: {warning}" for warning in warnings]


def version_lines(versions: list[Version]) -> list[str]:
    """Return one line per version, newest first."""
    if not versions:
        return ["no version is published yet"]
    return [
        f"{'live' if version.is_live else '    '}  {version.version_id}  "
        f"{shown_time(version.published_at)}  {version.size / 1_000_000:,.1f} MB"
        for version in versions
    ]
