"""N-day retention the way a notebook does it with pandas: the whole log in memory."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

DAY = np.timedelta64(1, "D")


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Count who was eligible and who returned, by first day, mode, kind and day N.

    Args:
        request: `log`, Parquet with customer_id and occurred_at; `days`, the Ns;
            `as_of_date`, the first day that is not known; `into`, the file to write.

    """
    # Ids as categories: text would take several times the memory.
    log = pq.read_table(request["log"], read_dictionary=["customer_id"]).to_pandas()
    grouped = log.groupby("customer_id", observed=True)["occurred_at"]
    first_at = grouped.transform("min").to_numpy()
    occurred_at = log["occurred_at"].to_numpy()
    customers = log["customer_id"].cat.codes.to_numpy()
    as_of = np.datetime64(request["as_of_date"])
    results = []
    for mode in ("calendar", "24h"):
        if mode == "calendar":
            starts = first_at.astype("datetime64[D]")
            numbers = (occurred_at.astype("datetime64[D]") - starts).astype(np.int64)
        else:
            starts = first_at
            numbers = (occurred_at - starts) // DAY
        frame = pd.DataFrame({"customer": customers, "number": numbers})
        by_customer = pd.DataFrame({"customer": customers, "start": starts})
        by_customer = by_customer.drop_duplicates("customer").set_index("customer")
        by_customer["last"] = frame.groupby("customer")["number"].max()
        later = frame[frame["number"] > 0]
        by_customer["next"] = later.groupby("customer")["number"].min()
        by_customer["first_date"] = (
            by_customer["start"].astype("datetime64[s]").dt.floor("D")
        )
        for day in request["days"]:
            there = frame.loc[frame["number"] == day, "customer"].unique()
            eligible = by_customer["start"] + (day + 1) * DAY <= as_of
            returned = {
                "on": by_customer.index.isin(there),
                "on_or_after": by_customer["last"] >= day,
                "within": by_customer["next"] <= day,
            }
            for kind, flags in returned.items():
                counted = pd.DataFrame(
                    {
                        "first_date": by_customer["first_date"],
                        "eligible_customers": eligible.astype(np.int64),
                        "returned_customers": (eligible & flags).astype(np.int64),
                    }
                )
                sums = counted.groupby("first_date", as_index=False).sum()
                results.append(
                    sums.assign(day_mode=mode, retention_kind=kind, day_number=day)
                )
    pd.concat(results).to_parquet(request["into"], index=False)
    return {"rows": len(log)}
