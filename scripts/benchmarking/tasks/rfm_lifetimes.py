"""Frequency, recency, age and value of every buyer, by the package lifetimes."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
from lifetimes.utils import (  # type: ignore[import-untyped]
    summary_data_from_transaction_data,
)


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Summarise orders.

    Args:
        request: `orders`, Parquet with customer_id, ordered_at and amount;
            `as_of_date`, the first day that is not known; `into`, the file to write.

    """
    orders = pd.read_parquet(request["orders"])
    last_day = date.fromisoformat(request["as_of_date"]) - timedelta(days=1)
    summary = summary_data_from_transaction_data(
        orders,
        "customer_id",
        "ordered_at",
        monetary_value_col="amount",
        observation_period_end=last_day.isoformat(),
        freq="D",
    )
    summary.reset_index().to_parquet(request["into"], index=False)
    return {"rows": len(summary)}
