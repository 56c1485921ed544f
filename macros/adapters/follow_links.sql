{% macro follow_links(links) -%}

    {#- Spark computes a CTE anew wherever it is read: ten doublings of one that is read
        twice would be a thousand copies. -#}
    {{ return(adapter.dispatch('follow_links')(links)) }}

{%- endmacro %}

{% macro default__follow_links(links) -%}

    select
        near.customer_id,
        coalesce(far.survivor_id, near.survivor_id) as survivor_id

    from {{ links }} as near
    left join {{ links }} as far on near.survivor_id = far.customer_id

{%- endmacro %}

{% macro spark__follow_links(links) -%}

    {#- Each link asks at its survivor, and answers at its customer. -#}
    select
        customer_id,
        coalesce(far_survivor_id, survivor_id) as survivor_id

    from (
        select
            customer_id,
            survivor_id,
            is_asking,
            max(case when not is_asking then survivor_id end) over (
                partition by case when is_asking then survivor_id else customer_id end
            ) as far_survivor_id

        from {{ links }}
        lateral view explode(array(true, false)) sides as is_asking
    )
    where is_asking

{%- endmacro %}
