"""Adversarial histories: identities of the definitions, and another way to count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from second_opinion.comparison import compare, key_of
from second_opinion.histories import batch, histories, policies
from second_opinion.mart_columns import MART_COLUMNS
from second_opinion.mart_keys import KEYS
from second_opinion.people import World, build_world
from second_opinion.periods import GRAINS, Periods
from second_opinion.policies import Policies
from second_opinion.raw_rows import RawData
from second_opinion.reading import read_raw
from second_opinion.recompute import recompute, recompute_customer_level
from second_opinion.states import BASES
from second_opinion.tally import first_day
from second_opinion.writing import write_raw

CHURN = "metrics_customer_churn_by_period"
Row = dict[str, object]

slow = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def whole(row: Row, name: str) -> int:
    """Return a count."""
    value = row[name]
    assert isinstance(value, int)
    return value


def money(row: Row, name: str) -> Decimal:
    """Return an amount."""
    value = row[name]
    assert isinstance(value, Decimal)
    return value


def counted_again(world: World, basis: str, periods: Periods) -> dict[date, Row]:
    """Count by period from the states at every edge, one customer after the other."""
    found: dict[date, Row] = {}
    for index, start in enumerate(periods.starts):
        counts: dict[str, int] = defaultdict(int)
        for person in world.people:
            line = person.timelines[basis]
            was = line.before(start).is_active
            now = line.before(periods.ends[index]).is_active
            ever = any(span.started.day < start for span in line.spans)
            inside = [
                span
                for span in line.spans
                if start <= span.started.day < periods.ends[index]
            ]
            left = [
                span
                for span in line.spans
                if span.ended and start <= span.ended.day < periods.ends[index]
            ]
            counts["starting_customers"] += was
            counts["ending_customers"] += now
            counts["retained_customers"] += was and now
            counts["churned_customers"] += was and not now
            counts["new_customers"] += now and not ever
            counts["reactivated_customers"] += now and ever and not was
            joined = bool(inside) and not now and not ever
            counts["joined_and_churned_customers"] += joined
            back = bool(inside) and ever and not was and not now
            counts["reactivated_and_churned_customers"] += back
            counts["churned_and_reactivated_customers"] += was and now and bool(left)
        found[start] = dict(counts)
    return found


@slow
@given(st.lists(histories(), min_size=1, max_size=2), policies())
def test_counts_agree_with_the_states_at_every_edge(
    many: list[RawData], chosen: Policies
) -> None:
    """Walking from change to change counts what looking at every edge counts."""
    raw = batch(many)
    world = build_world(raw, chosen)
    rows = recompute(raw, chosen).get(CHURN, [])
    for basis in BASES:
        day = first_day(world, basis)
        for grain in ("week", "month", "year"):
            own = [
                row
                for row in rows
                if row["retention_basis"] == basis and row["period_grain"] == grain
            ]
            if day is None:
                assert own == []
                continue
            periods = Periods.covering(grain, day, chosen.as_of_date)
            again = counted_again(world, basis, periods)
            assert [row["period_start_date"] for row in own] == list(again)
            for row in own:
                for name, number in again[row["period_start_date"]].items():  # type: ignore[index]
                    assert row[name] == number, (basis, grain, name)


@slow
@given(histories(), policies())
def test_bridges_close_and_segments_add_up(raw: RawData, chosen: Policies) -> None:
    """The identities of sections 4 and 5 hold in totals and in segments."""
    marts = recompute(raw, chosen)
    names = [name for name in MART_COLUMNS[CHURN] if name.endswith("_customers")]
    sums: dict[tuple[object, ...], int] = defaultdict(int)
    for row in marts.get(f"{CHURN}_and_segment", []):
        moved = whole(row, "entering_customers") - whole(row, "leaving_customers")
        joined = whole(row, "new_customers") + whole(row, "reactivated_customers")
        gone = whole(row, "churned_customers")
        start = whole(row, "starting_customers")
        assert whole(row, "ending_customers") == start + joined - gone + moved
        for name in (*names, "leaving_customers"):
            key = (
                row["retention_basis"],
                row["period_grain"],
                row["period_start_date"],
                row["segment_name"],
                name,
            )
            sums[key] += whole(row, name)
    for row in marts.get(CHURN, []):
        kinds = ("voluntary", "involuntary", "unknown")
        parts = [whole(row, f"{kind}_churned_customers") for kind in kinds]
        assert sum(parts) == row["churned_customers"]
        for segment in chosen.segment_names:
            where = (
                row["retention_basis"],
                row["period_grain"],
                row["period_start_date"],
                segment,
            )
            for name in names:
                added = sums[*where, name]
                if name == "retained_customers":
                    added += sums[*where, "leaving_customers"]
                assert added == row[name], (where, name)
    _check_money(marts.get("metrics_mrr_by_period", []), by_segment=False)
    _check_money(marts.get("metrics_mrr_by_period_and_segment", []), by_segment=True)


def _check_money(rows: Iterable[Row], *, by_segment: bool) -> None:
    """Check that the bridges of MRR close, but for rounding."""
    for row in rows:
        gained = ("new_mrr", "reactivation_mrr", "expansion_mrr", "fx_impact_mrr")
        closing = money(row, "starting_mrr") + sum(money(row, name) for name in gained)
        closing -= money(row, "contraction_mrr") + money(row, "churned_mrr")
        if by_segment:
            closing += money(row, "entering_mrr") - money(row, "leaving_mrr")
        assert abs(closing - money(row, "ending_mrr")) <= Decimal("0.0005")


@slow
@given(histories(), policies())
def test_movements_alternate_and_lead_to_dim_customers(
    raw: RawData, chosen: Policies
) -> None:
    """Types follow from the state before; nobody churns who is not there."""
    marts = recompute(raw, chosen)
    active: dict[object, bool] = defaultdict(bool)
    seen: set[object] = set()
    for row in marts["fct_mrr_movements"]:
        customer_id, kind = row["customer_id"], row["movement_type"]
        starts = kind in ("new", "reactivation")
        assert active[customer_id] is not starts
        assert (kind == "new") <= (customer_id not in seen)
        seen.add(customer_id)
        active[customer_id] = kind != "churn"
    for row in marts["dim_customers"]:
        assert active[row["customer_id"]] is row["is_subscribed"]


@slow
@given(st.lists(histories(), min_size=2, max_size=2), policies())
def test_a_raw_schema_gives_back_what_was_written(
    many: list[RawData], chosen: Policies
) -> None:
    """Writing a batch and reading it again changes no mart."""
    raw = batch(many)
    with duckdb.connect() as connection:
        write_raw(connection, raw)
        again = read_raw(connection)
    assert again == raw
    assert build_world(again, chosen).people is not None


@given(st.lists(histories(), min_size=2, max_size=3), policies())
@slow
def test_customers_do_not_touch_each_other_in_a_batch(
    many: list[RawData], chosen: Policies
) -> None:
    """A history has the same customer-level rows alone and in a batch."""
    for raw in many:
        raw.exchange_rates = many[0].exchange_rates
    together = recompute_customer_level(batch(many), chosen)
    alone = [recompute_customer_level(raw, chosen) for raw in many]
    for mart in ("fct_mrr_movements", "fct_churns", "dim_customers"):
        assert sum(len(one[mart]) for one in alone) == len(together[mart])


@slow
@given(histories(), policies())
def test_keys_are_unique_and_rows_have_the_columns_compared(
    raw: RawData, chosen: Policies
) -> None:
    """Every mart can be compared: with itself it does not differ."""
    for mart, rows in recompute(raw, chosen).items():
        keys = [key_of(mart, row) for row in rows]
        if mart != "fct_orders":  # an order may be called like another's event
            assert len(set(keys)) == len(keys), mart
        columns = list(MART_COLUMNS[mart])
        if len(set(keys)) == len(keys):
            assert compare(mart, rows, rows, columns).differing == 0


def test_a_wrong_cell_a_missing_row_and_a_row_too_many_are_found() -> None:
    """The comparison sees what it is there for."""
    mart, columns = "dim_customers", ["mrr", "is_subscribed"]
    expected: list[Row] = [
        {"customer_id": "a", "mrr": Decimal(1), "is_subscribed": True},
        {"customer_id": "b", "mrr": Decimal(1), "is_subscribed": True},
    ]
    found: list[Row] = [
        {"customer_id": "a", "mrr": Decimal("1.0002"), "is_subscribed": True},
        {"customer_id": "c", "mrr": Decimal(1), "is_subscribed": True},
    ]
    result = compare(mart, expected, found, columns)
    assert (result.cells, result.differing) == (4, 5)
    assert [one.column for one in result.differences] == ["mrr", "*", "*"]


@pytest.mark.parametrize("grain", GRAINS)
def test_periods_cover_every_day_once(grain: str) -> None:
    """Periods are half-open and leave no gap; the last one may be open."""
    first, as_of = date(2023, 11, 15), date(2024, 3, 10)
    periods = Periods.covering(grain, first, as_of)
    assert periods.next_starts[:-1] == periods.starts[1:]
    assert periods.starts[0] <= first < periods.next_starts[0]
    assert periods.ends[-1] == as_of
    day = first
    while day < as_of:
        index = periods.index_of(day)
        assert periods.starts[index] <= day < periods.next_starts[index]
        day += timedelta(days=1)


def test_every_mart_has_keys_and_columns() -> None:
    """No mart is recomputed without being compared."""
    nothing = recompute(RawData(), Policies(as_of_date=date(2024, 1, 1)))
    assert set(nothing) <= set(KEYS) == set(MART_COLUMNS)
    assert all(not rows for rows in nothing.values())
