{% set segment_names = setting('segment_names') %}

with

customer_segment_sets as (

    select * from {{ ref('int_customer_segment_sets') }}

),

-- Everybody together is a segment too, called all: totals and cuts have one body.
segments as (

    select
        segment_set_id,
        'all' as segment_name,
        'all' as segment_value

    from customer_segment_sets

    {% for segment_name in segment_names %}

        union all

        select
            segment_set_id,
            {{ text_literal(segment_name) }} as segment_name,
            value_{{ loop.index }} as segment_value

        from customer_segment_sets

    {% endfor %}

),

segment_sets as (

    select
        segment_set_id,
        segment_name,
        segment_value,
        count(*) as contributions

    from segments
    group by
        segment_set_id,
        segment_name,
        segment_value

)

select * from segment_sets
