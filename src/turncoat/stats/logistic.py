"""A logistic model of several factors: log odds, and what they mean in points."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri, stdtrit

from turncoat.stats.effects import NotEstimable
from turncoat.stats.estimates import LEVEL, Contrast, Limits
from turncoat.stats.firth import Data, Floats, firth, information, separated
from turncoat.stats.pvalues import inverted
from turncoat.stats.rates import MIN_FORM_CORRELATION, MIN_FORMS


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """One factor of the model.

    Attributes:
        name: as users know it.
        levels: names of its levels, the reference first; at least two.
        codes: shape (n,), the place of each trial's level in `levels`.
    """

    name: str
    levels: tuple[str, ...]
    codes: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Factored:
    """The scored trials of cells that differ in factors.

    Attributes:
        factors: at least one.
        events: shape (n,), whether the event happened.
        forms: shape (n,), the form of each trial: a cluster.
    """

    factors: tuple[Factor, ...]
    events: NDArray[np.bool_]
    forms: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LogOdds:
    """One coefficient: the logarithm of an odds ratio.

    Attributes:
        term: `factor=level`, two of them joined by ` x ` for an interaction, or `intercept`.
        point: the coefficient.
        error: its standard error.
        low: lower confidence limit.
        high: upper confidence limit.
    """

    term: str
    point: float
    error: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Marginal:
    """What a level does in points, on average over the trials.

    Attributes:
        term: `factor=level`, against the reference; for an interaction two, and the contrast is
            how much more the first does at the second's level than at its reference.
        contrast: the difference of mean rates, or of two such differences, in [-2, 2].
        p: of no effect: 1 - the level at which the interval reaches 0, and so below 0.05 where
            the 95 % interval leaves out 0; never below `pvalues.SMALLEST`.
    """

    term: str
    contrast: Contrast
    p: float


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted model.

    Attributes:
        coefficients: log odds, the intercept first.
        marginals: the same terms in points, without the intercept.
        n: trials.
        clusters: forms that the intervals generalize over; None with too few of them.
        method: how it was fitted, for tables.
    """

    coefficients: tuple[LogOdds, ...]
    marginals: tuple[Marginal, ...]
    n: int
    clusters: int | None
    method: str


def logistic(
    trials: Factored, *, interactions: Sequence[tuple[str, str]] = (), level: float = LEVEL
) -> Logistic:
    """A logistic model with factor effects, interactions and intervals over forms.

    Estimand: log odds ratios against each factor's reference level, and their marginal effects:
    the mean over all trials of the rate that the model gives at one level minus that at the
    reference, the trial's other factors as they are.
    Assumptions: factors act on the log odds, alone and in the declared pairs; forms are
    independent, trials of one form may be alike. Fitted by maximum likelihood (statsmodels), or
    with Firth's penalty where a factor separates events from the others, as a rate of 0 does.
    Variances are cluster-robust by form, in no direction smaller than those of trials that are
    alike by `MIN_FORM_CORRELATION` within a form's setting, as in `korn_graubard`, with t
    quantiles of forms - 1 degrees; with fewer than `MIN_FORMS` forms they are those of
    independent trials, and everything is about these prompts alone. A marginal effect joins the
    limits of both mean rates, taken on the log odds, by squares with their correlation, as
    `newcombe` does, and so never leaves [-1, 1].
    Limits: Firth's penalty pulls rates toward one half and effects toward 0, most where cells are
    small: 0 of 5 against 4 of 5 is 67 points, not 80.
    Prefer another: `risk_difference` for one contrast and `main_effects` for a balanced design,
    which assume no model and hold at few forms and rates near 0.
    Sources: Liang, Zeger 1986, Biometrika 73:13-22, for the robust variance; Heinze, Schemper
    2002, Statistics in Medicine 21:2409-2419, for separation; Muller, MacLehose 2014,
    International Journal of Epidemiology 43:962-970, for the marginal effects; Zou, Huang, Zhang
    2009, Computational Statistics and Data Analysis 53:1080-1085, for their limits.

    Args:
        trials: the scored trials.
        interactions: pairs of factor names.
        level: confidence level.

    Raises:
        NotEstimable: no trial, a factor that does not vary, or terms that cannot be told apart.
        ValueError: an interaction of a factor that is not there.
    """
    terms = _terms(trials.factors, interactions)
    model = _fitted(trials, terms, level)
    return Logistic(
        tuple(_log_odds(model, place) for place in range(len(terms) + 1)),
        tuple(_marginal(model, term) for term in terms),
        len(trials.events),
        model.clusters,
        model.method,
    )


# --- terms --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """A factor, by its place, at one of its levels."""

    factor: int
    level: int


Term = tuple[_Part, ...]


def _terms(factors: Sequence[Factor], interactions: Sequence[tuple[str, str]]) -> list[Term]:
    names = [factor.name for factor in factors]
    unknown = {name for pair in interactions for name in pair} - set(names)
    if unknown:
        raise ValueError(f"logistic: got an interaction of {sorted(unknown)}, expected {names}")
    parts = {
        factor.name: [_Part(place, code) for code in range(1, len(factor.levels))]
        for place, factor in enumerate(factors)
    }
    single = [(part,) for name in names for part in parts[name]]
    return [*single, *(pair for a, b in interactions for pair in product(parts[a], parts[b]))]


