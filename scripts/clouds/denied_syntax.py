"""Shapes of a compiled statement that a cloud rejects or reads in its own way."""

from collections.abc import Callable, Iterator

from sqlglot import exp

from clouds.findings import Finding
from clouds.vocabulary import Cloud

Rule = Callable[[exp.Expr, Cloud], Iterator[tuple[str, str]]]
# Parts of a date that every engine counts alike.
DATE_PARTS = {"year", "quarter", "month", "day"}
NODES: dict[type[exp.Expr], tuple[str, str]] = {
    exp.Filter: ("filter", "neither cloud has it"),
    exp.IgnoreNulls: ("ignore nulls", "stands elsewhere on each engine"),
    exp.WithinGroup: ("within group", "BigQuery has none"),
    exp.Values: ("values", "BigQuery has none"),
    exp.Pivot: ("pivot", "each engine has another form"),
    exp.Exists: ("exists", "BigQuery cannot always resolve it"),
    exp.ILike: ("ilike", "BigQuery has none"),
    exp.Star: ("* except", "each engine calls it something else"),
    exp.Distinct: ("distinct on", "neither cloud has it"),
}


def denied_syntax(name: str, statement: exp.Expr, cloud: Cloud) -> Iterator[Finding]:
    """Yield what is denied of the shape of a statement.

    Args:
        name: Of the statement.
        statement: Its syntax tree.
        cloud: Who would get it.

    """
    for node in statement.walk():
        for rule in RULES:
            for construct, reason in rule(node, cloud):
                yield Finding(name, construct, reason)


def _node(node: exp.Expr, cloud: Cloud) -> Iterator[tuple[str, str]]:
    if isinstance(node, exp.Star) and not any(node.args.values()):
        return
    if isinstance(node, exp.Distinct) and not node.args.get("on"):
        return
    for kind, finding in NODES.items():
        if isinstance(node, kind):
            yield finding


def _window(node: exp.Expr, cloud: Cloud) -> Iterator[tuple[str, str]]:
    if cloud.name == "snowflake" and node.args.get("windows"):
        yield "window clause", "Snowflake has none"


def _group(node: exp.Expr, cloud: Cloud) -> Iterator[tuple[str, str]]:
    if not isinstance(node, exp.Group) or not isinstance(node.parent, exp.Select):
        return
    if node.args.get("all"):
        yield "group by all", "Postgres has none"
    names = {
        key.name
        for key in node.expressions
        if isinstance(key, exp.Column) and not key.table
    }
    for choice in node.parent.expressions:
        inner = choice.unalias()
        is_same = isinstance(inner, exp.Column) and inner.name == choice.alias_or_name
        if choice.alias_or_name in names and not is_same:
            reads = {column.name for column in inner.find_all(exp.Column)}
            if choice.alias_or_name in reads:
                yield (
                    f"group by {choice.alias_or_name}",
                    "an input column there, the new column here",
                )


def _quotes(node: exp.Expr, cloud: Cloud) -> Iterator[tuple[str, str]]:
    is_quoted = isinstance(node, exp.Identifier) and node.quoted
    if is_quoted and not isinstance(node.parent, exp.Table):
        yield f"quoted {node.name}", "capital letters count there"


def _reserved(node: exp.Expr, cloud: Cloud) -> Iterator[tuple[str, str]]:
    if isinstance(node, exp.Alias | exp.TableAlias | exp.ColumnDef | exp.Column):
        name = node.alias_or_name.lower()
        if name in cloud.reserved:
            yield f"the name {name}", f"a reserved word of {cloud.name}"


def _time(node: exp.Expr, cloud: Cloud) -> Iterator[tuple[str, str]]:
    is_interval = isinstance(node, exp.Interval)
    if is_interval and isinstance(node.parent, exp.Add | exp.Sub | exp.Mul):
        yield "interval arithmetic", "each engine has its own: add_days, add_months"
    if isinstance(node, exp.Extract) and node.name.lower() not in DATE_PARTS:
        yield f"extract({node.name.lower()})", "each engine counts it in its own way"


def _join(node: exp.Expr, cloud: Cloud) -> Iterator[tuple[str, str]]:
    if isinstance(node, exp.Join) and node.side:
        condition = node.args.get("on")
        if condition is None or condition.find(exp.EQ) is None:
            yield "outer join without an equality", "BigQuery rejects it"


def _recursive(node: exp.Expr, cloud: Cloud) -> Iterator[tuple[str, str]]:
    if isinstance(node, exp.With) and node.recursive:
        yield "with recursive", "Spark has none"


def _deletion(node: exp.Expr, cloud: Cloud) -> Iterator[tuple[str, str]]:
    if isinstance(node, exp.Delete) and not node.args.get("where"):
        yield "delete without where", "BigQuery rejects it"


RULES: tuple[Rule, ...] = (
    *(_node, _window, _group, _quotes, _reserved, _time, _join, _recursive),
    _deletion,
)
