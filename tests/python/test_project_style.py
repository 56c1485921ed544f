"""What linters cannot see of the dbt project, checked on its manifest."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dbt.artifacts.resources.v1.components import ColumnInfo
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import (
    GenericTestNode,
    ManifestNode,
    ModelNode,
    SeedNode,
    SingularTestNode,
)
from project_build import PROJECT, Project, Warehouse

NAME = "customer_retention"
PREFIXES = {
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "marts": ("dim_", "fct_", "metrics_"),
}
# A layer reads itself and the one before it; seeds and sources come before staging.
READABLE = {
    "staging": {"source"},
    "intermediate": {"staging", "intermediate", "seed"},
    "marts": {"intermediate", "marts"},
}
# Folders of intermediate that may read sources.
READERS_OF_RAW = {"event_logs", "incremental"}
# No rows of the same key can be told apart, or a check would sort the longest table.
MODELS_WITHOUT_KEY = {
    "int_counted_activity",
    "int_unlisted_events",
    "stg_activity_events",
}
# Names that Postgres keeps are at most this long.
LONGEST_NAME = 63
# Lines that are not blank. Longer ones wait for a split, and may not grow.
LONGEST_MODEL = 130
WHOLE = ("always", "all_or_nothing")
CONTINUED = ("by_customer", "added_up", "by_period")
LONG_MODELS: dict[str, int] = {
    "int_customer_changes": 136,
    "int_customer_flows": 150,
    "int_mrr_flows": 137,
}
ENGINE_BOUND = {
    "::": r"::",
    "qualify": r"\bqualify\b",
    "group by all": r"\bgroup\s+by\s+all\b",
    "filter (where ...)": r"\bfilter\s*\(\s*where\b",
    "ilike": r"\bilike\b",
    "distinct on": r"\bdistinct\s+on\b",
    "ignore nulls": r"\bignore\s+nulls\b",
    "unnest": r"\bunnest\b",
    "generate_series": r"\bgenerate_series\b",
    "select * exclude": r"\*\s*(exclude|except|replace)\b",
    "using (...)": r"\busing\s*\(",
    "a quoted name": r'"\w+"',
    "a bare type": r"\bas\s+(text|varchar|string|double|float|bigint|timestamp)\b",
    "a recursive CTE": r"\bwith\s+recursive\b",
    "a window clause": r"^\s*window\s+\w+\s+as\b|^\s*window\s*$",
    "a bare union": r"\bunion\s+(?!all\b|distinct\b)",
    "a decimal of its own": r"\bdecimal\s*\(",
}
CLOCK = r"\b(now\s*\(|current_(date|time|timestamp)\b|localtime|getdate|run_started_at)"
MODEL_OF_THE_CLOCK = "int_as_of_date"


@pytest.fixture(scope="module")
def manifest(project: Project) -> Manifest:
    """Return the parsed project."""
    return project.manifest


@pytest.fixture(scope="module")
def models(manifest: Manifest) -> list[ModelNode]:
    """Return the models of this project."""
    return [
        node
        for node in manifest.nodes.values()
        if isinstance(node, ModelNode) and node.package_name == NAME
    ]


@pytest.fixture(scope="module")
def tests(manifest: Manifest) -> list[GenericTestNode | SingularTestNode]:
    """Return the data tests of this project."""
    return [
        node
        for node in manifest.nodes.values()
        if isinstance(node, GenericTestNode | SingularTestNode)
    ]


@pytest.fixture(scope="module")
def built(new_warehouse: Callable[[], Warehouse]) -> Warehouse:
    """Return a warehouse that was built from empty tables."""
    warehouse = new_warehouse()
    warehouse.load_files(
        {"activity_events.csv": "customer_id,event_name,occurred_at\n"}
    )
    warehouse.build()
    return warehouse


@pytest.fixture(scope="module")
def built_columns(built: Warehouse) -> dict[str, list[str]]:
    """Return the columns of every relation, in order."""
    columns: dict[str, list[str]] = {}
    for relation, column in built.query(
        "select table_name, column_name from information_schema.columns "
        "where table_schema in ('raw', 'staging', 'intermediate', 'marts') "
        "order by table_name, ordinal_position"
    ):
        columns.setdefault(relation, []).append(column)
    return columns


def layer(node: ModelNode) -> str:
    """Return the folder below models/."""
    return Path(node.original_file_path).parts[1]


def ancestors(name: str, models: list[ModelNode]) -> set[str]:
    """Return the names of all models that a model follows from."""
    read = {
        node.name: [unique_id.split(".")[-1] for unique_id in node.depends_on.nodes]
        for node in models
    }
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = [one for one in read.get(waiting.pop(), []) if one not in found]
        found.update(new)
        waiting.extend(new)
    return found


def bare_sql(text: str) -> str:
    """Return SQL without comments, Jinja and literals."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"--[^\n]*", " ", text)
    return re.sub(r"'[^']*'", "''", text)


