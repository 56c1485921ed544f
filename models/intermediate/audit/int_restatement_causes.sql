with

figures as (

    select * from {{ ref('stg_published_figures') }}

),

figure_changes as (

    select * from {{ ref('int_figure_changes') }}

),

restated_ends as (

    select
        published_at,
        figure_group,
        complete_since

    from figure_changes
    group by
        published_at,
        figure_group,
        complete_since

),

publication_steps as (

    select
        published_at,
        column_name,
        value,
        lag(value) over (
            partition by column_name
            order by published_at
        ) as previous_value

    from figures
    where mart_name = 'publication'

),

publications as (

    select
        published_at,
        max(case when column_name = 'version' then 1 else 0 end) as is_other_version,
        max(case when column_name = 'policy' then 1 else 0 end) as is_other_policy,
        max(case when column_name = 'as_of_date' then 1 else 0 end) as is_other_day,
        max(
            case
                when column_name = 'as_of_date' and value < previous_value then 1 else 0
            end
        ) as is_earlier_day

    from publication_steps
    where previous_value is not null
    group by published_at

),

arrivals as (

    select
        published_at,
        {{ dbt.split_part('row_key', "'/'", 1) }} as figure_group,
        cast(nullif({{ dbt.split_part('row_key', "'/'", 2) }}, '') as date)
            as arrived_date,
        column_name as cause

    from figures
    where mart_name = 'arrivals'

),

-- The nearest row before the end of the period; what is younger than the period can
-- only decide about its past, as an end that was announced for another day does.
ranked_arrivals as (

    select
        restated_ends.published_at,
        restated_ends.figure_group,
        restated_ends.complete_since,
        case
            when arrivals.arrived_date < restated_ends.complete_since
                then arrivals.cause
            else 'late_event'
        end as cause,
        row_number() over (
            partition by
                restated_ends.published_at,
                restated_ends.figure_group,
                restated_ends.complete_since
            order by
                case
                    when arrivals.arrived_date < restated_ends.complete_since then 0
                    else 1
                end asc,
                arrivals.arrived_date desc,
                arrivals.cause asc
        ) as arrival_rank

    from restated_ends
    inner join arrivals
        on
            restated_ends.published_at = arrivals.published_at
            and restated_ends.figure_group = arrivals.figure_group

),

nearest_arrivals as (

    select * from ranked_arrivals
    where arrival_rank = 1

),

causes as (

    select
        restated_ends.published_at,
        restated_ends.figure_group,
        restated_ends.complete_since,
        case
            when publications.is_other_version = 1 then 'version'
            when publications.is_other_policy = 1 then 'policy'
            when publications.is_earlier_day = 1 then 'as_of_date'
            when nearest_arrivals.cause is not null then nearest_arrivals.cause
            when publications.is_other_day = 1 then 'as_of_date'
        end as cause

    from restated_ends
    left join publications on restated_ends.published_at = publications.published_at
    left join nearest_arrivals
        on
            restated_ends.published_at = nearest_arrivals.published_at
            and restated_ends.figure_group = nearest_arrivals.figure_group
            and restated_ends.complete_since = nearest_arrivals.complete_since

)

select * from causes
