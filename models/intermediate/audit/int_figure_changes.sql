with

figures as (

    select * from {{ ref('stg_published_figures') }}
    where mart_name not in ('publication', 'arrivals')

),

-- A row of a mart is closed from the publication on that first showed it complete.
closed_rows as (

    select
        mart_name,
        row_key,
        min(published_at) as closed_at,
        min(value) as complete_since

    from figures
    where
        column_name = 'complete_since'
        and value is not null
    group by
        mart_name,
        row_key

),

steps as (

    select
        mart_name,
        row_key,
        column_name,
        published_at,
        load_id,
        value as new_value,
        lag(value) over (
            partition by
                mart_name,
                row_key,
                column_name
            order by published_at
        ) as old_value,
        lag(published_at) over (
            partition by
                mart_name,
                row_key,
                column_name
            order by published_at
        ) as previous_published_at

    from figures
    where column_name != 'complete_since'

),

-- A figure that was null when its row was closed has no row of its own before.
changes as (

    select
        steps.mart_name,
        steps.row_key,
        steps.column_name,
        steps.published_at,
        {{ dbt.split_part('steps.row_key', "'/'", 1) }} as period_grain,
        cast({{ dbt.split_part('steps.row_key', "'/'", 2) }} as date)
            as period_start_date,
        cast(closed_rows.complete_since as date) as complete_since,
        coalesce(steps.previous_published_at, closed_rows.closed_at)
            as previous_published_at,
        case
            when steps.column_name = 'cumulative_revenue' then 'cohort_revenue'
            when steps.column_name = 'retained_mrr' then 'mrr'
            when steps.mart_name = 'metrics_mrr_by_period' then 'mrr'
            when
                steps.mart_name in (
                    'metrics_customer_churn_by_period', 'metrics_retention_by_cohort'
                )
                then {{ dbt.split_part('steps.row_key', "'/'", 3) }}
            when steps.column_name in ('respondents', 'nps', 'csat') then 'survey'
            else 'revenue'
        end as figure_group,
        steps.old_value,
        steps.new_value,
        steps.load_id

    from steps
    inner join closed_rows
        on
            steps.mart_name = closed_rows.mart_name
            and steps.row_key = closed_rows.row_key
    where steps.published_at > closed_rows.closed_at

)

select * from changes
