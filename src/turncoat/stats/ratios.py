"""How many times as often: ratios of rates and of odds, also where a rate is 0 or 1."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, isnan, nan, sqrt

from scipy.optimize import brentq
from scipy.special import ndtri

from turncoat.stats.counts import Counts
from turncoat.stats.estimates import LEVEL, Limits
from turncoat.stats.rates import MIN_FORMS, design_effect, effective_trials


@dataclass(frozen=True, slots=True)
class Ratio:
    """Treated over control, in [0, infinity]. What is not known is NaN, never 1.

    Attributes:
        point: the ratio; infinite where only the control is 0, NaN where it is 0 over 0 or an arm
            has no trial.
        low: lower confidence limit, 0 where the data set none.
        high: upper confidence limit, infinite where the data set none.
        n_treated: trials of the treated arm.
        n_control: trials of the control arm.
        clusters: forms of the smaller arm, which the interval generalizes over; None where it
            speaks of the prompts alone.
        method: name of the interval, for tables.
        estimand: what the point estimates, in words, for captions.
        level: confidence level of the interval.
    """

    point: float
    low: float
    high: float
    n_treated: int
    n_control: int
    clusters: int | None
    method: str
    estimand: str
    level: float = LEVEL

    @property
    def known(self) -> bool:
        """Whether there is an interval; the point may be NaN at 0 over 0 even so."""
        return not isnan(self.low)


def risk_ratio(treated: Counts, control: Counts, *, level: float = LEVEL) -> Ratio:
    """Treated rate over control rate, with Koopman's score interval.

    Estimand: the ratio of the mean rates over forms where both arms have at least `MIN_FORMS`;
    otherwise that of the prompts that were run, in both arms.
    Assumptions: those of `rate`; over forms the trials of each arm are divided by its design
    effect, as in `korn_graubard`. Arms count as independent: where they
    ran on the same forms, which makes them alike, the interval is a little too wide.
    Prefer another: `risk_difference`, which is what a study is planned on and what readers
    understand; a ratio of small rates impresses more than it says.
    Source: Koopman 1984, Biometrics 40:513-517; Fagerland, Lydersen, Laake 2015, Statistical
    Methods in Medical Research 24:224-254, for the comparison; Rao, Scott 1992, Biometrics
    48:577-585, for effective counts.

    Args:
        treated: events and trials by form; empty gives NaN.
        control: the same of the control.
        level: confidence level.
    """
    return _ratio(treated, control, _RISKS, level)


def odds_ratio(treated: Counts, control: Counts, *, level: float = LEVEL) -> Ratio:
    """Treated odds over control odds, with the score interval.

    Estimand, assumptions: as `risk_ratio`, of odds p / (1 - p).
    Prefer another: `risk_difference` or `risk_ratio`; odds ratios are what a logistic model
    speaks in, and the measure that does not depend on which outcome counts as the event.
    Source: Cornfield 1956, Proceedings of the Third Berkeley Symposium 4:135-148, without his
    correction for continuity; Miettinen, Nurminen 1985, Statistics in Medicine 4:213-226.

    Args, returns: as `risk_ratio`.
    """
    return _ratio(treated, control, _ODDS, level)


@dataclass(frozen=True, slots=True)
class _Arm:
    """A rate and the independent trials that it is worth."""

    point: float
    size: float


@dataclass(frozen=True, slots=True)
class _Measure:
    """A ratio: its value, and how far the data are from another value, in standard errors."""

    of: Callable[[float, float], float]
    score: Callable[[_Arm, _Arm, float], float]
    method: str
    estimand: str


def _ratio(treated: Counts, control: Counts, measure: _Measure, level: float) -> Ratio:
    n, m = treated.trial_count, control.trial_count
    if not (n and m):
        about = "an arm has nothing scored"
        return Ratio(nan, nan, nan, n, m, None, "none", about, level)
    forms = min(len(treated.forms), len(control.forms))
    over_forms = forms >= MIN_FORMS
    a, b = (_arm(counts, level, over_forms=over_forms) for counts in (treated, control))
    limits = _limits(a, b, measure, level)
    return Ratio(
        measure.of(a.point, b.point),
        limits.low,
        limits.high,
        n,
        m,
        forms if over_forms else None,
        f"{measure.method}, effective trials" if over_forms else measure.method,
        f"{measure.estimand} over forms" if over_forms else f"{measure.estimand} of these prompts",
        level,
    )


def _arm(counts: Counts, level: float, *, over_forms: bool) -> _Arm:
    n = counts.trial_count
    point = counts.event_count / n
    if not over_forms:
        return _Arm(point, n)
    return _Arm(point, effective_trials(n, len(counts.forms), design_effect(counts), level))


def _limits(a: _Arm, b: _Arm, measure: _Measure, level: float) -> Limits:
    """Where the data are as many standard errors away as the level allows."""
    z, nothing = float(ndtri((1 + level) / 2)), isnan(measure.of(a.point, b.point))

    def end(target: float) -> float:
        return exp(_crossing(lambda log: measure.score(a, b, exp(log)) - target))

    low = 0.0 if nothing or measure.of(a.point, b.point) == 0 else end(z)
    return Limits(low, inf if nothing or measure.of(a.point, b.point) == inf else end(-z))


def _crossing(falling: Callable[[float], float]) -> float:
    """Where a falling function is 0, from a bracket around 0 that is doubled until it holds it."""
    low, high = -1.0, 1.0
    while falling(low) < 0:
        low *= 2
    while falling(high) > 0:
        high *= 2
    return float(brentq(falling, low, high, xtol=1e-12))


def _risk_score(a: _Arm, b: _Arm, ratio: float) -> float:
    total = a.size + b.size
    half = (a.size * (ratio + a.point) + b.size * (1 + b.point * ratio)) / 2
    events = a.size * a.point + b.size * b.point
    # Not the textbook's difference of near equals: its product with this is the constant term.
    q = events / (half + sqrt(max(half * half - total * ratio * events, 0.0)))
    p = min(ratio * q, 1.0)
    variance = p * (1 - p) / a.size + ratio * ratio * q * (1 - q) / b.size
    return _standard(a.point - ratio * b.point, variance)


def _odds_score(a: _Arm, b: _Arm, ratio: float) -> float:
    events = a.size * a.point + b.size * b.point
    square, linear = b.size * (ratio - 1), a.size * ratio + b.size - events * (ratio - 1)
    root = sqrt(max(linear * linear + 4 * square * events, 0.0))
    # The root in (0, 1), written so that nothing cancels.
    q = 2 * events / (linear + root) if linear > 0 else (root - linear) / (2 * square)
    p = ratio * q / (1 + q * (ratio - 1))
    spread = 1 / (a.size * p * (1 - p)) + 1 / (b.size * q * (1 - q))
    return a.size * (a.point - p) * sqrt(spread)


def _standard(distance: float, variance: float) -> float:
    if variance > 0:
        return distance / sqrt(variance)
    return 0.0 if distance == 0 else inf * distance


def _over(above: float, below: float) -> float:
    if below == 0:
        return nan if above == 0 else inf
    return above / below


def _odds_over(p: float, q: float) -> float:
    return _over(p * (1 - q), q * (1 - p))


_RISKS = _Measure(_over, _risk_score, "Koopman", "ratio of the rates")
_ODDS = _Measure(_odds_over, _odds_score, "score", "ratio of the odds")
