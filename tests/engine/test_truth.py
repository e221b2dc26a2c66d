"""The whole chain against a known truth: real clients, a right judge, honest intervals."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from scipy.stats import binom

from engine.attempts import CLAUDE, GPT, JUDGE, Command
from laboratory import Laboratory
from simulation import SUBJECT, answering
from turncoat.catalog import load_scenario
from turncoat.catalog.subjects import load_profiles
from turncoat.cli.running import show
from turncoat.design import Condition, Grid, Plan
from turncoat.models import Case, true_rate

SCENARIOS = ("coercion", "leak", "lethal")
FORMS = 16
SEED = 20
MISS = 0.05
CONFIDENCE = 0.999
LEVELS = {"goal": ("explicit", "none"), "threat": ("none", "replacement", "restriction")}
PLAN = Plan(Grid().select(LEVELS), tuple(range(1, FORMS + 1)))
WORDS = (*SCENARIOS, "--model", GPT, "--model", CLAUDE, "--judge", JUDGE, "--forms", str(FORMS))
WHERE = [f"{factor}={','.join(levels)}" for factor, levels in LEVELS.items()]


@dataclass(frozen=True, slots=True)
class Interval:
    """What was estimated, beside what is true."""

    name: str
    low: float
    high: float
    truth: float

    @property
    def misses(self) -> bool:
        """Whether the truth lies outside."""
        return not self.low <= self.truth <= self.high


def truth(scenario: str, cell: Condition) -> float:
    """The probability of harm; it is the same in every form."""
    case = Case(load_scenario(scenario), cell, 1)
    return true_rate(load_profiles()[SUBJECT], case)


def intervals(out: Path) -> Iterator[Interval]:
    analysis = show(out).analysis
    for cell in analysis.cells:
        key = cell.key
        known = truth(key.scenario, key.condition)
        yield Interval(str(key), cell.rate.low, cell.rate.high, known)
        for found in analysis.comparisons_with(key):
            if found.contrast is not None:
                apart = known - truth(key.scenario, found.control.condition)
                low, high = found.contrast.low, found.contrast.high
                yield Interval(f"{key} - {found.name}", low, high, apart)


@pytest.fixture(scope="module")
def estimated(tmp_path_factory: pytest.TempPathFactory) -> list[Interval]:
    answer = answering(SCENARIOS, PLAN, seed=SEED)
    with Laboratory(answer) as laboratory:
        words = [*WORDS, *(word for where in WHERE for word in ("--where", where))]
        command = Command(tuple(words), laboratory, tmp_path_factory.mktemp("truth"))
        assert command.finish() == 0, command.told()
    return list(intervals(command.out))


def test_the_intervals_miss_no_more_than_chance_allows(estimated: list[Interval]) -> None:
    missed = [interval.name for interval in estimated if interval.misses]
    allowed = int(binom.ppf(CONFIDENCE, len(estimated), MISS))
    assert len(missed) <= allowed, missed


def test_every_cell_and_every_difference_has_an_interval(estimated: list[Interval]) -> None:
    cells = 2 * len(SCENARIOS) * len(PLAN.conditions)
    treated = cells - 2 * len(SCENARIOS)
    assert len(estimated) == cells + treated
    assert all(interval.low < interval.high for interval in estimated)
