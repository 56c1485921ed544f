"""Measure what loading and building cost on an engine, for samples of growing size.

python scripts/measure_engines.py [--engine postgres] [--customers 2000,8000]. The
samples are those of generate_sample.py; a build is `dbt build` without tests. CPU and
memory are those of dbt and of all processes of the server. Exit status: 0 done, 1 an
engine failed, 2 wrong use.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, redirect_stdout
from io import StringIO
from pathlib import Path

import generate_sample
from engines.costs import Step, cost_table, exponents
from engines.duckdb_engine import DuckDbEngine
from engines.engine import Engine
from engines.errors import EngineError
from engines.postgres_engine import PostgresEngine
from engines.postgres_server import PostgresServer
from engines.process_watch import Cost, Watch
from loading.arguments import SentenceParser
from loading.errors import UsageError
from rich.console import Console

MODELS_ONLY = ("--exclude", "resource_type:test", "resource_type:unit_test")
# What a server of this size is given; docs/postgres.md says why.
POSTGRES_SETTINGS = {
    "shared_buffers": "1GB",
    "work_mem": "128MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "8GB",
}


def _sizes(text: str) -> list[int]:
    sizes = sorted(int(size) for size in text.split(","))
    if sizes[0] < 1:
        raise ValueError(text)
    return sizes


def _parser() -> SentenceParser:
    parser = SentenceParser(
        prog="measure_engines.py",
        description="Measure what loading and building cost on an engine.",
    )
    parser.add_argument("--engine", choices=("duckdb", "postgres"), default="postgres")
    parser.add_argument(
        "--customers",
        type=_sizes,
        default=[2000, 8000],
        metavar="N,N",
        help="sizes of the samples (default: 2000,8000)",
    )
    parser.add_argument("--months", type=int, default=36, help="default: %(default)s")
    parser.add_argument(
        "--activity-per-month",
        default="5",
        metavar="X",
        help="mean activity events of a customer in a month (default: %(default)s)",
    )
    return parser


def _measured(
    engine: Engine, customers: int, name: str, work: Callable[[], None]
) -> Step:
    """Do one step and return what it cost."""
    server = engine.server_process
    began = time.monotonic()
    with Watch(os.getpid(), (server,) if server else ()) as client:
        if server:
            with Watch(server) as other:
                work()
            cost = other.cost
        else:
            work()
            cost = Cost(0, 0)
    seconds = time.monotonic() - began
    return Step(
        engine.target,
        customers,
        name,
        seconds,
        client.cost,
        cost,
        engine.bytes_on_disk() // 1_000_000,
    )


def _measure(
    make: Callable[[Path], Engine], folder: Path, customers: int, sample: Sequence[str]
) -> Iterator[Step]:
    """Load and build one sample; then build once more with nothing new."""
    source = folder / f"sample_{customers}"
    with redirect_stdout(StringIO()):
        generate_sample.main([str(source), "--customers", str(customers), *sample])
    engine = make(folder / f"customers_{customers}")
    for name, work in (
        ("load", lambda: engine.load(source)),
        ("build", lambda: engine.build({}, *MODELS_ONLY)),
        ("build again", lambda: engine.build({}, *MODELS_ONLY)),
    ):
        yield _measured(engine, customers, name, work)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        arguments: Command line without the program's name; default `sys.argv`.

    """
    try:
        options = _parser().parse_args(arguments)
        sample = ["--months", str(options.months), "--seed", "7"]
        sample += ["--activity-per-month", options.activity_per_month]
        steps: list[Step] = []
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            make: Callable[[Path], Engine] = DuckDbEngine
            if options.engine == "postgres":
                server = stack.enter_context(PostgresServer(POSTGRES_SETTINGS))
                make = lambda path: PostgresEngine(path, server)  # noqa: E731
            for customers in options.customers:
                for step in _measure(make, folder, customers, sample):
                    steps.append(step)
                    print(f"{step.name} of {customers:,}: done", file=sys.stderr)
        console = Console(highlight=False, width=110)
        console.print(cost_table(steps))
        for line in exponents(steps):
            console.print(line)
    except UsageError as error:
        print(f"measure_engines.py: {error}", file=sys.stderr)
        return 2
    except EngineError as error:
        print(f"measure_engines.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
