with

basis_periods as (

    select * from {{ ref('int_basis_periods') }}
    where period_grain = 'month' and is_complete

),

numbered_months as (

    select
        retention_basis,
        period_start_date,
        row_number() over (
            partition by retention_basis
            order by period_start_date desc
        ) as months_back

    from basis_periods

),

recent_months as (

    select
        retention_basis,
        period_start_date,
        count(*) over (partition by retention_basis) as complete_months

    from numbered_months
    where months_back <= 6

)

select * from recent_months
