"""The vars of a build: those of dbt_project.yml, overridden by the command line."""

from __future__ import annotations

from pathlib import Path

import yaml  # type: ignore[import-untyped]

from second_opinion.errors import UsageError

Variables = dict[str, object]


def _mapping(text: str, source: str) -> Variables:
    """Parse YAML (or JSON) that must be a mapping."""
    try:
        parsed = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UsageError(f"{source}: no valid YAML") from error
    if parsed is None:
        return {}
    if not isinstance(parsed, dict):
        raise UsageError(f"{source}: not a mapping of names to values")
    return {str(name): value for name, value in parsed.items()}


def project_variables(project: Path) -> Variables:
    """Return the section vars of dbt_project.yml, its project's own ones on top.

    Raises:
        UsageError: The file is there, but cannot be read.

    """
    path = project / "dbt_project.yml"
    if not path.is_file():
        return {}
    settings = _mapping(path.read_text(encoding="utf-8"), path.name)
    given = settings.get("vars") or {}
    if not isinstance(given, dict):
        raise UsageError(f"{path.name}: vars is not a mapping")
    own = given.get(settings.get("name"))
    general = {
        str(name): value for name, value in given.items() if not isinstance(value, dict)
    }
    return general | (own if isinstance(own, dict) else {})


def given_variables(text: str) -> Variables:
    """Return the vars of the option `--vars`, JSON or YAML as dbt takes it.

    Raises:
        UsageError: The text is no mapping.

    """
    return _mapping(text, "--vars")
