{% macro forget_other_builds() %}

    {% set state = build_table('build_state') %}
    {% set touched = build_table('int_touched_customers') %}
    {% set fingerprint = build_fingerprint() %}

    {#- Tables of seeds may be those of other files. -#}
    {% set is_other =
        "fingerprint != '" ~ fingerprint ~ "' or not exists (select 1 from "
        ~ build_table('built_seeds') ~ " where digest = '" ~ seeds_digest() ~ "')" %}
    {% set statements = [
        "delete from " ~ state ~ " where " ~ ("true" if flags.FULL_REFRESH else is_other)
    ] %}

    {% if load_cached_relation(touched) %}
        {% do statements.append(
            "insert into " ~ touched ~ " (customer_id, log_name, from_date)"
            ~ " select '', 'everything', cast(null as date) from (select count(*) as builds from "
            ~ state ~ ") as known where builds = 0 and not exists (select 1 from "
            ~ touched ~ " where log_name = 'everything')"
        ) %}
    {% endif %}

    {% do return(statements) %}

{% endmacro %}
