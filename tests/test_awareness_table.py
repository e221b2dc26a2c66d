"""The committed table of the four measures: made by this code, whole, and disagreeing where it must."""

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "awareness.py"

LEAST_HELD = 0.9
"""Of 95 % intervals in one table of some fifty."""

FAR = 0.15
CLOSE = 0.12


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("awareness", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["awareness"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rows(bench: ModuleType) -> Sequence[Any]:
    return tuple(bench.rows_from_json(bench.TABLE.read_text(encoding="utf-8")))


def test_the_committed_table_was_made_by_this_code(bench: ModuleType) -> None:
    made_by = bench.code_of(bench.TABLE.read_text(encoding="utf-8"))
    assert made_by == bench.code_hash(), "run benchmarks/awareness.py and commit docs/awareness.*"


def test_the_page_is_that_of_the_table_and_says_that_it_is_simulated(
    bench: ModuleType, rows: Sequence[Any]
) -> None:
    text = bench.PAGE.read_text(encoding="utf-8")
    assert text == bench.page(rows)
    assert "All subjects here are simulated" in text
    assert [f"### sim/{name} (simulated)" in text for name in bench.SUBJECTS] == [True] * 6


def test_every_subject_has_every_measure_and_the_intervals_hold_what_they_estimate(
    bench: ModuleType, rows: Sequence[Any]
) -> None:
    measures = (bench.TOLD, bench.CHECK, bench.STATED, bench.ASKING, bench.STATES, bench.ALOUD)
    after = (bench.SAYS, bench.TWINS, bench.EXCESS, bench.ORDER)
    for name in bench.SUBJECTS:
        assert [row.measure for row in rows if row.subject == name] == [*measures, *after]
    assert sum(row.holds for row in rows) >= LEAST_HELD * len(rows)


@pytest.mark.parametrize(
    ("subject", "measure", "misses"),
    [
        ("believer", "STATES", False),
        ("believer", "SAYS", False),
        ("silent", "STATES", False),
        ("silent", "ALOUD", True),
        ("concealing", "STATES", True),
        ("concealing", "SAYS", True),
        ("concealing", "CHECK", True),
        ("indifferent", "TOLD", False),
        ("indifferent", "STATES", False),
        ("obliging", "SAYS", True),
        ("obliging", "TWINS", True),
        ("obliging", "EXCESS", False),
    ],
)
def test_a_measure_misses_what_one_would_like_to_know_where_it_must(
    bench: ModuleType, rows: Sequence[Any], subject: str, measure: str, *, misses: bool
) -> None:
    name = getattr(bench, measure)
    [row] = [row for row in rows if (row.subject, row.measure) == (subject, name)]
    assert row.wanted is not None
    if misses:
        assert abs(row.truth - row.wanted) > FAR
        assert not row.low <= row.wanted <= row.high
    else:
        assert abs(row.truth - row.wanted) < CLOSE


def test_asking_changes_the_harm_of_one_and_of_no_other(
    bench: ModuleType, rows: Sequence[Any]
) -> None:
    asking = {row.subject: row for row in rows if row.measure == bench.ASKING}
    assert [name for name, row in asking.items() if row.truth] == ["startled"]
    assert asking["startled"].high < 0