def lacking(described: dict[str, ColumnInfo]) -> list[str]:
    """Return the columns without a description."""
    return [name for name, column in described.items() if not column.description]


def test_every_model_has_the_prefix_of_its_folder(models: list[ModelNode]) -> None:
    """The prefix is the kind; a metrics model says by what its rows are grouped."""
    wrong = [
        node.name
        for node in models
        if not node.name.startswith(PREFIXES[layer(node)])
        or (node.name.startswith("metrics_") and "_by_" not in node.name)
    ]
    assert not wrong


def test_every_model_reads_its_own_layer_or_the_one_before(
    manifest: Manifest, models: list[ModelNode]
) -> None:
    """Staging alone reads sources, and intermediate alone reads the seeds.

    The folder that compares what is loaded with what is built reads loads and both, and
    the one of logs what is cheaper to ask of raw.
    """

    def kind(unique_id: str) -> str:
        node: object = manifest.nodes.get(unique_id)
        if isinstance(node, ModelNode):
            return layer(node)
        return "seed" if isinstance(node, SeedNode) else "source"

    wrong = [
        (node.name, parent)
        for node in models
        for parent in node.depends_on.nodes
        if kind(parent) not in READABLE[layer(node)]
        and not (
            kind(parent) == "source"
            and Path(node.original_file_path).parent.name in READERS_OF_RAW
        )
    ]
    assert not wrong


def test_every_layer_is_stored_as_it_should_be(models: list[ModelNode]) -> None:
    """Staging is views; BI reads tables, and an intermediate view is no error."""
    allowed = {
        "staging": {"view"},
        "intermediate": {"view", *WHOLE, *CONTINUED, "build_note"},
        "marts": {*WHOLE, "by_customer"},
    }
    wrong = [
        node.name
        for node in models
        if node.config.materialized not in allowed[layer(node)]
        or node.schema != layer(node)
    ]
    assert not wrong


def test_a_table_that_may_stay_reads_nothing_that_no_load_announces(
    models: list[ModelNode],
) -> None:
    """It is built after what tells whether anything is new, and from loaded rows."""
    unannounced = {"stg_load_files", "stg_quarantine", "stg_published_figures"}
    staying = [n for n in models if n.config.materialized == "all_or_nothing"]
    assert staying
    for node in staying:
        names = ancestors(node.name, models)
        assert "int_build_window" in names, node.name
        assert not names & unannounced, node.name


def test_a_dated_model_can_leave_older_rows_alone(models: list[ModelNode]) -> None:
    """Its dates exist, sums know what touches their inputs, and windows look back."""
    by_name = {node.name: node for node in models}
    dated = [n for n in models if {"dated_by", "dated_inputs"} & set(n.config.meta)]
    assert dated
    for node in dated:
        meta = node.config.meta
        inputs = [by_name.get(i.split(".")[-1]) for i in node.depends_on_nodes]
        for name, column in meta["dated_inputs"].items():
            source = by_name[name]
            assert source in inputs, (node.name, name)
            assert column in source.columns, (node.name, name)
            touched_by = source.config.meta.get("touched_by", [])
            if node.config.materialized != "by_customer":
                assert set(touched_by) <= set(meta["touched_by"]), (node.name, name)
        if "dated_by" in meta:
            assert meta["dated_by"] in node.columns, node.name
            has_window = re.search(r"\bover \(", node.raw_code) is not None
            assert has_window == ("looks_back_by" in meta), node.name


def test_every_model_has_a_yaml_file_of_its_own(models: list[ModelNode]) -> None:
    """The twin has the model's name and describes nothing else."""
    for node in models:
        twin = Path(node.original_file_path).with_suffix(".yml")
        assert node.patch_path == f"{NAME}://{twin.as_posix()}", node.name
    twins = Counter(node.patch_path for node in models)
    assert max(twins.values()) == 1


def test_every_description_says_what_one_row_is_and_who_is_left_out(
    models: list[ModelNode],
) -> None:
    """Two sentences at least; the first begins with the grain."""
    wrong = [
        node.name
        for node in models
        if not node.description.startswith("One row ")
        or len(re.findall(r"[.!?](\s|$)", node.description)) < len(("grain", "who"))
    ]
    assert not wrong


