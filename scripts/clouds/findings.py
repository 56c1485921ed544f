"""What was found in a compiled statement."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """A construct that is denied.

    Attributes:
        statement: Model, test or hook.
        construct: What stands there.
        reason: Who rejects it, or reads it otherwise.

    """

    statement: str
    construct: str
    reason: str
