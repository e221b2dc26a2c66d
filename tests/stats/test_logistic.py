"""Logistic models against logistf and statsmodels, and where factors separate."""

from itertools import product
from math import sqrt

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import t as student

from stats.endometrial import HIGH_GRADE, LOW_GRADE
from turncoat.stats import Contrast, Factor, Factored, Logistic, NotEstimable, logistic
from turncoat.stats.firth import Data, firth, information, penalized, separated
from turncoat.stats.logistic import Clustered, robust
from turncoat.stats.pvalues import SMALLEST


def one_by_one(columns: NDArray[np.float64], events: NDArray[np.float64]) -> Data:
    return Data(columns, events, np.ones(len(events)))


# --- Firth --------------------------------------------------------------------------------------


def _patients(text: str) -> NDArray[np.float64]:
    rows = [line.split() for line in text.replace("\n", " ").split(",")]
    return np.array(rows, dtype=np.float64) * (1, 1, 0.01)


@pytest.fixture(scope="module")
def endometrial() -> Data:
    low, high = _patients(LOW_GRADE), _patients(HIGH_GRADE)
    rows = np.vstack([low, high])
    events = np.repeat([0.0, 1.0], [len(low), len(high)])
    return one_by_one(np.column_stack([np.ones(len(rows)), rows]), events)


# Output of R's logistf for HG ~ NV + PI + EH, as quoted in the tests of the Python package
# firthlogist (github.com/jzluo/firthlogist): intercept, NV, PI, EH, and the limits of the profile
# of the penalized likelihood.
LOGISTF = (3.77455951, 2.92927330, -0.03475175, -2.60416387)
PROFILE = ((1.0825371, 7.20928050), (0.6097244, 7.85463171), (-0.1244587, 0.04045547), (-4.3651832, -1.23272106))  # fmt: skip


def test_firth_is_that_of_logistf(endometrial: Data) -> None:
    assert endometrial.events.size == 79
    assert firth(endometrial) == pytest.approx(LOGISTF, rel=1e-5)


@pytest.mark.parametrize("place", range(4))
def test_at_the_limits_of_logistf_the_penalized_likelihood_has_fallen_by_half_of_chi2(
    endometrial: Data, place: int
) -> None:
    from scipy.optimize import minimize

    best = penalized(endometrial, firth(endometrial))
    others = [i for i in range(4) if i != place]
    for limit in PROFILE[place]:

        def fallen(rest: NDArray[np.float64], limit: float = limit) -> float:
            at = np.zeros(4)
            at[place], at[others] = limit, rest
            return best - penalized(endometrial, at)

        start = np.array(LOGISTF)[others]
        found = minimize(fallen, start, method="Nelder-Mead", options={"maxiter": 4000})
        assert 2 * found.fun == pytest.approx(3.8415, abs=0.01)


TWO_GROUPS = np.array([[1.0, 0.0], [1.0, 1.0]])


