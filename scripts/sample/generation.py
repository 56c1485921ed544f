"""Generates a whole source folder: every block of customers, then the market."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from sample import activity, feedback, market, people, revenue, tables
from sample.arrays import Columns, taken
from sample.dirt import Dirt, draw_recorded_at, soil
from sample.output import SourceFolder
from sample.settings import Settings
from sample.subscriptions import generate_subscriptions
from sample.tables import FOLDER, Table
from sample.truth import Truth

IDS_OF_A_BLOCK = 100_000_000
MANY_ROWS = 1_000_000
TRUTH_FILE = "truth.json"


def generate(
    settings: Settings, folder: Path, report: Callable[[int], None]
) -> dict[str, int]:
    """Write the source folder and its known truth.

    Args:
        settings: The request.
        folder: Absent or empty.
        report: Called with the number of customers done, after every block.

    Returns:
        Rows by table, dirt included.

    Raises:
        OSError: A file cannot be written.

    """
    truth = Truth(settings)
    sign_ups = market.no_sign_ups(settings)
    with SourceFolder(folder, file_formats(settings)) as source:
        for block in range(settings.blocks):
            customers = _write_block(settings, block, source, truth)
            sign_ups += market.count_sign_ups(settings, customers)
            report(len(customers["number"]))
        output = BlockOutput(settings, 0, source, truth)
        costs = market.generate_costs(settings, sign_ups)
        output.write(tables.ACQUISITION_COSTS, costs)
        output.write(tables.EXCHANGE_RATES, market.generate_rates(settings))
    truth.write(folder / TRUTH_FILE)
    return {name: dirt.rows for name, dirt in truth.tables.items()}


class BlockOutput:
    """The tables of one block on their way into the source folder."""

    def __init__(
        self, settings: Settings, block: int, source: SourceFolder, truth: Truth
    ) -> None:
        """Keep where the rows go and where they are counted."""
        self._settings, self._block = settings, block
        self._source, self._truth = source, truth

    def write(self, table: Table, rows: Columns) -> None:
        """Give events ids and recording times, soil the rows, count and write them."""
        random = self._settings.random(self._block, f"dirt in {table.name}")
        if table.spoil is not None:
            known_at = rows.get("known_at", rows["occurred_at"])
            first = self._block * IDS_OF_A_BLOCK + 1
            rows = rows | {
                "id": np.arange(first, first + len(known_at)),
                "recorded_at": draw_recorded_at(random, known_at),
            }
        kinds = table.kinds(self._source.file_format(table))
        dirt = self._truth.tables.setdefault(table.name, Dirt())
        names = tuple(kind.name for kind in kinds)
        soiled = soil(random, rows, names, table.spoil, dirt)
        self._source.write(table, soiled, self._block)


def file_formats(settings: Settings) -> dict[str, str]:
    """Return the format of each table: small ones text, large ones Parquet by month."""
    formats = {
        "customers": "csv",
        "customer_attributes": "csv.gz",
        "subscription_events": "csv",
        "revenue_events": "csv",
        "activity_events": "parquet",
        "survey_responses": "jsonl",
        "acquisition_costs": "csv",
        "exchange_rates": "csv",
    }
    expected = {
        "subscription_events": settings.customers * settings.months // 3,
        "revenue_events": revenue.expected_rows(settings),
        "activity_events": activity.expected_rows(settings),
    }
    for name, rows in expected.items():
        if rows > MANY_ROWS or settings.blocks > 1:
            formats[name] = FOLDER
    return formats


def _write_block(
    settings: Settings, block: int, source: SourceFolder, truth: Truth
) -> Columns:
    write = BlockOutput(settings, block, source, truth).write

    customers = people.generate_customers(settings, block)
    history = generate_subscriptions(settings, block, customers, truth.hazard)
    truth.add_block(customers, history)
    exported = taken(customers, customers["is_exported"] == 1)
    write(tables.CUSTOMERS, exported | {"recorded_at": exported["signed_up_at"] + 30})
    attributes = people.generate_attributes(settings, block, customers)
    write(tables.ATTRIBUTE_ROWS, attributes)
    events = history.log.events(settings.end)
    write(
        tables.SUBSCRIPTION_EVENTS,
        taken(events, np.lexsort((events["event_type"], events["occurred_at"]))),
    )
    paid = history.log.revenue(settings.end)
    write(
        tables.REVENUE_EVENTS,
        revenue.generate_revenue(settings, block, customers, paid),
    )
    write(tables.SURVEY_RESPONSES, feedback.generate_surveys(settings, block, history))
    write(
        tables.ACTIVITY_EVENTS,
        activity.generate_activity(settings, block, customers, history),
    )
    return customers
