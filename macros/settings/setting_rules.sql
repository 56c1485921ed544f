{% macro setting_rules() %}

    {% set given = var('personal_attributes') %}
    {% set is_list = given is iterable and given is not string %}
    {% set personal = (given if is_list else [given]) | map('lower') | list %}

    {% do return({
        'as_of_date': {'kind': 'date'},
        'reporting_timezone': {'kind': 'timezone'},
        'reporting_currency': {'kind': 'text', 'pattern': '[A-Z]{3}',
            'allowed': 'three capital letters, such as USD'},
        'fx_policy': {'kind': 'choice', 'values': ['period_start_rate', 'fixed_rate']},
        'reactivation_in_net': {'kind': 'boolean'},
        'churn_recognition': {'kind': 'choice',
            'values': ['service_end', 'cancel_request']},
        'pause_policy': {'kind': 'choice',
            'values': ['zero_mrr_keep_customer', 'churn', 'keep_mrr']},
        'past_due_policy': {'kind': 'whole_number', 'values': ['keep'], 'minimum': 0},
        'free_plan_policy': {'kind': 'choice', 'values': ['not_customer', 'customer']},
        'subscription_merge_gap_days': {'kind': 'whole_number', 'minimum': 0},
        'discount_policy': {'kind': 'choice', 'values': ['all', 'none']},
        'purchase_inactivity_days': {'kind': 'whole_number', 'minimum': 1},
        'activity_inactivity_days': {'kind': 'whole_number', 'minimum': 1},
        'counted_activity_events': {'kind': 'names', 'values': ['all']},
        'n_day_retention_days': {'kind': 'whole_numbers', 'minimum': 1, 'most': 60},
        'trial_conversion_days': {'kind': 'whole_number', 'minimum': 1},
        'gross_margin': {'kind': 'number', 'minimum': 0, 'most': 1},
        'lifetime_horizon_months': {'kind': 'whole_number', 'minimum': 1},
        'annual_discount_rate': {'kind': 'number', 'minimum': 0, 'most': 10},
        'segment_names': {'kind': 'names', 'reserved': ['all'],
            'personal': personal},
        'personal_attributes': {'kind': 'names'},
        'customer_period_grains': {'kind': 'choices',
            'values': ['day', 'week', 'month', 'quarter', 'year']},
        'small_sample_size': {'kind': 'whole_number', 'minimum': 0},
        'schema_prefix': {'kind': 'text', 'pattern': '[a-z0-9_]*',
            'allowed': 'small letters, digits and underscores'},
        'marts_reader': {'kind': 'text', 'pattern': '([a-z_][a-z0-9_]{0,62})?',
            'allowed': 'the name of a role in small letters, digits and underscores'},
    }) %}

{% endmacro %}
