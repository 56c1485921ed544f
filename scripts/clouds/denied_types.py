"""Types that a cloud does not mix, or calculates with in its own way.

Types are followed from the raw tables through every model, so that a date that meets a
timestamp is found wherever it comes from.
"""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from clouds.column_types import family, is_number
from clouds.findings import Finding
from clouds.vocabulary import Cloud

COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
# Digits after the point that a product keeps on Snowflake, unless a factor has more.
SNOWFLAKE_SCALE = 12


def denied_types(name: str, statement: exp.Expr, cloud: Cloud) -> Iterator[Finding]:
    """Yield what is denied of the types of a statement.

    Args:
        name: Of the statement.
        statement: Its syntax tree, with types.
        cloud: Who would get it.

    """
    for node in statement.walk():
        for where, operands in _meetings(node):
            typed = [
                operand for operand in operands if not isinstance(operand, exp.Null)
            ]
            found = {family(operand.type, cloud) for operand in typed} - {""}
            if len(found) > 1 and not all(is_number(kind) for kind in found):
                kinds = " and ".join(sorted(found))
                yield Finding(name, f"{where} of {kinds}", "BigQuery mixes no types")
        yield from _arithmetic(name, node, cloud)
        yield from _partition(name, node, cloud)


def _meetings(node: exp.Expr) -> Iterator[tuple[str, Sequence[exp.Expr]]]:
    """Yield expressions that must be of one type, and what brings them together."""
    if isinstance(node, COMPARISONS):
        yield "comparison", (node.left, node.right)
    elif isinstance(node, exp.Between):
        yield "comparison", (node.this, node.args["low"], node.args["high"])
    elif isinstance(node, exp.In) and node.expressions:
        yield "comparison", (node.this, *node.expressions)
    elif isinstance(node, exp.Coalesce | exp.Least | exp.Greatest):
        yield node.key, (node.this, *node.expressions)
    elif isinstance(node, exp.Case):
        branches = [branch.args["true"] for branch in node.args["ifs"]]
        other = node.args.get("default")
        yield "case", [*branches, *([other] if other else [])]
        if node.this:
            values = [branch.this for branch in node.args["ifs"]]
            yield "comparison", [node.this, *values]
    elif isinstance(node, exp.SetOperation):
        pairs = zip(node.left.selects, node.right.selects, strict=False)
        for left, right in pairs:
            yield f"union in {right.alias_or_name.lower()}", (left, right)


def _arithmetic(name: str, node: exp.Expr, cloud: Cloud) -> Iterator[Finding]:
    if not isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div):
        return
    left, right = family(node.left.type, cloud), family(node.right.type, cloud)
    if {left, right} & {"date", "timestamp", "datetime", "text"}:
        yield Finding(
            name,
            f"{node.key} of {left} and {right}",
            "add_days, days_between and so on",
        )
    is_division = isinstance(node, exp.Div) and "float" not in (left, right)
    if is_division and not _is_exact(node):
        reason = "an integer, a float or rounded to 6 decimals, engine by engine"
        yield Finding(name, f"{left} / {right}", reason)
    if isinstance(node, exp.Mul) and cloud.name == "snowflake":
        scales = _scale(node.left), _scale(node.right)
        kept = max(*scales, SNOWFLAKE_SCALE)
        # Whoever writes a cast to more decimals has thought of it.
        if sum(scales) > kept and kept == SNOWFLAKE_SCALE:
            reason = f"Snowflake keeps {kept} decimals of {sum(scales)}"
            yield Finding(name, "product of decimals", reason)


def _is_exact(division: exp.Binary) -> bool:
    """Whether the remainder was taken off before."""
    numerator = division.left.unnest()
    remainder = numerator.right.unnest() if isinstance(numerator, exp.Sub) else None
    divisor = division.right.unnest()
    return isinstance(remainder, exp.Mod) and remainder.expression.unnest() == divisor


def _scale(factor: exp.Expr) -> int:
    """Return the digits after the point; 0 where a type does not say."""
    kind = factor.type
    if kind is None or not kind.is_type("decimal") or len(kind.expressions) < 2:  # noqa: PLR2004
        return 0
    return int(kind.expressions[1].name)


def _partition(name: str, node: exp.Expr, cloud: Cloud) -> Iterator[Finding]:
    if isinstance(node, exp.Window):
        for key in node.args.get("partition_by") or []:
            if family(key.type, cloud) == "float":
                yield Finding(name, "partition by a float", "BigQuery rejects it")
