"""What dbt wrote about the project when it built: chains of models and their SQL."""

import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

# Shared by everything: small, or a view.
SHARED_FOLDERS = ("calendar", "incremental")


def compiled_chain(
    target: Path, sources: Collection[str], marts: Collection[str], order: Iterable[str]
) -> dict[str, str]:
    """Return the tables on the way from some models to some marts.

    Args:
        target: Folder into which dbt compiled.
        sources: Names of the models where the way begins; they are part of it only if
            they are tables.
        marts: Names of the marts where it ends.
        order: Names of all nodes, in the order of the build.

    Returns:
        Name to file of compiled SQL, in the order of the build.

    """
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    models = {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    ahead = _reached(models, sources, behind=True)
    behind = _reached(models, marts, behind=False)
    compiled = target / "compiled"
    return {
        name: str(next(compiled.rglob(f"{name}.sql")))
        for name in order
        if name in ahead & behind
        and models[name]["config"]["materialized"] != "view"
        and not set(SHARED_FOLDERS) & set(models[name]["fqn"])
    }


def _reached(
    models: dict[str, Any], start: Collection[str], *, behind: bool
) -> set[str]:
    """Return the models from which the start is reached, or that it is made of."""
    edges: dict[str, set[str]] = {name: set() for name in models}
    for name, node in models.items():
        for unique_id in node["depends_on"]["nodes"]:
            read = unique_id.split(".")[-1]
            if read in models:
                edges[read if behind else name].add(name if behind else read)
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += edges[name]
    return found
