"""A Spark cluster on this machine, for development and tests.

python scripts/spark_cluster.py start|stop|status|shares. Exit status: 0 done (status:
every process answers), 1 it failed (status: some process does not answer), 2 wrong use.
`shares` says where the time of the last build went.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from loading.arguments import SentenceParser
from loading.errors import UsageError
from loading.settings import spark_warehouse_path
from rich.console import Console
from rich.table import Table
from spark_processes.cluster import start, states, stop
from spark_processes.errors import ClusterError
from spark_processes.iceberg import IcebergCatalog
from spark_processes.settings import HOST, PROJECT, ClusterSettings
from spark_processes.shares import last_build

DEFAULTS = ClusterSettings(Path(), Path())


def _parser() -> argparse.ArgumentParser:
    parser = SentenceParser(
        prog="spark_cluster.py",
        description="One master, workers and a Thrift server, all on this machine.",
    )
    parser.add_argument("command", choices=["start", "stop", "status", "shares"])
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("warehouse/spark_cluster"),
        help="process ids, logs, settings (default: %(default)s)",
    )
    parser.add_argument(
        "--environment",
        type=Path,
        default=PROJECT / ".venv-cluster",
        help="Python environment with PySpark (default: .venv-cluster)",
    )
    for name, text in (
        ("workers", "number of workers"),
        ("cores", "cores of each worker"),
        ("master_port", "port of the master"),
        ("status_port", "port of the master's web page"),
        ("thrift_port", "port that dbt connects to"),
    ):
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=int,
            default=getattr(DEFAULTS, name),
            help=f"{text} (default: %(default)s)",
        )
    for name in ("worker_memory", "driver_memory"):
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            default=getattr(DEFAULTS, name),
            help="such as 1500m or 2g (default: %(default)s)",
        )
    parser.add_argument(
        "--iceberg",
        action="store_true",
        help="start with Iceberg; DBT_POSTGRES_... name the database of its catalog",
    )
    return parser


def _settings(options: argparse.Namespace) -> ClusterSettings:
    if options.workers < 1 or options.cores < 1:
        raise UsageError("--workers and --cores: 1 or more")
    given = vars(options) | {
        "folder": options.folder.resolve(),
        "warehouse": spark_warehouse_path().resolve(),
        "iceberg": IcebergCatalog.from_environment() if options.iceberg else None,
    }
    del given["command"]
    return ClusterSettings(**given)


def _show(settings: ClusterSettings) -> int:
    """Print a line for each process; return the exit status."""
    found = states(settings)
    if not found:
        print("no cluster runs here")
        return 1
    table = Table("process", "id", "state")
    table.add_column("memory MB", justify="right")
    for state in found:
        word = "answers" if state.answers else "silent" if state.pid else "ended"
        table.add_row(
            state.name, str(state.pid or ""), word, f"{state.memory / 1e6:,.0f}"
        )
    total = sum(state.memory for state in found)
    table.add_row("all", "", "", f"{total / 1e6:,.0f}")
    Console(highlight=False).print(table)
    return 0 if all(state.answers for state in found) else 1


def _show_shares(settings: ClusterSettings) -> None:
    found = last_build(settings.events)
    table = Table("last build")
    table.add_column("seconds", justify="right")
    table.add_column("share", justify="right")
    whole, worked = found.seconds, found.task_seconds
    for name, seconds, total in (
        ("clock", whole, whole),
        ("  no task runs (plans, files, client)", found.driver_seconds, whole),
        (f"{found.tasks:,} tasks", worked, worked),
        ("  reading tables", found.scan_seconds, worked),
        ("  reading what was shuffled", found.shuffle_seconds, worked),
        ("  other", found.other_seconds, worked),
    ):
        table.add_row(name, f"{seconds:,.1f}", f"{seconds / (total or 1):.0%}")
    Console(highlight=False).print(table)
    print(
        f"read {found.read_bytes / 1e6:,.1f} MB of tables, "
        f"shuffled {found.shuffled_bytes / 1e6:,.1f} MB"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        arguments: Command line without the program's name; default `sys.argv`.

    """
    try:
        options = _parser().parse_args(arguments)
        settings = _settings(options)
        if options.command == "status":
            return _show(settings)
        if options.command == "shares":
            _show_shares(settings)
            return 0
        if options.command == "stop":
            print(f"stopped {stop(settings)} processes")
            return 0
        start(settings)
    except UsageError as error:
        print(f"spark_cluster.py: {error}", file=sys.stderr)
        return error.exit_status
    except (ClusterError, OSError) as error:
        print(f"spark_cluster.py: {error}", file=sys.stderr)
        return 1
    print(f"jdbc:hive2://{HOST}:{settings.thrift_port}, master {settings.master}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
