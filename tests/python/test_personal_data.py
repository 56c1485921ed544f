"""Personal data stay in raw: no later relation holds a planted name, mail or phone."""

from pathlib import Path

import pytest
from project_build import Warehouse

CANARIES = ("canary@mail.test", "Carla Canary", "+49 555 0199", "call me, says Carla")
SOURCE = {
    "customers.csv": """customer_id,email,full_name,acquisition_channel,country
c1,canary@mail.test,Carla Canary,ads,DE
""",
    "customer_attributes.csv": """customer_id,attribute_name,attribute_value,valid_from
c1,email,canary@mail.test,
c1,Full_Name,Carla Canary,2024-01-02
c1,PHONE,+49 555 0199,
c1,size,small,
""",
    "subscription_events.csv": """event_id,customer_id,subscription_id,event_type,\
occurred_at,plan_id,billing_interval,unit_amount,reason_code
e1,c1,s1,started,2024-01-10,pro,month,50,
e2,c1,s1,ended,2024-03-10,,,,too_expensive
""",
    "revenue_events.csv": """event_id,customer_id,event_type,occurred_at,amount
r1,c1,payment,2024-01-10,50
""",
    "activity_events.csv": """customer_id,event_name,occurred_at
c1,login,2024-01-11
""",
    "survey_responses.csv": """response_id,customer_id,survey_type,responded_at,score,\
comment
a1,c1,nps,2024-01-20,9,"call me, says Carla"
""",
}
VARIABLES = {"as_of_date": "2024-05-01", "segment_names": ["size", "country"]}


def text_cells(warehouse: Warehouse, schema: str) -> tuple[set[str], int]:
    """Return every text in a schema, and how many columns it was found in."""
    with warehouse.connect() as connection:
        columns = connection.execute(
            "select table_name, column_name from information_schema.columns "
            "where table_schema = ? and data_type = 'VARCHAR'",
            [schema],
        ).fetchall()
        found: set[str] = set()
        for table, column in columns:
            rows = connection.execute(
                f'select distinct "{column}" from {schema}.{table}'
            ).fetchall()
            found |= {str(value) for (value,) in rows}
    return found, len(columns)


@pytest.fixture
def built(warehouse: Warehouse) -> Warehouse:
    """Return a warehouse whose customer is known by name."""
    warehouse.load_files(SOURCE)
    warehouse.build(VARIABLES)
    return warehouse


def test_no_mart_holds_a_planted_word(built: Warehouse) -> None:
    """Every text column of every mart, and of the steps before."""
    raw, _ = text_cells(built, "raw")
    assert raw >= set(CANARIES)
    for schema, fewest in (("staging", 25), ("intermediate", 50), ("marts", 50)):
        words, columns = text_cells(built, schema)
        assert columns >= fewest
        assert "c1" in words
        told = [canary for canary in CANARIES for word in words if canary in word]
        assert not told


def test_other_attributes_arrive(built: Warehouse) -> None:
    """The size is an attribute and a segment as before."""
    names = built.query(
        "select distinct attribute_name from marts.dim_customer_attributes order by 1"
    )
    assert names == [("acquisition_channel",), ("country",), ("size",)]


def test_another_list_of_personal_attributes(warehouse: Warehouse) -> None:
    """personal_attributes: the list is the user's; an empty one keeps nothing back."""
    warehouse.load_files(SOURCE)
    for personal, kept in ((["Size", "phone"], 4), ([], 6)):
        variables = VARIABLES | {
            "segment_names": ["country"],
            "personal_attributes": personal,
        }
        warehouse.build(variables, "--select", "+dim_customer_attributes")
        assert warehouse.marts() == {"dim_customer_attributes": kept}


@pytest.mark.parametrize("name", ["phone", "E-Mail", "email", "EMAIL"])
def test_a_personal_attribute_is_no_segment(warehouse: Warehouse, name: str) -> None:
    """One sentence names the var; whatever else it is called is the user's word."""
    warehouse.load_files(SOURCE)
    outcome = warehouse.try_build(
        {"segment_names": [name]}, "--select", "stg_customers"
    )
    assert outcome.success == (name == "E-Mail")
    if not outcome.success:
        assert f"The var segment_names is '{name}'" in outcome.error
        assert "no personal attribute" in outcome.error


def test_the_log_of_a_build_tells_nothing(built: Warehouse, project: object) -> None:
    """What dbt wrote down holds SQL and counts, not rows."""
    folder = Path(built.project.folder)
    texts = [
        path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in {".json", ".sql", ".log", ".msgpack"}
    ]
    assert texts
    assert not [c for c in CANARIES for text in texts if c.encode() in text]
