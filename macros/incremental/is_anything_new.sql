{% macro is_anything_new() %}

    {#- Whoever selects some models wants them built, and what tells is not among them. -#}
    {% if not continues_builds() or not knows_what_is_new() %}
        {% do return(true) %}
    {% endif %}

    {% set query %}
        select
            (
                select count(*)
                from {{ build_table('int_build_window') }}
                where known_until_at = as_of_at
            ) as same_windows,
            (
                select count(*) from {{ build_table('int_new_loads') }} where is_new
            ) as new_loads,
            (select count(*) from {{ build_table('build_runs') }}) as builds
    {% endset %}
    {% set answer = run_query(query).rows[0] %}

    {% do return(answer[0] == 0 or answer[1] > 0 or answer[2] > 1) %}

{% endmacro %}