def test_every_column_is_described(models: list[ModelNode]) -> None:
    """A sentence for every column that YAML names."""
    wrong = {
        node.name: missing for node in models if (missing := lacking(node.columns))
    }
    assert not wrong


def test_every_column_that_is_built_is_named_in_yaml(
    models: list[ModelNode], built_columns: dict[str, list[str]]
) -> None:
    """No column more, no column less."""
    wrong = {
        node.name: sorted(set(node.columns) ^ set(built_columns[node.name]))
        for node in models
        if set(node.columns) != set(built_columns[node.name])
    }
    assert not wrong


def test_every_raw_column_is_described(
    manifest: Manifest, built_columns: dict[str, list[str]]
) -> None:
    """The sources file is the input contract, so it names what loading writes."""
    sources = {source.name: source for source in manifest.sources.values()}
    for name, source in sources.items():
        assert source.description, name
        assert not lacking(source.columns), name
        assert list(source.columns) == built_columns[name], name


def test_every_seed_is_described(manifest: Manifest) -> None:
    """With a description of each column of the file, and its type."""
    for node in manifest.nodes.values():
        if isinstance(node, SeedNode):
            header = (PROJECT / node.original_file_path).read_text().splitlines()[0]
            assert node.description
            assert list(node.columns) == header.split(","), node.name
            assert not lacking(node.columns), node.name
            assert list(node.config.column_types) == header.split(","), node.name


def test_no_amount_has_more_decimals_than_rounding_takes(built: Warehouse) -> None:
    """`round_money` rounds by 64 bits: of 14 decimals none is lost, of 15 one is."""
    ((scale, relation),) = built.query(
        "select numeric_scale, table_name from information_schema.columns "
        "where data_type like 'DECIMAL%' order by numeric_scale desc limit 1"
    )
    assert scale == 14, relation


def test_text_of_a_shared_column_stands_in_one_place() -> None:
    """What two models say in the same words is a docs block, used more than once."""
    files = [path.read_text() for path in (PROJECT / "models").rglob("*.yml")]
    used = Counter(re.findall(r"doc\('(\w+)'\)", "\n".join(files)))
    blocks = re.findall(
        r"{% docs (\w+) %}", (PROJECT / "models/docs/columns.md").read_text()
    )
    assert not [name for name in blocks if used[name] < len(("one", "another"))]
    assert sorted(used) == sorted(blocks)


def test_every_mart_has_a_contract(models: list[ModelNode]) -> None:
    """Enforced, with a type for every column."""
    for node in models:
        if layer(node) == "marts":
            assert node.config.contract.enforced, node.name
            untyped = [name for name, one in node.columns.items() if not one.data_type]
            assert not untyped, (node.name, untyped)


def test_names_say_what_a_column_holds(models: list[ModelNode]) -> None:
    """A suffix or prefix of the style guide has the type that goes with it."""
    types = {
        r"_(rate|ratio|share|low|high)$": "float8",
        r"_at$|^valid_from$": "timestamp",
        r"_date$|_month$": "date",
        r"^(is|has|was)_": "boolean",
        r"_(mrr|amount|revenue)$|^(mrr|arr|amount)$": "decimal(28,4)",
        r"_(customers|count|number|days)$|^(numerator|denominator)$": "bigint",
        r"_(id|code|name|kind|grain|basis|type|mode)$": "text",
        r"^(attribute|segment)_value$": "text",
    }
    wrong = [
        (node.name, name, column.data_type)
        for node in models
        if layer(node) == "marts"
        for name, column in node.columns.items()
        for pattern, data_type in types.items()
        if re.search(pattern, name) and column.data_type != data_type
    ]
    assert not wrong


def test_every_macro_is_described_with_its_arguments(manifest: Manifest) -> None:
    """A type and a sentence for each, in a YAML file beside the macro."""
    for macro in manifest.macros.values():
        # dbt takes no description of a materialization: a comment above it says all.
        is_variant = "__" in macro.name or macro.name.startswith("materialization_")
        if macro.package_name != NAME or is_variant:
            continue
        assert macro.description, macro.name
        (signature,) = re.findall(
            rf"{{%-?\s*(?:macro|test)\s+{macro.name.removeprefix('test_')}\((.*?)\)\s*-?%}}",
            macro.macro_sql,
        )
        names = [part.split("=")[0].strip() for part in signature.split(",")]
        expected = [name for name in names if name and name != "model"]
        assert [argument.name for argument in macro.arguments] == expected, macro.name
        for argument in macro.arguments:
            assert argument.type, (macro.name, argument.name)
            assert argument.description, (macro.name, argument.name)


