"""What dbt takes whatever the data: tests, nodes, and a run with nothing new."""

from collections import Counter

from benchmarking.results import Figure, Goal, Part
from benchmarking.workbench import Workbench

SAMPLE_CUSTOMERS = 5000


def run(bench: Workbench) -> Part:
    """Build a sample with every data test, then again with nothing new."""
    customers = min(SAMPLE_CUSTOMERS, bench.customers)
    part = Part("fixed", f"Fixed cost, on {customers:,} customers")
    sample = bench.copied(bench.loaded(customers), "sample")
    bench.tell("building the sample with its tests")
    first = bench.build(sample, models_only=False)
    nothing = bench.build(sample)
    checked = bench.build(sample, models_only=False)
    tests = [node for node in first.nodes if node.kind == "test"]
    kinds = Counter(node.kind for node in first.nodes)
    nodes = ", ".join(f"{number} {kind}s" for kind, number in sorted(kinds.items()))
    part.figures += [
        Figure("first build, with data tests", first.cost, first.sql_seconds, nodes),
        Figure("nothing new, models only", nothing.cost, nothing.sql_seconds),
        Figure("nothing new, with data tests", checked.cost, checked.sql_seconds),
    ]
    if tests:
        milliseconds = 1000 * sum(test.cpu_seconds for test in tests) / len(tests)
        part.goals.append(Goal("a data test on the sample", milliseconds, 25, "ms"))
    part.goals.append(
        Goal("nothing new, models only", nothing.cost.wall_seconds, 10, "s")
    )
    bench.discard("sample")
    return part
