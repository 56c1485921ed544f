{% macro setting(name) %}

    {% set rule = setting_rules()[name] %}
    {% set given = var(name) %}
    {% set text = '' if given is none else given | string %}
    {% set values = rule.get('values', []) %}

    {% if rule.kind == 'date' %}
        {% if not text %}
            {% do return(none) %}
        {% endif %}
        {% if modules.re.match('^[0-9]{4}-[0-9]{2}-[0-9]{2}$', text)
            and is_real_date(text) %}
            {% do return(text) %}
        {% endif %}
        {% do refuse_setting(name, text, 'a date such as 2025-01-31, or nothing') %}

    {% elif rule.kind == 'timezone' %}
        {% if text in modules.pytz.all_timezones_set %}
            {% do return(text) %}
        {% endif %}
        {% do refuse_setting(name, text, 'a name of the IANA list, such as Europe/Paris') %}

    {% elif rule.kind == 'boolean' %}
        {% if text | lower in ['true', 'false'] %}
            {% do return(text | lower == 'true') %}
        {% endif %}
        {% do refuse_setting(name, text, 'true, false') %}

    {% elif rule.kind == 'choice' %}
        {% if text in values %}
            {% do return(text) %}
        {% endif %}
        {% do refuse_setting(name, text, values | join(', ')) %}

    {% elif rule.kind == 'whole_number' %}
        {% if text in values %}
            {% do return(text) %}
        {% endif %}
        {% if modules.re.match('^[0-9]{1,5}$', text) and text | int >= rule.minimum %}
            {% do return(text | int) %}
        {% endif %}
        {% do refuse_setting(
            name, text, (values + ['a whole number from ' ~ rule.minimum]) | join(', ')
        ) %}

    {% elif rule.kind == 'names' %}
        {% if text in values %}
            {% do return(text) %}
        {% endif %}
        {% set names = [given] if given is string and given else given %}
        {% if names is iterable and names is not mapping %}
            {% for item in names %}
                {% if item is not string or not modules.re.match('^[^\\x00-\\x1f]{1,200}$', item) %}
                    {% do refuse_setting(name, item, 'a list of names') %}
                {% endif %}
            {% endfor %}
            {% do return(names | unique | list) %}
        {% endif %}
        {% do refuse_setting(name, text, (values + ['a list of names']) | join(', ')) %}

    {% elif modules.re.match(rule.pattern, text) %}
        {% do return(text) %}
    {% else %}
        {% do refuse_setting(name, text, rule.allowed) %}
    {% endif %}

{% endmacro %}
