{% macro is_real_date(text) %}

    {% set year, month, day = text[:4] | int, text[5:7] | int, text[8:] | int %}
    {% set is_leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0 %}
    {% set lengths = [31, 29 if is_leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] %}

    {% do return(
        year >= 1 and 1 <= month <= 12 and 1 <= day <= lengths[month - 1]
    ) %}

{% endmacro %}
