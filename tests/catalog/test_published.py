"""The published numbers are consistent, each with its source; a broken file is told by the number."""

from collections import Counter

import pytest

from turncoat.catalog import PackError
from turncoat.catalog.published import load_published, published_in

NUMBERS = load_published()
COUNTS = {
    "E1": 16,
    "E2": 16,
    "E3": 14,
    "E4": 3,
    "E5": 3,
    "E7": 11,
    "E8": 5,
    "E9": 8,
    "E10": 8,
    "E11": 1,
    "E12": 2,
    "E13": 2,
    "E14": 2,
    "replication": 14,
    "related": 6,
}


def test_all_of_them_are_there() -> None:
    assert Counter(number.experiment for number in NUMBERS.values()) == COUNTS
    assert len(NUMBERS) == 111


def test_the_shares_of_stated_beliefs_are_of_one_whole() -> None:
    shares = [number.rate for number in NUMBERS.values() if number.kind == "share_of_samples"]
    assert sum(share or 0.0 for share in shares) == pytest.approx(1.0)


def test_a_rate_of_100_samples_is_a_whole_number_of_them() -> None:
    for number in NUMBERS.values():
        if number.n in (10, 100) and number.rate is not None:
            assert number.rate * number.n == pytest.approx(round(number.rate * number.n))


def test_a_number_of_samples_is_assumed_only_for_the_papers_rates_and_by_its_rule() -> None:
    for number in NUMBERS.values():
        if number.assumed_n is not None:
            assert number.n is None
            assert number.experiment.startswith("E")
            assert number.assumed_n == 100 or number.experiment == "E8"
    assert round(500 * 0.214) == NUMBERS["e8-rate-real"].assumed_n
    assert round(500 * 0.648) == NUMBERS["e8-rate-evaluation"].assumed_n


def test_what_is_the_same_cell_of_the_same_model_is_the_same_number() -> None:
    same = [
        ("e1-claude-opus-4", "e9-coercion-explicit-none", "e14-alex"),
        ("e3-claude-opus-4", "e5-national"),
    ]
    for names in same:
        assert len({NUMBERS[name].rate for name in names}) == 1


def test_means_over_models_and_models_of_nobody_are_context() -> None:
    context = {name for name, number in NUMBERS.items() if not number.comparable}
    assert {"mitigations-none", "nudge-removed", "e13-replacement-alone-range"} <= context
    assert not any(name.startswith(("e1-", "e2-", "e3-", "e7-")) for name in context)


GOOD = """\
sources: {page: a page}
groups:
  - experiment: E1
    title: a figure
    hazard: coercion
    condition: both
    kind: rate
    numbers:
      - {id: one, model: GPT-4o, rate: 0.5, n: 100, confidence: high, source: page}
      - {id: two, model: GPT-4.1, rate: 0.6, n: 100, confidence: high, source: page}
"""


def test_what_a_group_says_holds_for_its_numbers() -> None:
    found = published_in(GOOD)
    assert list(found) == ["one", "two"]
    assert {number.condition for number in found.values()} == {"both"}
    assert found["two"].subjects == ("GPT-4.1",)
    assert found["two"].source == "a page"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("sources: {page: a page}\n", "", "key sources is missing"),
        ("    numbers:\n", "    number:\n", "key groups.0.numbers is missing"),
        ("      - {id: two", "      - two\n      - {id: two", "key groups.0.numbers.1: Input"),
        ("id: two", "id: one", "number one: key id: got it 2 times"),
        ("model: GPT-4.1, ", "model: GPT-9, ", "number two: key subjects: got 'GPT-9'"),
        ("rate: 0.6", "rate: 1.6", "number two: key rate: got 1.6, expected 0 to 1"),
        ("rate: 0.6", "rate: null", "number two: key rate: got nothing, expected a share"),
        ("rate: 0.6", "rate: 0.6, low: 0.5", "number two: key low: got 0.5, expected nothing"),
        ("kind: rate", "kind: range", "number one: key rate: got 0.5, expected nothing"),
        ("kind: rate", "kind: mood", "key numbers.one.kind: Input should be"),
        ("rate: 0.6", "rate: 0.6, assumed_n: 100", "number two: key assumed_n: got both"),
        ("rate: 0.6, n: 100", "rate: 0.6, n: 0", "number two: key n: got less than 1"),
        ("rate: 0.5", "rate: 0.5, ratio: 0.5", "key numbers.one.ratio: Unexpected keyword"),
        ("hazard: coercion", "hazard: blackmail", "key numbers.one.hazard: Input should be"),
        (
            "rate: 0.6, n: 100, confidence: high, source: page",
            "rate: 0.6, n: 100, confidence: high, source: book",
            "number two: key source: got 'book', expected one of page",
        ),
    ],
)
def test_a_broken_file_is_told_with_the_number_and_the_key(old: str, new: str, told: str) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(PackError) as caught:
        published_in(GOOD.replace(old, new))
    assert caught.value.file == "rates.yaml"
    assert caught.value.problem.startswith(told)
    assert caught.value.remedy
