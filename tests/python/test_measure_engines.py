"""What a build costs is counted right: processes, their memory, and how it grows."""

import os
import subprocess
import sys

import measure_engines
import pytest
from engines.costs import Step, exponents
from engines.process_watch import Cost, Watch

# A child whose own child uses a second of CPU and 100 MB.
WORK = """
import time
bytes_kept = bytearray(b"x" * 100_000_000)
until = time.process_time() + 1
while time.process_time() < until:
    pass
time.sleep(2)
"""
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {WORK!r}])"


def step(customers: int, seconds: float) -> Step:
    """Return a build that cost so many seconds on both sides together."""
    half = Cost(seconds / 2, 1)
    return Step("postgres", customers, "build", seconds, half, half, 1)


def test_a_tree_is_watched() -> None:
    """Descendants count, also those that have ended; what is left out does not."""
    with Watch(os.getpid()) as everything:
        child = subprocess.Popen([sys.executable, "-c", PARENT])
        without = Watch(child.pid, without=(child.pid,))
        with Watch(child.pid) as tree, without as nothing:
            child.wait()
    assert tree.cost.peak_megabytes >= 100
    assert everything.cost.cpu_seconds >= 1
    assert nothing.cost == Cost(0, 0)


def test_growth_is_an_exponent() -> None:
    """Twice the customers: twice the CPU is 1, four times is 2."""
    (line,) = exponents([step(1000, 10), step(2000, 20)])
    assert line.endswith("exponent 1.00")
    (line,) = exponents([step(1000, 10), step(2000, 40)])
    assert line.endswith("exponent 2.00")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--engine", "oracle"],
        ["--customers", "0"],
        ["--customers", "a"],
        ["--workers", "0"],
    ],
)
def test_wrong_use_is_one_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """And exit status 2."""
    assert measure_engines.main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1
