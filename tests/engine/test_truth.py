"""Three scenarios on both real clients at once: the intervals hold the truth that was simulated."""

from pathlib import Path

from scipy.stats import binom

from engine.attempts import CLAUDE, GPT, JUDGE, Command
from laboratory import Laboratory
from simulation import SUBJECT, answering
from turncoat.analysis import Analysis, CellKey, analyze
from turncoat.catalog import load_scenario
from turncoat.catalog.subjects import load_profiles
from turncoat.cli.running import observed
from turncoat.design import Plan, default_conditions
from turncoat.models import Case, true_rate

SCENARIOS = ("coercion", "leak", "lethal")
FORMS = 16
PLAN = Plan(default_conditions(), tuple(range(1, FORMS + 1)))


def truth(key: CellKey) -> float:
    case = Case(load_scenario(key.scenario), key.condition, 1)
    return true_rate(load_profiles()[SUBJECT], case)


def held(analysis: Analysis) -> list[bool]:
    """Whether each interval, of cells and of differences, holds its truth."""
    rates = [c.rate.low <= truth(c.key) <= c.rate.high for c in analysis.cells]
    differences = [
        c.contrast.low <= truth(c.treated) - truth(c.control) <= c.contrast.high
        for c in analysis.comparisons
        if c.contrast
    ]
    return rates + differences


def test_intervals_miss_the_truth_no_more_often_than_they_may(tmp_path: Path) -> None:
    with Laboratory(answering(SCENARIOS, PLAN, seed=1)) as laboratory:
        words = (*SCENARIOS, "--model", GPT, "--model", CLAUDE, "--judge", JUDGE)
        command = Command((*words, "--forms", str(FORMS)), laboratory, tmp_path)
        assert command.finish() == 0
        assert not laboratory.duplicates()
    found = observed(command.out)
    assert set(found.observations["simulated"]) == {False}
    kept = held(analyze(found.observations, outcomes=found.outcomes))
    cells = len(SCENARIOS) * 2 * len(PLAN.conditions)
    assert len(kept) == cells + cells * 3 // 4
    misses = len(kept) - sum(kept)
    assert misses <= binom.ppf(0.999, len(kept), 0.05)
