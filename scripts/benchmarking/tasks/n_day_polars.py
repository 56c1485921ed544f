"""N-day retention the way polars does it best: lazily, in its streaming engine."""

from collections.abc import Mapping
from typing import Any

import polars as pl


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Count who was eligible and who returned, by first day, mode, kind and day N.

    Args:
        request: `log`, Parquet with customer_id and occurred_at; `days`, the Ns;
            `as_of_date`, the first day that is not known; `into`, the file to write.

    """
    log = pl.scan_parquet(request["log"]).select("customer_id", "occurred_at")
    firsts = log.group_by("customer_id").agg(first_at=pl.col("occurred_at").min())
    # Every question is one column of one row per customer: the log is read twice only.
    calendar = (pl.col("occurred_at").dt.date() - pl.col("first_at").dt.date()).dt
    elapsed = (pl.col("occurred_at") - pl.col("first_at")).dt
    modes = {
        "calendar": (calendar.total_days(), pl.col("first_at").dt.truncate("1d")),
        "24h": (elapsed.total_days(), pl.col("first_at")),
    }
    asked = [pl.col("first_at").first()]
    for mode, (number, _) in modes.items():
        asked += [
            number.max().alias(f"{mode} last"),
            number.filter(number > 0).min().alias(f"{mode} next"),
            *((number == day).any().alias(f"{mode} {day}") for day in request["days"]),
        ]
    customers = (
        log.join(firsts, on="customer_id")
        .group_by("customer_id")
        .agg(asked)
        .collect(engine="streaming")
    )
    as_of = pl.lit(request["as_of_date"]).str.to_datetime("%Y-%m-%d")
    counts = []
    for mode, (_, start) in modes.items():
        for day in request["days"]:
            eligible = start + pl.duration(days=day + 1) <= as_of
            returned = {
                "on": pl.col(f"{mode} {day}"),
                "on_or_after": pl.col(f"{mode} last") >= day,
                "within": (pl.col(f"{mode} next") <= day).fill_null(value=False),
            }
            counts += [
                customers.group_by(first_date=pl.col("first_at").dt.date()).agg(
                    day_mode=pl.lit(mode),
                    retention_kind=pl.lit(kind),
                    day_number=pl.lit(day, dtype=pl.Int64),
                    eligible_customers=eligible.sum(),
                    returned_customers=(eligible & flag).sum(),
                )
                for kind, flag in returned.items()
            ]
    pl.concat(counts).write_parquet(request["into"])
    return {"rows": len(customers)}
