"""The one error that a person reads."""

from __future__ import annotations


class SecondOpinionError(Exception):
    """Something is missing or unreadable; the text says what, in one sentence."""


class UsageError(SecondOpinionError):
    """An option or a var cannot be understood."""
