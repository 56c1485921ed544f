{{ config(materialized='view') }}

with

data_quality_issue_codes as (

    select * from {{ ref('data_quality_issue_codes') }}

),

issue_codes as (

    select
        issue_code,
        severity,
        description

    from data_quality_issue_codes

)

select * from issue_codes
