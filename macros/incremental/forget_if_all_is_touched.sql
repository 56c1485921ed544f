{% macro forget_if_all_is_touched() %}

    {% if execute and count_rows(this ~ " where log_name = 'everything'") > 0 %}
        {% do forget_build() %}
    {% endif %}

{% endmacro %}
