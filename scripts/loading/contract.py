"""The raw contract: tables, columns, kinds, keys and allowed values.

Names come from here only, so they may be written into SQL; values never are.
"""

from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches
from typing import Literal

Kind = Literal["text", "timestamp", "date", "decimal", "rate", "integer"]

SQL_TYPES: dict[Kind, str] = {
    "text": "varchar",
    "timestamp": "timestamp",
    "date": "date",
    "decimal": "decimal(18, 4)",
    "rate": "decimal(18, 10)",
    "integer": "bigint",
}


@dataclass(frozen=True)
class Column:
    """One contract column; `required` means it must be in the file and filled."""

    name: str
    kind: Kind = "text"
    required: bool = False


@dataclass(frozen=True)
class RawTable:
    """One table of the contract.

    `key` identifies a row. `is_state` tables are exported whole: a later load
    replaces the row of the same key. `values` lists the allowed words of a column.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    is_state: bool = False
    is_event: bool = False
    occurred_at: str | None = None
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in the contract's order."""
        return tuple(column.name for column in self.columns)

    @property
    def required_names(self) -> tuple[str, ...]:
        """Names that every file must have."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def content_names(self) -> tuple[str, ...]:
        """Columns that make up the content of a row, its key and recording aside."""
        return tuple(
            name
            for name in self.column_names
            if name not in self.key and name != "recorded_at"
        )


SUBSCRIPTION_EVENT_TYPES = (
    "trial_started",
    "started",
    "changed",
    "renewed",
    "paused",
    "resumed",
    "past_due",
    "recovered",
    "cancel_requested",
    "ended",
)
# These may lie in the future: the end of a subscription is known beforehand.
SCHEDULED_EVENT_TYPES = ("ended", "cancel_requested")
PRICED_EVENT_TYPES = ("started", "changed")
BILLING_INTERVALS = ("day", "week", "month", "quarter", "year")
REVENUE_EVENT_TYPES = ("payment", "refund", "chargeback", "payment_failed")
SURVEY_TYPES = ("nps", "csat", "cancellation")


def _columns(specification: str) -> tuple[Column, ...]:
    """Read `name[:kind][!]` words into columns."""
    columns = []
    for word in specification.split():
        name, _, kind = word.rstrip("!").partition(":")
        columns.append(Column(name, kind or "text", word.endswith("!")))  # type: ignore[arg-type]
    return tuple(columns)


# exchange_rates comes first: every other table asks it which currencies are known.
TABLES: tuple[RawTable, ...] = (
    RawTable(
        "exchange_rates",
        _columns("rate_date:date! currency! rate:rate! recorded_at:timestamp"),
        key=("rate_date", "currency"),
        is_state=True,
    ),
    RawTable(
        "customers",
        _columns(
            "customer_id! signed_up_at:timestamp email full_name acquisition_channel "
            "country merged_into_customer_id recorded_at:timestamp"
        ),
        key=("customer_id",),
        is_state=True,
    ),
    RawTable(
        "customer_attributes",
        _columns(
            "customer_id! attribute_name! attribute_value valid_from:timestamp "
            "recorded_at:timestamp"
        ),
        key=("customer_id", "attribute_name", "valid_from"),
        is_state=True,
    ),
    RawTable(
        "subscription_events",
        _columns(
            "event_id! customer_id! subscription_id! event_type! "
            "occurred_at:timestamp! plan_id billing_interval interval_count:integer "
            "quantity:decimal unit_amount:decimal discount_amount:decimal currency "
            "current_period_end:timestamp reason_code recorded_at:timestamp"
        ),
        key=("event_id",),
        is_event=True,
        occurred_at="occurred_at",
        values={
            "event_type": SUBSCRIPTION_EVENT_TYPES,
            "billing_interval": BILLING_INTERVALS,
        },
    ),
    RawTable(
        "revenue_events",
        _columns(
            "event_id! customer_id event_type! occurred_at:timestamp! amount:decimal! "
            "currency order_id subscription_id product_id recorded_at:timestamp"
        ),
        key=("event_id",),
        is_event=True,
        occurred_at="occurred_at",
        values={"event_type": REVENUE_EVENT_TYPES},
    ),
    RawTable(
        "activity_events",
        _columns(
            "customer_id! event_name! occurred_at:timestamp! event_id "
            "recorded_at:timestamp"
        ),
        key=("event_id",),
        is_event=True,
        occurred_at="occurred_at",
    ),
    RawTable(
        "survey_responses",
        _columns(
            "response_id! customer_id! survey_type! responded_at:timestamp! "
            "score:decimal reason_code comment recorded_at:timestamp"
        ),
        key=("response_id",),
        occurred_at="responded_at",
        values={"survey_type": SURVEY_TYPES},
    ),
    RawTable(
        "acquisition_costs",
        _columns(
            "cost_date:date! acquisition_channel! amount:decimal! currency "
            "recorded_at:timestamp"
        ),
        key=("cost_date", "acquisition_channel", "currency"),
        is_state=True,
    ),
)

TABLES_BY_NAME = {table.name: table for table in TABLES}


def nearest(name: str, known: tuple[str, ...]) -> str:
    """Return the known name that looks most like `name`."""
    close = get_close_matches(name.strip().lower(), known, n=1, cutoff=0.0)
    return close[0] if close else known[0]


def likeness(name: str, known: tuple[str, ...]) -> float:
    """Return how much `name` looks like its nearest known name, 0 to 1."""
    lowered = name.lower()
    return max(SequenceMatcher(None, lowered, other).ratio() for other in known)


def header_fault(table: RawTable, names: list[str]) -> str | None:
    """Say what is wrong with the column names of a file, or return None.

    Args:
        table: The table that the file claims to be.
        names: Column names as the file gives them, in its order.

    """
    for name in names:
        if name not in table.column_names:
            close = nearest(name, table.column_names)
            return f"unknown column {name!r}; the nearest known one is {close!r}"
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        return f"column {doubled[0]!r} is given twice in the header"
    missing = [name for name in table.required_names if name not in names]
    if missing:
        listed = ", ".join(repr(name) for name in missing)
        return f"missing required column{'s' if len(missing) > 1 else ''} {listed}"
    return None
