"""Unit tests say the same under the vars of any build: they pin those that matter."""

import re

from project_build import Project

# Postgres names a relation after a unit test.
LONGEST_NAME = 63
SETTING = re.compile(r"setting\(\s*'(\w+)'")


def settings_read(sql: str) -> set[str]:
    """Return the vars that a model reads, itself or through the time zone macro."""
    found = set(SETTING.findall(sql))
    if "to_reporting_time(" in sql:
        found.add("reporting_timezone")
    return found


def test_no_name_is_too_long_for_postgres(project: Project) -> None:
    """A longer one fails there, and only there."""
    names = [unit_test.name for unit_test in project.manifest.unit_tests.values()]
    assert not [name for name in names if len(name) > LONGEST_NAME]


def test_every_unit_test_pins_the_vars_that_its_model_reads(project: Project) -> None:
    """Else `dbt build --vars` would fail for whoever sets one of them."""
    models = {node.name: node for node in project.manifest.nodes.values()}
    unpinned = []
    for unit_test in project.manifest.unit_tests.values():
        pinned = set(unit_test.overrides.vars if unit_test.overrides else {})
        lacking = settings_read(models[unit_test.model].raw_code) - pinned
        if lacking:
            unpinned.append(f"{unit_test.name}: {', '.join(sorted(lacking))}")
    assert not unpinned
    assert len(project.manifest.unit_tests) > 100
