{% macro setting(name) %}

    {% set rule = setting_rules()[name] %}
    {% set given = var(name) %}
    {% set text = '' if given is none else given | string %}
    {% set values = rule.get('values', []) %}

    {% if rule.kind == 'date' %}
        {% if not text %}
            {% do return(none) %}
        {% endif %}
        {% if modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', text)
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
        {% if modules.re.fullmatch('[0-9]{1,5}', text) and text | int >= rule.minimum %}
            {% do return(text | int) %}
        {% endif %}
        {% do refuse_setting(
            name, text, (values + ['a whole number from ' ~ rule.minimum]) | join(', ')
        ) %}

    {% elif rule.kind == 'number' %}
        {% if modules.re.fullmatch('[0-9]{1,5}(\\.[0-9]{1,4})?', text)
            and rule.minimum <= text | float <= rule.most %}
            {% do return(text | float) %}
        {% endif %}
        {% do refuse_setting(
            name, text, 'a number from ' ~ rule.minimum ~ ' to ' ~ rule.most
            ~ ' with at most 4 decimals'
        ) %}

    {% elif rule.kind == 'whole_numbers' %}
        {% set numbers = [given] if given is number else given %}
        {% set allowed = 'a list of at most ' ~ rule.most ~ ' whole numbers from '
            ~ rule.minimum %}
        {% if numbers is string or numbers is mapping or numbers is not iterable
            or numbers | length > rule.most %}
            {% do refuse_setting(name, text, allowed) %}
        {% endif %}
        {% for item in numbers %}
            {% if not modules.re.fullmatch('[0-9]{1,5}', item | string)
                or item | int < rule.minimum %}
                {% do refuse_setting(name, item, allowed) %}
            {% endif %}
        {% endfor %}
        {% do return(numbers | map('int') | unique | sort | list) %}

    {% elif rule.kind in ['choices', 'names'] %}
        {% if rule.kind == 'names' and text in values %}
            {% do return(text) %}
        {% endif %}
        {% set names = [given] if given is string and given else given %}
        {% set allowed = 'a list of ' ~ (values | join(', ')) if rule.kind == 'choices'
            else (values + ['a list of names']) | join(', ')
            ~ (', but not ' ~ (rule.reserved | join(', ')) if rule.reserved else '')
            ~ (', and no personal attribute' if rule.personal else '') %}
        {% if names is string or names is mapping or names is not iterable %}
            {% do refuse_setting(name, text, allowed) %}
        {% endif %}
        {% for item in names %}
            {% if item is not string
                or not modules.re.fullmatch('[^\\x00-\\x1f]{1,200}', item)
                or item in rule.get('reserved', [])
                or item | lower in rule.get('personal', [])
                or (rule.kind == 'choices' and item not in values) %}
                {% do refuse_setting(name, item, allowed) %}
            {% endif %}
        {% endfor %}
        {% do return(names | unique(case_sensitive=true) | list) %}

    {% elif modules.re.fullmatch(rule.pattern, text) %}
        {% do return(text) %}
    {% else %}
        {% do refuse_setting(name, text, rule.allowed) %}
    {% endif %}

{% endmacro %}
