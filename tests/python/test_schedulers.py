"""The examples for schedulers are sound, and call the refresh as it is."""

import configparser
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import refresh
import yaml  # type: ignore[import-untyped]
from loading.errors import UsageError
from project_build import PROJECT

EXAMPLES = PROJECT / "docs" / "schedulers"
UNITS = ("customer-retention-refresh.service", "customer-retention-refresh.timer")
WORKFLOW = EXAMPLES / "refresh-workflow.yml"


def unit(name: str) -> configparser.ConfigParser:
    """Return a unit file; keys keep their capital letters."""
    parser = configparser.ConfigParser(delimiters=("=",), strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((EXAMPLES / name).read_text(encoding="utf-8"))
    return parser


def refresh_arguments(command: str) -> list[str]:
    """Return the arguments of refresh.py in a command line."""
    words = shlex.split(command)
    place = words.index("scripts/refresh.py")
    assert words[place - 1].endswith(".venv/bin/python")
    assert (PROJECT / words[place]).is_file()
    return words[place + 1 :]


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    """Every section and key is one that systemd knows, and every value one it takes."""
    known = {
        "Unit": {"Description", "Wants", "After"},
        "Service": set(unit(UNITS[0])["Service"]),
        "Timer": {"OnCalendar", "RandomizedDelaySec", "Persistent"},
        "Install": {"WantedBy"},
    }
    for name in UNITS:
        for section in unit(name).sections():
            assert set(unit(name)[section]) <= known[section]
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        return
    for name in UNITS:
        text = (EXAMPLES / name).read_text(encoding="utf-8")
        here = text.replace("/opt/customer_retention/.venv/bin/python", "/bin/true")
        here = here.replace("/opt/customer_retention", str(tmp_path))
        (tmp_path / name).write_text(here, encoding="utf-8")
    done = subprocess.run(
        [analyze, "verify", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_service_runs_the_refresh() -> None:
    """With options that exist; a run that finds the lock taken is no failure."""
    service = unit(UNITS[0])["Service"]
    options = refresh._parser().parse_args(refresh_arguments(service["ExecStart"]))
    assert str(options.publish_to) in service["ReadWritePaths"].split()
    assert service["SuccessExitStatus"] == "3"
    assert service["UMask"] == "0077"


def test_the_workflow_runs_the_refresh() -> None:
    """It parses, has what a workflow needs, and calls commands that exist."""
    workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    # YAML 1.1 reads the key `on` as true.
    assert set(workflow) == {"name", True, "permissions", "concurrency", "jobs"}
    (trigger,) = workflow[True]["schedule"]
    assert len(trigger["cron"].split()) == 5
    job = workflow["jobs"]["refresh"]
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert commands[0] == "make environment"
    for command in commands[1:]:
        given = command.replace("${{ inputs.accept && '--accept' || '' }}", "--accept")
        for name, value in job["env"].items():
            given = given.replace(f"${name}", value)
        refresh._parser().parse_args(refresh_arguments(given))


@pytest.mark.parametrize("wrong", ["--acept", "--publish-too=x"])
def test_a_slip_in_an_option_would_be_noticed(wrong: str) -> None:
    """Or the tests above would prove nothing."""
    with pytest.raises(UsageError):
        refresh._parser().parse_args(["source", wrong])


def test_the_snippet_of_the_page_is_the_helper() -> None:
    """docs/refresh.md shows the settings that open_readonly.py uses."""
    page = (PROJECT / "docs" / "refresh.md").read_text(encoding="utf-8")
    helper = (PROJECT / "scripts" / "open_readonly.py").read_text(encoding="utf-8")
    shown = page.split("```python")[1].split("```")[0]
    for line in helper.split("config={")[1].split("}")[0].splitlines():
        name = line.strip().partition(":")[0]
        if name and name != '"threads"':
            assert name in shown
    assert "lock_configuration = true" in shown
