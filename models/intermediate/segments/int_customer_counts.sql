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

customer_flows as (

    select * from {{ ref('int_customer_flows') }}

),

basis_periods as (

    select * from {{ ref('int_basis_periods') }}

),

segments as (

    select
        retention_basis,
        segment_name,
        segment_value

    from customer_flows
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
            coalesce(customer_flows.{{ outcome }}_customers, 0)
                as {{ outcome }}_customers,
        {% endfor -%}
        coalesce(customer_flows.voluntary_churned_customers, 0)
            as voluntary_churned_customers,
        coalesce(customer_flows.involuntary_churned_customers, 0)
            as involuntary_churned_customers,
        coalesce(customer_flows.entering_customers, 0) as entering_customers,
        coalesce(customer_flows.leaving_customers, 0) as leaving_customers,
        coalesce(customer_flows.customers_who_left, 0) as customers_who_left,
        coalesce(customer_flows.starting_customers_who_left, 0)
            as starting_customers_who_left,
        coalesce(customer_flows.activated_customers, 0) as activated_customers,
        coalesce(customer_flows.first_active_customers, 0) as first_active_customers

    from basis_periods
    inner join segments on basis_periods.retention_basis = segments.retention_basis
    left join customer_flows
        on
            basis_periods.retention_basis = customer_flows.retention_basis
            and basis_periods.period_grain = customer_flows.period_grain
            and basis_periods.period_start_date = customer_flows.period_start_date
            and segments.segment_name = customer_flows.segment_name
            and segments.segment_value = customer_flows.segment_value

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
        {{ safe_ratio('churned_customers', 'starting_customers') }}
            as customer_churn_rate,
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
