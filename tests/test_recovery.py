"""The committed table of recovered rates: made by this code, whole, labeled, and within its promises."""

import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from scipy.stats import binom

from provenance import code_hash, code_of
from turncoat.catalog.studies import load_study

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "recover.py"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recover", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["recover"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def text(bench: ModuleType) -> str:
    return str(bench.TABLE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lines(bench: ModuleType, text: str) -> Sequence[Any]:
    return tuple(bench.lines_from_json(text))


def test_the_committed_table_was_made_by_this_code(bench: ModuleType, text: str) -> None:
    made_by = code_hash(SCRIPT, *bench.MADE_BY)
    assert code_of(text) == made_by, "run benchmarks/recover.py and commit docs/recovery.*"


def test_the_page_is_that_of_the_table_and_says_that_it_is_simulated(
    bench: ModuleType, text: str, lines: Sequence[Any]
) -> None:
    shown = bench.PAGE.read_text(encoding="utf-8")
    ran = bench.ran_from_json(text)
    assert shown == bench.page(ran, lines)
    assert "All subjects here are\nsimulated" in shown
    assert shown.count("(simulated subjects)") == len(ran)


def test_every_study_of_the_paper_is_there_as_it_is_run_now(bench: ModuleType, text: str) -> None:
    assert bench.ran_from_json(text) == bench.studies()


def test_every_number_that_can_be_compared_is_there_as_it_is_cited_now(
    bench: ModuleType, lines: Sequence[Any]
) -> None:
    wanted = {
        (ran.study, cited.number.id, model, cited.number.rate)
        for ran in bench.studies()
        for cited in load_study(ran.study).published
        for model in (subject.removeprefix("sim/published/") for subject in ran.subjects)
        if cited.number.comparable and model in cited.number.subjects
    }
    assert {(x.study, x.number, x.model, x.published) for x in lines} == wanted


def test_the_published_rates_are_recovered(bench: ModuleType, lines: Sequence[Any]) -> None:
    assert bench.failures(lines) == []
    found = bench.totals(lines)
    assert found.lines >= 100
    assert found.replicated + found.cannot_tell + found.differs == found.lines


def test_broken_promises_are_told(bench: ModuleType, lines: Sequence[Any]) -> None:
    wrong = [replace(line, answer="differs", low=1.0, high=1.0, published=0.5) for line in lines]
    assert len(bench.failures(wrong)) == 3


def test_a_small_run_has_the_published_rates_within_chance(
    bench: ModuleType, tmp_path: Path
) -> None:
    """The installed command; its draws have a fixed seed."""
    [ran] = [one for one in bench.studies() if one.study == "e11_unpersuadable"]
    found = bench.lines_of(replace(ran, forms=4, epochs=10), tmp_path / "r")
    assert [line.aimed for line in found] == [True, True]
    for line in found:
        low, high = binom.interval(0.999, 40, line.published)
        assert line.samples == 40
        assert low <= round(line.ours * 40) <= high
