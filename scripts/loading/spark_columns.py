"""Times in Parquet files of Spark, which are instants; ours are in UTC."""

import duckdb


def spark_columns(
    connection: duckdb.DuckDBPyConnection, relation: str, *, to_instant: bool
) -> str:
    """Return the columns of a relation as a list of SQL expressions.

    Args:
        connection: Sees the relation.
        relation: Name of a table, or a call of a table function.
        to_instant: True turns times in UTC into instants, as files hold them; False
            turns instants into times in UTC.

    """
    described = connection.execute(f"describe select * from {relation}")
    kind = "TIMESTAMP" if to_instant else "TIMESTAMP WITH TIME ZONE"
    return ", ".join(
        f"timezone('UTC', {name}) as {name}" if found == kind else name
        for name, found, *_ in described.fetchall()
    )
