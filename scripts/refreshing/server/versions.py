"""Versions on a server: four schemas each, told apart by a prefix.

The live version has the plain names. The row of `marts.publication` says which version
the schemas around it are, and a comment on its marts until when a version was live.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from refreshing.errors import RefreshError, ServerError
from refreshing.schema_names import SCHEMAS, VERSION_PREFIX, names_of, prefix_of
from refreshing.server.schemas import (
    PUBLICATION,
    drop,
    exists,
    is_empty,
    repeat_grants,
    revoke_grants,
    size_of,
)
from refreshing.server.session import Session
from refreshing.versions import Version, new_version_id, refuse_unknown

# How long removing an old version waits for whoever still reads it.
PATIENCE = "3s"
# Views elsewhere that read the tables of some schemas.
FOREIGN_VIEWS = """
    select distinct views_schema.nspname || '.' || views.relname
    from pg_depend as depends
    inner join pg_rewrite as rules on depends.objid = rules.oid
    inner join pg_class as views on rules.ev_class = views.oid
    inner join pg_namespace as views_schema on views.relnamespace = views_schema.oid
    inner join pg_class as tables on depends.refobjid = tables.oid
    inner join pg_namespace as schemas on tables.relnamespace = schemas.oid
    where depends.classid = 'pg_rewrite'::regclass
        and depends.refclassid = 'pg_class'::regclass
        and schemas.nspname = any(%s)
        and views_schema.nspname <> all(%s)
    order by 1
"""


def is_published(session: Session, prefix: str) -> bool:
    """Say whether the marts with a prefix know which version they are."""
    found = session.rows("select to_regclass(%s)", f"{prefix}marts.{PUBLICATION}")
    return found[0][0] is not None


def write_publication(
    session: Session, prefix: str, version_id: str, published_at: datetime
) -> None:
    """Write one row into the marts that says which version they are."""
    table = f"{prefix}marts.{PUBLICATION}"
    session.execute(f"create schema if not exists {prefix}marts")
    session.execute(f"drop table if exists {table}")
    session.execute(
        f"create table {table} as "
        "select %s::varchar as version_id, %s::timestamp as published_at, "
        "max(load_id) as load_id, max(finished_at) as loaded_at, "
        f"count(*) as load_count from {prefix}raw.loads where status = 'loaded'",
        version_id,
        published_at,
    )


def adopt(session: Session, prefix: str) -> None:
    """Make a version of what dbt built under the plain names without a refresh.

    Raises:
        RefreshError: There are tables, but none that the loader wrote.

    """
    ((loads,),) = session.rows("select to_regclass(%s)", f"{prefix}raw.loads")
    if loads is not None:
        if not is_published(session, prefix):
            write_publication(session, prefix, *new_version_id([]))
        return
    for schema in names_of(prefix):
        if not is_empty(session, schema):
            raise RefreshError(
                f"{session.place}: schema {schema} holds tables, but {prefix}raw no "
                "loads; move it away, or choose a schema_prefix"
            )


def versions(session: Session, prefix: str) -> list[Version]:
    """Return the versions that are kept, newest first."""
    found = (
        [_version(session, prefix, is_live=True)] if _is_live(session, prefix) else []
    )
    for (schema,) in session.rows(
        "select nspname from pg_namespace where nspname ~ %s",
        f"^{prefix}{VERSION_PREFIX}marts$",
    ):
        kept = str(schema).removesuffix("marts")
        if is_published(session, kept):
            found.append(_version(session, kept, is_live=False))
    return sorted(found, key=lambda version: version.version_id, reverse=True)


def publish(session: Session, prefix: str, candidate: str) -> None:
    """Give the candidate the plain names, in one transaction.

    Who may read the marts that are live may read those that follow.
    """
    with session.transaction():
        if exists(session, f"{prefix}marts"):
            repeat_grants(session, f"{prefix}marts", f"{candidate}marts")
        _retire(session, prefix)
        # Made by hand before the first refresh, and empty.
        session.execute(f"drop schema if exists {', '.join(names_of(prefix))}")
        _rename(session, candidate, prefix)


def roll_back(session: Session, prefix: str, version_id: str) -> None:
    """Give a kept version the plain names, in one transaction.

    Raises:
        UsageError: There is no such version.

    """
    adopt(session, prefix)
    kept = versions(session, prefix)
    refuse_unknown(version_id, kept)
    if any(version.is_live and version.version_id == version_id for version in kept):
        return
    before = prefix_of(prefix, version_id)
    with session.transaction():
        revoke_grants(session, f"{before}marts")
        repeat_grants(session, f"{prefix}marts", f"{before}marts")
        _retire(session, prefix)
        _rename(session, before, prefix)


def let_go(
    session: Session, prefix: str, *, keep: int, keep_minutes: float
) -> list[str]:
    """Drop old versions, and return their ids.

    One that a view reads stays, and for now one that somebody reads in a transaction.
    """
    session.execute(f"set lock_timeout = '{PATIENCE}'")
    until = datetime.now(UTC) - timedelta(minutes=keep_minutes)
    removed = []
    for version in reversed(versions(session, prefix)[keep:]):
        old = prefix_of(prefix, version.version_id)
        if (
            version.is_live
            or _live_until(session, old) > until
            or foreign_views(session, old)
        ):
            continue
        with suppress(ServerError):
            drop(session, old)
            removed.append(version.version_id)
    return removed


def foreign_views(session: Session, prefix: str) -> list[str]:
    """Return the views that read the schemas with a prefix and are not dbt's own.

    It makes views in every schema but the marts.
    """
    names = names_of(prefix)
    own = [name for name in names if name != f"{prefix}marts"]
    return [str(name) for (name,) in session.rows(FOREIGN_VIEWS, names, own)]


def stale_views(session: Session, prefix: str) -> list[str]:
    """Return a sentence for each view that reads a version which is not live."""
    return [
        f"{view}: this view reads version {version.version_id}, not the live one; "
        "create it again"
        for version in versions(session, prefix)
        if not version.is_live
        for view in foreign_views(session, prefix_of(prefix, version.version_id))
    ]


def _is_live(session: Session, prefix: str) -> bool:
    return exists(session, f"{prefix}marts") and is_published(session, prefix)


def _version(session: Session, prefix: str, *, is_live: bool) -> Version:
    ((version_id, published_at),) = session.rows(
        f"select version_id, published_at from {prefix}marts.{PUBLICATION}"
    )
    if not isinstance(published_at, datetime):
        raise TypeError(published_at)
    return Version(
        version_id=str(version_id),
        published_at=published_at,
        is_live=is_live,
        size=size_of(session, prefix),
    )


def _retire(session: Session, prefix: str) -> None:
    """Give the live version the names of one that is kept."""
    if not _is_live(session, prefix):
        return
    version = _version(session, prefix, is_live=True)
    kept = prefix_of(prefix, version.version_id)
    _rename(session, prefix, kept)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    session.execute(f"comment on schema {kept}marts is 'live until {now}'")


def _live_until(session: Session, prefix: str) -> datetime:
    ((comment,),) = session.rows(
        "select obj_description(to_regnamespace(%s), 'pg_namespace')", f"{prefix}marts"
    )
    try:
        return datetime.fromisoformat(str(comment).removeprefix("live until "))
    except ValueError:
        # Somebody wrote another comment: as if it had been live just now.
        return datetime.now(UTC)


def _rename(session: Session, before: str, after: str) -> None:
    for schema in SCHEMAS:
        if exists(session, f"{before}{schema}"):
            session.execute(f"alter schema {before}{schema} rename to {after}{schema}")