@pytest.mark.parametrize("n", range(1, 9))
@pytest.mark.parametrize("m", [1, 2, 5, 9, 50, 400, 20_000])
def test_firth_of_two_groups_adds_half_an_event_to_each_cell(n: int, m: int) -> None:
    """Heinze and Schemper 2002, section 2."""
    for a, b in product(range(n + 1), {0, 1, m // 2, m - 1, m}):
        odds = (a + 0.5) / (n - a + 0.5), (b + 0.5) / (m - b + 0.5)
        data = Data(TWO_GROUPS, np.array([a, b], float), np.array([n, m], float))
        expected = np.log(odds[0]), np.log(odds[1] / odds[0])
        assert firth(data) == pytest.approx(expected, abs=1e-7)


def _tables(count: int) -> list[Data]:
    """Two or three factors, some settings missing, mostly of a handful of trials."""
    rng = np.random.default_rng(7)
    found: list[Data] = []
    while len(found) < count:
        settings = np.array(list(product((0.0, 1.0), repeat=int(rng.integers(2, 4)))))
        rows = settings[rng.random(len(settings)) < 0.8]
        columns = np.column_stack([np.ones(len(rows)), rows])
        if rows.size and np.linalg.matrix_rank(columns) == columns.shape[1]:
            trials = rng.choice([1, 1, 2, 3, 5, 20, 400], len(rows))
            events = rng.binomial(trials, rng.choice([0, 1, 0.5, 0.05, 0.9], len(rows)))
            found.append(Data(columns, events.astype(float), trials.astype(float)))
    return found


def test_firth_has_an_answer_for_any_table() -> None:
    """Where as many settings occur as there are coefficients, that of half an event more."""
    saturated = 0
    for data in _tables(1000):
        at = firth(data)
        p = expit(data.columns @ at)
        weights = data.trials * p * (1 - p)
        inverse = np.linalg.inv(information(data, at))
        leverage = weights * ((data.columns @ inverse) * data.columns).sum(axis=1)
        score = data.columns.T @ (data.events - data.trials * p + leverage * (0.5 - p))
        assert sqrt(score @ inverse @ score) < 1e-5
        if len(data.columns) == len(at):
            saturated += 1
            half_more = (data.events + 0.5) / (data.trials + 1)
            assert p == pytest.approx(half_more, abs=1e-7)
    assert saturated > 100


def test_rows_that_are_taken_together_are_the_same_trials(endometrial: Data) -> None:
    rows = np.round(endometrial.columns)
    settings, place = np.unique(rows, axis=0, return_inverse=True)
    counted = np.stack([np.bincount(place, endometrial.events), np.bincount(place)])
    together = Data(settings, *counted.astype(np.float64))
    apart = one_by_one(rows, endometrial.events)
    assert len(settings) < len(rows)
    assert firth(together) == pytest.approx(firth(apart))
    assert separated(together) == separated(apart)


def test_separation_is_found(endometrial: Data) -> None:
    assert separated(endometrial)
    assert not separated(one_by_one(np.delete(endometrial.columns, 1, axis=1), endometrial.events))


# --- models -------------------------------------------------------------------------------------


def study(rates: dict[tuple[int, int], float], forms: int, seed: int, epochs: int = 4) -> Factored:
    """Two factors on the same forms, whose own leaning is shared by their trials."""
    rng = np.random.default_rng(seed)
    leaning = rng.normal(0, 0.5, forms)
    cells = list(product(rates, range(forms), range(epochs)))
    codes = np.array([cell for cell, _, _ in cells])
    form = np.array([f for _, f, _ in cells])
    odds = np.array([np.log(rates[cell] / (1 - rates[cell])) for cell, _, _ in cells])
    events = rng.random(len(cells)) < 1 / (1 + np.exp(-odds - leaning[form]))
    factors = (
        Factor("goal", ("none", "conflict"), codes[:, 0]),
        Factor("threat", ("none", "some"), codes[:, 1]),
    )
    return Factored(factors, events, form)


RATES = {(0, 0): 0.2, (0, 1): 0.4, (1, 0): 0.5, (1, 1): 0.8}
PAIR = [("goal", "threat")]


@pytest.mark.parametrize(("forms", "seed"), [(20, 1), (40, 2), (60, 3)])
def test_coefficients_and_robust_errors_are_those_of_statsmodels(forms: int, seed: int) -> None:
    trials = study(RATES, forms, seed)
    a, b = (factor.codes.astype(float) for factor in trials.factors)
    columns = np.column_stack([np.ones(a.size), a, b, a * b])
    fit = sm.GLM(trials.events.astype(float), columns, family=sm.families.Binomial()).fit(
        cov_type="cluster", cov_kwds={"groups": trials.forms}, use_t=False
    )
    found = logistic(trials, interactions=PAIR)
    assert [c.point for c in found.coefficients] == pytest.approx(fit.params)
    assert found.method == "logistic, maximum likelihood"
    events = trials.events.astype(float)
    data, at = one_by_one(columns, events), np.asarray(fit.params)
    independent = np.asarray(np.linalg.inv(information(data, at)), dtype=np.float64)
    mine = robust(Clustered(columns, events, trials.forms), at, independent)
    assert mine == pytest.approx(np.asarray(fit.cov_params()))
    # What the model uses is that, or the covariance of independent trials where it is larger.
    floor = np.sqrt(np.diag(independent))
    errors = np.array([c.error for c in found.coefficients])
    assert (errors >= np.maximum(np.sqrt(np.diag(mine)), floor) - 1e-12).all()


@pytest.mark.parametrize(("forms", "seed"), [(20, 1), (40, 2), (60, 3)])
def test_marginal_effects_are_those_of_statsmodels(forms: int, seed: int) -> None:
    trials = study(RATES, forms, seed)
    a, b = (factor.codes.astype(float) for factor in trials.factors)
    columns = np.column_stack([np.ones(a.size), a, b])
    fit = sm.Logit(trials.events.astype(float), columns).fit(disp=False)
    theirs = fit.get_margeff(at="overall", dummy=True).margeff
    found = [m.contrast.point for m in logistic(trials).marginals]
    assert found == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize("seed", [1, 2, 4])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_limits_of_a_marginal_effect_are_those_of_both_rates_joined(
    seed: int, level: float
) -> None:
    """By hand, from the robust covariance of statsmodels, in forms that lean widely."""
    rng, forms, epochs = np.random.default_rng(seed), 12, 15
    form = np.tile(np.arange(forms).repeat(epochs), 2)
    arm = np.repeat([0, 1], forms * epochs)
    # Both arms lean alike and each by itself, so that every direction varies more than chance.
    leaning = rng.normal(0, 1.5, forms)[form] + rng.normal(0, 1.5, (2, forms))[arm, form]
    events = rng.random(form.size) < expit(leaning - 0.5 + arm)
    columns = np.column_stack([np.ones(form.size), arm])
    fit = sm.GLM(events * 1.0, columns, family=sm.families.Binomial()).fit(
        cov_type="cluster", cov_kwds={"groups": form}
    )
    floor = np.linalg.inv(information(one_by_one(columns, events * 1.0), fit.params))
    assert np.linalg.eigvals(np.linalg.solve(floor, fit.cov_params())).min() > 1
    both = TWO_GROUPS @ np.asarray(fit.cov_params()) @ TWO_GROUPS.T
    errors = np.sqrt(np.diag(both))
    correlation = both[0, 1] / errors.prod()
    assert abs(correlation) > 0.1
    p0, p1 = expit(TWO_GROUPS @ fit.params)
    half = student.ppf((1 + level) / 2, forms - 1) * errors
    (l0, l1), (u0, u1) = (expit(logit([p0, p1]) + sign * half) for sign in (-1, 1))
    down = sqrt((p1 - l1) ** 2 + (u0 - p0) ** 2 - 2 * correlation * (p1 - l1) * (u0 - p0))
    up = sqrt((u1 - p1) ** 2 + (p0 - l0) ** 2 - 2 * correlation * (u1 - p1) * (p0 - l0))
    factor = Factor("arm", ("off", "on"), arm)
    contrast = logistic(Factored((factor,), events, form), level=level).marginals[0].contrast
    assert (contrast.low, contrast.high) == pytest.approx((p1 - p0 - down, p1 - p0 + up))


@given(st.integers(0, 50), st.integers(0, 50), st.integers(3, 10))
def test_p_is_below_5_percent_exactly_where_the_interval_leaves_out_0(
    treated: int, control: int, forms: int
) -> None:
    trials = arms(treated, control, forms=forms, epochs=50 // forms)
    marginal = logistic(trials).marginals[0]
    contrast = marginal.contrast
    assert (marginal.p < 0.05) == (contrast.low > 0 or contrast.high < 0)
    if SMALLEST < marginal.p < 1:
        there = logistic(trials, level=1 - marginal.p).marginals[0].contrast
        assert min(abs(there.low), abs(there.high)) < 1e-4


def test_p_does_not_depend_on_the_level_and_knows_its_ends() -> None:
    narrow, wide = (logistic(arms(20, 8), level=level).marginals[0] for level in (0.8, 0.99))
    assert narrow.p == wide.p
    assert logistic(arms(20, 20)).marginals[0].p == pytest.approx(1)
    assert logistic(arms(1500, 500, forms=100, epochs=20)).marginals[0].p == SMALLEST


def test_a_saturated_model_gives_back_the_rates() -> None:
    trials = study(RATES, 30, 4)
    found = logistic(trials, interactions=PAIR)
    goal, threat = (factor.codes for factor in trials.factors)
    rate = {
        (i, j): trials.events[(goal == i) & (threat == j)].mean()
        for i, j in product((0, 1), repeat=2)
    }
    both = rate[1, 1] - rate[0, 1] - rate[1, 0] + rate[0, 0]
    assert by_term(found, "goal=conflict x threat=some").point == pytest.approx(both)
    alone = (rate[1, 1] + rate[1, 0] - rate[0, 1] - rate[0, 0]) / 2
    assert by_term(found, "goal=conflict").point == pytest.approx(alone)
    assert by_term(found, "goal=conflict").n_treated == 240
    assert by_term(found, "goal=conflict x threat=some").n_treated == 120


def by_term(found: Logistic, term: str) -> Contrast:
    [marginal] = [m for m in found.marginals if m.term == term]
    return marginal.contrast


def test_the_terms_are_named_and_in_order() -> None:
    found = logistic(study(RATES, 10, 5), interactions=PAIR)
    terms = ["goal=conflict", "threat=some", "goal=conflict x threat=some"]
    assert [m.term for m in found.marginals] == terms
    assert [c.term for c in found.coefficients] == ["intercept", *terms]
    assert (found.n, found.clusters) == (160, 10)


def test_a_factor_of_three_levels_has_two_terms() -> None:
    codes = np.arange(3).repeat(30)
    events = np.arange(90) % 10 < np.repeat([2, 5, 8], 30)
    factor = Factor("value", ("low", "middle", "high"), codes)
    found = logistic(Factored((factor,), events, np.tile(np.arange(10), 9)))
    assert [m.term for m in found.marginals] == ["value=middle", "value=high"]
    assert [m.contrast.point for m in found.marginals] == pytest.approx([0.3, 0.6])


# --- the edges ----------------------------------------------------------------------------------


def arms(treated: int, control: int, forms: int = 10, epochs: int = 5) -> Factored:
    n = forms * epochs
    events = np.concatenate([np.arange(n) < treated, np.arange(n) < control])
    codes = np.repeat([1, 0], n)
    return Factored(
        (Factor("arm", ("off", "on"), codes),), events, np.tile(np.arange(n) % forms, 2)
    )


@pytest.mark.parametrize(
    ("treated", "control"), [(0, 0), (50, 50), (50, 0), (0, 50), (0, 20), (50, 20)]
)
def test_rates_of_0_and_1_have_honest_intervals(treated: int, control: int) -> None:
    found = logistic(arms(treated, control))
    contrast = found.marginals[0].contrast
    assert found.method == "logistic, Firth"
    assert contrast.point == pytest.approx((treated - control) / 51, abs=1e-6)
    assert -1 <= contrast.low < contrast.point < contrast.high <= 1
    assert contrast.high - contrast.low > 0.05
    assert np.isfinite([c.low for c in found.coefficients]).all()


def test_with_few_forms_it_speaks_of_these_prompts() -> None:
    assert logistic(arms(20, 5, forms=4)).clusters is None
    assert logistic(arms(20, 5, forms=5)).clusters == 5


def test_more_confidence_is_wider() -> None:
    wide, narrow = (logistic(arms(20, 5), level=x).marginals[0].contrast for x in (0.99, 0.9))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_what_cannot_be_told_apart_is_refused() -> None:
    trials = arms(20, 5)
    [factor] = trials.factors
    again = Factor("twin", ("a", "b"), factor.codes)
    with pytest.raises(NotEstimable, match="3 terms vary in only 2 ways"):
        logistic(Factored((factor, again), trials.events, trials.forms))
    missing = Factor("value", ("a", "b", "c"), factor.codes)
    with pytest.raises(NotEstimable, match="value has a level without a trial"):
        logistic(Factored((missing,), trials.events, trials.forms))
    with pytest.raises(ValueError, match=r"got an interaction of \['goal'\], expected \['arm'\]"):
        logistic(trials, interactions=[("arm", "goal")])


def test_nothing_scored_is_refused() -> None:
    none = np.zeros(0, dtype=np.int64)
    with pytest.raises(NotEstimable, match="nothing was scored"):
        logistic(Factored((Factor("arm", ("off", "on"), none),), none.astype(bool), none))
