"""Rates against statsmodels, published examples, and the laws that any interval must obey."""

from math import isnan

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from stats.strategies import counts
from turncoat.stats import (
    MIN_FORM_CORRELATION,
    Counts,
    design_effect,
    korn_graubard,
    rate,
    wilson,
)


def one_form(events: int, trials: int) -> Counts:
    return Counts((1,), (events,), (trials,))


# Newcombe 1998, Statistics in Medicine 17:857-872, Table I, method 3 (score, no correction).
@pytest.mark.parametrize(
    ("events", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_reproduces_newcombe_1998(events: int, trials: int, low: float, high: float) -> None:
    estimate = wilson(one_form(events, trials))
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("events", "trials"), [(0, 1), (9, 10), (10, 10), (3, 50), (250, 500)])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
def test_wilson_agrees_with_statsmodels_and_scipy(events: int, trials: int, level: float) -> None:
    estimate = wilson(one_form(events, trials), level=level)
    theirs = proportion_confint(events, trials, alpha=1 - level, method="wilson")
    scipys = binomtest(events, trials).proportion_ci(level, method="wilson")
    assert (estimate.low, estimate.high) == pytest.approx(theirs, abs=1e-12)
    assert (estimate.low, estimate.high) == pytest.approx(tuple(scipys), abs=1e-12)


@pytest.mark.parametrize("events", [0, 1, 7, 19, 20])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_korn_graubard_with_one_trial_a_form_is_clopper_pearson(events: int, level: float) -> None:
    cell = Counts(tuple(range(20)), (1,) * events + (0,) * (20 - events), (1,) * 20)
    estimate = korn_graubard(cell, level=level)
    theirs = proportion_confint(events, 20, alpha=1 - level, method="beta")
    assert (estimate.low, estimate.high) == pytest.approx(theirs, abs=1e-12)


CLUSTERED = [
    Counts((1, 2, 3, 4, 5), (0, 4, 1, 5, 2), (5, 5, 5, 5, 5)),
    Counts((1, 2, 3, 4, 5, 6), (0, 9, 1, 7, 0, 3), (4, 10, 8, 7, 2, 3)),
    Counts(tuple(range(12)), (0, 0, 0, 6, 0, 0, 1, 0, 6, 0, 0, 5), (6,) * 12),
]


@pytest.mark.parametrize("cell", CLUSTERED)
def test_design_effect_is_the_cluster_robust_variance_of_statsmodels(cell: Counts) -> None:
    """The sandwich variance of an intercept over forms, against that of independent trials."""
    outcomes = np.concatenate(
        [np.repeat([1.0, 0.0], [e, t - e]) for e, t in zip(cell.events, cell.trials, strict=True)]
    )
    groups = np.repeat(cell.forms, cell.trials)
    model = sm.OLS(outcomes, np.ones(outcomes.size))
    robust = model.fit(cov_type="cluster", cov_kwds={"groups": groups}).cov_params()[0, 0]
    independent = model.fit().cov_params()[0, 0]
    assert design_effect(cell) == pytest.approx(robust / independent)


@pytest.mark.parametrize("cell", CLUSTERED)
def test_korn_graubard_is_clopper_pearson_of_the_effective_trials(cell: Counts) -> None:
    from scipy.stats import t

    n = cell.trial_count
    ratio = t.ppf(0.975, n - 1) / t.ppf(0.975, len(cell.forms) - 1)
    size = n / design_effect(cell) * ratio**2
    theirs = proportion_confint(size * cell.event_count / n, size, method="beta")
    estimate = korn_graubard(cell)
    assert (estimate.low, estimate.high) == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("events", [0, 4])
def test_forms_that_are_all_equal_still_count_as_correlated(events: int) -> None:
    cell = Counts((1, 2, 3, 4, 5), (events,) * 5, (4,) * 5)
    assert design_effect(cell) == pytest.approx(1 + 3 * MIN_FORM_CORRELATION)


def test_korn_graubard_refuses_one_form() -> None:
    with pytest.raises(ValueError, match="got 1 form, expected at least 2"):
        korn_graubard(one_form(1, 2))


def test_nothing_scored_is_unknown_and_not_zero() -> None:
    for estimate in (rate(Counts((), (), ())), wilson(Counts((), (), ()))):
        assert all(isnan(x) for x in (estimate.point, estimate.low, estimate.high))
        assert (estimate.n, estimate.known) == (0, False)


@pytest.mark.parametrize(
    ("forms", "method", "estimand", "clusters"),
    [
        (1, "Wilson", "rate of this prompt", None),
        (4, "Wilson", "rate of these 4 prompts", None),
        (5, "Korn-Graubard", "mean rate over forms, from 5", 5),
        (20, "Korn-Graubard", "mean rate over forms, from 20", 20),
    ],
)
def test_the_number_of_forms_chooses_the_method(
    forms: int, method: str, estimand: str, clusters: int | None
) -> None:
    estimate = rate(Counts(tuple(range(forms)), (1,) * forms, (2,) * forms))
    assert (estimate.method, estimate.estimand) == (method, estimand)
    assert (estimate.clusters, estimate.n, estimate.point) == (clusters, 2 * forms, 0.5)


@given(counts())
def test_an_interval_holds_its_point_and_has_a_width(cell: Counts) -> None:
    estimate = rate(cell)
    assert 0 <= estimate.low <= estimate.point <= estimate.high <= 1
    assert estimate.high - estimate.low > 0.001


@given(counts())
def test_counting_the_opposite_mirrors_the_interval(cell: Counts) -> None:
    misses = tuple(t - e for e, t in zip(cell.events, cell.trials, strict=True))
    estimate, mirror = rate(cell), rate(Counts(cell.forms, misses, cell.trials))
    assert (mirror.low, mirror.high) == pytest.approx((1 - estimate.high, 1 - estimate.low))


@given(counts())
def test_the_order_of_forms_does_not_matter(cell: Counts) -> None:
    backward, forward = rate(cell.among(cell.forms[::-1])), rate(cell)
    assert (backward.low, backward.high) == pytest.approx((forward.low, forward.high))


@given(counts())
def test_more_confidence_is_wider(cell: Counts) -> None:
    wide, narrow = rate(cell, level=0.99), rate(cell, level=0.9)
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high
