with

figure_changes as (

    select * from {{ ref('int_figure_changes') }}

),

causes as (

    select * from {{ ref('int_restatement_causes') }}

),

restatements as (

    select
        figure_changes.mart_name,
        figure_changes.row_key,
        figure_changes.column_name,
        figure_changes.published_at,
        figure_changes.period_grain,
        figure_changes.period_start_date,
        figure_changes.previous_published_at,
        figure_changes.old_value,
        figure_changes.new_value,
        causes.cause,
        figure_changes.load_id

    from figure_changes
    left join causes
        on
            figure_changes.published_at = causes.published_at
            and figure_changes.figure_group = causes.figure_group
            and figure_changes.complete_since = causes.complete_since

)

select * from restatements
