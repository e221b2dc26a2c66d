"""The three-way answer of a replication, and the chance of each."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from turncoat.stats import (
    Counts,
    Published,
    Sampling,
    newcombe,
    rate,
    replication,
    replication_power,
)


def prompt(events: int, trials: int) -> Counts:
    return Counts((1,), (events,), (trials,))


@pytest.mark.parametrize(
    ("events", "trials", "published", "n", "answer"),
    [
        (384, 400, 0.96, 100, "replicated"),
        (0, 400, 0.0, 100, "replicated"),
        (400, 400, 1.0, 100, "replicated"),
        (90, 100, 0.96, 100, "replicated"),
        (200, 400, 0.3, 100, "differs"),
        (400, 400, 0.0, 10, "differs"),
        (45, 100, 0.5, 100, "cannot tell"),
        (0, 20, 0.0, 10, "cannot tell"),
        (0, 0, 0.5, 100, "cannot tell"),
    ],
)
def test_answers(events: int, trials: int, published: float, n: int, answer: str) -> None:
    ours = prompt(events, trials) if trials else Counts((), (), ())
    found = replication(ours, Published(published, n))
    assert found.answer == answer
    assert found.difference.known == bool(trials)
    assert found.difference.level == 0.9


@pytest.mark.parametrize(("events", "rate_", "n"), [(50, 0.5, 100), (3, 0.0, 10), (90, 0.87, 99)])
def test_the_interval_joins_that_of_both(events: int, rate_: float, n: int) -> None:
    """Square and add, from Wilson and Clopper-Pearson of statsmodels."""
    a, b = events / 100, rate_
    low, high = proportion_confint(events, 100, alpha=0.1, method="wilson")
    below, above = proportion_confint(rate_ * n, n, alpha=0.1, method="beta")
    difference = replication(prompt(events, 100), Published(rate_, n)).difference
    below, above = np.nan_to_num(below), 1.0 if rate_ == 1 else above
    assert difference.low == pytest.approx(a - b - np.hypot(a - low, above - b))
    assert difference.high == pytest.approx(a - b + np.hypot(high - a, b - below))


def test_a_small_but_certain_difference_is_within_the_margin() -> None:
    ours, published = prompt(20, 400), Published(0.0, 500)
    found = replication(ours, published)
    assert found.answer == "replicated"
    assert found.difference.low > 0
    assert replication(ours, published, margin=0.01).answer == "differs"


def exact_shares(trials: int, p: float, n: int, q: float) -> dict[str, float]:
    """The chance of each answer, both samples random, over all their outcomes."""
    shares: dict[str, float] = {}
    likely = np.outer(binom.pmf(range(trials + 1), trials, p), binom.pmf(range(n + 1), n, q))
    for events, theirs in product(range(trials + 1), range(n + 1)):
        if likely[events, theirs] > 1e-7:
            answer = replication(prompt(events, trials), Published(theirs / n, n)).answer
            shares[answer] = shares.get(answer, 0.0) + likely[events, theirs]
    return shares


@pytest.mark.parametrize(("p", "n"), [(0.0, 100), (0.1, 10), (0.05, 20), (0.45, 60)])
def test_equal_rates_differ_in_at_most_one_of_twenty(p: float, n: int) -> None:
    assert exact_shares(80, p, n, p).get("differs", 0.0) <= 0.05


@pytest.mark.parametrize(
    ("published", "trials"), [(Published(0.5, 100), 200), (Published(0.96, 100), 50)]
)
def test_power_at_independent_trials_is_that_of_all_outcomes(
    published: Published, trials: int
) -> None:
    expected = sum(
        binom.pmf(events, trials, published.rate)
        for events in range(trials + 1)
        if replication(prompt(events, trials), published).answer == "replicated"
    )
    power = replication_power(published, Sampling(1, trials), np.random.default_rng(1))
    assert power == pytest.approx(expected, abs=0.025)


def test_power_over_forms_is_the_share_of_studies_that_say_so() -> None:
    published, rng, said = Published(0.3, 100), np.random.default_rng(2), 0
    for _ in range(500):
        events = rng.binomial(10, rng.beta(0.3 * 9, 0.7 * 9, 40)).tolist()
        ours = Counts(tuple(range(40)), tuple(events), (10,) * 40)
        said += replication(ours, published).answer == "replicated"
    power = replication_power(published, Sampling(40, 10, 0.1), np.random.default_rng(3))
    assert power == pytest.approx(said / 500, abs=0.06)


def test_a_wider_margin_is_easier_and_equal_seeds_agree() -> None:
    published, plan = Published(0.5, 100), Sampling(20, 20, 0.1)
    narrow, wide, again = (
        replication_power(published, plan, np.random.default_rng(4), margin=margin)
        for margin in (0.15, 0.25, 0.15)
    )
    assert narrow == again < wide


def test_the_published_interval_is_clopper_and_pearsons() -> None:
    estimate = Published(0.555, 200).estimate()
    theirs = proportion_confint(111, 200, method="beta")
    assert (estimate.low, estimate.high) == pytest.approx(theirs)
    ours = rate(prompt(111, 200))
    assert newcombe(ours, estimate).known


@pytest.mark.parametrize(("rate_", "n"), [(1.1, 10), (0.5, 0)])
def test_a_published_number_without_sense_is_refused(rate_: float, n: int) -> None:
    with pytest.raises(ValueError, match="published: got rate"):
        Published(rate_, n)