def _columns(codes: NDArray[np.int64], terms: Sequence[Term]) -> Floats:
    """The model's columns, shape (n, 1 + terms): an intercept, and 1 where all parts hold."""
    made = [np.ones(len(codes))]
    for term in terms:
        holds = [codes[:, part.factor] == part.level for part in term]
        made.append(np.logical_and.reduce(holds).astype(np.float64))
    return np.column_stack(made)


# --- the fit ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Settings:
    """The settings of the factors that occur, and what happened in each.

    Attributes:
        codes: shape (m, factors), each once.
        place: shape (n,), the setting of each trial.
        data: one row for each setting.
    """

    codes: NDArray[np.int64]
    place: NDArray[np.int64]
    data: Data


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """Coefficients with their covariance, and what is needed to speak about them."""

    factors: tuple[Factor, ...]
    settings: _Settings
    terms: list[Term]
    at: Floats
    covariance: Floats
    clusters: int | None
    method: str
    level: float

    def name_of(self, term: Term) -> str:
        named = [self.factors[part.factor] for part in term]
        pairs = zip(named, term, strict=True)
        return " x ".join(f"{factor.name}={factor.levels[part.level]}" for factor, part in pairs)

    def quantile(self, level: float) -> float:
        upper = (1 + level) / 2
        return float(ndtri(upper) if self.clusters is None else stdtrit(self.clusters - 1, upper))


def _fitted(trials: Factored, terms: list[Term], level: float) -> _Model:
    _refuse_missing(trials)
    settings = _settings(trials, terms)
    _refuse_confounded(settings.data)
    apart = separated(settings.data)
    at = firth(settings.data) if apart else _likeliest(settings.data)
    forms = len(np.unique(trials.forms))
    clusters = forms if forms >= MIN_FORMS else None
    return _Model(
        trials.factors,
        settings,
        terms,
        at,
        _covariance(trials, settings, at, over_forms=clusters is not None),
        clusters,
        f"logistic, {'Firth' if apart else 'maximum likelihood'}",
        level,
    )


def _settings(trials: Factored, terms: Sequence[Term]) -> _Settings:
    # A number for each setting: sorting rows of numbers takes ten times as long.
    sizes = [len(factor.levels) for factor in trials.factors]
    keys = np.ravel_multi_index([factor.codes for factor in trials.factors], sizes)
    found, place = np.unique(keys, return_inverse=True)
    codes = np.column_stack(np.unravel_index(found, sizes))
    counted = np.stack([np.bincount(place, trials.events), np.bincount(place)]).astype(np.float64)
    return _Settings(codes, place, Data(_columns(codes, terms), *counted))


@dataclass(frozen=True, slots=True, eq=False)
class Clustered:
    """Trials one by one.

    Attributes:
        columns: shape (n, k).
        events: shape (n,), 0 or 1.
        forms: shape (n,), the cluster of each; at least two clusters.
    """

    columns: Floats
    events: Floats
    forms: NDArray[np.int64]


def _one_by_one(trials: Factored, settings: _Settings) -> Clustered:
    columns = settings.data.columns[settings.place]
    return Clustered(columns, trials.events.astype(np.float64), trials.forms)


def _least_effect(trials: Factored, settings: _Settings) -> float:
    """The design effect that is never undercut: of the trials of one form in one setting."""
    _, form = np.unique(trials.forms, return_inverse=True)
    together = np.bincount(form * len(settings.data.events) + settings.place)
    alike = float((together**2).sum()) / len(trials.events)
    return 1 + (alike - 1) * MIN_FORM_CORRELATION


def _refuse_missing(trials: Factored) -> None:
    if not len(trials.events):
        raise NotEstimable("logistic: nothing was scored")
    for factor in trials.factors:
        if len(np.unique(factor.codes)) < len(factor.levels):
            raise NotEstimable(f"logistic: {factor.name} has a level without a trial")


def _refuse_confounded(data: Data) -> None:
    rank = int(np.linalg.matrix_rank(data.columns))
    if rank < data.columns.shape[1]:
        raise NotEstimable(
            f"logistic: {data.columns.shape[1]} terms vary in only {rank} ways in these trials; "
            "leave an interaction or a factor out"
        )


def _likeliest(data: Data) -> Floats:
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    # Not events and misses of one row: of a saturated model statsmodels would divide by no degree.
    outcomes = np.repeat([1.0, 0.0], len(data.events))
    times = np.concatenate([data.events, data.trials - data.events])
    model = GLM(outcomes, np.tile(data.columns, (2, 1)), family=Binomial(), freq_weights=times)
    return np.asarray(model.fit(tol=1e-12, maxiter=200).params, dtype=np.float64)