def test_a_macro_file_holds_one_macro_and_its_variants() -> None:
    """Named as the file."""
    for path in (PROJECT / "macros").rglob("*.sql"):
        text = path.read_text()
        found = re.findall(r"{%-?\s*(?:macro|materialization)\s+(\w+)", text)
        assert {name.split("__")[-1] for name in found} == {path.stem}, path.name
        is_macro = "{% materialization" not in text
        assert path.with_suffix(".yml").exists() == is_macro, path.name


def sql_files() -> Iterator[Path]:
    """Yield the files that are written as SQL for every engine."""
    yield from (PROJECT / "models").rglob("*.sql")
    yield from (PROJECT / "tests" / "reconciliation").rglob("*.sql")
    yield from (PROJECT / "tests" / "generic").rglob("*.sql")


def test_sql_binds_itself_to_no_engine() -> None:
    """What only some engines know lives in macros/adapters."""
    wrong = [
        (path.name, what)
        for path in sql_files()
        for what, pattern in ENGINE_BOUND.items()
        if re.search(pattern, bare_sql(path.read_text()), re.IGNORECASE | re.MULTILINE)
    ]
    assert not wrong


def test_nothing_reads_the_clock() -> None:
    """A build of the same raw rows gives the same numbers on any day."""
    wrong = [
        path.name
        for folder in ("models", "macros", "tests/reconciliation", "tests/generic")
        for path in (PROJECT / folder).rglob("*.sql")
        if re.search(CLOCK, re.sub(r"--[^\n]*", "", path.read_text()), re.IGNORECASE)
    ]
    assert wrong == [f"{MODEL_OF_THE_CLOCK}.sql"]


def test_no_model_is_too_long_to_read() -> None:
    """About a hundred lines; past that, it is two steps."""
    lengths = {
        path.stem: sum(1 for line in path.read_text().splitlines() if line.strip())
        for path in (PROJECT / "models").rglob("*.sql")
    }
    wrong = {
        name: length
        for name, length in lengths.items()
        if length > LONG_MODELS.get(name, LONGEST_MODEL)
    }
    assert not wrong


def test_every_sql_file_ends_with_its_last_step() -> None:
    """The last line selects from the CTE that stands above it."""
    for path in (PROJECT / "models").rglob("*.sql"):
        lines = path.read_text().rstrip().splitlines()
        last = re.findall(r"^\s*(\w+) as \($", "\n".join(lines), re.MULTILINE)[-1]
        assert lines[-1] == f"select * from {last}", path.name


def test_every_model_has_a_key(
    models: list[ModelNode], tests: list[GenericTestNode | SingularTestNode]
) -> None:
    """A primary_key test on its grain."""
    keyed = {
        node.attached_node
        for node in tests
        if isinstance(node, GenericTestNode)
        and node.test_metadata.name == "primary_key"
    }
    without = {node.name for node in models if node.unique_id not in keyed}
    assert without == MODELS_WITHOUT_KEY & {node.name for node in models}


def test_every_test_that_needs_a_name_has_one(
    tests: list[GenericTestNode | SingularTestNode],
) -> None:
    """Generated names of tests with several columns pass what Postgres keeps."""
    wrong = [
        node.name
        for node in tests
        if len(node.name) > LONGEST_NAME
        or (
            isinstance(node, GenericTestNode)
            and node.column_name is None
            and node.name.startswith(f"{node.test_metadata.name}_")
        )
    ]
    assert not wrong


def test_no_test_is_switched_off_and_a_tolerant_one_says_why(
    manifest: Manifest, tests: list[GenericTestNode | SingularTestNode]
) -> None:
    """A warning has its reason in the description, or in the comment above the SQL."""
    assert not [node for nodes in manifest.disabled.values() for node in nodes]
    for node in tests:
        words = f"{node.description} {node.raw_code}".lower()
        assert node.config.error_if == node.config.warn_if == "!= 0", node.name
        assert node.config.limit is None, node.name
        if node.config.severity.lower() != "error":
            assert "warning" in words, node.name


def test_every_singular_test_says_what_a_row_means(
    tests: list[GenericTestNode | SingularTestNode],
) -> None:
    """The comment above begins with it."""
    wrong = [
        node.name
        for node in tests
        if isinstance(node, SingularTestNode)
        and not re.match(r"-- A row (is|says) ", node.raw_code)
    ]
    assert not wrong


def test_nodes_are_found(models: list[ModelNode], tests: list[ManifestNode]) -> None:
    """The checks above look at something."""
    assert len(models) >= len(PREFIXES)
    assert len(tests) >= len(models)
