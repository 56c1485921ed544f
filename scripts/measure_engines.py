"""Measure what loading and building cost on an engine, for samples of growing size.

python scripts/measure_engines.py [--engine postgres] [--customers 2000,8000]. The
samples are those of generate_sample.py; a build is `dbt build` without tests. CPU and
memory are those of dbt and of all processes of the server or cluster. Exit status: 0
done, 1 an engine failed, 2 wrong use.
"""

import os
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import (
    AbstractContextManager,
    ExitStack,
    contextmanager,
    redirect_stdout,
)
from contextlib import nullcontext as no_server
from io import StringIO
from pathlib import Path

import generate_sample
from engines.costs import Step, cost_table, exponents
from engines.duckdb_engine import DuckDbEngine
from engines.engine import Engine
from engines.errors import EngineError
from engines.postgres_engine import PostgresEngine
from engines.postgres_server import PostgresServer
from engines.process_watch import Watch
from engines.spark_cluster_engine import SparkClusterEngine
from loading.arguments import SentenceParser
from loading.errors import UsageError
from rich.console import Console
from spark_processes.cluster import start, states, stop
from spark_processes.errors import ClusterError
from spark_processes.settings import ClusterSettings

ENGINES = ("duckdb", "postgres", "spark_cluster")
MODELS_ONLY = ("--exclude", "resource_type:test", "resource_type:unit_test")
# What a server of this size is given; docs/postgres.md says why.
POSTGRES_SETTINGS = {
    "shared_buffers": "1GB",
    "work_mem": "128MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "8GB",
}
SPARK_MEMORY = "3g"  # of each worker, and of the driver
Opened = AbstractContextManager[Engine]


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
    parser.add_argument("--engine", choices=ENGINES, default="postgres")
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
    parser.add_argument(
        "--workers",
        type=int,
        choices=range(1, 17),
        default=2,
        metavar="N",
        help="workers of spark_cluster, of one core each (default: %(default)s)",
    )
    return parser


def _measured(
    engine: Engine, customers: int, name: str, work: Callable[[], None]
) -> Step:
    """Do one step and return what it cost."""
    servers = engine.server_processes
    began = time.monotonic()
    with Watch(os.getpid(), without=servers) as client, Watch(*servers) as server:
        work()
    seconds = time.monotonic() - began
    return Step(
        engine.target,
        customers,
        name,
        seconds,
        client.cost,
        server.cost,
        engine.bytes_on_disk() // 1_000_000,
    )


@contextmanager
def _cluster(path: Path, workers: int) -> Iterator[Engine]:
    """Start a cluster for one sample."""
    settings = ClusterSettings(
        path / "cluster",
        path / "warehouse",
        workers=workers,
        worker_memory=SPARK_MEMORY,
        driver_memory=SPARK_MEMORY,
    )
    start(settings)
    try:
        processes = tuple(state.pid or 0 for state in states(settings))
        yield SparkClusterEngine(path, settings.warehouse, processes)
    finally:
        stop(settings)


def _opener(options: Namespace, stack: ExitStack) -> Callable[[Path], Opened]:
    """Return what makes the engine for a sample."""
    if options.engine == "postgres":
        server = stack.enter_context(PostgresServer(POSTGRES_SETTINGS))
        return lambda path: no_server(PostgresEngine(path, server))
    if options.engine == "spark_cluster":
        return lambda path: _cluster(path, options.workers)
    return lambda path: no_server(DuckDbEngine(path))


def _measure(
    make: Callable[[Path], Opened], folder: Path, customers: int, sample: Sequence[str]
) -> Iterator[Step]:
    """Load and build one sample; then build once more with nothing new."""
    source = folder / f"sample_{customers}"
    with redirect_stdout(StringIO()):
        generate_sample.main([str(source), "--customers", str(customers), *sample])
    with make(folder / f"customers_{customers}") as engine:
        for name, work in (
            ("load", lambda: engine.load(source)),
            ("build", lambda: engine.build({}, *MODELS_ONLY)),
            ("build again", lambda: engine.build({}, *MODELS_ONLY)),
        ):
            # On Parquet it would be the same build.
            if name != "build again" or engine.target != "spark_cluster":
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
            make = _opener(options, stack)
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
    except (ClusterError, EngineError) as error:
        print(f"measure_engines.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
