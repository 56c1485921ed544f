"""Source folders written as short stories, and marts told the same way."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from loading.contract import TABLES_BY_NAME
from project_build import Warehouse

Row = Mapping[str, object]


def table_csv(table: str, rows: Iterable[Row]) -> str:
    """Return a file of a raw table, with all columns of the contract."""
    text = io.StringIO()
    writer = csv.DictWriter(text, TABLES_BY_NAME[table].column_names)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def lines_of(story: str) -> list[list[str]]:
    """Return the words of each line; `#` starts a remark."""
    lines = [line.partition("#")[0].split() for line in story.splitlines()]
    return [words for words in lines if words]


def row_of(names: tuple[str, ...], words: list[str]) -> dict[str, str]:
    """Return a row: words in the order of `names`, then `column=value`."""
    given = [word for word in words if "=" not in word]
    row = dict(zip(names, given, strict=False))
    for word in words:
        name, is_named, value = word.partition("=")
        if is_named:
            row[name] = value
    return row


def subscription_events(story: str) -> str:
    """Return a file of events.

    Args:
        story: Lines `customer subscription instant type [unit_amount] [column=value]`;
            a price is a month's, unless the line says otherwise.

    """
    names = (
        "customer_id",
        "subscription_id",
        "occurred_at",
        "event_type",
        "unit_amount",
    )
    rows = []
    for number, words in enumerate(lines_of(story)):
        row = {"event_id": f"e{number:04d}"} | row_of(names, words)
        if row["event_type"] in ("started", "changed"):
            row.setdefault("billing_interval", "month")
        rows.append(row)
    return table_csv("subscription_events", rows)


def revenue_events(story: str) -> str:
    """Return a file of revenue; lines `customer instant type amount [column=value]`."""
    names = ("customer_id", "occurred_at", "event_type", "amount")
    rows = [
        {"event_id": f"r{number:04d}"} | row_of(names, words)
        for number, words in enumerate(lines_of(story))
    ]
    return table_csv("revenue_events", rows)


def activity_events(story: str) -> str:
    """Return a file of activity; lines `customer instant name`."""
    names = ("customer_id", "occurred_at", "event_name")
    return table_csv("activity_events", (row_of(names, w) for w in lines_of(story)))


def survey_responses(story: str) -> str:
    """Return a file of answers; lines `customer instant survey_type [score]`."""
    names = ("customer_id", "responded_at", "survey_type", "score")
    rows = [
        {"response_id": f"a{number:04d}"} | row_of(names, words)
        for number, words in enumerate(lines_of(story))
    ]
    return table_csv("survey_responses", rows)


def customers(story: str) -> str:
    """Return a file of customers; lines `customer [column=value]`."""
    rows = (row_of(("customer_id",), words) for words in lines_of(story))
    return table_csv("customers", rows)


def customer_attributes(story: str) -> str:
    """Return a file of attributes; lines `customer name value [valid_from]`."""
    names = ("customer_id", "attribute_name", "attribute_value", "valid_from")
    return table_csv("customer_attributes", (row_of(names, w) for w in lines_of(story)))


def exchange_rates(story: str) -> str:
    """Return a file of rates; lines `date currency rate`."""
    names = ("rate_date", "currency", "rate")
    return table_csv("exchange_rates", (row_of(names, w) for w in lines_of(story)))


def told(value: object) -> str:
    """Return a value as a story writes it; nothing is a dash."""
    if value is None:
        return "-"
    if isinstance(value, datetime):
        is_whole = not (value.second or value.microsecond)
        return value.isoformat(timespec="minutes" if is_whole else "auto")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return str(value)


def movements(warehouse: Warehouse, customer_id: str) -> list[str]:
    """Return movements as lines `instant type mrr_before mrr_after [reason]`."""
    rows = warehouse.query(
        "select occurred_at, movement_type, mrr_before, mrr_after, reason_code, "
        "mrr_change = mrr_after - mrr_before from marts.fct_mrr_movements "
        "where customer_id = ? order by occurred_at",
        customer_id,
    )
    assert all(row[-1] for row in rows)
    return [
        " ".join(told(value) for value in (row[:5] if row[4] else row[:4]))
        for row in rows
    ]


def churns(
    warehouse: Warehouse, customer_id: str, basis: str = "subscription"
) -> list[str]:
    """Return churns as lines `instant kind reason lost_mrr returned_at`."""
    rows = warehouse.query(
        "select churned_at, churn_kind, reason_code, lost_mrr, returned_at "
        "from marts.fct_churns where customer_id = ? and retention_basis = ? "
        "order by churned_at",
        customer_id,
        basis,
    )
    return [" ".join(told(value) for value in row) for row in rows]
