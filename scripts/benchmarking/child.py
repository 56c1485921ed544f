"""Runs one task of benchmarking/tasks: python -m benchmarking.child TASK ANSWER_FILE.

The request is JSON on standard input. A failure is one sentence on standard error.
"""

import importlib
import json
import resource
import sys
from pathlib import Path

import duckdb

from benchmarking.errors import BenchmarkError


def cpu_seconds() -> float:
    """Return the processor time of this process so far, of all its threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main(task: str, answer_file: Path) -> int:
    """Run the task and write its answer; return the exit status."""
    try:
        module = importlib.import_module(f"benchmarking.tasks.{task}")
    except ModuleNotFoundError as error:
        print(f"{error.name} is missing: make environment-benchmark", file=sys.stderr)
        return 1
    import_seconds = cpu_seconds()
    try:
        answer = module.run(json.load(sys.stdin))
    except (BenchmarkError, duckdb.Error, OSError) as error:
        print(str(error).partition("\n")[0], file=sys.stderr)
        return 1
    answer_file.write_text(
        json.dumps({**answer, "import_seconds": import_seconds}), encoding="utf-8"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
