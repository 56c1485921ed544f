"""SQL that decides which rows of a load are new, repeated, corrected or conflicting.

Only rows whose key occurs twice in the load, or was loaded before, are looked at;
all others are new. The outcomes go into `staging.outcomes` (table_name, file_number,
line_number, outcome): `duplicate`, `conflict`, and for rows that are loaded and
replace an older one `corrected`.

Effective recording time: the given one, else the time of loading.
"""

from loading.contract import RawTable

LOADED_AT = "(select loaded_at from staging.settings)"
REPORTING_CURRENCY = "(select reporting_currency from staging.settings)"
# Rows of one pass; a pass needs some hundred bytes of memory for each.
ROWS_PER_PASS = 4_000_000


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


def outcomes_statement(
    table: RawTable, stored: str, *, passes: int, number: int
) -> str:
    """Return the statement that adds one pass's outcomes to `staging.outcomes`.

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
    in_pass = f"hash({', '.join(keys)}) % {passes} = {number}" if passes > 1 else "true"
    members = ", ".join(f"'{name}': {name}" for name in table.content_names)
    content = f"{{{members}}}"
    rules = _state_rules(names) if table.is_state else _event_rules(names)
    # Activity without an id has no identity that could be corrected.
    has_id = "k0 is not null" if table.name == "activity_events" else "true"
    return f"""
insert into staging.outcomes
with fresh as (
    select file_number, line_number, {key_columns}, recorded_at, {content} as content
    from staging.{table.name}
    where fault_code is null and {in_pass}
),
stored as (
    select {key_columns}, recorded_at, {content} as content, loaded_at, load_id
    from {stored}
    where {in_pass}
),
contested as (
    select {listed} from fresh group by all having count(*) > 1
    union
    select {listed} from fresh semi join stored on {_same("fresh", "stored", names)}
),
versions as (
    select
        true as is_fresh, file_number, line_number, {listed}, content, recorded_at,
        {LOADED_AT} as loaded_at, '' as load_id
    from fresh semi join contested on {_same("fresh", "contested", names)}
    union all
    select
        false, 0, 0, {listed}, content, recorded_at, loaded_at, load_id
    from stored semi join contested on {_same("stored", "contested", names)}
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
        ) <= effective_at, false) as is_newer
    from decided
)
select '{table.name}', file_number, line_number,
    case when outcome = 'loaded' then 'corrected' else outcome end
from judged
where is_fresh and (outcome <> 'loaded' or is_newer and {has_id})
"""


def _event_rules(names: list[str]) -> str:
    """Decide rows with an id: the first of each recording time is kept.

    `base` is the version without a given recording time: a stored one, or the very
    first row. A given time that equals the base's is a conflict, unless the content
    is the same too; a row without one that is not the base is never kept.
    """
    listed = ", ".join(names)
    return f"""
base as (
    select {listed}, content as base_content, effective_at as base_at, seq as base_seq
    from numbered
    where recorded_at is null and (not is_fresh or seq = 1)
    qualify row_number() over (partition by {listed} order by seq) = 1
),
compared as (
    select
        numbered.*, base_seq,
        case
            when not is_fresh then 'stored'
            when seq = base_seq then 'loaded'
            when recorded_at is null or base_seq is null then null
            when content is not distinct from base_content then 'duplicate'
            when recorded_at = base_at then 'conflict'
        end as first_outcome
    from numbered left join base on {_same("numbered", "base", names)}
),
{_owner_rules(names)}"""


def _state_rules(names: list[str]) -> str:
    """Decide rows of a state table: first within the load, then against the stored.

    Within a load only rows with different given recording times may differ. A row
    equal to the current stored one changes nothing; nor does one recorded before it
    that is stored already. So A, B, A in three loads ends at A.
    """
    listed = ", ".join(names)
    return f"""
base as (
    select {listed}, content as base_content, seq as base_seq
    from numbered
    where recorded_at is null and is_fresh and fresh_seq = 1
),
current_rows as (
    select distinct on ({listed})
        {listed}, content as current_content, recorded_at as current_recorded_at,
        effective_at as current_at
    from numbered
    where not is_fresh
    order by {listed}, effective_at desc, load_id desc
),
compared as (
    select
        numbered.*, base_seq,
        case
            when not is_fresh then 'stored'
            when seq = base_seq then 'loaded'
            when recorded_at is null or base_seq is null then null
            when content is not distinct from base_content then 'duplicate'
            else 'conflict'
        end as first_outcome
    from numbered left join base on {_same("numbered", "base", names)}
),
{_owner_rules(names, result="within_load", counts_stored=False)}
past as (
    select distinct {listed}, content, recorded_at as past_recorded_at
    from numbered
    where not is_fresh and recorded_at is not null
),
decided as (
    select
        within_load.* exclude (outcome),
        case
            when outcome <> 'loaded' then outcome
            when current_at is null then 'loaded'
            when within_load.content is not distinct from current_content
                and (
                    recorded_at is null
                    or current_recorded_at is null
                    or recorded_at = current_recorded_at
                )
                then 'duplicate'
            when recorded_at < current_at and past_recorded_at is not null
                then 'duplicate'
            else 'loaded'
        end as outcome
    from within_load
    left join current_rows on {_same("within_load", "current_rows", names)}
    left join past
        on {_same("within_load", "past", names)}
        and within_load.content is not distinct from past.content
        and within_load.recorded_at = past.past_recorded_at
),"""


def _owner_rules(
    names: list[str], *, result: str = "decided", counts_stored: bool = True
) -> str:
    """Let the first row of a recording time own it; the rest repeat or conflict."""
    listed = ", ".join(names)
    # A stored row of a state table claims nothing inside of the load.
    claims = "first_outcome is null or first_outcome = 'stored'"
    if not counts_stored:
        claims = "first_outcome is null"
    versions = "('stored', 'loaded')" if counts_stored else "('loaded')"
    window = f"over (partition by {listed}, recorded_at, ({claims}) order by seq)"
    return f"""owned as (
    select
        *,
        case
            when first_outcome is not null then first_outcome
            when recorded_at is null then null
            when row_number() {window} = 1 then 'loaded'
            when content is not distinct from first_value(content) {window}
                then 'duplicate'
            else 'conflict'
        end as second_outcome
    from compared
),
{result} as (
    select
        * exclude (first_outcome, second_outcome),
        coalesce(
            second_outcome,
            case
                when min(case when second_outcome in {versions} then seq end) over (
                    partition by {listed}, content
                ) < seq
                    then 'duplicate'
                else 'conflict'
            end
        ) as outcome
    from owned
),"""


def _same(left: str, right: str, names: list[str]) -> str:
    return " and ".join(
        f"{left}.{name} is not distinct from {right}.{name}" for name in names
    )
