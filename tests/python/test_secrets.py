"""Canaries: what must not be written down is planted, and looked for everywhere."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from project_build import FILE_NAME, MODELS_ONLY, PROJECT

SECRET = "canary-5ecret-of-the-server"  # noqa: S105
PATH_PART = "canary-p4th"
BAD_TEXT = "canary-b4d-row@example.org"
BAD_VAR = "canary-v4r'; drop schema raw"
EVENTS = f"""event_id,customer_id,event_type,occurred_at,amount
e1,c1,payment,2024-01-01,5
e2,c2,payment,{BAD_TEXT},5
e3,{BAD_TEXT},payment,2024-01-01,much
"""


class Place:
    """A folder with a source, a warehouse and what dbt writes."""

    def __init__(self, folder: Path) -> None:
        """Write the source; nothing is loaded yet."""
        self.folder = folder
        self.database = folder / FILE_NAME
        self.source = folder / PATH_PART / "source"
        self.source.mkdir(parents=True)
        (self.source / "revenue_events.csv").write_text(EVENTS, encoding="utf-8")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command with the secret in its environment; it never shows it."""
        variables = {
            "DBT_DUCKDB_PATH": str(self.database),
            "DBT_POSTGRES_HOST": "127.0.0.1",
            "DBT_POSTGRES_PORT": "1",
            "DBT_POSTGRES_USER": "somebody",
            "DBT_POSTGRES_DBNAME": "somewhere",
            "DBT_ENV_SECRET_POSTGRES_PASSWORD": SECRET,
            "DO_NOT_TRACK": "1",
        }
        ended = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd=PROJECT,
            env=os.environ | variables,
        )
        assert SECRET not in ended.stdout + ended.stderr
        return ended

    def load(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Load the source."""
        script = str(PROJECT / "scripts/load_raw.py")
        share = ("--max-quarantined-share", "1")
        return self.run(sys.executable, script, str(self.source), *share, *options)

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt, writing into this folder."""
        return self.run(
            str(Path(sys.executable).parent / "dbt"),
            *arguments,
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(self.folder / "target")),
            *("--log-path", str(self.folder / "logs")),
        )

    def written(self, text: str, *folders: str) -> list[str]:
        """Return the files below the folders that hold a text."""
        return [
            path.relative_to(self.folder).as_posix()
            for folder in folders
            for path in (self.folder / folder).rglob("*")
            if path.is_file() and text.encode() in path.read_bytes()
        ]

    def stored(self, text: str) -> set[str]:
        """Return the relations with a text in any column."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            names = connection.execute(
                "select table_schema || '.' || table_name "
                "from information_schema.tables"
            ).fetchall()
            return {
                name
                for (name,) in names
                for row in connection.execute(f"select * from {name}").fetchall()
                if text in str(row)
            }


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return an empty place."""
    return Place(tmp_path)


def test_nothing_is_written_down_that_must_not_be(place: Place) -> None:
    """After a load and a build: no secret, no path, no text of a bad row."""
    loaded = place.load()
    assert loaded.returncode == 0, loaded.stderr
    built = place.dbt("build", "--select", "+path:models/marts/audit", *MODELS_ONLY)
    assert built.returncode == 0, built.stdout
    for canary in (SECRET, PATH_PART, BAD_TEXT):
        assert place.written(canary, "target", "logs") == []
    assert place.stored("c1") >= {"raw.revenue_events", "marts.dim_customers"}
    assert place.stored(SECRET) == place.stored(PATH_PART) == set()
    # The text is kept where it belongs, and staging shows no more than the id of it.
    assert place.stored(BAD_TEXT) <= {
        "raw.quarantine",
        "staging.stg_quarantine",
        "intermediate.int_data_quality_issues",
    }


def test_a_server_that_is_not_there_is_told_without_the_password(place: Place) -> None:
    """By the loader and by dbt, on the screen and in the files."""
    loaded = place.load("--target", "postgres")
    assert loaded.returncode == 1
    assert "127.0.0.1:1/somewhere: the server cannot be reached" in loaded.stderr
    assert place.dbt("debug", "--target", "postgres").returncode != 0
    assert place.written(SECRET, "target", "logs") == []


def test_a_refused_var_reaches_no_sql(place: Place) -> None:
    """One sentence, no compiled SQL, and the warehouse is as it was."""
    assert place.load().returncode == 0
    before = place.database.read_bytes()
    for name in ("schema_prefix", "reporting_currency", "as_of_date"):
        ended = place.dbt("run", "--vars", f'{{{name}: "{BAD_VAR}"}}')
        assert ended.returncode != 0
        assert f"The var {name} is '{BAD_VAR}'; allowed: " in ended.stdout
        assert "Traceback" not in ended.stdout + ended.stderr
    assert place.written("canary-v4r", "target") == []
    assert place.database.read_bytes() == before
