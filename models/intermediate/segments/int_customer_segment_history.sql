{% set segment_names = setting('segment_names') %}

with

attributes as (

    select * from {{ ref('int_customer_attributes') }}
    where attribute_name in ({{ text_literals(segment_names) }})

),

plans as (

    select * from {{ ref('int_customer_plans') }}
    where is_active

),

-- While a customer has no plan, the last one it had stays its segment.
values_by_instant as (

    select
        customer_id,
        attribute_name as segment_name,
        attribute_value as segment_value,
        coalesce(valid_from, cast('0001-01-01' as {{ dbt.type_timestamp() }}))
            as valid_from

    from attributes
    where attribute_name != 'plan_id'

    {% if 'plan_id' in segment_names %}

        union all

        select
            customer_id,
            'plan_id' as segment_name,
            coalesce(plan_after, 'unknown') as segment_value,
            effective_at as valid_from

        from plans

    {% endif %}

),

neighbours as (

    select
        *,
        lag(segment_value) over (
            partition by
                customer_id,
                segment_name
            order by valid_from
        ) as previous_value

    from values_by_instant

),

segment_history as (

    select
        customer_id,
        segment_name,
        segment_value,
        valid_from

    from neighbours
    where
        previous_value is null
        or previous_value != segment_value

)

select * from segment_history
