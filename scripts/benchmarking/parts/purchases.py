"""Frequency, recency, age and value of every buyer, and the same by lifetimes."""

from benchmarking.measurement import measure, measure_often
from benchmarking.results import Figure, Part
from benchmarking.workbench import Workbench

COUNTS = (
    "cast({0}.frequency as bigint) as frequency, "
    "cast({0}.recency as bigint) as recency, cast({0}.{1} as bigint) as age"
)
OURS = f"select summary.customer_id, {COUNTS.format('summary', 'age')}, "
OURS += "summary.monetary_value from rfm.summary"
# A mean that is as near as makes no difference counts as the same.
THEIRS = f"""
select peer.customer_id, {COUNTS.format("peer", '"T"')},
    case
        when abs(peer.monetary_value - summary.monetary_value)
            <= 1e-9 * greatest(1, abs(summary.monetary_value))
            then summary.monetary_value
        else peer.monetary_value
    end as monetary_value
from {{result}} as peer
left join rfm.summary on peer.customer_id = summary.customer_id
"""


def run(bench: Workbench) -> Part:
    """Compare SQL on the mart of orders with the package, on the same orders."""
    part = Part("purchases", "RFM summary of every buyer")
    warehouse = str(bench.built(bench.customers).warehouse)
    orders, result = bench.scratch("orders.parquet"), bench.scratch("rfm.parquet")
    exported = measure(
        "export",
        {
            "warehouse": warehouse,
            "query": "select customer_id, ordered_at, cast(amount as double) as amount "
            "from marts.fct_orders",
            "into": str(orders),
        },
        bench.scratch("orders"),
    )
    summary = bench.scratch("rfm.duckdb")
    ours = measure_often(
        "rfm_sql",
        {"warehouse": warehouse, "into": str(summary)},
        bench.scratch("rfm"),
        bench.repeats,
    )
    peer = measure_often(
        "rfm_lifetimes",
        {"orders": str(orders), **exported.answer, "into": str(result)},
        bench.scratch("rfm_lifetimes"),
        bench.repeats,
    )
    times = peer.cost.cpu_seconds / ours.cost.cpu_seconds
    part.figures += [
        Figure("SQL on fct_orders", ours.cost, note=f"{ours.answer['rows']:,} buyers"),
        Figure("lifetimes, on the same orders", peer.cost, note=f"{times:.1f} times"),
    ]
    compare(bench, part, warehouse)
    return part


def compare(bench: Workbench, part: Part, warehouse: str) -> None:
    """Compare the two summaries."""
    result = bench.scratch("rfm.parquet")
    pairs = {"summary": (OURS, THEIRS.format(result=f"'{result}'"))}
    files = {"rfm": bench.scratch("rfm.duckdb")}
    part.check("SQL = lifetimes", bench.compared(warehouse, pairs, files))
