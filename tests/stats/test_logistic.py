"""Logistic models against logistf and statsmodels, and where factors separate."""

from itertools import product

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray

from stats.endometrial import HIGH_GRADE, LOW_GRADE
from turncoat.stats import Contrast, Factor, Factored, Logistic, NotEstimable, logistic
from turncoat.stats.firth import Data, firth, information, penalized, separated
from turncoat.stats.logistic import robust

# --- Firth --------------------------------------------------------------------------------------


def _patients(text: str) -> NDArray[np.float64]:
    rows = [line.split() for line in text.replace("\n", " ").split(",")]
    return np.array(rows, dtype=np.float64) * (1, 1, 0.01)


@pytest.fixture(scope="module")
def endometrial() -> Data:
    low, high = _patients(LOW_GRADE), _patients(HIGH_GRADE)
    rows = np.vstack([low, high])
    events = np.repeat([0.0, 1.0], [len(low), len(high)])
    return Data(np.column_stack([np.ones(len(rows)), rows]), events)


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


@pytest.mark.parametrize(("a", "n", "b", "m"), [(0, 20, 7, 20), (5, 9, 9, 9), (0, 5, 0, 50)])
def test_firth_of_two_groups_adds_half_an_event_to_each_cell(
    a: int, n: int, b: int, m: int
) -> None:
    """Heinze and Schemper 2002, section 2."""
    group = np.repeat([0.0, 1.0], [n, m])
    events = np.repeat([1.0, 0.0, 1.0, 0.0], [a, n - a, b, m - b])
    odds = (a + 0.5) / (n - a + 0.5), (b + 0.5) / (m - b + 0.5)
    data = Data(np.column_stack([np.ones(n + m), group]), events)
    assert firth(data) == pytest.approx((np.log(odds[0]), np.log(odds[1] / odds[0])))


def test_separation_is_found(endometrial: Data) -> None:
    assert separated(endometrial)
    without = Data(np.delete(endometrial.columns, 1, axis=1), endometrial.events)
    assert not separated(without)


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
    data = Data(columns, trials.events.astype(float))
    mine = robust(data, np.asarray(fit.params), trials.forms)
    assert mine == pytest.approx(np.asarray(fit.cov_params()))
    # What the model uses is that, or the covariance of independent trials where it is larger.
    floor = np.sqrt(np.diag(np.linalg.inv(information(data, np.asarray(fit.params)))))
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
