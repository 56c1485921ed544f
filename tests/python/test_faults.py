"""Faults put into the models on purpose are noticed by the project's own tests."""

import subprocess
import sys
from pathlib import Path

import pytest
from faults.catalogue import FAULTS, Fault

ROOT = Path(__file__).resolve().parents[2]


def test_there_are_enough_faults() -> None:
    """At least twenty, each with a name of its own."""
    assert len({fault.name for fault in FAULTS}) >= 20


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_text_of_a_fault_is_still_in_the_project_once(fault: Fault) -> None:
    """A fault that no longer applies would be noticed by nobody."""
    text = (ROOT / fault.file).read_text(encoding="utf-8")
    assert text.count(fault.old) == 1
    assert fault.new != fault.old


def test_the_first_fault_is_noticed_and_the_sound_project_is_not() -> None:
    """The short version; `python scripts/try_faults.py` tries them all."""
    command = ["scripts/try_faults.py", "--only", "1", "--customers", "100"]
    done = subprocess.run(
        [sys.executable, *command, "--unnoticed", "0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "faults 1, noticed 1" in done.stdout
