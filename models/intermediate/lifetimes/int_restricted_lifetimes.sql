{% set horizons = [12, 24, 36, setting('lifetime_horizon_months')] | unique | sort %}
{% set annual_rate = setting('annual_discount_rate') %}
{% set curve = [
    'retention_basis', 'period_grain', 'cohort_start_date', 'segment_name',
    'segment_value'
] | join(', ') %}

with

survival_curves as (

    select * from {{ ref('int_survival_curves') }}
    where tenure_unit = 'month'

),

steps as (

    select
        {{ curve }},
        tenure,
        lead(tenure) over (
            partition by {{ curve }}
            order by tenure
        ) as next_tenure,
        max(tenure) over (partition by {{ curve }}) as longest_tenure,
        min(survival_rate) over (partition by {{ curve }}) as last_survival_rate,
        survival_rate,
        case
            when churned < at_risk
                then
                    {{ safe_ratio('churned', 'at_risk') }}
                    / cast(at_risk - churned as {{ type_rate() }})
            else 0
        end as greenwood_term

    from survival_curves

),

-- A curve says nothing beyond the longest tenure, unless it has come down to 0 before.
pieces as (

    {% for horizon in horizons %}

        select
            {{ curve }},
            cast({{ horizon }} as {{ dbt.type_bigint() }}) as horizon_months,
            tenure,
            least(coalesce(next_tenure, {{ horizon }}), {{ horizon }}) as until_tenure,
            survival_rate,
            greenwood_term

        from steps
        where
            tenure < {{ horizon }}
            and (longest_tenure >= {{ horizon }} or last_survival_rate = 0)

        {{ 'union all' if not loop.last }}

    {% endfor %}

),

-- What a month is worth is known at its beginning: month 0 counts in full.
areas as (

    select
        {{ curve }},
        horizon_months,
        greenwood_term,
        survival_rate * (until_tenure - tenure) as area,
        survival_rate * {% if annual_rate -%}
            (
                {{ discount_factor('tenure', annual_rate) }}
                - {{ discount_factor('until_tenure', annual_rate) }}
            ) / (1 - {{ discount_factor('1', annual_rate) }})
        {%- else -%}
            (until_tenure - tenure)
        {%- endif %} as discounted_area,
        sum(survival_rate * (until_tenure - tenure)) over (
            partition by
                {{ curve }},
                horizon_months
            order by tenure desc
            rows between unbounded preceding and current row
        ) as area_from_here

    from pieces

),

restricted_lifetimes as (

    select
        {{ curve }},
        horizon_months,
        sum(area) as restricted_mean_months,
        sum(discounted_area) as discounted_mean_months,
        sqrt(sum(area_from_here * area_from_here * greenwood_term))
            as restricted_mean_standard_error

    from areas
    group by
        {{ curve }},
        horizon_months

)

select * from restricted_lifetimes
