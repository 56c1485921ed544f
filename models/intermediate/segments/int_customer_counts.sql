{% set outcomes = [
    'new', 'reactivated', 'churned', 'joined_and_churned', 'reactivated_and_churned',
    'churned_and_reactivated'
] %}
{% set counts = [
    'starting_customers', 'new_customers', 'reactivated_customers', 'churned_customers',
    'retained_customers', 'entering_customers', 'leaving_customers', 'ending_customers',
    'joined_and_churned_customers', 'reactivated_and_churned_customers',
    'churned_and_reactivated_customers', 'voluntary_churned_customers',
    'involuntary_churned_customers', 'unknown_churned_customers', 'customers_who_left',
    'starting_customers_who_left', 'activated_customers', 'first_active_customers'
] %}

with

edges as (

    select * from {{ ref('int_customer_period_edges') }}

),

segment_sets as (

    select * from {{ ref('int_segment_sets') }}

),

basis_periods as (

    select * from {{ ref('int_basis_periods') }}

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

-- Many to many on purpose: each set has a value of every segment. Who left is booked where
-- it was, everybody else where it is now; who is active at both ends under two values
-- leaves the one and enters the other.
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

booked as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        segment_name,
        segment_value,
        {% for outcome in outcomes -%}
            sum(case when outcome = '{{ outcome }}' then customers else 0 end)
                as {{ outcome }}_customers,
        {% endfor -%}
        sum(case when outcome = 'churned' and churn_kind = 'voluntary' then customers else 0 end)
            as voluntary_churned_customers,
        sum(case when outcome = 'churned' and churn_kind = 'involuntary' then customers else 0 end)
            as involuntary_churned_customers,
        sum(case when has_moved then customers else 0 end) as entering_customers,
        0 as leaving_customers,
        sum(case when has_churn then customers else 0 end) as customers_who_left,
        sum(case when has_churn and was_active then customers else 0 end)
            as starting_customers_who_left,
        sum(case when has_activation and not was_active then customers else 0 end)
            as activated_customers,
        sum(case when not was_ever_active then customers else 0 end) as first_active_customers

    from segmented
    group by
        retention_basis,
        period_grain,
        period_start_date,
        segment_name,
        segment_value

),

left_behind as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        segment_name,
        starting_value as segment_value,
        sum(customers) as leaving_customers

    from segmented
    where has_moved
    group by
        retention_basis,
        period_grain,
        period_start_date,
        segment_name,
        starting_value

),

segments as (

    select
        retention_basis,
        segment_name,
        segment_value

    from booked
    group by
        retention_basis,
        segment_name,
        segment_value

),

-- Many to many on purpose: every segment in every period of its basis.
flows as (

    select
        basis_periods.retention_basis,
        basis_periods.period_grain,
        basis_periods.period_start_date,
        basis_periods.next_period_start_date,
        basis_periods.is_complete,
        segments.segment_name,
        segments.segment_value,
        {% for outcome in outcomes -%}
            coalesce(booked.{{ outcome }}_customers, 0) as {{ outcome }}_customers,
        {% endfor -%}
        coalesce(booked.voluntary_churned_customers, 0) as voluntary_churned_customers,
        coalesce(booked.involuntary_churned_customers, 0)
            as involuntary_churned_customers,
        coalesce(booked.entering_customers, 0) as entering_customers,
        coalesce(left_behind.leaving_customers, 0) as leaving_customers,
        coalesce(booked.customers_who_left, 0) as customers_who_left,
        coalesce(booked.starting_customers_who_left, 0) as starting_customers_who_left,
        coalesce(booked.activated_customers, 0) as activated_customers,
        coalesce(booked.first_active_customers, 0) as first_active_customers

    from basis_periods
    inner join segments on basis_periods.retention_basis = segments.retention_basis
    left join booked
        on
            basis_periods.retention_basis = booked.retention_basis
            and basis_periods.period_grain = booked.period_grain
            and basis_periods.period_start_date = booked.period_start_date
            and segments.segment_name = booked.segment_name
            and segments.segment_value = booked.segment_value
    left join left_behind
        on
            basis_periods.retention_basis = left_behind.retention_basis
            and basis_periods.period_grain = left_behind.period_grain
            and basis_periods.period_start_date = left_behind.period_start_date
            and segments.segment_name = left_behind.segment_name
            and segments.segment_value = left_behind.segment_value

),

-- Who is there at the end of a period is the sum of all that came and went so far.
running as (

    select
        *,
        sum(
            new_customers + reactivated_customers - churned_customers
            + entering_customers - leaving_customers
        ) over (
            partition by
                retention_basis,
                period_grain,
                segment_name,
                segment_value
            order by period_start_date
            rows between unbounded preceding and current row
        ) as ending_customers

    from flows

),

counts_at_edges as (

    select
        *,
        ending_customers - new_customers - reactivated_customers + churned_customers
        - entering_customers + leaving_customers as starting_customers,
        ending_customers - new_customers - reactivated_customers - entering_customers
            as retained_customers,
        churned_customers - voluntary_churned_customers - involuntary_churned_customers
            as unknown_churned_customers

    from running

),

customer_counts as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        next_period_start_date,
        is_complete,
        segment_name,
        segment_value,
        {% for count in counts -%}
            cast({{ count }} as {{ dbt.type_bigint() }}) as {{ count }},
        {% endfor -%}
        {{ safe_ratio('churned_customers', 'starting_customers') }} as customer_churn_rate,
        {{ wilson_low('churned_customers', 'starting_customers') }}
            as customer_churn_rate_low,
        {{ wilson_high('churned_customers', 'starting_customers') }}
            as customer_churn_rate_high,
        1 - {{ safe_ratio('churned_customers', 'starting_customers') }}
            as customer_retention_rate,
        starting_customers < {{ setting('small_sample_size') }} as is_small_sample

    from counts_at_edges

)

select * from customer_counts
