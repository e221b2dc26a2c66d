"""Main effects: against least squares, at the edges, and by simulation."""

from collections.abc import Callable

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray

from turncoat.design import FACTORS, Grid, TwoLevels, condition, fraction
from turncoat.stats import Counts, NotEstimable, Trials, main_effects, risk_difference

NAMES = ("a", "b", "c", "d")
RUNS = np.array([[1 if run >> bit & 1 else -1 for bit in range(4)] for run in range(16)])


def trials(forms: int, chance: Callable[[NDArray[np.int64]], float], seed: int) -> Trials:
    """Every run of a full 2^4 once in each form."""
    signs = np.tile(RUNS, (forms, 1))
    rng = np.random.default_rng(seed)
    events = rng.random(len(signs)) < np.array([chance(row) for row in signs])
    return Trials(NAMES, signs, events, np.repeat(np.arange(1, forms + 1), 16))


def additive(row: NDArray[np.int64]) -> float:
    return float(0.4 + 0.15 * row[0] - 0.1 * row[1])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_effects_are_those_of_least_squares(seed: int) -> None:
    found = trials(6, additive, seed)
    design = sm.add_constant(found.signs.astype(float))
    fit = sm.OLS(found.events.astype(float), design).fit()
    slopes = np.asarray(fit.params, dtype=np.float64)[1:]
    assert [e.point for e in main_effects(found)] == pytest.approx(list(2 * slopes))


def test_the_interval_is_the_paired_difference_of_both_halves() -> None:
    """Two forms' worth of a 2^2, by hand."""
    signs = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]] * 5)
    events = np.array([0, 1, 0, 1, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 1, 0, 0], dtype=np.bool_)
    found = main_effects(Trials(("a", "b"), signs, events, np.repeat(np.arange(5), 4)))
    forms, trials_ = (0, 1, 2, 3, 4), (2,) * 5
    high, low = Counts(forms, (2, 2, 1, 2, 1), trials_), Counts(forms, (0, 1, 0, 1, 0), trials_)
    assert found[0] == risk_difference(high, low)
    assert found[0].clusters == 5


@pytest.mark.parametrize("event", [0.0, 1.0])
def test_no_interval_has_zero_width(event: float) -> None:
    for effect in main_effects(trials(5, lambda _: event, 1)):
        assert effect.point == 0
        assert effect.low < -0.01 < 0.01 < effect.high


def test_what_cannot_be_told_apart_is_refused() -> None:
    found = trials(5, additive, 1)
    twice = found.signs.copy()
    twice[:, 3] = twice[:, 0]
    with pytest.raises(NotEstimable, match=r"a and d vary together, correlation 1\.00"):
        main_effects(Trials(NAMES, twice, found.events, found.forms))
    fixed = found.signs.copy()
    fixed[:, 2] = 1
    with pytest.raises(NotEstimable, match="c has the same level"):
        main_effects(Trials(NAMES, fixed, found.events, found.forms))


def design_of_eight() -> NDArray[np.int64]:
    chosen = [
        TwoLevels(f.name, f.levels[0], f.levels[1])
        for f in FACTORS
        if len(f.levels) > 1 and f.name not in ("leverage", "twin", "value")
    ][:8]
    cells = fraction(chosen, 16, Grid(), condition()).conditions
    return np.array([[1 if c[t.factor] == t.high else -1 for t in chosen] for c in cells])


@pytest.mark.parametrize(
    ("base", "effects"),
    [
        (0.45, [0.3, 0.2, -0.2, 0.1, 0, 0, 0, 0.05]),
        (0.06, [0.1, 0, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_coverage_of_a_fraction_with_forms_that_differ(base: float, effects: list[float]) -> None:
    """Eight factors in sixteen runs; forms differ in their base rate. 300 studies."""
    runs, true = design_of_eight(), np.array(effects)
    rng = np.random.default_rng(20261124)
    studies, forms, names = 300, 10, tuple("abcdefgh")
    covered = np.zeros(8)
    for _ in range(studies):
        apart = base + rng.uniform(-0.05, 0.05, size=forms)
        chance = np.clip(apart[:, None] + (runs @ true / 2)[None, :], 0, 1)
        events = (rng.random((forms, 16)) < chance).ravel()
        found = Trials(names, np.tile(runs, (forms, 1)), events, np.repeat(np.arange(forms), 16))
        pairs = zip(main_effects(found), true, strict=True)
        covered += [effect.low <= known <= effect.high for effect, known in pairs]
    assert (covered / studies >= 0.93).all()
