"""Compile the project for a cloud, without one: no network, no account."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from clouds.errors import CloudError
from clouds.vocabulary import Cloud

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Statement:
    """One compiled file.

    Attributes:
        name: Model or test; the file for what runs before and after a build.
        sql: What would be sent.
        relation: Database, schema and table that a model becomes; none for others.
        contract: Types that a mart promises, by column; empty for others.

    """

    name: str
    sql: str
    relation: tuple[str, str, str] | None
    contract: dict[str, str]


@dataclass(frozen=True)
class Compiled:
    """The project compiled for one cloud.

    Attributes:
        statements: In the order in which they can run.
        sources: Database, schema and table of raw tables, build tables and seeds, with
            the types that YAML states for their columns (seeds only).

    """

    statements: tuple[Statement, ...]
    sources: dict[tuple[str, str, str], dict[str, str]]


def compile_project(
    cloud: Cloud, dbt: Path, folder: Path, project: Path = PROJECT
) -> Compiled:
    """Compile every model and data test.

    Args:
        cloud: What to compile for.
        dbt: The dbt command of an environment that has the adapter.
        folder: Where dbt may write.
        project: The dbt project.

    Raises:
        CloudError: There is no such command, or dbt fails.

    """
    command = [
        *(str(dbt), "compile", "--target", cloud.name, "--quiet", "--no-use-colors"),
        *("--no-introspect", "--no-populate-cache", "--no-partial-parse"),
        *("--project-dir", str(project), "--profiles-dir", str(project)),
        *("--target-path", str(folder), "--log-path", str(folder / "logs")),
    ]
    if not dbt.exists():
        raise CloudError(f"{dbt} is missing; make environment-clouds installs it")
    ended = subprocess.run(  # noqa: S603
        command,
        cwd=project,
        env=os.environ | cloud.environment | {"DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        said = "\n".join([ended.stdout, ended.stderr]).strip()
        raise CloudError(f"dbt does not compile for {cloud.name}:\n{said[-2000:]}")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return Compiled(
        (*_statements(manifest, folder), *_hooks(folder)), _sources(manifest)
    )


def _statements(manifest: dict[str, Any], folder: Path) -> Iterator[Statement]:
    nodes = {
        name: node
        for name, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "test")
    }
    edges = {name: node["depends_on"]["nodes"] for name, node in nodes.items()}
    for name in TopologicalSorter(edges).static_order():
        if name not in nodes:
            continue
        node = nodes[name]
        is_model = node["resource_type"] == "model"
        is_mart = is_model and node["config"]["contract"]["enforced"]
        columns = node["columns"].values() if is_mart else ()
        # A generic test is compiled to a file of its own below that of the YAML.
        path = Path(node["original_file_path"])
        if path.suffix != ".sql":
            path = path / node["path"]
        compiled = folder / "compiled" / node["package_name"] / path
        yield Statement(
            node["name"],
            compiled.read_text(encoding="utf-8"),
            _relation(node) if is_model else None,
            {column["name"]: column["data_type"] for column in columns},
        )


def _hooks(folder: Path) -> Iterator[Statement]:
    for path in sorted((folder / "compiled").rglob("*-on-run-*.sql")):
        yield Statement(path.name, path.read_text(encoding="utf-8"), None, {})


def _sources(manifest: dict[str, Any]) -> dict[tuple[str, str, str], dict[str, str]]:
    seeds = [
        node for node in manifest["nodes"].values() if node["resource_type"] == "seed"
    ]
    stated = {_relation(node): node["config"]["column_types"] for node in seeds}
    return {_relation(node): {} for node in manifest["sources"].values()} | stated


def _relation(node: dict[str, Any]) -> tuple[str, str, str]:
    table = node.get("identifier") or node.get("alias") or node["name"]
    return node["database"], node["schema"], table
