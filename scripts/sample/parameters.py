"""What is true of the made-up business: its words, shares, prices and hazards."""

from typing import Final

CHANNELS: Final = (
    "organic_search",
    "paid_search",
    "paid_social",
    "referral",
    "partner",
    "content",
)
# The last share is of customers whose channel is not known (null).
CHANNEL_SHARES: Final = (0.25, 0.22, 0.18, 0.14, 0.08, 0.10, 0.03)
# Cost in cents of one sign-up through a channel; 0 is not bought.
CHANNEL_COST_CENTS: Final = (0, 6200, 4800, 2500, 3900, 0)

COUNTRIES: Final = ("US", "CA", "AU", "GB", "DE", "FR", "NL", "BR")
COUNTRY_SHARES: Final = (0.50, 0.10, 0.08, 0.10, 0.08, 0.05, 0.02, 0.07)
COUNTRY_CURRENCY: Final = (0, 0, 0, 2, 1, 1, 1, 0)
UNKNOWN_COUNTRY_SHARE: Final = 0.02
CURRENCIES: Final = ("USD", "EUR", "GBP")
CURRENCY_PRICE_FACTORS: Final = (1.0, 0.95, 0.85)
FIRST_RATES: Final = (1.0, 1.0862350147, 1.2718440926)

INTERVALS: Final = ("day", "week", "month", "quarter", "year")
INTERVAL_DAYS: Final = (1, 7, 0, 0, 0)
INTERVAL_MONTHS: Final = (0, 0, 1, 3, 12)
# How people buy: (interval, interval_count, share, price against one month).
TERMS: Final = (
    (2, 1, 0.70, 1.0),
    (4, 1, 0.15, 10.0),
    (3, 1, 0.09, 2.8),
    (2, 6, 0.03, 5.4),
    (0, 30, 0.015, 1.0),
    (1, 1, 0.015, 0.3),
)
MONTHLY_TERM: Final = 0
YEARLY_TERM: Final = 1

PLANS: Final = ("free", "basic", "pro", "team", "enterprise")
FREE: Final = 0
PAID_PLAN_SHARES: Final = (0.0, 0.45, 0.33, 0.17, 0.05)
PLAN_MONTH_CENTS: Final = (0, 1900, 4900, 2900, 7900)
# Seats at the start: lowest and first above the highest.
PLAN_SEATS: Final = ((1, 2), (1, 2), (1, 3), (3, 21), (20, 121))

# Chance that a customer decides to leave within one month, before any payment fails.
BASE_MONTHLY_HAZARD: Final = 0.026
CHANNEL_HAZARD: Final = (0.80, 1.20, 1.50, 0.65, 0.85, 0.90, 1.10)
PLAN_HAZARD: Final = (1.20, 1.25, 0.95, 0.70, 0.45)
TENURE_BAND_MONTHS: Final = (0, 3, 6, 12, 24)
TENURE_HAZARD: Final = (1.80, 1.25, 0.90, 0.65, 0.45)
SEASON_HAZARD: Final = (
    *(1.12, 1.05, 1.00, 0.97, 0.95, 1.00),
    *(1.08, 1.06, 0.96, 0.94, 0.95, 0.92),
)
HIGHEST_MONTHLY_HAZARD: Final = 0.5

FAILED_PAYMENT_SHARE: Final = 0.030  # of renewals that are due
RECOVERY_SHARE: Final = 0.72  # of failed payments
FRAUD_SHARE: Final = 0.004  # of first paid intervals
PAUSE_SHARE: Final = 0.008  # of intervals
PAUSE_NEVER_RESUMED_SHARE: Final = 0.10
CHANGE_SHARE: Final = 0.035  # of intervals
# A change: better plan, lesser plan, more seats, fewer seats, discount on or off.
CHANGE_SHARES: Final = (0.34, 0.20, 0.24, 0.16, 0.06)
FREE_UPGRADE_SHARE: Final = 0.035
WITHDRAWN_REQUEST_SHARE: Final = 0.004  # of intervals
NEW_ID_SHARE: Final = 0.002  # back-to-back renewal under a new subscription id
NEW_INTERVAL_SHARE: Final = 0.004  # month to year, by `changed`

# How a decision to leave shows: request and end, request alone, end at once,
# end with the paid period.
LEAVING_SHARES: Final = (0.55, 0.15, 0.15, 0.15)
# A null reason is the empty one; those in neither list of churn reasons are on purpose.
REASONS: Final = (
    "too_expensive",
    "missing_features",
    "switched_to_competitor",
    "no_longer_needed",
    "poor_support",
    "moved_abroad",
    "payment_failed",
    "card_expired",
    "past_due",
    "insufficient_funds",
    "fraud",
    "trial_expired",
)
VOLUNTARY_REASONS: Final = {
    0: 0.28,
    1: 0.19,
    2: 0.16,
    3: 0.20,
    4: 0.07,
    5: 0.03,
    -1: 0.07,
}
INVOLUNTARY_REASONS: Final = {6: 0.45, 7: 0.30, 8: 0.13, 9: 0.05, -1: 0.07}
TRIAL_REASONS: Final = {11: 0.30, 0: 0.15, -1: 0.55}
REASON_FRAUD: Final = 10
REASON_NO_LONGER_NEEDED: Final = 3

# What a customer starts with: nothing, a paid plan, a trial, the free plan.
BEGINNING_SHARES: Final = (0.18, 0.36, 0.34, 0.12)
SECOND_SUBSCRIPTION_SHARE: Final = 0.08
TRIAL_CONVERSION: Final = (0.62, 0.50, 0.42, 0.68, 0.60, 0.57, 0.50)  # by channel
TRIAL_DAYS: Final = 14
REACTIVATION_AFTER_VOLUNTARY: Final = 0.12
REACTIVATION_AFTER_INVOLUNTARY: Final = 0.35
DISCOUNT_PERCENTS: Final = (0, 10, 20, 30, 100)
DISCOUNT_SHARES: Final = (0.84, 0.08, 0.05, 0.028, 0.002)
MERGED_SHARE: Final = 0.003
MERGED_CHAIN_SHARE: Final = 0.10
NOT_EXPORTED_SHARE: Final = 0.001  # events, but no row in `customers`

BUYER_SHARE: Final = 0.60
ORDERS_PER_MONTH: Final = 2.5
BUYER_LIFETIME_DAYS: Final = 540.0
GUEST_SHARE: Final = 0.05  # guest orders against those of customers
REFUND_SHARE: Final = 0.015
CHARGEBACK_SHARE: Final = 0.0015

ACTIVITY_NAMES: Final = (
    "app_opened",
    "feature_used",
    "report_viewed",
    "support_contacted",
    "file_exported",
    "teammate_invited",
)
ACTIVITY_SHARES: Final = (0.42, 0.30, 0.14, 0.06, 0.05, 0.03)
ACTIVITY_FALL_DAYS: Final = 60  # activity falls over these days before an end
ACTIVITY_LEFT_AT_END: Final = 0.15
WEEKEND_ACTIVITY: Final = 0.65

DUPLICATE_SHARE: Final = 0.001
CORRECTION_SHARE: Final = 0.001
BAD_SHARE: Final = 0.001
