-- A row says that past_due, the reason that past_due_policy itself gives, is missing
-- from the seed or is not involuntary there.
with

churn_reasons as (

    select * from {{ ref('churn_reasons') }}

),

counts as (

    select
        count(
            case
                when reason_code = 'past_due' and churn_kind = 'involuntary' then 1
            end
        ) as involuntary_rows

    from churn_reasons

)

select * from counts
where involuntary_rows != 1
