"""MRR snapshot, movements and bridge: from subscriptions to the three marts."""

from benchmarking.manifest import compiled_chain
from benchmarking.measurement import Measured, measure, measure_often
from benchmarking.results import Figure, Goal, Part
from benchmarking.workbench import FILE_NAME, Build, Workbench

MARTS = ("fct_customer_periods", "fct_mrr_movements", "metrics_mrr_by_period")
# Subscriptions alone: then the marts hold nothing that the other ways do not make.
EMPTIED = ("revenue_events", "activity_events", "survey_responses")
MONTHLY = ("month",)
EVERY_GRAIN = ("month", "year", "quarter", "week", "day")
# Beyond this many customers a row per customer and day does not fit anywhere.
MOST_BY_DAY = 200_000
# More than the project's models have.
SPINE_MEMORY = "8GB"
AMOUNTS = (
    *("starting_mrr", "new_mrr", "reactivation_mrr", "expansion_mrr"),
    *("contraction_mrr", "churned_mrr", "ending_mrr"),
)


def run(bench: Workbench) -> Part:
    """Compare the models with copying what they make, and with the spine."""
    part = Part("mrr", "MRR snapshot, movements and bridge")
    subscriptions = bench.empty("subscriptions") / FILE_NAME
    measure(
        "copy_raw",
        {
            "origin": str(bench.loaded(bench.customers)),
            "warehouse": str(subscriptions),
            "emptied": EMPTIED,
        },
        subscriptions.parent,
    )
    bench.tell("building subscriptions alone")
    build = bench.build(subscriptions)
    warehouse = {"warehouse": str(subscriptions)}

    def often(task: str, name: str, **request: object) -> Measured:
        into = {"into": str(bench.scratch(f"{name}.duckdb"))}
        folder = bench.scratch(name)
        return measure_often(
            task, {**warehouse, **into, **request}, folder, bench.repeats
        )

    copy = often("copy_tables", "copy", tables=[f"marts.{mart}" for mart in MARTS])
    models = our_models(build)
    ours = often("run_models", "mrr", models=models)
    part.figures += [
        Figure(
            "copying the three marts", copy.cost, note=f"{copy.answer['rows']:,} rows"
        ),
        Figure(
            "these models, 5 grains and all segments",
            ours.cost,
            note=f"{len(models)} models",
        ),
    ]
    part.goals.append(
        Goal(
            "MRR, these models against copying",
            ours.cost.cpu_seconds / copy.cost.cpu_seconds,
            1.5,
        )
    )
    for grains in (MONTHLY, EVERY_GRAIN)[: 1 + (bench.customers <= MOST_BY_DAY)]:
        spine = often("spine", "spine", grains=grains, memory_limit=SPINE_MEMORY)
        names = ", ".join(grains)
        part.figures.append(Figure(f"spine: {names}; no segments", spine.cost))
        part.goals.append(
            Goal(
                f"MRR, spine ({names}) against these models",
                spine.cost.cpu_seconds / ours.cost.cpu_seconds,
                5,
                at_most=False,
            )
        )
    compare(bench, part, str(subscriptions))
    bench.discard("subscriptions")
    return part


def compare(bench: Workbench, part: Part, warehouse: str) -> None:
    """Compare the marts with what the spine made."""
    files = {"spine": bench.scratch("spine.duckdb")}
    found = bench.compared(warehouse, pairs(), files)
    part.check("marts = spine: snapshot and bridge", found)


def our_models(build: Build) -> dict[str, str]:
    """Return the tables between the changes of subscriptions and the marts."""
    chain = compiled_chain(
        build.warehouse.parent / "target",
        ["int_subscription_changes"],
        MARTS,
        [node.name for node in build.nodes],
    )
    chain.pop("int_subscription_changes")
    return chain


def pairs() -> dict[str, tuple[str, str]]:
    """Return our query and the spine's, for each result that both make."""
    money = "cast(round({0}, 4) as decimal(38, 4)) as {0}"
    snapshot = ", ".join(
        [
            *("customer_id", "period_start_date", "was_active", "is_active"),
            *(money.format(name) for name in ("starting_mrr", "ending_mrr")),
            "movement_type",
        ]
    )
    bridge = ", ".join(
        [
            *("period_grain", "period_start_date"),
            *(money.format(name) for name in AMOUNTS),
            "cast(ending_customers as bigint) as ending_customers",
        ]
    )
    return {
        "snapshot": (
            f"select {snapshot} from marts.fct_customer_periods "
            "where period_grain = 'month' and (was_active or is_active)",
            f"select {snapshot} from spine.snapshot",
        ),
        "bridge": (
            f"select {bridge} from marts.metrics_mrr_by_period "
            "where period_grain in (select period_grain from spine.bridge) "
            "and (starting_mrr <> 0 or ending_mrr <> 0 or ending_customers > 0)",
            f"select {bridge} from spine.bridge "
            "where starting_mrr <> 0 or ending_mrr <> 0 or ending_customers > 0",
        ),
    }
