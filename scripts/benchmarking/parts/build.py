"""A full build of every mart, beside what nobody can do without."""

from benchmarking.measurement import measure_often
from benchmarking.results import Figure, Goal, Part
from benchmarking.workbench import Workbench

GIGABYTE = 1024**3
SMALL_MEMORY = "1GB"
# What a build takes at least, if it only wrote its results.
COPIES = {
    "copying the finished marts": ("marts",),
    "copying every finished table": ("intermediate", "marts"),
}


def run(bench: Workbench) -> Part:
    """Measure the floor, the build, the writing, and the build with little memory."""
    part = Part("build", "Full build of every mart")
    raw = bench.loaded(bench.customers)
    floor = measure_often(
        "floor",
        {"warehouse": str(raw), "into": str(bench.scratch("floor.duckdb"))},
        bench.scratch("floor"),
        bench.repeats,
    )
    part.figures.append(
        Figure(
            "floor: scan, group by customer and day or month, write",
            floor.cost,
            note=f"{floor.answer['rows']:,} groups",
        )
    )
    build = bench.built(bench.customers)
    tables = build.warehouse.stat().st_size - raw.stat().st_size
    part.figures.append(
        Figure(
            "dbt build, all models",
            build.cost,
            build.sql_seconds,
            f"{raw.stat().st_size / GIGABYTE:.2f} GB raw + {tables / GIGABYTE:.2f} GB",
        )
    )
    for what, schemas in COPIES.items():
        copy = measure_often(
            "copy_tables",
            {
                "warehouse": str(build.warehouse),
                "tables": [f"{schema}.*" for schema in schemas],
                "into": str(bench.scratch("copies.duckdb")),
            },
            bench.scratch("copies"),
            bench.repeats,
        )
        part.figures.append(
            Figure(what, copy.cost, note=f"{copy.answer['rows']:,} rows")
        )
    bench.tell(f"building with {SMALL_MEMORY}")
    limited = bench.build(bench.copied(raw, "limited"), memory_limit=SMALL_MEMORY)
    part.figures.append(
        Figure(
            f"the same with memory_limit {SMALL_MEMORY}",
            limited.cost,
            limited.sql_seconds,
            "completes",
        )
    )
    part.goals += [
        Goal(
            "full build, SQL against the floor",
            build.sql_seconds / floor.cost.cpu_seconds,
            3,
        ),
        Goal("full build, peak memory", build.cost.peak_bytes / GIGABYTE, 2, "GB"),
    ]
    bench.discard("limited")
    return part
