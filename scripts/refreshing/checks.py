"""What dbt's answers mean for a refresh, in one sentence each."""

from pathlib import Path

from refreshing.dbt_session import Answer, Noted

FAILED = ("fail", "error", "runtime error")
SHOWN_NAMES = 3


def warnings_of(answer: Answer) -> list[str]:
    """Return a sentence for each check that only warns."""
    return [_said(node) for node in answer.noted if node.status == "warn"]


def staleness_of(answer: Answer) -> str | None:
    """Say that the source stopped delivering."""
    stale = [node for node in answer.noted if node.status in FAILED]
    if not stale:
        return None
    return f"the source has brought no new row for too long ({_said(stale[0])})"


def build_failure(answer: Answer, log: Path) -> str | None:
    """Say which models and tests failed, or why dbt did not start."""
    failed = [node for node in answer.noted if node.status in FAILED]
    if answer.success and not failed:
        return None
    if not failed:
        return f"{_sentence(answer.error)}; nothing was published"
    names = ", ".join(node.name for node in failed[:SHOWN_NAMES])
    more = f" and {len(failed) - SHOWN_NAMES} more" if failed[SHOWN_NAMES:] else ""
    first = f": {_sentence(failed[0].message)}" if failed[0].message else ""
    return (
        f"{len(failed)} of {answer.nodes} models and tests failed, {names}{more}{first}"
        f"; nothing was published, see {log}"
    )


def _said(node: Noted) -> str:
    return f"{node.name}: {_sentence(node.message) or node.status}"


def _sentence(message: str) -> str:
    """Return what a message of dbt says, on one line and without its end."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return " ".join(lines[:3]).rstrip(".")
