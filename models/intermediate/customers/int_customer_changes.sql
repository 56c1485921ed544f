-- depends_on: {{ ref('int_changed_customers') }}

{% set instants_so_far -%}
    partition by retention_basis, customer_id
    order by changed_at
    rows between unbounded preceding and current row
{%- endset %}

with

subscription_changes as (

    select * from {{ ref('int_subscription_changes') }}

),

inactivity_spans as (

    select * from {{ ref('int_inactivity_spans') }}

),

segment_history as (

    select * from {{ ref('int_customer_segment_history') }}

),

stops as (

    select * from {{ ref('int_subscription_stops') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

churn_reasons as (

    select * from {{ ref('churn_reasons') }}

),

-- What starts and what ends, as +1 and -1, whatever makes a customer on that basis.
steps as (

    select
        'subscription' as retention_basis,
        customer_id,
        effective_at as changed_at,
        case when is_counted then 1 else 0 end
        - case when was_counted then 1 else 0 end as step

    from subscription_changes

    union all

    select
        retention_basis,
        customer_id,
        started_at as changed_at,
        1 as step

    from inactivity_spans

    union all

    -- A window that runs on to as_of_date or beyond has not run out.
    select
        inactivity_spans.retention_basis,
        inactivity_spans.customer_id,
        inactivity_spans.ended_at as changed_at,
        -1 as step

    from inactivity_spans
    cross join as_of_date
    where {{ to_reporting_time('inactivity_spans.ended_at') }} < as_of_date.as_of_at

),

first_activations as (

    select
        retention_basis,
        customer_id,
        min(changed_at) as first_active_at

    from steps
    group by
        retention_basis,
        customer_id

),

-- Many to many on purpose: a new segment value is a change without difference, on every
-- basis on which the customer has been active before.
steps_and_segments as (

    select
        retention_basis,
        customer_id,
        changed_at,
        step

    from steps

    union all

    select
        first_activations.retention_basis,
        first_activations.customer_id,
        segment_history.valid_from as changed_at,
        0 as step

    from first_activations
    inner join segment_history
        on first_activations.customer_id = segment_history.customer_id
    where segment_history.valid_from > first_activations.first_active_at

),

instants as (

    select
        retention_basis,
        customer_id,
        changed_at,
        sum(step) as step

    from steps_and_segments
    group by
        retention_basis,
        customer_id,
        changed_at

),

levels as (

    select
        *,
        sum(step) over ({{ instants_so_far }}) as level_after,
        row_number() over (
            partition by
                retention_basis,
                customer_id
            order by changed_at
        ) as change_number

    from instants

),

changes as (

    select
        levels.retention_basis,
        levels.customer_id,
        cast(levels.change_number as {{ dbt.type_bigint() }}) as change_number,
        levels.changed_at,
        cast({{ to_reporting_time('levels.changed_at') }} as date) as changed_date,
        levels.level_after - levels.step > 0 as was_active,
        levels.level_after > 0 as is_active,
        case
            when levels.level_after = 0 and levels.step < 0 then stops.reason_code
        end as reason_code

    from levels
    left join stops
        on
            levels.retention_basis = stops.retention_basis
            and levels.customer_id = stops.customer_id
            and levels.changed_at = stops.changed_at

),

customer_changes as (

    select
        changes.*,
        case
            when changes.was_active and not changes.is_active
                then coalesce(churn_reasons.churn_kind, 'unknown')
        end as churn_kind

    from changes
    left join churn_reasons on changes.reason_code = churn_reasons.reason_code

)

select * from customer_changes
