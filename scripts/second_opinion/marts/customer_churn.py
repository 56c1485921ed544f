"""metrics_customer_churn_by_period, its twins, and churn reasons by period."""

from __future__ import annotations

from second_opinion.ledger import Sums
from second_opinion.money import rate_with_interval, ratio, to_decimal
from second_opinion.people import World
from second_opinion.segments import TOTAL
from second_opinion.tally import Tally

Row = dict[str, object]

COUNTS = (
    "starting_customers",
    "new_customers",
    "reactivated_customers",
    "churned_customers",
    "retained_customers",
    "ending_customers",
    "joined_and_churned_customers",
    "reactivated_and_churned_customers",
    "churned_and_reactivated_customers",
    "voluntary_churned_customers",
    "involuntary_churned_customers",
    "unknown_churned_customers",
)
MOVES = ("entering_customers", "leaving_customers")
PRESENCE = (
    "starting_customers",
    "ending_customers",
    "joined_and_churned_customers",
    "reactivated_and_churned_customers",
)


def _figures(sums: Sums, world: World) -> Row:
    """Return counts and rates of one period, of the total or of a segment value."""
    starting, churned = sums["starting_customers"], sums["churned_customers"]
    row: Row = {name: sums[name] for name in COUNTS}
    row |= rate_with_interval("customer_churn_rate", churned, starting)
    # In a segment 1 - churn rate: who left for another value is not lost.
    row["customer_retention_rate"] = ratio(starting - churned, starting)
    row["is_small_sample"] = starting < world.policies.small_sample_size
    return row


def churn_rows(world: World, basis: str, tally: Tally) -> list[Row]:
    """Rows of metrics_customer_churn_by_period of one basis and grain."""
    periods = tally.periods
    return [
        {"retention_basis": basis, **periods.columns(index), **_figures(sums, world)}
        for index, sums in enumerate(tally.ledgers[TOTAL].settle(len(periods)))
    ]


def churn_segment_rows(world: World, basis: str, tally: Tally) -> list[Row]:
    """Rows of metrics_customer_churn_by_period_and_segment.

    A value has a row where a customer is booked under it: at an edge, or one who was
    active inside the period only (else the values would not add up to the total).
    """
    periods, rows = tally.periods, []
    for (name, value), ledger in tally.ledgers.items():
        if not name:
            continue
        for index, sums in enumerate(ledger.settle(len(periods))):
            if any(sums[column] for column in PRESENCE):
                row: Row = {"retention_basis": basis, **periods.columns(index)}
                row |= {"segment_name": name, "segment_value": value}
                row |= {column: sums[column] for column in MOVES}
                rows.append(row | _figures(sums, world))
    return rows


def churn_method_rows(basis: str, tally: Tally) -> list[Row]:
    """Rows of metrics_customer_churn_by_period_and_method, without explanations."""
    periods, rows = tally.periods, []
    for index, sums in enumerate(tally.ledgers[TOTAL].settle(len(periods))):
        starting = sums["starting_customers"]
        left = sums["left_customers"]
        naive = starting - sums["ending_customers"] + sums["first_activated_customers"]
        methods = {
            "standard": (sums["churned_customers"], starting),
            "start_plus_new": (left, starting + sums["activated_customers"]),
            "exclude_same_period": (sums["left_starting_customers"], starting),
            "trailing": (left, starting),
            "naive_formula": (naive, starting),
        }
        for method, (numerator, denominator) in methods.items():
            row: Row = {"retention_basis": basis, **periods.columns(index)}
            row |= {
                "method": method,
                "numerator": numerator,
                "denominator": denominator,
                "customer_churn_rate": ratio(numerator, denominator),
            }
            rows.append(row)
    return rows


def churn_reason_rows(basis: str, tally: Tally) -> list[Row]:
    """Rows of metrics_churn_reasons_by_period; without MRR off the subscription."""
    periods, rows = tally.periods, []
    has_mrr = basis == "subscription"
    for index, sums in enumerate(tally.ledgers[TOTAL].settle(len(periods))):
        total, total_mrr = sums["churned_customers"], sums["churned_mrr"]
        reasons = [column for column in sums if _is_reason(column)]
        for column in reasons:
            if not isinstance(column, tuple):
                continue
            _, kind, reason = column
            count, mrr = sums[column], sums[("reason_mrr", kind, reason)]
            row: Row = {"retention_basis": basis, **periods.columns(index)}
            row |= {
                "churn_kind": kind,
                "reason_code": reason,
                "churned_customers": count,
                "churned_mrr": to_decimal(mrr) if has_mrr else None,
                "customer_share": ratio(count, total),
                "mrr_share": ratio(mrr, total_mrr) if has_mrr else None,
            }
            rows.append(row)
    return rows


def _is_reason(column: object) -> bool:
    """Whether a column of a ledger counts the customers of one reason."""
    return isinstance(column, tuple) and column[0] == "reason"
