"""What a plan can find: statsmodels' numbers where trials are independent, less where forms differ."""

from math import ceil

import numpy as np
import pytest
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import power_proportions_2indep, proportion_effectsize

from turncoat.analysis.power import Aim, Cell, Prospect, cells_of, prospect


def seen(aim: Aim, cell: Cell) -> Prospect:
    return prospect(aim, cell, np.random.default_rng(1))


def normal(aim: Aim, trials: float) -> float:
    """The power that statsmodels gives to so many independent trials of a cell."""
    found = power_proportions_2indep(aim.detect, aim.rate, trials, alpha=1 - aim.level)
    return float(found.power)


def trials_needed(aim: Aim) -> int:
    effect = proportion_effectsize(aim.rate + aim.detect, aim.rate)
    solved = NormalIndPower().solve_power(effect, alpha=1 - aim.level, power=aim.power)
    return ceil(float(solved))


@pytest.mark.parametrize(
    ("aim", "trials"),
    [
        (Aim(0.1), 400),
        (Aim(0.1), 100),
        (Aim(0.2, rate=0.1), 60),
        (Aim(0.15, rate=0.5), 150),
        (Aim(0.1, level=0.9), 200),
        (Aim(0.25, rate=0.6), 80),
    ],
)
def test_without_forms_that_differ_the_power_is_statsmodels(aim: Aim, trials: int) -> None:
    expected = normal(aim, trials)
    assert seen(aim, Cell(1, trials, drawn=False)).planned.power == pytest.approx(
        expected, abs=0.04
    )
    # Clopper-Pearson's limits, which the interval over forms has, are a little wider.
    over_forms = seen(aim, Cell(trials, 1, drawn=True)).planned.power
    assert over_forms is not None
    assert expected - 0.1 < over_forms < expected + 0.02


@pytest.mark.parametrize(
    "aim",
    [
        Aim(0.1),
        Aim(0.2, rate=0.2),
        Aim(0.15, rate=0.4, power=0.9),
        Aim(0.1, level=0.9),
        Aim(0.3, rate=0.5, power=0.95),
    ],
)
def test_the_cell_that_is_needed_is_statsmodels(aim: Aim) -> None:
    needed = trials_needed(aim)
    (fixed,) = seen(aim, Cell(1, 20, drawn=False)).alternatives
    assert fixed.forms == 1
    assert fixed.epochs == pytest.approx(needed, rel=0.06, abs=3)
    first = seen(aim, Cell(20, 1, drawn=True)).alternatives[0]
    assert (first.epochs, first.samples) == (1, first.forms)
    assert needed * 0.97 <= (first.forms or 0) <= needed * 1.12 + 5


@pytest.mark.parametrize("correlation", [0.1, 0.2, 0.5])
def test_forms_that_differ_cost_power(correlation: float) -> None:
    aim = Aim(0.15, correlation=correlation)
    cell = Cell(40, 10, drawn=True)
    effect = 1 + (cell.epochs - 1) * correlation
    power = seen(aim, cell).planned.power
    assert power is not None
    assert normal(aim, 400 / effect) - 0.15 < power < normal(aim, 400 / effect) + 0.02


def test_more_epochs_of_the_same_forms_end_to_help() -> None:
    found = seen(Aim(0.1, correlation=0.2), Cell(20, 1, drawn=True))
    few = next(choice for choice in found.alternatives if choice.forms == 20)
    assert (few.epochs, few.samples, few.power) == (None, None, None)
    by_epochs = {c.epochs: c for c in found.alternatives if c.epochs in (1, 5, 10)}
    samples = [by_epochs[epochs].samples or 0 for epochs in (1, 5, 10)]
    forms = [by_epochs[epochs].forms or 0 for epochs in (1, 5, 10)]
    assert samples == sorted(samples)
    assert forms == sorted(forms, reverse=True)


def test_every_alternative_reaches_what_is_wanted() -> None:
    found = seen(Aim(0.2, power=0.9), Cell(30, 3, drawn=True))
    assert {choice.epochs for choice in found.alternatives} >= {1, 3, 5, 10}
    assert all(choice.power >= 0.9 for choice in found.alternatives if choice.power is not None)


def test_equal_seeds_give_equal_answers() -> None:
    aim, cell = Aim(0.2), Cell(20, 2, drawn=True)
    assert seen(aim, cell) == seen(aim, cell)


def test_a_rate_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="expected them in"):
        Aim(0.5, rate=0.6)


def test_scenarios_of_one_size_are_told_together() -> None:
    drawn, fixed = Cell(4, 2, drawn=True), Cell(1, 8, drawn=False)
    found = cells_of([("a", drawn), ("b", fixed), ("c", drawn)])
    assert found == {drawn: ("a", "c"), fixed: ("b",)}
