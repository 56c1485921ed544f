{% macro knows_what_is_new() %}

    {% for name in ['int_new_loads', 'int_build_window', 'int_touched_customers'] %}
        {% if 'model.' ~ project_name ~ '.' ~ name not in selected_resources %}
            {% do return(false) %}
        {% endif %}
    {% endfor %}

    {% do return(true) %}

{% endmacro %}
