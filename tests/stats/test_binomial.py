"""Jeffreys and Clopper-Pearson against statsmodels, and where there are only events or none."""

from collections.abc import Callable
from itertools import product

import pytest
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from turncoat.stats import Counts, Estimate, clopper_pearson, jeffreys, wilson


def prompt(events: int, trials: int) -> Counts:
    return Counts((1,), (events,), (trials,))


@pytest.mark.parametrize(("events", "trials"), [(2, 4), (8, 10), (3, 50), (250, 500)])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
def test_jeffreys_is_that_of_statsmodels_away_from_the_edges(
    events: int, trials: int, level: float
) -> None:
    estimate = jeffreys(prompt(events, trials), level=level)
    theirs = proportion_confint(events, trials, alpha=1 - level, method="jeffreys")
    assert (estimate.low, estimate.high) == pytest.approx(theirs, abs=1e-12)


# Brown, Cai, DasGupta 2001, section 4.1.2, by hand: at the edges the limit of Clopper and Pearson,
# which with no event of 5 is 1 - 0.025^(1/5); beside them 0 and 1, and Jeffreys' other limit.
@pytest.mark.parametrize(
    ("events", "trials", "low", "high"),
    [
        (0, 5, 0.0, 0.5218238),
        (5, 5, 0.4781762, 1.0),
        (0, 1, 0.0, 0.975),
        (1, 1, 0.025, 1.0),
        (1, 2, 0.0, 1.0),
        (1, 50, 0.0, 0.0896804),
        (49, 50, 0.9103196, 1.0),
    ],
)
def test_jeffreys_is_modified_at_the_edges(
    events: int, trials: int, low: float, high: float
) -> None:
    estimate = jeffreys(prompt(events, trials))
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=1e-7)


@pytest.mark.parametrize(("events", "trials"), [(0, 1), (9, 10), (10, 10), (3, 50), (250, 500)])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
def test_clopper_pearson_is_that_of_statsmodels_and_scipy(
    events: int, trials: int, level: float
) -> None:
    estimate = clopper_pearson(prompt(events, trials), level=level)
    theirs = proportion_confint(events, trials, alpha=1 - level, method="beta")
    scipys = binomtest(events, trials).proportion_ci(level, method="exact")
    assert (estimate.low, estimate.high) == pytest.approx(tuple(scipys), abs=1e-12)
    if 0 < events < trials:  # statsmodels gives NaN there
        assert (estimate.low, estimate.high) == pytest.approx(theirs, abs=1e-12)


# Newcombe 1998, Statistics in Medicine 17:857-872, Table I, method 5 (Clopper-Pearson).
@pytest.mark.parametrize(
    ("events", "trials", "low", "high"),
    [
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0000, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ],
)
def test_clopper_pearson_reproduces_newcombe_1998(
    events: int, trials: int, low: float, high: float
) -> None:
    estimate = clopper_pearson(prompt(events, trials))
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("interval", [jeffreys, clopper_pearson])
def test_the_edges_have_a_width_and_mirror_each_other(
    interval: Callable[[Counts], Estimate],
) -> None:
    none, all_ = interval(prompt(0, 50)), interval(prompt(50, 50))
    assert (none.low, all_.high) == (0, 1)
    assert none.high == pytest.approx(1 - all_.low)
    assert none.high > 0.04


def test_they_differ_from_wilson_in_the_limits_and_the_name_alone() -> None:
    cell = Counts((1, 2, 3), (1, 0, 2), (5, 5, 4))
    for interval, name in ((jeffreys, "Jeffreys, modified"), (clopper_pearson, "Clopper-Pearson")):
        estimate, shown = interval(cell), wilson(cell)
        assert (estimate.point, estimate.n, estimate.clusters) == (shown.point, 14, None)
        assert (estimate.method, estimate.estimand) == (name, "rate of these 3 prompts")


def test_the_exact_interval_holds_that_of_jeffreys() -> None:
    for trials, events in product((1, 20, 300), (0, 1)):
        if events == 1 < trials:
            continue  # there the lower limit is 0
        wide, narrow = clopper_pearson(prompt(events, trials)), jeffreys(prompt(events, trials))
        assert wide.low <= narrow.low <= narrow.high <= wide.high


def test_without_a_trial_they_are_unknown() -> None:
    for interval in (jeffreys, clopper_pearson):
        assert not interval(Counts((), (), ())).known
