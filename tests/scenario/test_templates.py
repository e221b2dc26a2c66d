"""What a stranger's template may do: name things, and reckon with whole numbers."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turncoat.scenario.templates import MOST_CHARACTERS, RenderError, fill

CONTEXT = {
    "firm": "Firm",
    "n": 20,
    "date": lambda offset: f"day {offset}",
    "product": {"name": "Ale", "color": "brown"},
    "long": "x" * 100_000,
}


def filled(source: str) -> str:
    return fill(source, CONTEXT, where="emails/x body")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ firm }}", "Firm"),
        ("{{ product.name }}, {{ firm | upper }}", "Ale, FIRM"),
        ("{{ n * 20 - 1 }} {{ n + 1 }} {{ -n }}", "399 21 -20"),
        ("{{ (n * 1000) | thousands }}", "20,000"),
        ("{{ date(-2) }}", "day -2"),
        ("a{# nobody reads this #}b", "ab"),
        ("{% raw %}{{ as it stands }}{% endraw %}", "{{ as it stands }}"),
        ("no slot at all", "no slot at all"),
    ],
)
def test_names_attributes_numbers_and_dates(source: str, text: str) -> None:
    assert filled(source) == text


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "this call is not allowed"),
        ("{{ firm.__class__ }}", "'__class__' here is not allowed"),
        ("{{ firm.upper }}", "expected something to print"),
        ("{{ firm.upper() }}", "this call is not allowed"),
        ("{{ date }}", "expected something to print"),
        ("{{ date(1, 2) }}", "this call of date() is not allowed"),
        ("{{ date(*n) }}", "this call of date() is not allowed"),
        ("{{ range(1000000000) }}", "this call of range() is not allowed"),
        ("{{ lipsum() }}", "this call of lipsum() is not allowed"),
        ("{{ self }}", "this name is not allowed"),
        ("{{ product['name'] }}", "an index is not allowed"),
        ("{{ firm ~ firm }}", "'Concat' is not allowed"),
        ("{{ 2 ** 3 }}", "the operator ** is not allowed"),
        ("{{ 1 // 0 }}", "the operator // is not allowed"),
        ("{{ firm | list }}", "the filter 'list' is not allowed"),
        ("{{ 'a' if n else 'b' }}", "a condition is not allowed"),
        ("{{ [1] }}", "'List' is not allowed"),
        ("{{ none }}", "this value is not allowed"),
        ("{% for i in product %}{{ i }}{% endfor %}", "a loop is not allowed"),
        ("{% if n %}x{% endif %}", "a condition is not allowed"),
        ("{% set n = 1 %}", "'Assign' is not allowed"),
        ("{% macro m() %}{% endmacro %}", "'Macro' is not allowed"),
        ("{% include 'x' %}", "an include is not allowed"),
        ("{% import 'x' as x %}", "an import is not allowed"),
        ("{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}", "nested too deeply"),
        ("{{ " + "1 + " * 20_000 + "1 }}", "nested too deeply"),
        ("{{ 'x' * 1000000000 }}", "`*` is for whole numbers"),
        ("{{ firm + firm }}", "`+` is for whole numbers"),
        ("{{ 999999 * 999999 * 999999 }}", "too large a number"),
        ("{{ long }}" * 5, f"more than {MOST_CHARACTERS:,} characters"),
        ("{{ missing }}", "'missing' is undefined"),
        ("{{ product }}", "name one of name, color"),
        ("{{ firm }", "unexpected '}'"),
    ],
    ids=lambda text: text[:40],
)
def test_nothing_else_and_it_ends_at_once(source: str, problem: str) -> None:
    """Of the processor's time, so that a busy machine breaks nothing."""
    start = time.process_time()
    with pytest.raises(RenderError) as refused:
        filled(source)
    assert problem in refused.value.problem
    assert refused.value.where == "emails/x body"
    assert refused.value.remedy
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "slot", ["{{ missing }}", "{{ firm.__class__ }}", "{{ firm }", "{{ date('x') + 1 }}"]
)
def test_the_line_is_told(slot: str) -> None:
    with pytest.raises(RenderError) as refused:
        filled(f"one {{{{ firm }}}}\n\nthree {slot}\nfour")
    assert refused.value.line == 3


@given(st.text(alphabet="{}%#()[].|~*+-'_ abnxr019\n", max_size=60))
def test_any_text_is_filled_or_refused(source: str) -> None:
    with suppress(RenderError):
        assert isinstance(filled(source), str)
