{% macro forget_other_builds() %}

    {% set state = build_table('build_state') %}
    {% set touched = build_table('int_touched_customers') %}
    {% set fingerprint = build_fingerprint() %}

    {% set statements = [
        "delete from " ~ state ~ " where "
        ~ ("true" if flags.FULL_REFRESH else "fingerprint != '" ~ fingerprint ~ "'")
    ] %}

    {% if load_cached_relation(touched) %}
        {% do statements.append(
            "insert into " ~ touched ~ " (customer_id, log_name)"
            ~ " select '', 'everything' from (select count(*) as builds from "
            ~ state ~ ") as known where builds = 0 and not exists (select 1 from "
            ~ touched ~ " where log_name = 'everything')"
        ) %}
    {% endif %}

    {% do return(statements) %}

{% endmacro %}
