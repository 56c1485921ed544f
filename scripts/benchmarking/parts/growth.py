"""Which models are heavy, and how their cost grows with the customers."""

import math

from benchmarking.results import Figure, Goal, Part
from benchmarking.workbench import Build, Node, Workbench

FEWER = 10
HEAVY_SHARE = 0.01
# Below this a model's time is planning, not work, and says nothing about growth.
MEASURABLE_SECONDS = 0.05


def run(bench: Workbench) -> Part:
    """Compare the build with that of a tenth of the customers, model by model."""
    fewer = max(1, bench.customers // FEWER)
    part = Part("growth", f"Heavy models, and growth from {fewer:,} customers")
    few, many = bench.built(fewer), bench.built(bench.customers)
    size = math.log(bench.customers / fewer)

    def exponent(before: float, after: float) -> float:
        return math.log(after / before) / size

    before = {node.name: node.sql_seconds for node in few.nodes}
    exponents = {}
    for node in heavy(many):
        note = f"{node.sql_seconds / many.sql_seconds:.1%} of the SQL"
        if before[node.name] >= MEASURABLE_SECONDS:
            exponents[node.name] = exponent(before[node.name], node.sql_seconds)
            note += f", exponent {exponents[node.name]:.2f}"
        part.figures.append(Figure(node.name, None, node.sql_seconds, note))
    part.figures.append(
        Figure(
            "all models",
            many.cost,
            many.sql_seconds,
            f"exponent {exponent(few.sql_seconds, many.sql_seconds):.2f}",
        )
    )
    if exponents:
        worst = max(exponents, key=lambda name: exponents[name])
        part.goals.append(
            Goal(f"growth, steepest heavy model ({worst})", exponents[worst], 1.1, "")
        )
    return part


def heavy(build: Build) -> list[Node]:
    """Return the models with a large share of a build's SQL, the heaviest first."""
    found = [
        node
        for node in build.nodes
        if node.sql_seconds >= HEAVY_SHARE * build.sql_seconds
    ]
    return sorted(found, key=lambda node: -node.sql_seconds)
