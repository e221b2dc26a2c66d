"""The rate of a cell with an interval: Wilson for given prompts, Korn-Graubard over forms."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri, stdtrit

from turncoat.stats.counts import Counts
from turncoat.stats.estimates import LEVEL, Estimate, Limits, no_estimate

# An interval over forms is claimed from this many forms on.
MIN_FORMS = 5

# Few forms say little about how alike the trials of one form are, and forms that all stand at 0
# or 1 say nothing, so the correlation is never taken to be smaller than this. Found by simulation:
# without a floor, coverage fell to 0.68 (5 forms of 40 trials, rate 5 %, true correlation 0.2);
# with it, docs/validation.md.
MIN_FORM_CORRELATION = 0.1


def rate(counts: Counts, *, level: float = LEVEL) -> Estimate:
    """The rate of a cell, by the method that its number of forms allows.

    Estimand: with at least `MIN_FORMS` forms, the mean rate over the forms that the scenario can
    take; with fewer, the rate of exactly these prompts, and `estimand` says so.
    Assumptions: those of `korn_graubard` and `wilson`.
    Prefer another: call `wilson` where the prompts themselves are the question.

    Args:
        counts: events and trials by form; empty gives NaN with n 0.
        level: confidence level.
    """
    if not counts.forms:
        return no_estimate(level)
    if len(counts.forms) < MIN_FORMS:
        return wilson(counts, level=level)
    return korn_graubard(counts, level=level)


def wilson(counts: Counts, *, level: float = LEVEL) -> Estimate:
    """Wilson's score interval for the pooled rate of the prompts that were run.

    Estimand: the rate of these prompts, each weighted by its trials. It says nothing about other
    forms of the scenario.
    Assumptions: independent trials with a constant rate per prompt. Where prompts differ, the
    pooled count varies less than a binomial one and the interval is a little too wide.
    Prefer another: `korn_graubard` to speak about forms that were not run.
    Never of zero width, also at 0 and n events.
    Source: Wilson 1927, JASA 22:209-212; recommended by Brown, Cai, DasGupta 2001, Statistical
    Science 16:101-133.

    Args:
        counts: events and trials by form; empty gives NaN with n 0.
        level: confidence level.
    """
    n = counts.trial_count
    if n == 0:
        return no_estimate(level)
    point = counts.event_count / n
    limits = score_limits(point, n, level)
    estimand = _these_prompts(counts)
    return Estimate(point, limits.low, limits.high, n, None, "Wilson", estimand, level)


def score_limits(point: float, trials: float, level: float) -> Limits:
    """Wilson's limits of a proportion, also of an effective number of trials.

    Args:
        point: the proportion found.
        trials: independent trials that it is worth, more than 0, not always a whole number.
        level: confidence level.
    """
    z = float(ndtri((1 + level) / 2))
    center = (point + z * z / (2 * trials)) / (1 + z * z / trials)
    spread = point * (1 - point) / trials + (z / (2 * trials)) ** 2
    half = z * sqrt(spread) / (1 + z * z / trials)
    # At the edges the limit is exactly the point; rounding would put it beside.
    return Limits(
        0.0 if point == 0 else max(center - half, 0.0),
        1.0 if point == 1 else min(center + half, 1.0),
    )


def _these_prompts(counts: Counts) -> str:
    forms = len(counts.forms)
    return "rate of this prompt" if forms == 1 else f"rate of these {forms} prompts"


def korn_graubard(counts: Counts, *, level: float = LEVEL) -> Estimate:
    """Korn and Graubard's interval: Clopper-Pearson on the effective number of trials.

    Estimand: the mean rate over the forms that the scenario can take. Forms count by their
    trials, so where trials are missing for a reason that is tied to the rate, look at the bounds.
    Assumptions: forms are drawn independently of each other; trials of one form may be alike. The
    trials are divided by the design effect (variance over forms, linearized for unequal trials,
    against that of independent trials), which is never taken below 1 + (m - 1) *
    `MIN_FORM_CORRELATION` with m trials a form, and the t quantile with forms - 1 degrees
    replaces that with trials - 1. With one trial a form this is Clopper-Pearson itself; with many
    events it approaches the t interval over form means.
    Prefer another: `wilson` for the prompts themselves. Not the t interval on form means, which
    has no width where all forms stand at 0, and covers 9 % at 5 forms of one trial and rate 2 %.
    Source: Korn, Graubard 1998, Survey Methodology 24:193-201; the standard of the US National
    Center for Health Statistics (Parker et al. 2017, Vital and Health Statistics 2:175). The
    floor is ours.

    Args:
        counts: events and trials by form.
        level: confidence level.

    Raises:
        ValueError: fewer than two forms.
    """
    forms, n = len(counts.forms), counts.trial_count
    if forms < 2:
        raise ValueError(f"korn_graubard: got {forms} form, expected at least 2; use wilson")
    size = effective_trials(n, forms, design_effect(counts), level)
    point = counts.event_count / n
    limits = exact_limits(point, size, level)
    estimand = f"mean rate over forms, from {forms}"
    return Estimate(point, limits.low, limits.high, n, forms, "Korn-Graubard", estimand, level)


def effective_trials(trials: int, forms: int, effect: float, level: float) -> float:
    """Independent trials that these are worth, less what few forms leave unsaid about `effect`.

    Args:
        trials: trials, at least 2.
        forms: forms that they come from, at least 2.
        effect: the design effect.
        level: confidence level, for the quantiles of t.
    """
    upper = (1 + level) / 2
    shrink = float(stdtrit(trials - 1, upper)) / float(stdtrit(forms - 1, upper))
    return shrink**2 * trials / effect


def exact_limits(point: float, trials: float, level: float) -> Limits:
    """Clopper and Pearson's limits of a proportion, also of an effective number of trials.

    Args:
        point: the proportion found.
        trials: independent trials that it is worth, more than 0, not always a whole number.
        level: confidence level.
    """
    x, upper = point * trials, (1 + level) / 2
    return Limits(
        0.0 if point == 0 else float(betaincinv(x, trials - x + 1, 1 - upper)),
        1.0 if point == 1 else float(betaincinv(x + 1, trials - x, upper)),
    )


def design_effect(counts: Counts) -> float:
    """How many times larger the variance is than that of as many independent trials.

    At least 1 + (m - 1) * `MIN_FORM_CORRELATION`, where m is the number of trials in the form of
    an average trial. Source: Kish 1965, Survey Sampling, section 5.4; the floor is ours.

    Args:
        counts: events and trials of at least two forms.
    """
    n = counts.trial_count
    alike = sum(trials * trials for trials in counts.trials) / n
    floor = 1 + (alike - 1) * MIN_FORM_CORRELATION
    point = counts.event_count / n
    independent = point * (1 - point) / (n - 1)
    if independent == 0:
        return floor
    residual = residuals(counts)
    forms = len(counts.forms)
    clustered = forms / (forms - 1) * float(residual @ residual) / n**2
    return max(clustered / independent, floor)


def residuals(counts: Counts) -> NDArray[np.float64]:
    """Per form, events minus those expected at the pooled rate; shape (forms,)."""
    trials = np.asarray(counts.trials, dtype=np.float64)
    events = np.asarray(counts.events, dtype=np.float64)
    return events - trials * (counts.event_count / counts.trial_count)
