{% set outcomes = [
    'new', 'reactivated', 'churned', 'joined_and_churned', 'reactivated_and_churned',
    'churned_and_reactivated'
] %}

with

edges as (

    select * from {{ ref('int_customer_period_edges') }}

),

segment_sets as (

    select * from {{ ref('int_segment_sets') }}

),

sets as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        starting_segment_set_id,
        ending_segment_set_id,
        outcome,
        churn_kind,
        was_ever_active,
        was_active,
        has_activation,
        has_churn,
        count(*) as customers

    from edges
    group by
        retention_basis,
        period_grain,
        period_start_date,
        starting_segment_set_id,
        ending_segment_set_id,
        outcome,
        churn_kind,
        was_ever_active,
        was_active,
        has_activation,
        has_churn

),

-- Many to many on purpose: each set has a value of every segment. Who left is booked
-- where it was, everybody else where it is now; who is active at both ends under two
-- values leaves the one and enters the other.
segmented as (

    select
        sets.retention_basis,
        sets.period_grain,
        sets.period_start_date,
        ending_sets.segment_name,
        starting_sets.segment_value as starting_value,
        case
            when sets.outcome = 'churned' then starting_sets.segment_value
            else ending_sets.segment_value
        end as segment_value,
        sets.outcome in ('retained', 'churned_and_reactivated')
        and starting_sets.segment_value != ending_sets.segment_value as has_moved,
        sets.outcome,
        sets.churn_kind,
        sets.was_ever_active,
        sets.was_active,
        sets.has_activation,
        sets.has_churn,
        sets.customers

    from sets
    inner join segment_sets as ending_sets
        on sets.ending_segment_set_id = ending_sets.segment_set_id
    inner join segment_sets as starting_sets
        on
            sets.starting_segment_set_id = starting_sets.segment_set_id
            and ending_sets.segment_name = starting_sets.segment_name

),

bookings as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        segment_name,
        segment_value,
        outcome,
        churn_kind,
        was_ever_active,
        was_active,
        has_activation,
        has_churn,
        case when has_moved then customers else 0 end as entering_customers,
        0 as leaving_customers,
        customers

    from segmented

    union all

    select
        retention_basis,
        period_grain,
        period_start_date,
        segment_name,
        starting_value as segment_value,
        'moved_away' as outcome,
        cast(null as {{ dbt.type_string() }}) as churn_kind,
        true as was_ever_active,
        true as was_active,
        false as has_activation,
        false as has_churn,
        0 as entering_customers,
        customers as leaving_customers,
        customers

    from segmented
    where has_moved

),

customer_flows as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        segment_name,
        segment_value,
        {% for outcome in outcomes -%}
            {{ sum_of_counts(
                "case when outcome = '%s' then customers else 0 end" % outcome
            ) }} as {{ outcome }}_customers,
        {% endfor -%}
        {% for churn_kind in ['voluntary', 'involuntary'] -%}
            {{ sum_of_counts(
                "case when outcome = 'churned' and churn_kind = '%s'" % churn_kind
                ~ " then customers else 0 end"
            ) }} as {{ churn_kind }}_churned_customers,
        {% endfor -%}
        {{ sum_of_counts('entering_customers') }} as entering_customers,
        {{ sum_of_counts('leaving_customers') }} as leaving_customers,
        {{ sum_of_counts('case when has_churn then customers else 0 end') }}
            as customers_who_left,
        {{ sum_of_counts(
            'case when has_churn and was_active then customers else 0 end'
        ) }} as starting_customers_who_left,
        {{ sum_of_counts(
            'case when has_activation and not was_active then customers else 0 end'
        ) }} as activated_customers,
        {{ sum_of_counts('case when not was_ever_active then customers else 0 end') }}
            as first_active_customers,
        {{ sum_of_counts('customers') }} as contributions

    from bookings
    group by
        retention_basis,
        period_grain,
        period_start_date,
        segment_name,
        segment_value

)

select * from customer_flows
