"""SQL rules for the versions of one key: which count, repeat or conflict.

The rules are common table expressions that read `numbered` (one row per version, with
key parts k0.., content, recorded_at, effective_at, is_fresh, seq, fresh_seq) and end
with `decided`, which adds `outcome`: stored, loaded, duplicate or conflict.
"""


def event_rules(names: list[str]) -> str:
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


def state_rules(names: list[str]) -> str:
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
