{% set column_segments = ['acquisition_channel', 'country'] %}

-- depends_on: {{ ref('int_touched_customers') }}
with

customers as (

    select * from {{ ref('stg_customers') }}

),

attributes as (

    select * from {{ ref('stg_customer_attributes') }}

),

survivors as (

    select * from {{ ref('int_customer_survivors') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

-- On equal names and times the survivor's own word counts, then the later customer_id.
attribute_rows as (

    select
        coalesce(survivors.surviving_customer_id, attributes.customer_id)
            as customer_id,
        attributes.attribute_name,
        attributes.attribute_value,
        attributes.valid_from,
        row_number() over (
            partition by
                coalesce(survivors.surviving_customer_id, attributes.customer_id),
                attributes.attribute_name,
                attributes.valid_from
            order by
                case when survivors.customer_id is null then 0 else 1 end,
                attributes.customer_id
        ) as row_rank

    from attributes
    left join survivors on attributes.customer_id = survivors.customer_id

),

known_rows as (

    select
        attribute_rows.customer_id,
        attribute_rows.attribute_name,
        attribute_rows.attribute_value,
        attribute_rows.valid_from

    from attribute_rows
    cross join as_of_date
    where
        attribute_rows.row_rank = 1
        and (
            attribute_rows.valid_from is null
            or {{ to_reporting_time('attribute_rows.valid_from') }}
            < as_of_date.as_of_at
        )

),

{% for column_name in column_segments %}

    timeless_{{ column_name }} as (

        select customer_id
        from known_rows
        where
            valid_from is null
            and attribute_name = '{{ column_name }}'

    ),

{% endfor %}

-- A column of customers holds before the first dated row of its name.
columns_and_rows as (

    select
        customer_id,
        attribute_name,
        attribute_value,
        valid_from

    from known_rows

    {% for column_name in column_segments %}

        union all

        select
            customers.customer_id,
            '{{ column_name }}' as attribute_name,
            customers.{{ column_name }} as attribute_value,
            cast(null as {{ dbt.type_timestamp() }}) as valid_from

        from customers
        left join survivors on customers.customer_id = survivors.customer_id
        left join timeless_{{ column_name }}
            on customers.customer_id = timeless_{{ column_name }}.customer_id
        where
            timeless_{{ column_name }}.customer_id is null
            and (
                survivors.customer_id is null
                or survivors.surviving_customer_id = customers.customer_id
            )

    {% endfor %}

),

customer_attributes as (

    select
        customer_id,
        attribute_name,
        coalesce(nullif(attribute_value, ''), 'unknown') as attribute_value,
        valid_from,
        lead(valid_from) over (
            partition by
                customer_id,
                attribute_name
            order by
                coalesce(
                    valid_from, cast('0001-01-01' as {{ dbt.type_timestamp() }})
                )
        ) as next_valid_from

    from columns_and_rows

)

select * from customer_attributes
