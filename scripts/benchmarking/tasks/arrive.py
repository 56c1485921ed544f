"""Adds one load's rows to a warehouse."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarking.arrivals import arrive


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Add the rows of `load_id` in `source` to `warehouse`."""
    arrive(Path(request["source"]), Path(request["warehouse"]), request["load_id"])
    return {}
