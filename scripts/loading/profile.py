"""The target of profiles.yml that a load writes to, without starting dbt."""

import os
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from jinja2 import Environment, StrictUndefined, TemplateError

from loading.errors import UsageError

PROFILE = "customer_retention"
PROJECT = Path(__file__).resolve().parents[2]


def profile_target(name: str, folder: Path | None = None) -> dict[str, Any]:
    """Return the settings of a target, with its environment variables filled in.

    Args:
        name: Such as `postgres`.
        folder: Where profiles.yml is; by default where dbt would look.

    Raises:
        UsageError: The file cannot be read, has no such target, or a variable that
            the target needs is not set.

    """
    default = os.environ.get("DBT_PROFILES_DIR") or PROJECT
    path = Path(folder or default) / "profiles.yml"
    try:
        profiles = yaml.safe_load(path.read_text(encoding="utf-8"))
        target: dict[str, Any] = profiles[PROFILE]["outputs"][name]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise UsageError(f"{path.name}: no target {name} can be read there") from error
    jinja = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701
    jinja.globals["env_var"] = _variable
    jinja.filters["as_number"] = int
    try:
        return {
            key: jinja.from_string(value).render() if isinstance(value, str) else value
            for key, value in target.items()
        }
    except (TemplateError, ValueError) as error:
        raise UsageError(f"{path.name}, target {name}: {error}") from error


def _variable(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise UsageError(f"the environment variable {name} is not set")
    return value
