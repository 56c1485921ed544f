"""The known truth: what was drawn, and from what, to hold an estimate against."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from sample import parameters as p
from sample.arrays import Columns
from sample.dirt import Dirt
from sample.endings import ENDINGS
from sample.settings import Settings
from sample.subscriptions import History
from sample.tally import HazardTally

HAZARD_NOTE = (
    "Chance of deciding to leave in one billing interval of m months: 1 - (1 - h)^m, "
    "h = base * channel * plan * tenure * season (month in which the interval begins; "
    "tenure in months of 30.4375 days since the life began, at that instant), "
    "not drawn while paused. A decision drawn for an interval ends the subscription "
    "inside it or at its end. Payments fail, fraud and pauses end others besides."
)


class Truth:
    """Collects the counts of all blocks."""

    def __init__(self, settings: Settings) -> None:
        """Begin at zero."""
        self._settings = settings
        self.hazard = HazardTally()
        self.tables: dict[str, Dirt] = {}
        self._counts: dict[str, int] = {}
        self._endings: dict[str, dict[str, int]] = {}

    def add_block(self, customers: Columns, history: History) -> None:
        """Count one block of customers and what became of their subscriptions."""
        self._count("merged_customers", int((customers["merged_into"] >= 0).sum()))
        self._count("customers_without_row", int((customers["is_exported"] == 0).sum()))
        ids = history.lives.customer * 1000 + history.lives.subscription
        self._count("subscription_lives", len(history.lives))
        self._count("priced_subscriptions", len(np.unique(ids)))
        people = np.unique(history.lives.customer)
        self._count("customers_with_priced_subscription", len(people))
        self._count("trials", history.trials)
        self._count("converted_trials", history.converted_trials)
        for kind, ending in enumerate(ENDINGS):
            is_kind = history.ends.kind == kind
            self._count(f"lives_{ending}", int(is_kind.sum()))
            reasons = history.ends.reason[is_kind] + 1
            for reason, lives in enumerate(np.bincount(reasons).tolist()):
                if lives and kind > 0:
                    name = _reason(reason - 1)
                    by_reason = self._endings.setdefault(ending, {})
                    by_reason[name] = by_reason.get(name, 0) + lives

    def write(self, path: Path) -> None:
        """Write everything as JSON."""
        settings = self._settings
        document = {
            "arguments": {
                "customers": settings.customers,
                "months": settings.months,
                "seed": settings.seed,
                "end": settings.end_date.isoformat(),
                "activity_per_month": settings.activity_per_month,
            },
            "tables": {name: asdict(dirt) for name, dirt in self.tables.items()},
            "counts": self._counts,
            "endings_by_reason": self._endings,
            "parameters": _parameters(),
            "hazard_by_channel_plan_tenure": self.hazard.rows(),
        }
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")

    def _count(self, name: str, number: int) -> None:
        self._counts[name] = self._counts.get(name, 0) + number


def _reason(position: int) -> str:
    return p.REASONS[position] if position >= 0 else ""


def _shares(shares: dict[int, float]) -> dict[str, float]:
    return {_reason(position): share for position, share in shares.items()}


def _parameters() -> dict[str, object]:
    channels = (*p.CHANNELS, "unknown")
    return {
        "hazard_note": HAZARD_NOTE,
        "base_monthly_hazard": p.BASE_MONTHLY_HAZARD,
        "highest_monthly_hazard": p.HIGHEST_MONTHLY_HAZARD,
        "channel_factor": dict(zip(channels, p.CHANNEL_HAZARD, strict=True)),
        "plan_factor": dict(zip(p.PLANS, p.PLAN_HAZARD, strict=True)),
        "tenure_factor_from_month": dict(
            zip(p.TENURE_BAND_MONTHS, p.TENURE_HAZARD, strict=True)
        ),
        "season_factor_by_month": dict(enumerate(p.SEASON_HAZARD, start=1)),
        "failed_payment_share": p.FAILED_PAYMENT_SHARE,
        "recovery_share": p.RECOVERY_SHARE,
        "fraud_share_of_first_intervals": p.FRAUD_SHARE,
        "pause_share": p.PAUSE_SHARE,
        "pause_never_resumed_share": p.PAUSE_NEVER_RESUMED_SHARE,
        "reactivation_share_after_decision": p.REACTIVATION_AFTER_VOLUNTARY,
        "reactivation_share_after_payment": p.REACTIVATION_AFTER_INVOLUNTARY,
        "trial_conversion_share": dict(zip(channels, p.TRIAL_CONVERSION, strict=True)),
        "reason_shares_of_decisions": _shares(p.VOLUNTARY_REASONS),
        "reason_shares_of_payments": _shares(p.INVOLUNTARY_REASONS),
        "reason_shares_of_lapsed_trials": _shares(p.TRIAL_REASONS),
    }
