"""Vars are values, never code: each macro of macros/settings against hostile texts.

The macros are rendered without dbt, thousands of times; test_policies.py does the same
through dbt, once for each kind of wrong value.
"""

import datetime
import re
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
import pytz  # type: ignore[import-untyped]
import stories
from hostile_texts import HOSTILE_TEXTS
from jinja2 import Environment
from project_build import PROJECT, Warehouse
from second_opinion.variables import project_variables

MACROS = sorted((PROJECT / "macros/settings").glob("*.sql"))
LISTS_OF_NAMES = {"counted_activity_events", "segment_names", "personal_attributes"}
ALLOWED_NAME = r"[^\x00-\x1f]{1,200}"
# What a terminal would obey: control characters, and those that turn a line round.
OBEYED = "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"
LONGEST_SENTENCE = 400
MORE_TEXTS = [
    "2024-01-01\n",
    "30\n",
    "1\n",
    "USD\n",
    "UTC\n",
    "keep\n",
    "2024-01-01'",
    "\uff12\uff10\uff12\uff14-01-01",
    "\u0663\u0660",
    "1e1",
    "0x1e",
    "-0",
    "+30",
    "30;",
    "\x1b[2J\x1b]0;owned\x07",
    "x" * 100_000,
    "true; drop schema raw",
    "a') or 1=1 --",
    "{% do run_query('drop schema raw') %}",
    "../../etc/localtime",
    "Europe/../Europe/Paris",
]


class RefusedError(Exception):
    """What the macros raise."""


class _ReturnError(Exception):
    """Carries what a macro returns, as in dbt."""


class Macros:
    """The macros of macros/settings, with the vars of one build."""

    def __init__(self) -> None:
        """Compile them once."""
        self.variables: dict[str, Any] = {}
        modules = SimpleNamespace(re=re, pytz=pytz, datetime=datetime)
        # What is rendered here is our own source.
        environment = Environment(extensions=["jinja2.ext.do"], autoescape=False)  # noqa: S701
        environment.globals.update(
            modules=modules,
            var=lambda name: self.variables[name],
            exceptions=SimpleNamespace(raise_compiler_error=self._refuse),
            **{"return": self._return},
        )
        # Each may call any other, so all are known before the first is compiled.
        found: dict[str, Callable[..., object]] = {}
        for path in MACROS:
            environment.globals[path.stem] = partial(self._call, found, path.stem)
        for path in MACROS:
            module = environment.from_string(path.read_text(encoding="utf-8")).module
            found[path.stem] = getattr(module, path.stem)
        self._macros = found

    def setting(self, name: str, value: object) -> object:
        """Return what `setting(name)` makes of a value.

        Raises:
            RefusedError: The value is not allowed.

        """
        self.variables = project_variables(PROJECT) | {name: value}
        return self._call(self._macros, "setting", name)

    @staticmethod
    def _refuse(sentence: str) -> NoReturn:
        raise RefusedError(sentence)

    @staticmethod
    def _return(value: object) -> NoReturn:
        raise _ReturnError(value)

    @staticmethod
    def _call(
        macros: dict[str, Callable[..., object]], name: str, *arguments: object
    ) -> object:
        try:
            return macros[name](*arguments)
        except _ReturnError as ending:
            return ending.args[0]


@pytest.fixture(scope="module")
def macros() -> Macros:
    """Return the macros."""
    return Macros()


def test_defaults_are_allowed(macros: Macros) -> None:
    """So that a refusal below is one of the text."""
    for name, value in project_variables(PROJECT).items():
        macros.setting(name, value)


@pytest.mark.parametrize("name", sorted(project_variables(PROJECT)))
def test_hostile_texts_are_refused_or_stay_what_they_are(
    macros: Macros, name: str
) -> None:
    """By themselves, in a list and as a name: a sentence of one line, or the text."""
    texts = [*HOSTILE_TEXTS, *MORE_TEXTS]
    for text in texts:
        for value in (text, [text], {text: text}):
            try:
                found = macros.setting(name, value)
            except RefusedError as refusal:
                sentence = str(refusal)
                assert sentence.startswith(f"The var {name} is '")
                assert "; allowed: " in sentence
                assert not re.search(OBEYED, sentence), repr(sentence)
                assert len(sentence) < LONGEST_SENTENCE
            else:
                is_text_kept = name in LISTS_OF_NAMES and found in (text, [text])
                items = found if isinstance(found, list) else [found]
                is_harmless = all(re.fullmatch(r"[\w.-]*", str(item)) for item in items)
                assert is_text_kept or is_harmless, (name, value, found)


def test_names_become_literals(new_warehouse: Callable[[], Warehouse]) -> None:
    """Hostile names of events and attributes count, and stand in the marts."""
    names = [text for text in HOSTILE_TEXTS if re.fullmatch(ALLOWED_NAME, text)]
    assert len(names) > 30
    segments = [*names[:12], "CaseMatters", "casematters"]
    activity = [
        {"customer_id": f"c{n}", "event_name": name, "occurred_at": "2024-01-20"}
        for n, name in enumerate([*names, "not counted"])
    ]
    attributes = [
        {"customer_id": "c0", "attribute_name": name, "attribute_value": name}
        for name in segments
    ]
    warehouse = new_warehouse()
    warehouse.load_files(
        {
            "activity_events.csv": stories.table_csv("activity_events", activity),
            "customer_attributes.csv": stories.table_csv(
                "customer_attributes", attributes
            ),
        }
    )
    warehouse.build(
        {
            "as_of_date": "2024-02-01",
            "counted_activity_events": names,
            "segment_names": segments,
        },
        *("--select", "+metrics_customer_churn_by_period_and_segment +dim_customers"),
    )
    silent = warehouse.query(
        "select customer_id from marts.dim_customers where not is_activity_active"
    )
    assert silent == [(f"c{len(names)}",)]
    found = warehouse.query(
        "select distinct segment_name, segment_value "
        "from marts.metrics_customer_churn_by_period_and_segment "
        "where retention_basis = 'activity' and segment_value != 'unknown'"
    )
    assert set(found) == {(name, name) for name in segments}


def test_only_profiles_name_secrets() -> None:
    """A variable that a model or a macro reads would be written into target/.

    The one that is read names the format of tables on Spark, which everybody may know.
    """
    known = "env_var('DBT_SPARK_FILE_FORMAT', 'parquet')"
    for folder in ("models", "macros", "tests", "seeds"):
        for path in (PROJECT / folder).rglob("*.*"):
            if path.suffix in (".sql", ".yml", ".md"):
                text = path.read_text(encoding="utf-8").replace(known, "")
                assert "env_var" not in text, path
    text = (PROJECT / "profiles.yml").read_text(encoding="utf-8")
    secrets = re.findall(r"(?:password|token|secret|key)\w*:\s*(\S.*)", text)
    assert secrets
    for value in secrets:
        assert value.startswith("\"{{ env_var('DBT_ENV_SECRET_"), value
