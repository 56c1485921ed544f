"""What the four schemas of a version are called, where versions are schemas."""

import re

SCHEMAS = ("raw", "staging", "intermediate", "marts")
# What the name of a version becomes; letters of other kinds need quotes in a schema.
VERSION_PREFIX = "v[0-9]{8}t[0-9]{6}_[0-9]{6}z_[0-9a-f]+_"
NO_NAME = re.compile(r"[^a-z0-9]")


def names_of(prefix: str) -> list[str]:
    """Return the names of the four schemas with a prefix."""
    return [f"{prefix}{schema}" for schema in SCHEMAS]


def prefix_of(prefix: str, version_id: str) -> str:
    """Return the prefix of the schemas that are named after a version.

    Args:
        prefix: The project's `schema_prefix`.
        version_id: The version.

    """
    return f"{prefix}v{NO_NAME.sub('_', version_id.lower())}_"
