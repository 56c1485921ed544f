"""Compares every table of two warehouses."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarking.comparison import compare_warehouses


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Compare `one` with `other`, two files."""
    found = compare_warehouses(Path(request["one"]), Path(request["other"]))
    return {"cells": found.cells, "differing": sorted(found.differing)}
