{% macro keep_note(kept, columns) %}

    {#- A finished build has emptied the note. Where every build is whole there is none. -#}
    {% if execute and continues_builds() and load_cached_relation(this) %}

        insert into {{ build_table(kept) }} ({{ columns }})
        select {{ columns }} from {{ this }}
        except
        select {{ columns }} from {{ build_table(kept) }}

    {% endif %}

{% endmacro %}
