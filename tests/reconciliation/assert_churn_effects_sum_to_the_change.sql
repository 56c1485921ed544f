-- A row is a basis, period and segment whose effects do not sum to the change of the
-- churn rate in the mart of all customers, or lack where that rate is known twice.

{% set earlier_periods -%}
    partition by retention_basis, period_grain
    order by period_start_date
{%- endset %}

with

decomposition as (

    select * from {{ ref('metrics_churn_decomposition_by_period') }}

),

churn_by_period as (

    select * from {{ ref('metrics_customer_churn_by_period') }}

),

sums as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        segment_name,
        sum(total_effect) as total_effect,
        sum(starting_customers) as starting_customers,
        sum(coalesce(previous_starting_customers, 0)) as previous_starting_customers,
        min(churn_rate_change) as smallest_change,
        max(churn_rate_change) as largest_change

    from decomposition
    group by
        retention_basis,
        period_grain,
        period_start_date,
        segment_name

),

segment_names as (

    select segment_name
    from decomposition
    group by segment_name

),

changes as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        starting_customers,
        coalesce(lag(starting_customers) over ({{ earlier_periods }}), 0)
            as previous_starting_customers,
        customer_churn_rate - lag(customer_churn_rate) over ({{ earlier_periods }})
            as churn_rate_change

    from churn_by_period

),

-- Many to many on purpose: every segment divides every change.
expected as (

    select
        changes.*,
        segment_names.segment_name

    from changes
    cross join segment_names
    where
        changes.starting_customers > 0
        or changes.previous_starting_customers > 0

),

differences as (

    select
        expected.*,
        sums.total_effect

    from expected
    left join sums
        on
            expected.retention_basis = sums.retention_basis
            and expected.period_grain = sums.period_grain
            and expected.period_start_date = sums.period_start_date
            and expected.segment_name = sums.segment_name
    where
        sums.segment_name is null
        or sums.starting_customers != expected.starting_customers
        or sums.previous_starting_customers != expected.previous_starting_customers
        or (sums.total_effect is null) != (expected.churn_rate_change is null)
        or abs(sums.total_effect - expected.churn_rate_change) > 0.000000001
        or abs(sums.smallest_change - expected.churn_rate_change) > 0.000000001
        or abs(sums.largest_change - expected.churn_rate_change) > 0.000000001

)

select * from differences
