{% macro build_columns() %}

    {% set text = dbt.type_string() %}
    {% set columns = {
        'build_state': 'fingerprint ' ~ text ~ ', as_of_date date, first_date date',
        'built_loads': 'load_id ' ~ text,
        'built_survivors': 'customer_id ' ~ text ~ ', surviving_customer_id ' ~ text,
        'built_rates':
            'currency ' ~ text ~ ', month_start_date date, rate ' ~ type_exchange_rate(),
        'built_seeds': 'digest ' ~ text,
        'build_touched':
            'customer_id ' ~ text ~ ', log_name ' ~ text ~ ', from_date date',
        'build_changes': 'customer_id ' ~ text,
        'build_runs': 'invocation_id ' ~ text,
    } %}

    {% do return(columns) %}

{% endmacro %}
