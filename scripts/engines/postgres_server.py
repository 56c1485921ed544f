"""A throwaway Postgres server on 127.0.0.1, for tests and comparisons."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg2
import psycopg2.extensions

from engines.errors import EngineError

OWNER = "retention"
START_SECONDS = 60
# Nobody keeps this data: a crash may lose it. Just-in-time compilation costs more than
# it saves on a hundred short queries.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "shared_buffers": "256MB",
    "work_mem": "64MB",
    "max_wal_size": "4GB",
}


class PostgresServer:
    """A server without databases and with one owner; use it in a `with` block.

    It refuses to run as root, so root lends it another user.
    """

    def __init__(self, settings: dict[str, str] | None = None) -> None:
        """Name further server settings; nothing is started yet."""
        self.port = _free_port()
        self.password = secrets.token_hex(16)
        self._settings = SETTINGS | (settings or {})
        self._folder = Path(tempfile.mkdtemp(prefix="postgres_server_"))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it, and wait until it answers.

        Raises:
            EngineError: No server of version 15 or later is installed, or it fails.

        """
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop it and remove its files."""
        self._stop()

    @property
    def process(self) -> int:
        """Id of the postmaster; 0 before it is started."""
        return self._process.pid if self._process else 0

    def environment(self, database: str) -> dict[str, str]:
        """Return what profiles.yml reads to reach a database as its owner."""
        return {
            "DBT_POSTGRES_HOST": "127.0.0.1",
            "DBT_POSTGRES_PORT": str(self.port),
            "DBT_POSTGRES_USER": OWNER,
            "DBT_POSTGRES_DBNAME": database,
            "DBT_POSTGRES_SSLMODE": "disable",
            "DBT_ENV_SECRET_POSTGRES_PASSWORD": self.password,
        }

    def create_database(self, name: str) -> None:
        """Create an empty database."""
        with closing(self.connect("postgres")) as connection:
            connection.autocommit = True
            connection.cursor().execute(f"create database {name}")

    def connect(
        self, database: str, user: str = OWNER, password: str = ""
    ) -> psycopg2.extensions.connection:
        """Log in; the owner's password is known."""
        return psycopg2.connect(
            host="127.0.0.1",
            port=self.port,
            user=user,
            password=password or self.password,
            dbname=database,
        )

    def _start(self) -> None:
        binaries = _server_binaries()
        user = _server_user()
        if user is not None:
            shutil.chown(self._folder, user)
        data = self._folder / "data"
        password_file = self._folder / "password"
        password_file.write_text(self.password, encoding="utf-8")
        password_file.chmod(0o644)
        made = subprocess.run(  # noqa: S603
            [
                *(str(binaries / "initdb"), "--pgdata", str(data)),
                *("--username", OWNER, "--pwfile", str(password_file)),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync"),
                # Sorted as a dictionary is, not by bytes: models must not depend on it.
                *("--locale", "C", "--locale-provider", "icu", "--icu-locale", "en"),
            ],
            user=user,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise EngineError(f"initdb failed: {_last_line(made.stderr)}")
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603
                [
                    *(str(binaries / "postgres"), "-D", str(data)),
                    *(f"--port={self.port}", *options),
                ],
                user=user,
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connect("postgres").close()
            except psycopg2.OperationalError as error:
                has_ended = self._process is None or self._process.poll() is not None
                if has_ended or time.monotonic() > deadline:
                    log = (self._folder / "log").read_text(errors="replace")
                    raise EngineError(
                        f"the Postgres server does not start: {_last_line(log)}"
                    ) from error
                time.sleep(0.05)
            else:
                return

    def _stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def _server_binaries() -> Path:
    """Return the folder with the newest installed server, version 15 or later."""
    found = [
        path.parent
        for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")
        if path.parent.parent.name.isdigit()
    ]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("postgres")
    if on_path is None:
        raise EngineError(
            "no Postgres server is installed; Debian's package is postgresql"
        )
    return Path(on_path).resolve().parent


def _server_user() -> str | None:
    """Return whom the server runs as if not as the present user."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no word from it"
