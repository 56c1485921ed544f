"""What a warehouse remembers of people it forgot: salted hashes of their ids."""

import secrets

import duckdb
from loading.warehouse import utc_now


def is_known(connection: duckdb.DuckDBPyConnection, ids: list[str]) -> bool:
    """Say whether the person was forgotten before."""
    found = connection.execute(
        "select count(*) from raw.forgotten_customers, unnest(?) as ids(id) "
        "where sha256(salt || id) = customer_hash",
        [ids],
    ).fetchone()
    return bool(found and found[0])


def remember(connection: duckdb.DuckDBPyConnection, ids: list[str]) -> None:
    """Write down a salted hash of each id; the salt is the warehouse's."""
    known = connection.execute(
        "select salt from raw.forgotten_customers limit 1"
    ).fetchone()
    salt = str(known[0]) if known else secrets.token_hex(16)
    connection.execute(
        "insert into raw.forgotten_customers "
        "select sha256(? || id), ?, ? from unnest(?) as ids(id) "
        "where sha256(? || id) not in "
        "(select customer_hash from raw.forgotten_customers)",
        [salt, salt, utc_now(), ids, salt],
    )
