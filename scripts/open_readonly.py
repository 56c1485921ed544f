"""Read the published marts, and nothing else: python scripts/open_readonly.py "SQL".

Exit status: 0 done, 1 the query was refused, 2 wrong use.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb
from loading.arguments import SentenceParser
from loading.errors import UsageError

DEFAULT_FILE = Path("warehouse/published/marts.duckdb")
DEFAULT_QUERY = (
    "select table_name, estimated_size as row_count, column_count "
    "from duckdb_tables() where schema_name = 'marts' order by all"
)
WIDEST = 200
MOST_ROWS = 1_000


def open_readonly(
    path: Path, *, memory_limit: str = "1GB", threads: int = 2
) -> duckdb.DuckDBPyConnection:
    """Open a published file so that a query can read its tables and do nothing else.

    No other file can be read, written or attached, no extension loaded, no variable of
    the calling program seen, and no setting changed back.

    Args:
        path: The link or a version's file; a version that is published later is seen
            after every connection of the process to this one is closed.
        memory_limit: What a query may use; it does not spill to disk.
        threads: How many cores a query may use.

    Raises:
        duckdb.Error: There is no such file, or it is no database.

    """
    connection = duckdb.connect(
        str(path),
        read_only=True,
        config={
            "enable_external_access": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "allow_unsigned_extensions": False,
            "python_enable_replacements": False,
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": "",
        },
    )
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set lock_configuration = true")
    return connection


def _parser() -> argparse.ArgumentParser:
    parser = SentenceParser(
        prog="open_readonly.py", description="Run one query on the published marts."
    )
    parser.add_argument("query", nargs="?", default=DEFAULT_QUERY, help="SQL")
    parser.add_argument(
        "--file",
        type=Path,
        default=DEFAULT_FILE,
        help="published file (default warehouse/published/marts.duckdb)",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Args:
        arguments: Command line without the program's name; default `sys.argv`.

    """
    try:
        options = _parser().parse_args(arguments)
        if not options.file.is_file():
            raise UsageError(f"{options.file}: no such file")
        with open_readonly(options.file) as connection:
            rows = connection.sql(options.query)
            if rows is not None:
                rows.show(max_width=WIDEST, max_rows=MOST_ROWS)
    except UsageError as error:
        print(f"open_readonly.py: {error}", file=sys.stderr)
        return 2
    except duckdb.Error as error:
        sentence = str(error).partition("\n")[0]
        print(f"open_readonly.py: {sentence}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
