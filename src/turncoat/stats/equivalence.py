"""Whether a rate replicates a published one: it does, it differs, or one cannot tell."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from turncoat.stats.batches import Batch, Sampling, Spans, rates_of, simulate, square_and_add
from turncoat.stats.contrasts import newcombe
from turncoat.stats.counts import Counts
from turncoat.stats.estimates import LEVEL, Contrast, Estimate
from turncoat.stats.rates import exact_limits, rate

MARGIN = 0.15
"""Rates that are closer than this replicate each other."""

EQUIVALENCE_LEVEL = 0.9
"""Of the interval that must lie within the margin: two one-sided tests at 5 %."""

STUDIES = 4000

Answer = Literal["replicated", "differs", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Published:
    """A published rate of independent samples.

    Attributes:
        rate: events over samples, in [0, 1]; as printed, not always a whole number of events.
        n: samples, at least 1.

    Raises:
        ValueError: a rate outside [0, 1], or no sample.
    """

    rate: float
    n: int

    def __post_init__(self) -> None:
        if not (0 <= self.rate <= 1 and self.n >= 1):
            raise ValueError(f"published: got rate {self.rate} of {self.n} samples")

    def estimate(self, level: float = LEVEL) -> Estimate:
        """The rate with Clopper and Pearson's interval.

        Not Wilson's, with which `replication` would say `differs` in 10 % of equal rates near 0
        where ten samples were published.
        """
        limits = exact_limits(self.rate, self.n, level)
        method, about = "Clopper-Pearson", "published rate"
        return Estimate(self.rate, limits.low, limits.high, self.n, None, method, about, level)


@dataclass(frozen=True, slots=True)
class Replication:
    """The three-way answer, with the interval that it comes from.

    Attributes:
        answer: `replicated`, `differs` or `cannot tell`.
        difference: ours minus published, with its 90 % interval, which holds both sampling errors.
        margin: largest difference that counts as replicated.
    """

    answer: Answer
    difference: Contrast
    margin: float


def replication(ours: Counts, published: Published, *, margin: float = MARGIN) -> Replication:
    """Whether our rate replicates a published one.

    Estimand: our rate, as `rate` gives it, minus the one that the published samples came from.
    `replicated` where the 90 % interval of the difference lies within the margin: two one-sided
    tests at 5 %. Otherwise `differs` where it leaves out 0 and the 95 % interval does so too: at
    equal rates the 90 % interval alone would leave it out in one of ten. Otherwise `cannot tell`,
    also where nothing of ours was scored. A small but certain difference within the margin is
    `replicated`, and the interval shows it.
    Assumptions: those of `rate` for ours; published samples are independent, as those of one
    prompt are. Ours over forms against theirs of one prompt: a difference may be that of prompts.
    Both samples random: `differs` errs in at most 5 % at equal rates (docs/validation_tests.md).
    Prefer another: `newcombe` for the 95 % interval alone.
    Sources: Schuirmann 1987, Journal of Pharmacokinetics and Biopharmaceutics 15:657-680, for
    two one-sided tests; Zou, Donner 2008, Statistics in Medicine 27:1693-1702, for
    the interval.

    Args:
        ours: events and trials by form; empty gives `cannot tell` and NaN.
        published: the published rate.
        margin: largest difference that counts as replicated, in (0, 1].
    """
    difference, stricter = (
        newcombe(rate(ours, level=level), published.estimate(level))
        for level in (EQUIVALENCE_LEVEL, LEVEL)
    )
    return Replication(_answer(difference, stricter, margin), difference, margin)


def _answer(difference: Contrast, stricter: Contrast, margin: float) -> Answer:
    if -margin < difference.low and difference.high < margin:
        return "replicated"
    return "differs" if stricter.low > 0 or stricter.high < 0 else "cannot tell"


def replication_power(
    published: Published, sampling: Sampling, rng: np.random.Generator, *, margin: float = MARGIN
) -> float:
    """The chance that `replication` says `replicated` where our true rate is the published one.

    The published number is taken as it stands, since it will not be drawn again, and our rate as
    exactly that: where both had been drawn from one true rate, the chance is lower.
    Assumptions: form rates follow a beta distribution. By simulation of `STUDIES` studies:
    standard error of at most 0.008.

    Args:
        published: the published rate.
        sampling: how our cell is sampled.
        rng: source of randomness; equal seeds give equal answers.
        margin: as in `replication`.
    """
    (ours,) = simulate((published.rate,), sampling, STUDIES, rng)
    theirs = _repeated(published, EQUIVALENCE_LEVEL)
    return float(_differences(ours, theirs, EQUIVALENCE_LEVEL).within(margin).mean())


def _repeated(published: Published, level: float) -> Spans:
    one = published.estimate(level)
    return Spans(np.array([one.point]), np.array([one.low]), np.array([one.high]))


def _differences(ours: Batch, theirs: Spans, level: float) -> Spans:
    return square_and_add(rates_of(ours, level), theirs)
