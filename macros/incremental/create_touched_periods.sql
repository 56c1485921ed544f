{% macro create_touched_periods(touched_by, dated_inputs) %}

    {% do create_touched_customers(touched_by) %}

    {% set period_days = ref('int_period_days') %}
    {% set touched_days = adapter.quote('int_period_days__touched') %}
    {% set periods %}
        select
            period_days.period_grain,
            period_days.period_start_date

        from {{ period_days }} as period_days
        inner join (
            {% for node in inputs_by_customer() %}
                {% set now = touched_view(node) %}
                {% set earlier = earlier_view(node) %}

                select {{ dated_inputs[node.name] }} as date_day from (
                    (select * from {{ earlier }} except all select * from {{ now }})
                    union all
                    (select * from {{ now }} except all select * from {{ earlier }})
                ) as differences

                {{ 'union all' if not loop.last }}
            {% endfor %}
        ) as touched_days
            on period_days.date_day = touched_days.date_day
        group by
            period_days.period_grain,
            period_days.period_start_date
    {% endset %}
    {% do create_temporary_table('touched_periods__now', periods) %}

    {% do run_statement(
        "create or replace temporary view " ~ touched_days ~ " as select * from " ~ period_days
        ~ " where (period_grain, period_start_date) in"
        ~ " (select period_grain, period_start_date from "
        ~ temporary_table('touched_periods__now') ~ ")"
    ) %}
    {% do create_temporary_table(
        'touched_rows__now', sql | replace(period_days | string, touched_days)
    ) %}

{% endmacro %}
