"""What can go wrong with an engine, in one sentence."""


class EngineError(Exception):
    """An engine is not installed, does not start, or refused what it was asked."""
