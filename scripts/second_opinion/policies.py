"""Every var of the definitions, with its default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from second_opinion.benchmarks import Benchmark
from second_opinion.errors import UsageError
from second_opinion.raw_rows import RawData
from second_opinion.time_zone import ReportingZone

BUILT_IN_REASONS = {"past_due": "involuntary"}
NOT_A_FACT_YET = ("ended", "cancel_requested")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The vars of one build; `as_of_date` is the first date that is not known."""

    as_of_date: date
    reporting_timezone: str = "UTC"
    reporting_currency: str = "USD"
    purchase_inactivity_days: int = 90
    activity_inactivity_days: int = 30
    churn_recognition: str = "service_end"
    pause_policy: str = "zero_mrr_keep_customer"
    past_due_days: int | None = None  # var past_due_policy; None: keep
    free_plan_policy: str = "not_customer"
    subscription_merge_gap_days: int = 0
    discount_policy: str = "all"
    fx_policy: str = "period_start_rate"
    reactivation_in_net: bool = False
    n_day_retention_days: tuple[int, ...] = (1, 3, 7, 14, 30, 60, 90)
    trial_conversion_days: int = 30
    gross_margin: Decimal = Decimal(1)
    lifetime_horizon_months: int = 36
    annual_discount_rate: Decimal = Decimal("0.10")
    counted_activity_events: tuple[str, ...] | None = None  # None: all
    small_sample_size: int = 30
    segment_names: tuple[str, ...] = ("acquisition_channel", "country", "plan_id")
    customer_period_grains: tuple[str, ...] = ("month",)
    personal_attributes: tuple[str, ...] = ("email", "full_name", "phone")
    churn_kinds: Mapping[str, str] = field(
        default_factory=lambda: dict(BUILT_IN_REASONS)
    )
    benchmarks: tuple[Benchmark, ...] = ()

    def as_vars(self) -> dict[str, object]:
        """Return the same policies as the vars that dbt is given, JSON types only."""
        counted = self.counted_activity_events
        days = self.past_due_days
        return {
            "as_of_date": self.as_of_date.isoformat(),
            "reporting_timezone": self.reporting_timezone,
            "reporting_currency": self.reporting_currency,
            "purchase_inactivity_days": self.purchase_inactivity_days,
            "activity_inactivity_days": self.activity_inactivity_days,
            "churn_recognition": self.churn_recognition,
            "pause_policy": self.pause_policy,
            "past_due_policy": "keep" if days is None else days,
            "free_plan_policy": self.free_plan_policy,
            "subscription_merge_gap_days": self.subscription_merge_gap_days,
            "discount_policy": self.discount_policy,
            "fx_policy": self.fx_policy,
            "reactivation_in_net": self.reactivation_in_net,
            "n_day_retention_days": list(self.n_day_retention_days),
            "trial_conversion_days": self.trial_conversion_days,
            "gross_margin": float(self.gross_margin),
            "lifetime_horizon_months": self.lifetime_horizon_months,
            "annual_discount_rate": float(self.annual_discount_rate),
            "counted_activity_events": "all" if counted is None else list(counted),
            "small_sample_size": self.small_sample_size,
            "segment_names": list(self.segment_names),
            "customer_period_grains": list(self.customer_period_grains),
            "personal_attributes": list(self.personal_attributes),
        }


def default_as_of_date(raw: RawData, timezone: str, started_at: datetime) -> date:
    """Return the day after the last event, ends excluded, at most the start day.

    Args:
        raw: The rows that are read (newest versions).
        timezone: IANA name of the reporting zone.
        started_at: When the run starts, naive UTC.

    """
    zone = ReportingZone(timezone)
    today = zone.date_of(started_at)
    instants = [
        event.occurred_at
        for event in raw.subscription_events
        if event.event_type not in NOT_A_FACT_YET
    ]
    instants += [event.occurred_at for event in raw.revenue_events]
    instants += [event.occurred_at for event in raw.activity_events]
    if not instants:
        return today
    return min(today, zone.date_of(max(instants)) + timedelta(days=1))


