"""What can stop a benchmark, in one sentence."""


class BenchmarkError(Exception):
    """A step could not be prepared or did not finish."""
