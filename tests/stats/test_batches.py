"""Many studies at once give what one by one gives."""

from collections.abc import Callable

import numpy as np
import pytest

from turncoat.stats import (
    Contrast,
    Counts,
    Estimate,
    Sampling,
    rate,
    risk_difference,
)
from turncoat.stats.batches import Batch, Spans, differences_of, rates_of, simulate

PLANS = [(1, 30), (4, 10), (5, 1), (5, 40), (20, 5), (60, 1)]


def one_by_one(batch: Batch) -> list[Counts]:
    forms = tuple(range(batch.forms))
    trials = (batch.epochs,) * batch.forms
    return [Counts(forms, tuple(events), trials) for events in batch.events.tolist()]


def assert_same(spans: Spans, found: list[Estimate] | list[Contrast]) -> None:
    for name, values in (("point", spans.points), ("low", spans.low), ("high", spans.high)):
        expected = np.array([getattr(one, name) for one in found])
        assert values == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("forms", "epochs"), PLANS)
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_rates(forms: int, epochs: int, level: float) -> None:
    rng = np.random.default_rng(1)
    for p in (0.0, 0.03, 0.5, 1.0):
        (batch,) = simulate((p,), Sampling(forms, epochs, 0.3), 20, rng)
        assert_same(rates_of(batch, level), [rate(c, level=level) for c in one_by_one(batch)])


Join = Callable[[Counts, Counts], Contrast]


def _unmatched(treated: Counts, control: Counts) -> Contrast:
    others = tuple(-1 - form for form in control.forms)
    return risk_difference(treated, Counts(others, control.events, control.trials))


@pytest.mark.parametrize(("forms", "epochs"), PLANS)
@pytest.mark.parametrize(("matched", "join"), [(True, risk_difference), (False, _unmatched)])
def test_differences(forms: int, epochs: int, join: Join, *, matched: bool) -> None:
    rng = np.random.default_rng(2)
    for rates in ((0.0, 0.0), (0.4, 0.5), (0.9, 0.1), (1.0, 0.0)):
        a, b = simulate(rates, Sampling(forms, epochs, 0.3, shared=0.8), 20, rng)
        pairs = zip(one_by_one(a), one_by_one(b), strict=True)
        found = [join(treated, control) for treated, control in pairs]
        assert_same(differences_of(a, b, 0.95, matched=matched), found)


@pytest.mark.parametrize("correlation", [0.0, 0.05, 0.3])
@pytest.mark.parametrize("p", [0.05, 0.5, 0.9])
def test_simulated_forms_have_the_rate_and_the_correlation_that_were_asked_for(
    p: float, correlation: float
) -> None:
    rng = np.random.default_rng(3)
    (batch,) = simulate((p,), Sampling(100, 10, correlation), 500, rng)
    assert batch.points.mean() == pytest.approx(p, abs=0.004)
    # A form's events vary as a beta-binomial's do.
    expected = 10 * p * (1 - p) * (1 + 9 * correlation)
    assert batch.events.var() == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize(("matched", "tied"), [(True, True), (False, False)])
def test_matched_forms_are_tied_and_others_are_not(*, matched: bool, tied: bool) -> None:
    sampling = Sampling(200, 20, 0.3, matched=matched, shared=0.9)
    a, b = simulate((0.4, 0.6), sampling, 50, np.random.default_rng(4))
    assert (np.corrcoef(a.events.ravel(), b.events.ravel())[0, 1] > 0.5) == tied


def test_prompts_of_which_nothing_is_generalized_have_one_rate() -> None:
    (batch,) = simulate((0.5,), Sampling(1, 100, 0.5), 4000, np.random.default_rng(5))
    assert batch.events.var() == pytest.approx(25, rel=0.1)


@pytest.mark.parametrize(
    ("forms", "epochs", "correlation", "shared"),
    [(0, 1, 0.0, 0.0), (1, 0, 0.0, 0.0), (5, 5, 1.0, 0.0), (5, 5, 0.1, 1.5), (5, 5, -0.1, 0.0)],
)
def test_a_plan_that_cannot_be_is_refused(
    forms: int, epochs: int, correlation: float, shared: float
) -> None:
    with pytest.raises(ValueError, match="expected"):
        Sampling(forms, epochs, correlation, shared=shared)
