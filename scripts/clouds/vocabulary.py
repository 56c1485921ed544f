"""What each cloud knows, looked up in its reference: functions, types, reserved words.

Only what the project uses is listed. A new function is denied until somebody has looked
it up for both clouds and added it here.
"""

from dataclasses import dataclass


def words(text: str) -> frozenset[str]:
    """Return what is written with blanks between."""
    return frozenset(text.split())


EVERYWHERE = words(
    """
    abs avg cast ceil chr coalesce count exp extract first_value floor lag lead length
    ln lower max md5 min mod nullif power replace round row_number sign sqrt substr sum
    upper
    """
)
# Null if one argument is null; DuckDB, Postgres and Spark take the others. Where they
# may be used is listed in denied.py.
NULL_EATERS = frozenset({"greatest", "least"})
# Words in front of a parenthesis that call nothing.
SYNTAX = words(
    """
    all and any as between by case decimal distinct else exists from having if in
    interval is join like not on or order over partition select then union when where
    with
    """
)


@dataclass(frozen=True)
class Cloud:
    """A dbt target that is compiled, not run.

    Attributes:
        name: dbt target, adapter and dialect of sqlglot.
        environment: What profiles.yml needs, made up.
        functions: Functions beyond EVERYWHERE that exist there.
        types: What may stand behind `cast(... as`, in small letters, without blanks
            around parentheses.
        reserved: Words that cannot name a column or a step.

    """

    name: str
    environment: dict[str, str]
    functions: frozenset[str]
    types: frozenset[str]
    reserved: frozenset[str]

    def knows(self, function: str) -> bool:
        """Whether a function exists there."""
        return function in EVERYWHERE | self.functions | NULL_EATERS


SNOWFLAKE = Cloud(
    name="snowflake",
    environment={
        "DBT_SNOWFLAKE_ACCOUNT": "nobody",
        "DBT_SNOWFLAKE_USER": "nobody",
        "DBT_SNOWFLAKE_WAREHOUSE": "nothing",
        "DBT_SNOWFLAKE_DATABASE": "nothing",
    },
    functions=words(
        """
        array_generate_range bitand bitor_agg convert_timezone date_trunc dateadd
        datediff dayofweekiso flatten split_part to_number try_cast
        """
    ),
    types=words(
        """
        bigint boolean date decimal(18,10) decimal(18,4) decimal(19,4) decimal(28,4)
        decimal(28,8) decimal(38,0) decimal(38,14) int integer text timestamp
        timestamp_ntz varchar
        """
    )
    | {"double precision"},
    reserved=words(
        """
        account all alter and any as between by case cast check column connect
        connection constraint create cross current current_date current_time
        current_timestamp current_user database delete distinct drop else exists false
        following for from full grant group gscluster having ilike in increment inner
        insert intersect into is issue join lateral left like localtime localtimestamp
        minus natural not null of on or order organization qualify regexp revoke right
        rlike row rows sample schema select set some start table tablesample then to
        trigger true try_cast union unique update using values view when whenever where
        with
        """
    ),
)

BIGQUERY = Cloud(
    name="bigquery",
    environment={
        "DBT_BIGQUERY_PROJECT": "nothing",
        "DBT_BIGQUERY_METHOD": "oauth-secrets",
        "DBT_ENV_SECRET_BIGQUERY_TOKEN": "nothing",
    },
    functions=words(
        """
        bit_or date_diff date_trunc datetime datetime_add div generate_date_array
        safe_cast safe_offset split timestamp_add timestamp_diff timestamp_trunc to_hex
        unnest
        """
    ),
    # A type with a precision stands in front of columns there, never in a cast.
    types=words(
        "bigint bignumeric boolean date datetime float64 int64 string timestamp"
    ),
    reserved=words(
        """
        all and any array as asc assert_rows_modified at between by case cast collate
        contains create cross cube current default define desc distinct else end enum
        escape except exclude exists extract false fetch following for from full group
        grouping groups hash having if ignore in inner intersect interval into is join
        lateral left like limit lookup merge natural new no not null nulls of on or
        order outer over partition preceding proto qualify range recursive respect right
        rollup rows select set some struct tablesample then to treat true unbounded
        union unnest using when where window with within
        """
    ),
)

CLOUDS = {cloud.name: cloud for cloud in (SNOWFLAKE, BIGQUERY)}
