-- A row is a customer whose MRR of today is not the sum of the last prices of its
-- subscriptions in raw that have not ended. Only customers whose subscriptions tell a
-- plain story are looked at: started, changed, renewed, ended, each instant with one
-- event and nothing after the end, in the reporting currency, without corrections or
-- merged_customers. No policy touches them, so that last price and last end are all
-- there is to know.
with

loads as (

    select * from {{ source('raw', 'loads') }}
    where status = 'loaded'

),

subscription_events as (

    select * from {{ source('raw', 'subscription_events') }}

),

corrections as (

    select * from {{ source('raw', 'corrected_ids') }}
    where table_name = 'subscription_events'

),

-- Another version of the event may be another customer's.
corrected_ids as (

    select event_id
    from corrections
    group by event_id

),

raw_customers as (

    select * from {{ source('raw', 'customers') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

as_of_date as (

    select * from {{ ref('int_as_of_date') }}

),

known_events as (

    select
        subscription_events.*,
        {{ to_reporting_time('subscription_events.occurred_at') }} as local_at,
        as_of_date.as_of_at,
        corrected_ids.event_id is not null as is_corrected

    from subscription_events
    inner join loads on subscription_events.load_id = loads.load_id
    cross join as_of_date
    left join corrected_ids
        on subscription_events.event_id = corrected_ids.event_id
    where
        {{ to_reporting_time('subscription_events.occurred_at') }}
        < as_of_date.as_of_at

),

subscriptions as (

    select
        customer_id,
        subscription_id,
        count(*) as event_count,
        count(distinct occurred_at) as instant_count,
        max(occurred_at) as last_at,
        max(case when event_type = 'ended' then occurred_at end) as ended_at,
        max(case when event_type in ('started', 'changed') then occurred_at end)
            as priced_at,
        max(
            case
                when is_corrected then 1
                when event_type not in ('started', 'changed', 'renewed', 'ended') then 1
                when currency != {{ text_literal(setting('reporting_currency')) }}
                    then 1
                when
                    event_type = 'ended'
                    and {{ add_days(
                        'local_at', setting('subscription_merge_gap_days')
                    ) }}
                    >= as_of_at
                    then 1
                else 0
            end
        ) as has_exceptions

    from known_events
    group by
        customer_id,
        subscription_id

),

plain_customers as (

    select customer_id
    from subscriptions
    group by customer_id
    having
        max(has_exceptions) = 0
        and sum(event_count) = sum(instant_count)
        and count(priced_at) = count(*)
        and count(case when ended_at < last_at then 1 end) = 0

),

merged_customers as (

    select customer_id
    from raw_customers
    where merged_into_customer_id is not null

    union distinct

    select merged_into_customer_id as customer_id
    from raw_customers
    where merged_into_customer_id is not null

),

-- Without an end the last price holds. Its months: 52 weeks and 365.25 days make a
-- year.
prices as (

    select
        known_events.customer_id,
        case
            when subscriptions.ended_at is not null then 0
            else
                greatest(
                    cast(known_events.unit_amount as {{ type_rate() }})
                    * coalesce(known_events.quantity, 1)
                    {%- if setting('discount_policy') == 'all' %}
                        - coalesce(known_events.discount_amount, 0)
                    {%- endif %},
                    0
                )
                * case known_events.billing_interval
                    when 'day' then 30.4375
                    when 'week' then 52 / cast(12 as {{ type_rate() }})
                    when 'month' then 1
                    when 'quarter' then 1 / cast(3 as {{ type_rate() }})
                    else 1 / cast(12 as {{ type_rate() }})
                end
                / cast(
                    coalesce(known_events.interval_count, 1) as {{ type_rate() }}
                )
        end as mrr

    from known_events
    inner join subscriptions
        on
            known_events.customer_id = subscriptions.customer_id
            and known_events.subscription_id = subscriptions.subscription_id
            and known_events.occurred_at = subscriptions.priced_at

),

sums as (

    select
        prices.customer_id,
        sum(prices.mrr) as mrr,
        count(*) as subscription_count

    from prices
    inner join plain_customers on prices.customer_id = plain_customers.customer_id
    left join merged_customers on prices.customer_id = merged_customers.customer_id
    where merged_customers.customer_id is null
    group by prices.customer_id

),

-- The mart rounds each subscription to 4 decimals; this test does not, and its floats
-- are good for twelve digits.
differences as (

    select
        customers.customer_id,
        customers.mrr,
        sums.mrr as raw_mrr

    from customers
    inner join sums on customers.customer_id = sums.customer_id
    where
        abs(customers.mrr - sums.mrr)
        > 0.00006 * sums.subscription_count + sums.mrr * 0.000000000001

)

select * from differences
