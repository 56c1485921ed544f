{% macro check_settings() %}

    {% for name in setting_rules() %}
        {% do setting(name) %}
    {% endfor %}

{% endmacro %}
