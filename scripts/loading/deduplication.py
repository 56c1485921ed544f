"""SQL that decides which rows of a load are new, repeated, corrected or conflicting.

Only rows whose key occurs twice in the load, or was loaded before, are looked at;
all others are new. The outcomes go into `staging.outcomes` (table_name, file_number,
line_number, outcome): `duplicate`, `conflict`, and for rows that are loaded and have
other versions `corrected` if they replace an older one, else `version`.

Effective recording time: the given one, else the time of loading.
"""

from loading.contract import RawTable
from loading.version_rules import event_rules, state_rules

LOADED_AT = "(select loaded_at from staging.settings)"
REPORTING_CURRENCY = "(select reporting_currency from staging.settings)"
# Rows whose key hashes are counted at a time, some 40 bytes of memory each, and keys
# that are decided at a time, some hundred bytes for each of their rows.
ROWS_PER_PASS = 16_000_000
KEYS_PER_PASS = 1_000_000


def key_expressions(table: RawTable) -> list[str]:
    """Return SQL for the parts of a row's key; parts may be null.

    Activity without an event id is identified by its whole content.
    """
    if table.name == "activity_events":
        return [
            "event_id",
            *(
                f"case when event_id is null then {name} end"
                for name in ("customer_id", "event_name", "occurred_at")
            ),
        ]
    return [
        f"coalesce(currency, {REPORTING_CURRENCY})" if name == "currency" else name
        for name in table.key
    ]


def contested_statement(
    table: RawTable, stored: str, *, passes: int, number: int
) -> str:
    """Return the statement that adds hashes of contested keys to `staging.contested`.

    A key is contested if it occurs twice in the load or was loaded before. Two keys
    with one hash are taken for contested too: that costs time and changes nothing.

    Args:
        table: The table; its classified rows are in `staging.<name>`.
        stored: Relation with the rows of earlier loads, raw columns.
        passes: Into how many passes the keys are divided.
        number: The pass, from 0.

    """
    keys = f"hash({', '.join(key_expressions(table))})"
    in_pass = f"key_hash % {passes} = {number}"
    return f"""
insert into staging.contested
with fresh as (
    select {keys} as key_hash from staging.{table.name} where fault_code is null
),
stored as (
    select {keys} as key_hash from {stored}
)
select key_hash from fresh where {in_pass} group by key_hash having count(*) > 1
union
select key_hash from fresh semi join stored using (key_hash) where {in_pass}
"""


def outcomes_statement(
    table: RawTable, stored: str, *, passes: int, number: int
) -> str:
    """Return the statement that adds one pass's outcomes to `staging.outcomes`.

    Only the keys in `staging.contested` are looked at.

    Args:
        table: The table; its classified rows are in `staging.<name>`.
        stored: Relation with the rows of earlier loads, raw columns.
        passes: Into how many passes the keys are divided.
        number: The pass, from 0.

    """
    keys = key_expressions(table)
    names = [f"k{position}" for position in range(len(keys))]
    listed = ", ".join(names)
    key_columns = ", ".join(
        f"{key} as {name}" for key, name in zip(keys, names, strict=True)
    )
    contested = (
        f"hash({', '.join(keys)}) in (select key_hash from staging.contested "
        f"where key_hash % {passes} = {number})"
    )
    members = ", ".join(f"'{name}': {name}" for name in table.content_names)
    content = f"{{{members}}}"
    rules = state_rules(names) if table.is_state else event_rules(names)
    # Activity without an id has no identity that could be corrected.
    has_id = "k0 is not null" if table.name == "activity_events" else "true"
    return f"""
insert into staging.outcomes
with fresh as (
    select file_number, line_number, {key_columns}, recorded_at, {content} as content
    from staging.{table.name}
    where fault_code is null and {contested}
),
stored as (
    select {key_columns}, recorded_at, {content} as content, loaded_at, load_id
    from {stored}
    where {contested}
),
versions as (
    select
        true as is_fresh, file_number, line_number, {listed}, content, recorded_at,
        {LOADED_AT} as loaded_at, '' as load_id
    from fresh
    union all
    select
        false, 0, 0, {listed}, content, recorded_at, loaded_at, load_id
    from stored
),
numbered as (
    select
        *,
        coalesce(recorded_at, loaded_at) as effective_at,
        row_number() over (
            partition by {listed}
            order by is_fresh, loaded_at, load_id, file_number, line_number
        ) as seq,
        row_number() over (
            partition by {listed}, is_fresh order by file_number, line_number
        ) as fresh_seq
    from versions
),
{rules}
judged as (
    select
        *,
        coalesce(max(effective_at) filter (where outcome in ('stored', 'loaded')) over (
            partition by {listed} order by seq
            rows between unbounded preceding and 1 preceding
        ) <= effective_at, false) as is_newer,
        count(*) filter (where outcome in ('stored', 'loaded')) over (
            partition by {listed}
        ) as version_count
    from decided
)
select '{table.name}', file_number, line_number,
    case when outcome <> 'loaded' then outcome
        when is_newer then 'corrected' else 'version' end
from judged
where is_fresh and (outcome <> 'loaded' or version_count > 1 and {has_id})
"""
