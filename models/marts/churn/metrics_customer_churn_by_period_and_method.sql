with

customer_counts as (

    select * from {{ ref('int_customer_counts') }}
    where segment_name = 'all'

),

-- Who makes the difference between one house's rule and another's.
differences as (

    select
        *,
        customers_who_left - starting_customers_who_left as passing_customers,
        starting_customers_who_left - churned_customers as returned_customers

    from customer_counts

),

methods as (

    select
        *,
        'standard' as method,
        churned_customers as numerator,
        starting_customers as denominator,
        'Of those there at the start, who is gone at the end.' as explanation

    from differences

    union all

    select
        *,
        'start_plus_new' as method,
        customers_who_left as numerator,
        starting_customers + activated_customers as denominator,
        {{ dbt.concat([
            dbt.safe_cast('passing_customers', dbt.type_string()),
            "' who joined or returned and left again, '",
            dbt.safe_cast('returned_customers', dbt.type_string()),
            "' who left and came back; '",
            dbt.safe_cast('activated_customers', dbt.type_string()),
            "' who became active in the period are in the denominator.'",
        ]) }} as explanation

    from differences

    union all

    select
        *,
        'exclude_same_period' as method,
        starting_customers_who_left as numerator,
        starting_customers as denominator,
        {{ dbt.concat([
            dbt.safe_cast('returned_customers', dbt.type_string()),
            "' who left and came back.'",
        ]) }} as explanation

    from differences

    union all

    select
        *,
        'trailing' as method,
        customers_who_left as numerator,
        starting_customers as denominator,
        {{ dbt.concat([
            dbt.safe_cast('passing_customers', dbt.type_string()),
            "' who joined or returned and left again, '",
            dbt.safe_cast('returned_customers', dbt.type_string()),
            "' who left and came back.'",
        ]) }} as explanation

    from differences

    union all

    select
        *,
        'naive_formula' as method,
        starting_customers - ending_customers + first_active_customers as numerator,
        starting_customers as denominator,
        {{ dbt.concat([
            dbt.safe_cast(
                'first_active_customers - new_customers', dbt.type_string()
            ),
            "' who joined and left again count as lost, '",
            dbt.safe_cast('reactivated_customers', dbt.type_string()),
            "' who returned count as kept.'",
        ]) }} as explanation

    from differences

),

customer_churn_by_period_and_method as (

    select
        retention_basis,
        period_grain,
        period_start_date,
        next_period_start_date,
        is_complete,
        method,
        numerator,
        denominator,
        {{ safe_ratio('numerator', 'denominator') }} as customer_churn_rate,
        explanation

    from methods

)

select * from customer_churn_by_period_and_method
