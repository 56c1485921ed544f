with

customer_changes as (

    select * from {{ ref('int_customer_changes') }}

),

churns as (

    select * from {{ ref('int_customer_changes') }}
    where
        was_active
        and not is_active

),

segment_sets as (

    select * from {{ ref('int_customer_segment_sets') }}

),

period_days as (

    select * from {{ ref('int_period_days') }}

),

-- Each change falls into one period of each grain.
period_changes as (

    select
        customer_changes.retention_basis,
        period_days.period_grain,
        period_days.period_start_date,
        customer_changes.customer_id,
        min(customer_changes.change_number) as first_change_number,
        max(customer_changes.change_number) as last_change_number,
        min(
            case
                when customer_changes.was_active then customer_changes.change_number
            end
        )
            as first_number_from_active,
        max(
            case when customer_changes.is_active then customer_changes.change_number end
        )
            as last_number_to_active,
        max(
            case
                when customer_changes.was_active and not customer_changes.is_active
                    then customer_changes.change_number
            end
        ) as last_churn_number,
        sum(
            case
                when
                    customer_changes.is_active
                    and not customer_changes.was_active
                    then 1
                else 0
            end
        ) as activations

    from customer_changes
    inner join period_days on customer_changes.changed_date = period_days.date_day
    group by
        customer_changes.retention_basis,
        period_days.period_grain,
        period_days.period_start_date,
        customer_changes.customer_id

),

-- The first change of every customer is its first activation.
edges as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        customer_id,
        first_change_number,
        first_change_number - 1 as previous_change_number,
        last_change_number,
        last_churn_number,
        first_change_number > 1 as was_ever_active,
        coalesce(first_number_from_active = first_change_number, false) as was_active,
        coalesce(last_number_to_active = last_change_number, false) as is_active,
        activations > 0 as has_activation,
        last_churn_number is not null as has_churn

    from period_changes

),

outcomes as (

    select
        *,
        case
            when was_active and not is_active then 'churned'
            when was_active and has_churn then 'churned_and_reactivated'
            when was_active then 'retained'
            when is_active and was_ever_active then 'reactivated'
            when is_active then 'new'
            when has_activation and was_ever_active then 'reactivated_and_churned'
            when has_activation then 'joined_and_churned'
            else 'inactive'
        end as outcome

    from edges

),

-- Before its first activation a customer is in no segment; it comes with the first.
customer_period_edges as (

    select
        outcomes.retention_basis,
        outcomes.period_grain,
        outcomes.period_start_date,
        outcomes.customer_id,
        outcomes.first_change_number,
        outcomes.last_change_number,
        outcomes.was_ever_active,
        outcomes.was_active,
        outcomes.is_active,
        outcomes.has_activation,
        outcomes.has_churn,
        outcomes.outcome,
        last_churns.churn_kind,
        last_churns.reason_code,
        coalesce(previous_sets.segment_set_id, last_sets.segment_set_id)
            as starting_segment_set_id,
        last_sets.segment_set_id as ending_segment_set_id

    from outcomes
    inner join segment_sets as last_sets
        on
            outcomes.retention_basis = last_sets.retention_basis
            and outcomes.customer_id = last_sets.customer_id
            and outcomes.last_change_number = last_sets.change_number
    left join segment_sets as previous_sets
        on
            outcomes.retention_basis = previous_sets.retention_basis
            and outcomes.customer_id = previous_sets.customer_id
            and outcomes.previous_change_number = previous_sets.change_number
    left join churns as last_churns
        on
            outcomes.retention_basis = last_churns.retention_basis
            and outcomes.customer_id = last_churns.customer_id
            and outcomes.last_churn_number = last_churns.change_number

)

select * from customer_period_edges
