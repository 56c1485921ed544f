with

acquisition_costs as (

    select * from {{ source('raw', 'acquisition_costs') }}

),

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

-- Every version of a row stays in raw; the newest is read.
versions as (

    select
        acquisition_costs.cost_date,
        acquisition_costs.acquisition_channel,
        acquisition_costs.amount,
        coalesce(
            acquisition_costs.currency,
            {{ text_literal(setting('reporting_currency')) }}
        ) as currency,
        row_number() over (
            partition by
                acquisition_costs.cost_date,
                acquisition_costs.acquisition_channel,
                coalesce(
                    acquisition_costs.currency,
                    {{ text_literal(setting('reporting_currency')) }}
                )
            order by
                coalesce(
                    acquisition_costs.recorded_at, acquisition_costs.loaded_at
                ) desc,
                acquisition_costs.load_id desc
        ) as version_number

    from acquisition_costs
    inner join loads on acquisition_costs.load_id = loads.load_id

),

newest_versions as (

    select
        cost_date,
        acquisition_channel,
        amount,
        currency

    from versions
    where version_number = 1

)

select * from newest_versions