def _whole(variables: Mapping[str, object], name: str, default: int) -> int:
    """Read a var that is a whole number."""
    value = variables.get(name, default)
    try:
        return int(str(value))
    except ValueError as error:
        raise UsageError(f"var {name}: {value!r} is no number") from error


def _decimal(variables: Mapping[str, object], name: str, default: str) -> Decimal:
    """Read a var that is a decimal number."""
    value = variables.get(name, default)
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise UsageError(f"var {name}: {value!r} is no number") from error


def _names(value: object) -> tuple[str, ...]:
    """Read a var that is a list, or one text with commas."""
    if isinstance(value, (list, tuple)):
        return tuple(str(item) for item in value)
    return tuple(part.strip() for part in str(value).split(",") if part.strip())


def given_as_of_date(variables: Mapping[str, object]) -> date | None:
    """Return the var `as_of_date`, or None where the default rule holds.

    Raises:
        UsageError: The var is no date.

    """
    value = variables.get("as_of_date")
    if value is None or str(value).strip().lower() in ("", "none", "null"):
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise UsageError(f"var as_of_date: {value!r} is no date") from error


def policies_from_vars(
    variables: Mapping[str, object],
    as_of_date: date,
    churn_kinds: Mapping[str, str],
    benchmarks: tuple[Benchmark, ...] = (),
) -> Policies:
    """Policies of one build from the vars of dbt; missing vars keep the default.

    Kinds by reason code, and benchmarks, are those of the seeds.

    Raises:
        UsageError: A var has a value that cannot be read.

    """
    text = {name: str(value) for name, value in variables.items() if value is not None}
    past_due = text.get("past_due_policy", "keep")
    counted = variables.get("counted_activity_events") or "all"
    is_all = counted in ("all", ["all"])
    names = variables.get("segment_names")
    personal = variables.get("personal_attributes")
    days = variables.get("n_day_retention_days")
    grains = variables.get("customer_period_grains")
    return Policies(
        as_of_date=as_of_date,
        reporting_timezone=text.get("reporting_timezone", "UTC"),
        reporting_currency=text.get("reporting_currency", "USD"),
        purchase_inactivity_days=_whole(variables, "purchase_inactivity_days", 90),
        activity_inactivity_days=_whole(variables, "activity_inactivity_days", 30),
        churn_recognition=text.get("churn_recognition", "service_end"),
        pause_policy=text.get("pause_policy", "zero_mrr_keep_customer"),
        past_due_days=None
        if past_due == "keep"
        else _whole(variables, "past_due_policy", 0),
        free_plan_policy=text.get("free_plan_policy", "not_customer"),
        subscription_merge_gap_days=_whole(variables, "subscription_merge_gap_days", 0),
        discount_policy=text.get("discount_policy", "all"),
        fx_policy=text.get("fx_policy", "period_start_rate"),
        reactivation_in_net=text.get("reactivation_in_net", "false").lower() == "true",
        n_day_retention_days=(1, 3, 7, 14, 30, 60, 90)
        if days is None
        else tuple(int(day) for day in _names(days)),
        trial_conversion_days=_whole(variables, "trial_conversion_days", 30),
        gross_margin=_decimal(variables, "gross_margin", "1.0"),
        lifetime_horizon_months=_whole(variables, "lifetime_horizon_months", 36),
        annual_discount_rate=_decimal(variables, "annual_discount_rate", "0.10"),
        counted_activity_events=None if is_all else _names(counted),
        small_sample_size=_whole(variables, "small_sample_size", 30),
        segment_names=("acquisition_channel", "country", "plan_id")
        if names is None
        else _names(names),
        customer_period_grains=("month",) if grains is None else _names(grains),
        personal_attributes=("email", "full_name", "phone")
        if personal is None
        else _names(personal),
        churn_kinds=churn_kinds,
        benchmarks=benchmarks,
    )
