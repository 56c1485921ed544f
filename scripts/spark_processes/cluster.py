"""Master, workers and Thrift server, each watched until it answers."""

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from spark_processes.errors import ClusterError
from spark_processes.iceberg import CATALOG
from spark_processes.process import ClusterProcess
from spark_processes.settings import HOST, ClusterSettings

START_SECONDS = 180
THRIFT = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"


@dataclass(frozen=True)
class ProcessState:
    """A process of the cluster as it is now; `memory` in bytes, executors included."""

    name: str
    pid: int | None
    answers: bool
    memory: int


def start(settings: ClusterSettings) -> None:
    """Start every process; if one fails, those that were started are stopped.

    Raises:
        ClusterError: The cluster runs already, a port is taken, or a process fails.

    """
    if any(process.pid() for process in _known(settings)):
        raise ClusterError("the cluster runs already, or a part of it; stop it first")
    spark_home = settings.spark_home()
    for port in (settings.master_port, settings.status_port, settings.thrift_port):
        if _answers(port):
            raise ClusterError(f"port {port} of {HOST} is taken by another program")
    settings.write_defaults()
    spark_class = str(spark_home / "bin" / "spark-class")
    deploy = "org.apache.spark.deploy"
    ports = [
        *("--port", str(settings.master_port)),
        *("--webui-port", str(settings.status_port)),
    ]
    try:
        master = _start(
            settings,
            "master",
            [spark_class, f"{deploy}.master.Master", "--host", HOST, *ports],
        )
        _wait(master, lambda: _answers(settings.status_port))
        size = ["--cores", str(settings.cores), "--memory", settings.worker_memory]
        for number in range(1, settings.workers + 1):
            worker = _start(
                settings,
                f"worker_{number}",
                [
                    *(spark_class, f"{deploy}.worker.Worker", "--host", HOST),
                    *("--webui-port", "0", *size, settings.master),
                ],
            )
            _wait(worker, lambda count=number: _alive_workers(settings) >= count)  # type: ignore[misc]
        if settings.iceberg:
            _create_default_schema(settings)
        thrift = _start(
            settings,
            "thrift",
            [
                *(str(spark_home / "bin" / "spark-submit"), "--class", THRIFT),
                *(
                    "spark-internal",
                    "--hiveconf",
                    f"hive.server2.thrift.port={settings.thrift_port}",
                ),
                *("--hiveconf", f"hive.server2.thrift.bind.host={HOST}"),
            ],
        )
        _wait(thrift, lambda: _answers(settings.thrift_port))
    except BaseException:
        stop(settings)
        raise


def stop(settings: ClusterSettings) -> int:
    """Stop every process, the last one first, and remove what they leave behind.

    Logs, event logs and the warehouse stay.

    Returns:
        How many processes ran.

    """
    stopped = sum(process.stop() for process in reversed(_known(settings)))
    for name in ("work", "spill", "pids", "conf"):
        shutil.rmtree(settings.folder / name, ignore_errors=True)
    return stopped


def states(settings: ClusterSettings) -> list[ProcessState]:
    """Return the processes that were started and not stopped, in their order."""
    ports = {"master": settings.status_port, "thrift": settings.thrift_port}
    alive = _alive_workers(settings)
    found = []
    for process in _known(settings):
        pid = process.pid()
        number = process.name.removeprefix("worker_")
        answers = (
            _answers(ports[process.name])
            if process.name in ports
            else int(number) <= alive
        )
        found.append(
            ProcessState(process.name, pid, bool(pid) and answers, process.memory())
        )
    return found


def _known(settings: ClusterSettings) -> list[ClusterProcess]:
    """Return the processes with a note, in the order in which they start."""
    notes = sorted(path.name for path in (settings.folder / "pids").glob("*"))
    ordered = sorted(notes, key=lambda name: (name == "thrift", name != "master", name))
    return [ClusterProcess(name, settings.folder) for name in ordered]


def _start(settings: ClusterSettings, name: str, command: list[str]) -> ClusterProcess:
    process = ClusterProcess(name, settings.folder)
    process.start(command, settings.variables())
    return process


def _create_default_schema(settings: ClusterSettings) -> None:
    """Make the schema in which a session begins; a new catalog has none."""
    ended = subprocess.run(  # noqa: S603
        [
            *(str(settings.spark_home() / "bin" / "spark-sql"), "--master", "local[1]"),
            *("--conf", "spark.eventLog.enabled=false"),
            *("-e", f"create schema if not exists {CATALOG}.default"),
        ],
        cwd=settings.folder,
        env=settings.variables(),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        said = ended.stderr.strip().splitlines() or ["no word from it"]
        raise ClusterError(f"the catalog of Iceberg does not answer: {said[-1]}")


def _wait(process: ClusterProcess, is_ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_ready():
        if process.pid() is None:
            raise ClusterError(f"{process.name} ended: {process.last_line()}")
        if time.monotonic() > deadline:
            raise ClusterError(
                f"{process.name} does not answer after {START_SECONDS} seconds: "
                f"{process.last_line()}"
            )
        time.sleep(0.2)


def _answers(port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(2)
        return client.connect_ex((HOST, port)) == 0


def _alive_workers(settings: ClusterSettings) -> int:
    """Ask the master; 0 if it does not answer."""
    url = f"http://{HOST}:{settings.status_port}/json/"
    with (
        suppress(OSError, ValueError),
        urllib.request.urlopen(url, timeout=5) as answer,
    ):
        workers = json.load(answer)["workers"]
        return sum(worker["state"] == "ALIVE" for worker in workers)
    return 0
