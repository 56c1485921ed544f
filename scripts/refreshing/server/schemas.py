"""The four schemas of a warehouse on a server: copied, counted, dropped."""

from refreshing.schema_names import SCHEMAS, names_of
from refreshing.server.session import Session

# The table of the marts that says which version they are.
PUBLICATION = "publication"
# Grants on tables that come later, and those on tables that are there, by name.
DEFAULT_GRANTS = """
    select format(
        'alter default privileges in schema %%I grant %%s on tables to %%s',
        %s::text, granted.privilege_type, {grantee}
    )
    from pg_default_acl as defaults
    cross join aclexplode(defaults.defaclacl) as granted
    where defaults.defaclnamespace = to_regnamespace(%s)
        and defaults.defaclobjtype = 'r'
        and pg_get_userbyid(defaults.defaclrole) = current_user
        and granted.grantee <> defaults.defaclrole
"""
SCHEMA_GRANTS = """
    select format(
        'grant %%s on schema %%I to %%s', granted.privilege_type, %s::text, {grantee}
    )
    from pg_namespace as schemas
    cross join aclexplode(schemas.nspacl) as granted
    where schemas.nspname = %s and granted.grantee <> schemas.nspowner
"""
TABLE_GRANTS = """
    select format(
        'grant %%s on %%I.%%I to %%s',
        granted.privilege_type, copied.nspname, tables.relname, {grantee}
    )
    from pg_class as tables
    inner join pg_namespace as schemas on tables.relnamespace = schemas.oid
    inner join pg_namespace as copied on copied.nspname = %s
    inner join pg_class as copies
        on copied.oid = copies.relnamespace and tables.relname = copies.relname
    cross join aclexplode(tables.relacl) as granted
    where schemas.nspname = %s and granted.grantee <> tables.relowner
"""
# 0 is everybody.
GRANTEE = (
    "case granted.grantee when 0 then 'public' "
    "else quote_ident(pg_get_userbyid(granted.grantee)) end"
)


def exists(session: Session, schema: str) -> bool:
    """Say whether there is such a schema."""
    return bool(session.rows("select 1 from pg_namespace where nspname = %s", schema))


def tables_of(session: Session, schema: str) -> list[str]:
    """Return the tables of a schema, without its views, in order."""
    rows = session.rows(
        "select tablename from pg_tables where schemaname = %s order by tablename",
        schema,
    )
    return [str(name) for (name,) in rows]


def drop(session: Session, prefix: str) -> None:
    """Drop the four schemas with a prefix, as far as they exist."""
    session.execute(f"drop schema if exists {', '.join(names_of(prefix))} cascade")


def copy(session: Session, source: str, target: str) -> None:
    """Copy the tables below one prefix to another; views are dbt's to make again.

    Who may read tables of the marts to come may read those of the copy.
    """
    for schema in SCHEMAS:
        before, after = f"{source}{schema}", f"{target}{schema}"
        if not exists(session, before):
            continue
        session.execute(f"create schema {after}")
        if schema == "marts":
            _repeat(session, DEFAULT_GRANTS, before, after)
        for name in tables_of(session, before):
            copied = f'{after}."{name}"'
            session.execute(
                f'create table {copied} (like {before}."{name}" including all)'
            )
            session.execute(f'insert into {copied} select * from {before}."{name}"')
            # Plans depend on how much there is.
            session.execute(f"analyze {copied}")


def repeat_grants(session: Session, before: str, after: str) -> None:
    """Let who may read a schema, its tables and those to come read another, too."""
    for grants in (SCHEMA_GRANTS, TABLE_GRANTS, DEFAULT_GRANTS):
        _repeat(session, grants, before, after)


def revoke_grants(session: Session, schema: str) -> None:
    """Let nobody but their owner read a schema and its tables."""
    for grants, revoked in (
        (SCHEMA_GRANTS, "schema"),
        (TABLE_GRANTS, "all tables in schema"),
    ):
        for (statement,) in session.rows(
            grants.format(grantee=GRANTEE), schema, schema
        ):
            reader = str(statement).rpartition(" to ")[2]
            session.execute(f"revoke all on {revoked} {schema} from {reader}")


def is_empty(session: Session, schema: str) -> bool:
    """Say whether a schema holds no relation, or does not exist."""
    return not session.rows(
        "select 1 from pg_class where relnamespace = to_regnamespace(%s) limit 1",
        schema,
    )


def row_counts(session: Session, schema: str) -> dict[str, int]:
    """Return the number of rows of each table of a schema."""
    counts = {}
    for name in tables_of(session, schema):
        ((rows,),) = session.rows(f'select count(*) from {schema}."{name}"')
        counts[name] = int(str(rows))
    return counts


def size_of(session: Session, prefix: str) -> int:
    """Return the bytes that the four schemas with a prefix take on disk."""
    ((size,),) = session.rows(
        "select coalesce(sum(pg_total_relation_size(tables.oid)), 0) "
        "from pg_class as tables "
        "inner join pg_namespace as schemas on tables.relnamespace = schemas.oid "
        "where tables.relkind = 'r' and schemas.nspname = any(%s)",
        names_of(prefix),
    )
    return int(str(size))


def _repeat(session: Session, query: str, before: str, after: str) -> None:
    for (statement,) in session.rows(query.format(grantee=GRANTEE), after, before):
        session.execute(str(statement))
