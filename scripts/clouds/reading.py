"""Read the compiled project as one cloud would."""

from collections.abc import Sequence

from sqlglot import exp, parse
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from clouds.column_types import contract_family, family, source_types
from clouds.compiled import Compiled, Statement
from clouds.denied_syntax import denied_syntax
from clouds.denied_types import denied_types
from clouds.denied_words import denied_words
from clouds.findings import Finding
from clouds.vocabulary import Cloud


def read_project(compiled: Compiled, cloud: Cloud) -> list[Finding]:
    """Return everything that is denied in a compiled project."""
    schema = MappingSchema(dialect=cloud.name)
    for relation, stated in compiled.sources.items():
        columns = source_types(relation[-1], stated, cloud)
        schema.add_table(".".join(relation), dict(columns), dialect=cloud.name)
    findings: list[Finding] = []
    for statement in compiled.statements:
        findings += read_statement(statement, cloud, schema)
    return sorted(set(findings))


def read_statement(
    statement: Statement, cloud: Cloud, schema: MappingSchema
) -> list[Finding]:
    """Return what is denied in one statement.

    Args:
        statement: What would be sent.
        cloud: Who would get it.
        schema: Column types of all that it reads; those of a model are added.

    """
    name = statement.name
    findings = list(denied_words(name, statement.sql, cloud))
    try:
        trees = [tree for tree in parse(statement.sql, dialect=cloud.name) if tree]
        for tree in trees:
            findings += denied_syntax(name, tree, cloud)
        for tree in trees:
            if isinstance(tree, exp.Query):
                typed = annotate_types(
                    qualify(tree, schema=schema, dialect=cloud.name),
                    schema=schema,
                    dialect=cloud.name,
                )
                findings += denied_types(name, typed, cloud)
                findings += _keep_columns(statement, typed.selects, cloud, schema)
    # A construct that is unknown to sqlglot ends in any kind of error.
    except Exception as error:
        sentence = (str(error).splitlines() or [type(error).__name__])[0]
        findings.append(Finding(name, "the whole statement", sentence))
    return findings


def _keep_columns(
    statement: Statement,
    columns: Sequence[exp.Expr],
    cloud: Cloud,
    schema: MappingSchema,
) -> list[Finding]:
    """Note the column types of a model; return where its contract names others."""
    if statement.relation is None:
        return []
    kinds = {
        column.alias_or_name: column.type.sql(cloud.name) if column.type else "unknown"
        for column in columns
    }
    schema.add_table(".".join(statement.relation), kinds, dialect=cloud.name)
    found = {column.alias_or_name.lower(): column.type for column in columns}
    return [
        Finding(
            statement.name,
            f"{column} as {family(found.get(column), cloud) or 'nothing known'}",
            f"the contract says {kind}",
        )
        for column, kind in statement.contract.items()
        if family(found.get(column), cloud) != contract_family(kind, cloud)
    ]
