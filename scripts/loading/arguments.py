"""Arguments that several commands take, and wrong use told in one sentence."""

import argparse
import re
from typing import NoReturn

from loading.errors import UsageError


class SentenceParser(argparse.ArgumentParser):
    """Reports wrong use as one sentence."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError instead of printing and leaving."""
        raise UsageError(message)


def share(text: str) -> float:
    """Return a fraction from 0 to 1."""
    fraction = float(text)
    if not 0 <= fraction <= 1:
        raise ValueError(text)
    return fraction


def size(text: str) -> str:
    """Return a size that DuckDB understands, such as 1500MB."""
    if not re.fullmatch(r"[1-9][0-9]*(\.[0-9]+)? ?[KMGT]i?B", text):
        raise ValueError(text)
    return text
