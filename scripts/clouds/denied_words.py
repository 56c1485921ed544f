"""Words of a compiled statement that a cloud does not know, or reads in its own way.

They are found in the tokens: a syntax tree no longer says how a type or a function was
called.
"""

from collections.abc import Iterator, Sequence

from sqlglot import Dialect
from sqlglot.tokenizer_core import Token, TokenType

from clouds.findings import Finding
from clouds.vocabulary import NULL_EATERS, SYNTAX, Cloud

CASTS = {"cast", "safe_cast", "try_cast"}
# Where no argument can be null, or null is meant; looked at one by one.
NULL_IS_SAFE = {
    "int_as_of_date",
    "int_renewal_due_dates",
    "int_restricted_lifetimes",
    "int_subscription_ends",
    "int_subscription_events",
    "int_subscription_lives",
    "int_trailing_year_mrr",
    "assert_mrr_is_the_last_price_of_raw",
}
TOKENS = {
    TokenType.DCOLON: ("::", "BigQuery has no such cast"),
    TokenType.ILIKE: ("ilike", "BigQuery has none"),
    TokenType.QUALIFY: ("qualify", "Postgres and Spark have none"),
    TokenType.MOD: ("%", "BigQuery has the function mod alone"),
    TokenType.FILTER: ("filter", "neither cloud has it"),
}
SNOWFLAKE_TOKENS = {
    TokenType.AMP: ("&", "Snowflake has functions for bits"),
    TokenType.PIPE: ("|", "Snowflake has functions for bits"),
}


def denied_words(name: str, sql: str, cloud: Cloud) -> Iterator[Finding]:
    """Yield what is denied of single words.

    Args:
        name: Of the statement.
        sql: The statement as it would be sent.
        cloud: Who would get it.

    """
    tokens = Dialect.get_or_raise(cloud.name).tokenize(sql)
    denied = TOKENS | (SNOWFLAKE_TOKENS if cloud.name == "snowflake" else {})
    for position, token in enumerate(tokens):
        if token.token_type in denied:
            yield Finding(name, *denied[token.token_type])
        if token.token_type == TokenType.STRING:
            yield from _text(name, sql[token.start : token.end + 1])
        following = tokens[position + 1 : position + 2]
        if following and following[0].token_type == TokenType.L_PAREN:
            before = tokens[position - 1] if position else None
            yield from _call(name, token, before, cloud)
            if token.text.lower() in CASTS:
                yield from _cast_type(name, tokens[position + 1 :], cloud)
        is_union = token.token_type == TokenType.UNION
        if is_union and following[0].text.lower() not in ("all", "distinct"):
            yield Finding(name, "union", "BigQuery wants `all` or `distinct` behind it")
        if token.token_type in (TokenType.EXCEPT, TokenType.INTERSECT):
            reason = "BigQuery wants `distinct` behind it, Snowflake refuses it"
            yield Finding(name, token.text.lower(), reason)


def _text(name: str, literal: str) -> Iterator[Finding]:
    inside = literal[1:-1]
    if "''" in inside or "\\" in inside.replace("\\\\", "").replace("\\'", ""):
        yield Finding(
            name, literal, "quotes and backslashes are escaped by text_literal() only"
        )


def _call(
    name: str, token: Token, before: Token | None, cloud: Cloud
) -> Iterator[Finding]:
    function = token.text.lower()
    is_name = before is not None and before.token_type == TokenType.DOT
    is_word = function.replace("_", "").isalnum() and not function[0].isdigit()
    if is_name or not is_word or function in SYNTAX:
        return
    if not cloud.knows(function):
        yield Finding(name, f"{function}()", f"not known to exist on {cloud.name}")
    if function in NULL_EATERS and name not in NULL_IS_SAFE:
        reason = "null there if one argument is null; elsewhere the others decide"
        yield Finding(name, f"{function}()", reason)


def _cast_type(name: str, tokens: Sequence[Token], cloud: Cloud) -> Iterator[Finding]:
    """Look at the type behind the `as` of a cast that opens with the first token."""
    depth = 0
    written: list[str] | None = None
    for token in tokens:
        if token.token_type == TokenType.R_PAREN:
            depth -= 1
            if not depth:
                break
        if written is not None:
            written.append(token.text.lower())
        if token.token_type == TokenType.L_PAREN:
            depth += 1
        if token.token_type == TokenType.ALIAS and depth == 1:
            written = []
    kind = " ".join(written or []).replace(" ( ", "(").replace(" , ", ",")
    kind = kind.replace(" )", ")")
    if kind not in cloud.types:
        yield Finding(name, f"cast to {kind}", f"not a type of casts on {cloud.name}")
