"""N-day retention: from the log of activity to the mart, and by pandas and polars."""

from pathlib import Path

from benchmarking.duckdb_file import MEMORY_LIMIT
from benchmarking.manifest import compiled_chain
from benchmarking.measurement import Cost, measure, measure_often
from benchmarking.results import Figure, Goal, Part
from benchmarking.workbench import Workbench

MART = "metrics_n_day_retention_by_cohort"
CLEAN_LOG = "int_counted_activity"
FOLDER = "n_day"
# Of DuckDB; Python and what it imports come on top.
LITTLE_MEMORY = "150MB"
PEERS = ("pandas", "polars")
DAYS = (1, 3, 7, 14, 30, 60, 90)
RESULT = (
    "select cast({start} as date) as first_date, day_mode, retention_kind, "
    "cast(day_number as bigint) as day_number, "
    "cast(eligible_customers as bigint) as eligible_customers, "
    "cast(returned_customers as bigint) as returned_customers from {relation}"
)


def run(bench: Workbench) -> Part:
    """Compare the models with both, which read the clean log from Parquet.

    The goals are about the same input, the log without duplicates and merged ids, and
    about one run with little memory.
    """
    part = Part("n_day", "N-day retention")
    bench.tell("building what N-day retention reads")
    copy = bench.copied(bench.loaded(bench.customers), FOLDER)
    build = bench.build(copy, "--select", f"+{MART}")
    warehouse = str(build.warehouse)
    log = bench.scratch("activity.parquet")
    exported = measure(
        "export",
        {
            "warehouse": warehouse,
            "query": f"select customer_id, occurred_at from intermediate.{CLEAN_LOG}",
            "into": str(log),
        },
        bench.scratch("activity"),
    )
    models = compiled_chain(
        build.warehouse.parent / "target",
        ["stg_activity_events"],
        [MART],
        [node.name for node in build.nodes],
    )
    clean = {name: path for name, path in models.items() if name != CLEAN_LOG}
    from_raw = run_models(bench, warehouse, models)
    from_clean = run_models(bench, warehouse, clean)
    ours = run_models(bench, warehouse, clean, LITTLE_MEMORY)
    part.figures += [
        Figure(
            f"these models, from raw rows: {', '.join(models)}",
            from_raw,
            note="4 grains of cohorts",
        ),
        Figure(
            f"those after {CLEAN_LOG}, from the clean log",
            from_clean,
            note="4 grains of cohorts",
        ),
        Figure(f"the same with memory_limit {LITTLE_MEMORY}", ours),
    ]
    peers = []
    for peer in PEERS:
        result = result_of(bench, peer)
        measured = measure_often(
            f"n_day_{peer}",
            {"log": str(log), "days": DAYS, **exported.answer, "into": str(result)},
            bench.scratch(f"n_day_{peer}"),
            bench.repeats,
        )
        peers.append(measured.cost)
        part.figures.append(
            Figure(f"{peer}, from the clean log", measured.cost, note="cohorts by day")
        )
        compare(bench, part, warehouse, peer)
    part.goals += [
        Goal(
            "N-day retention, memory against the smaller",
            ours.peak_bytes / min(cost.peak_bytes for cost in peers),
            0.1,
        ),
        Goal(
            "N-day retention, CPU against the better",
            ours.cpu_seconds / min(cost.cpu_seconds for cost in peers),
            1,
        ),
    ]
    bench.discard(FOLDER)
    return part


def run_models(
    bench: Workbench,
    warehouse: str,
    models: dict[str, str],
    memory_limit: str = MEMORY_LIMIT,
) -> Cost:
    """Return what some models take, from what the warehouse has of the others."""
    return measure_often(
        "run_models",
        {
            "warehouse": warehouse,
            "models": models,
            "memory_limit": memory_limit,
            "into": str(bench.scratch("n_day.duckdb")),
        },
        bench.scratch("n_day"),
        bench.repeats,
    ).cost


def result_of(bench: Workbench, peer: str) -> Path:
    """Return the file in which a peer leaves its counts."""
    return bench.scratch(f"n_day_{peer}.parquet")


def compare(bench: Workbench, part: Part, warehouse: str, peer: str) -> None:
    """Compare the mart's cohorts by day with the counts of a peer."""
    ours = RESULT.format(start="cohort_start_date", relation=f"marts.{MART}")
    theirs = RESULT.format(start="first_date", relation=f"'{result_of(bench, peer)}'")
    pairs = {peer: (f"{ours} where period_grain = 'day'", theirs)}
    part.check(f"mart = {peer}", bench.compared(warehouse, pairs))