def _covariance(trials: Factored, settings: _Settings, at: Floats, *, over_forms: bool) -> Floats:
    """Cluster-robust by form, in no direction smaller than with the least correlation of a form."""
    independent = np.asarray(np.linalg.inv(information(settings.data, at)), dtype=np.float64)
    if not over_forms:
        return independent
    root = np.linalg.cholesky(independent)
    found = robust(_one_by_one(trials, settings), at, independent)
    whitened = np.linalg.solve(root, np.linalg.solve(root, found).T)
    values, vectors = np.linalg.eigh((whitened + whitened.T) / 2)
    raised = (vectors * np.maximum(values, _least_effect(trials, settings))) @ vectors.T
    return np.asarray(root @ raised @ root.T)


def robust(trials: Clustered, at: Floats, independent: Floats) -> Floats:
    """The sandwich covariance of the coefficients with forms as clusters, shape (k, k).

    With the usual factors G / (G - 1) and (n - 1) / (n - k) for few clusters.

    Args:
        trials: the trials.
        at: the coefficients.
        independent: their covariance, were trials independent.
    """
    labels, place = np.unique(trials.forms, return_inverse=True)
    residual = trials.events - expit(trials.columns @ at)
    scores = np.column_stack([np.bincount(place, residual * column) for column in trials.columns.T])
    n, k = trials.columns.shape
    few = labels.size / (labels.size - 1) * (n - 1) / (n - k)
    return np.asarray(few * independent @ scores.T @ scores @ independent)


def _log_odds(model: _Model, place: int) -> LogOdds:
    term = model.name_of(model.terms[place - 1]) if place else "intercept"
    point, error = float(model.at[place]), sqrt(model.covariance[place, place])
    half = model.quantile(model.level) * error
    return LogOdds(term, point, error, point - half, point + half)


# --- points -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Means:
    """Mean rates of the model, which a marginal effect adds up with their signs.

    Attributes:
        signs: shape (m,), 1 or -1.
        points: shape (m,).
        errors: standard errors of their log odds, shape (m,).
        correlation: of the estimates, on the log odds, shape (m, m).
    """

    signs: Floats
    points: Floats
    errors: Floats
    correlation: Floats

    @property
    def point(self) -> float:
        return float(self.signs @ self.points)

    def limits(self, quantile: float) -> Limits:
        """The sum of distances to the limits, in squares, as in Zou, Huang, Zhang 2009."""
        half = quantile * self.errors
        below = self.points - expit(logit(self.points) - half)
        above = expit(logit(self.points) + half) - self.points
        down = _length(np.where(self.signs > 0, below, -above), self.correlation)
        up = _length(np.where(self.signs > 0, above, -below), self.correlation)
        most = float(self.signs.size / 2)
        return Limits(max(self.point - down, -most), min(self.point + up, most))

    def gap(self, quantile: float) -> float:
        """How far the limits stay away from 0; negative where they hold 0."""
        limits = self.limits(quantile)
        return limits.low if self.point > 0 else -limits.high


def _marginal(model: _Model, term: Term) -> Marginal:
    """The mean rate where all parts of a term hold, minus where one does not, plus where none."""
    means = _means(model, term)
    limits = means.limits(model.quantile(model.level))
    about = "difference of mean rates" if len(term) == 1 else "difference of differences"
    holds = model.settings.data.columns[:, 1 + model.terms.index(term)] == 1
    treated, everything = (model.settings.data.trials[rows].sum() for rows in (holds, slice(None)))
    contrast = Contrast(
        point=means.point,
        low=limits.low,
        high=limits.high,
        n_treated=int(treated),
        n_control=int(everything - treated),
        clusters=model.clusters,
        method=model.method,
        estimand=f"{about}, other factors as they were run",
        level=model.level,
    )
    p = inverted(lambda level: means.gap(model.quantile(level)))
    return Marginal(model.name_of(term), contrast, p)


def _means(model: _Model, term: Term) -> _Means:
    choices = list(product((1, 0), repeat=len(term)))
    signs = np.array([(-1.0) ** choice.count(0) for choice in choices])
    settings = [_set(model, term, choice) for choice in choices]
    rates = [expit(columns @ model.at) for columns in settings]
    share = model.settings.data.trials / model.settings.data.trials.sum()
    points = np.array([share @ p for p in rates])
    slopes = np.array(
        [(share * p * (1 - p)) @ columns for p, columns in zip(rates, settings, strict=True)]
    )
    slopes /= (points * (1 - points))[:, None]
    covariance = slopes @ model.covariance @ slopes.T
    errors = np.sqrt(np.diag(covariance))
    return _Means(signs, points, errors, covariance / np.outer(errors, errors))


def _set(model: _Model, term: Term, choice: tuple[int, ...]) -> Floats:
    """The columns of all settings with the term's factors at their level or the reference."""
    codes = model.settings.codes.copy()
    for part, chosen in zip(term, choice, strict=True):
        codes[:, part.factor] = part.level * chosen
    return _columns(codes, model.terms)


def _length(distances: Floats, correlation: Floats) -> float:
    # Never negative but for rounding.
    return sqrt(max(float(distances @ correlation @ distances), 0.0))
