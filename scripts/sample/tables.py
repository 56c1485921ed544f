"""How the columns of integers become the tables of the raw contract, in SQL."""

from collections.abc import Callable
from dataclasses import dataclass

from sample import parameters as p
from sample.arrays import Columns
from sample.event_log import REVENUE_TYPES
from sample.feedback import COMMENTS, SURVEY_TYPES
from sample.lives import EVENT_TYPES
from sample.people import ATTRIBUTES, FIRST_NAMES, INDUSTRIES, LAST_NAMES, SIZES
from sample.sql import (
    customer,
    day,
    event_id,
    given,
    instant,
    iso,
    money,
    padded,
    subscription,
    word,
)

FOLDER = "folder"
TEXT_FORMATS = ("csv", "csv.gz", "jsonl")


@dataclass(frozen=True)
class BadKind:
    """One way to be unusable: these columns hold those SQL literals instead."""

    name: str
    literals: dict[str, str]
    is_text_only: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its columns as SQL over the arrays, and what may be wrong with it."""

    name: str
    columns: dict[str, str]
    bad_kinds: tuple[BadKind, ...] = ()
    spoil: Callable[[Columns], Columns] | None = None

    def kinds(self, file_format: str) -> tuple[BadKind, ...]:
        """Return the bad kinds that a file of this format can hold."""
        is_text = file_format in TEXT_FORMATS
        return tuple(k for k in self.bad_kinds if is_text or not k.is_text_only)

    def query(self, file_format: str) -> str:
        """Return the SELECT over the registered arrays `rows`."""
        columns = dict(self.columns)
        for position, kind in enumerate(self.kinds(file_format), start=1):
            for column, literal in kind.literals.items():
                sql = columns[column]
                if kind.is_text_only:
                    sql = f"cast({sql} as varchar)"
                columns[column] = (
                    f"case when bad = {position} then {literal} else {sql} end"
                )
        return (
            "select "
            + ", ".join(f"{s} as {n}" for n, s in columns.items())
            + (" from rows")
        )


def _wrong_event(rows: Columns) -> Columns:
    has_price = rows["unit"] >= 0
    return {
        "unit": rows["unit"] + 100 * has_price,
        "occurred_at": rows["occurred_at"] - 3600 * ~has_price,
    }


def _wrong_amount(rows: Columns) -> Columns:
    return {"amount": rows["amount"] + 100}


def _wrong_name(rows: Columns) -> Columns:
    return {"name": (rows["name"] + 1) % len(p.ACTIVITY_NAMES)}


def _wrong_time(rows: Columns) -> Columns:
    return {"occurred_at": rows["occurred_at"] - 3600}


FIRST = word(f"number % {len(FIRST_NAMES)}", FIRST_NAMES)
LAST = word(f"number // {len(FIRST_NAMES)} % {len(LAST_NAMES)}", LAST_NAMES)
NOT_A_TIME = "'2024-13-45 25:00:00'"

CUSTOMERS = Table(
    "customers",
    {
        "customer_id": customer("number"),
        "signed_up_at": instant("signed_up_at"),
        "email": f"case when has_email = 1 then lower({FIRST} || '.' || {LAST})"
        " || '.' || number || '@example.com' end",
        "full_name": f"{FIRST} || ' ' || {LAST}",
        "acquisition_channel": word("channel", p.CHANNELS),
        "country": word("country", p.COUNTRIES),
        "merged_into_customer_id": customer("merged_into"),
        "recorded_at": instant("recorded_at"),
    },
    (
        BadKind("missing_key", {"customer_id": "null"}),
        BadKind("unparsable_timestamp", {"signed_up_at": NOT_A_TIME}, True),
    ),
)
ATTRIBUTE_ROWS = Table(
    "customer_attributes",
    {
        "customer_id": customer("number"),
        "attribute_name": word("attribute", ATTRIBUTES),
        "attribute_value": f"case when attribute = 0 then {word('value', SIZES)}"
        f" else {word('value', INDUSTRIES)} end",
        "valid_from": instant("valid_from"),
        "recorded_at": instant("recorded_at"),
    },
    (
        BadKind("missing_key", {"attribute_name": "null"}),
        BadKind("unparsable_timestamp", {"valid_from": NOT_A_TIME}, True),
    ),
)
SUBSCRIPTION_EVENTS = Table(
    "subscription_events",
    {
        "event_id": event_id("e"),
        "customer_id": customer("customer"),
        "subscription_id": subscription(),
        "event_type": word("event_type", EVENT_TYPES),
        "occurred_at": instant("occurred_at"),
        "plan_id": word("plan", p.PLANS),
        "billing_interval": word("interval", p.INTERVALS),
        "interval_count": given("interval_count"),
        "quantity": given("quantity"),
        "unit_amount": money("unit"),
        "discount_amount": money("discount"),
        "currency": word("currency", p.CURRENCIES),
        "current_period_end": instant("period_end"),
        "reason_code": word("reason", p.REASONS),
        "recorded_at": instant("recorded_at"),
    },
    (
        BadKind("unknown_event_type", {"event_type": "'upgraded'"}),
        BadKind("missing_key", {"subscription_id": "null"}),
        BadKind("unparsable_timestamp", {"occurred_at": NOT_A_TIME}, True),
    ),
    _wrong_event,
)
REVENUE_EVENTS = Table(
    "revenue_events",
    {
        "event_id": event_id("r"),
        "customer_id": customer("customer"),
        "event_type": word("event_type", REVENUE_TYPES),
        "occurred_at": instant("occurred_at"),
        "amount": money("amount"),
        "currency": word("currency", p.CURRENCIES),
        "order_id": padded("o", "order_number", 10),
        "subscription_id": subscription(),
        "product_id": padded("p", "product", 3),
        "recorded_at": instant("recorded_at"),
    },
    (
        BadKind("unknown_event_type", {"event_type": "'discount'"}),
        BadKind("negative_amount", {"amount": "-1.5"}),
        BadKind("unparsable_timestamp", {"occurred_at": NOT_A_TIME}, True),
    ),
    _wrong_amount,
)
ACTIVITY_EVENTS = Table(
    "activity_events",
    {
        "customer_id": customer("customer"),
        "event_name": word("name", p.ACTIVITY_NAMES),
        "occurred_at": instant("occurred_at"),
        "event_id": event_id("a"),
        "recorded_at": instant("recorded_at"),
    },
    (
        BadKind("missing_customer", {"customer_id": "null"}),
        BadKind("missing_name", {"event_name": "null"}),
    ),
    _wrong_name,
)
SURVEY_RESPONSES = Table(
    "survey_responses",
    {
        "response_id": event_id("n"),
        "customer_id": customer("customer"),
        "survey_type": word("survey_type", SURVEY_TYPES),
        "responded_at": iso("occurred_at"),
        "score": given("score"),
        "reason_code": word("reason", p.REASONS),
        "comment": word("comment", COMMENTS),
        "recorded_at": iso("recorded_at"),
    },
    (
        BadKind("unknown_survey_type", {"survey_type": "'ces'"}),
        BadKind("score_out_of_range", {"survey_type": "'nps'", "score": "99"}),
    ),
    _wrong_time,
)
EXCHANGE_RATES = Table(
    "exchange_rates",
    {
        "rate_date": day("day"),
        "currency": word("currency", p.CURRENCIES),
        "rate": "cast(cast(rate as decimal(14, 0)) * 0.0000000001 as decimal(18, 10))",
    },
)
ACQUISITION_COSTS = Table(
    "acquisition_costs",
    {
        "cost_date": day("day"),
        "acquisition_channel": word("channel", p.CHANNELS),
        "amount": money("amount"),
        "currency": "'USD'",
    },
    (BadKind("negative_amount", {"amount": "-1.5"}),),
)
