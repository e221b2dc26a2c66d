"""The test that agrees with the interval, the exact ones, and many at once, against references."""

from itertools import pairwise
from math import hypot, isnan, nan
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, boschloo_exact, fisher_exact
from statsmodels.stats.contingency_tables import mcnemar as theirs
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from stats.strategies import counts
from turncoat.stats import (
    Counts,
    benjamini_hochberg,
    boschloo,
    difference_p,
    equal_rates_p,
    holm,
    mcnemar,
    risk_difference,
)
from turncoat.stats.exact import small
from turncoat.stats.pvalues import SMALLEST

NONE = Counts((), (), ())


def prompt(events: int, trials: int) -> Counts:
    return Counts((1,), (events,), (trials,))


# --- the inverted interval ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "trials", "control_events", "control_trials"),
    [(7, 34, 1, 34), (56, 70, 48, 80), (9, 10, 3, 10), (2, 40, 9, 40)],
)
def test_at_the_level_of_p_the_interval_of_statsmodels_ends_at_0(
    events: int, trials: int, control_events: int, control_trials: int
) -> None:
    answer = difference_p(prompt(events, trials), prompt(control_events, control_trials))
    limits = confint_proportions_2indep(
        events, trials, control_events, control_trials, method="newcomb", alpha=answer.p
    )
    assert min(abs(limits[0]), abs(limits[1])) < 1e-6
    assert answer.clusters is None


@given(counts(), counts())
def test_p_is_below_5_percent_exactly_where_the_interval_leaves_out_0(a: Counts, b: Counts) -> None:
    contrast = risk_difference(a, b)
    assert (difference_p(a, b).p < 0.05) == (contrast.low > 0 or contrast.high < 0)


def test_the_inverted_test_knows_its_ends() -> None:
    forms = tuple(range(40))
    all_, none = Counts(forms, (20,) * 40, (20,) * 40), Counts(forms, (0,) * 40, (20,) * 40)
    assert difference_p(all_, none).p == SMALLEST
    assert difference_p(all_, all_).p == 1
    assert difference_p(all_, none).clusters == 40
    unknown = difference_p(NONE, all_)
    assert isnan(unknown.p)
    assert (unknown.known, unknown.method) == (False, "an arm has nothing scored")


# --- Boschloo -----------------------------------------------------------------------------------


Side = Literal["less", "greater"]


def by_definition(table: tuple[int, int, int, int], alternative: Side) -> float:
    """The largest probability, over the common rate, of a table at most as likely by Fisher."""
    a, n, b, m = table

    def fisher(x: int, y: int) -> float:
        cells = np.array([[x, y], [n - x, m - y]])
        return float(fisher_exact(cells, alternative=alternative).pvalue)

    found = fisher(a, b)
    tables = [
        (x, y) for x in range(n + 1) for y in range(m + 1) if fisher(x, y) <= found * (1 + 1e-9)
    ]
    rates = np.linspace(0, 1, 2001)
    x, y = np.array(tables).T
    likely = binom.pmf(x, n, rates[:, None]) * binom.pmf(y, m, rates[:, None])
    return float(np.asarray(likely).sum(axis=1).max())


@pytest.mark.parametrize(
    ("a", "n", "b", "m"), [(7, 15, 12, 15), (5, 5, 1, 6), (3, 10, 0, 10), (1, 4, 4, 7)]
)
def test_boschloo_is_what_its_definition_says(a: int, n: int, b: int, m: int) -> None:
    sides = [by_definition((a, n, b, m), "less"), by_definition((a, n, b, m), "greater")]
    assert boschloo(prompt(a, n), prompt(b, m)).p == pytest.approx(2 * min(sides), abs=2e-4)


@pytest.mark.parametrize(("events", "trials"), [(0, 6), (6, 6)])
def test_arms_that_are_all_alike_speak_for_equal_rates(events: int, trials: int) -> None:
    assert boschloo(prompt(events, trials), prompt(events, trials)).p == 1


def test_boschloo_without_an_arm_is_unknown() -> None:
    answer = boschloo(prompt(1, 2), NONE)
    assert (answer.known, answer.n_treated, answer.n_control) == (False, 2, 0)


# --- the p beside a difference ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "n", "b", "m"), [(3, 10, 0, 10), (5, 5, 90, 400), (0, 63, 9, 200), (2, 60, 0, 50)]
)
def test_small_cells_of_given_prompts_have_the_exact_p_of_scipy(
    a: int, n: int, b: int, m: int
) -> None:
    answer = equal_rates_p(prompt(a, n), prompt(b, m))
    theirs = boschloo_exact([[a, b], [n - a, m - b]])
    assert answer.p == pytest.approx(theirs.pvalue)
    assert answer.method == "Boschloo"


FORMS = Counts(tuple(range(6)), (3, 0, 4, 9, 1, 1), (11,) * 6)


def test_an_arm_of_given_prompts_makes_it_exact_whatever_the_other_is() -> None:
    answer = equal_rates_p(FORMS, prompt(2, 2))
    assert answer == boschloo(FORMS, prompt(2, 2))
    assert (answer.hypothesis, answer.clusters) == ("equal rates of these prompts", None)


@pytest.mark.parametrize(
    ("treated", "control"),
    [
        (prompt(20, 64), prompt(5, 64)),
        (prompt(20, 64), prompt(5, 640)),
        (FORMS, FORMS.among((0, 1, 2, 4, 5))),
        (FORMS, prompt(2, 70)),
        (prompt(2, 10), NONE),
    ],
)
def test_otherwise_it_is_that_of_the_interval(treated: Counts, control: Counts) -> None:
    answer, inverse = equal_rates_p(treated, control), difference_p(treated, control)
    assert (answer.method, str(answer.p)) == (inverse.method, str(inverse.p))
    assert answer.method != "Boschloo"


@pytest.mark.parametrize(
    ("a", "n", "b", "m"), [(3, 12, 100, 4000), (0, 63, 90, 2000), (30, 64, 500, 1000)]
)
def test_where_boschloo_takes_too_long_exact_limits_are_inverted(
    a: int, n: int, b: int, m: int
) -> None:
    answer = equal_rates_p(prompt(a, n), prompt(b, m))
    assert answer.method == "Newcombe, Clopper-Pearson, inverted"
    arms = (a, n), (b, m)
    (l1, u1), (l0, u0) = (proportion_confint(*arm, alpha=answer.p, method="beta") for arm in arms)
    l1, p1, p0 = (0.0 if a == 0 else l1), a / n, b / m
    ends = p1 - p0 - hypot(p1 - l1, u0 - p0), p1 - p0 + hypot(u1 - p1, p0 - l0)
    assert min(abs(end) for end in ends) < 1e-5


@pytest.mark.parametrize(
    ("n", "m", "is_small"),
    [(63, 63, True), (64, 64, False), (64, 640, False), (641, 64, True), (1, 1, True)],
)
def test_arms_are_small_below_64_trials_or_a_tenth_of_the_other(
    n: int, m: int, *, is_small: bool
) -> None:
    assert small(n, m) == small(m, n) == is_small


@given(st.integers(1, 20), st.integers(1, 20), st.data())
@settings(max_examples=30)
def test_arms_can_be_swapped(n: int, m: int, data: st.DataObject) -> None:
    a, b = prompt(data.draw(st.integers(0, n)), n), prompt(data.draw(st.integers(0, m)), m)
    assert equal_rates_p(a, b).p == pytest.approx(equal_rates_p(b, a).p, abs=1e-4)


# --- McNemar ------------------------------------------------------------------------------------


def discordant(treated_only: int, control_only: int, both: int = 3) -> tuple[Counts, Counts]:
    rows = [(1, 0)] * treated_only + [(0, 1)] * control_only + [(1, 1), (0, 0)] * both
    forms, ones = tuple(range(len(rows))), (1,) * len(rows)
    return Counts(forms, tuple(a for a, _ in rows), ones), Counts(
        forms, tuple(b for _, b in rows), ones
    )


# Fagerland, Lydersen, Laake 2013, BMC Medical Research Methodology 13:91: airway hyper-
# responsiveness before and after transplantation, 1 and 7 discordant pairs, mid-p 0.039.
@pytest.mark.parametrize(("b", "c", "p"), [(1, 7, 0.039), (7, 1, 0.039)])
def test_mcnemar_reproduces_fagerland_2013(b: int, c: int, p: float) -> None:
    assert mcnemar(*discordant(b, c)).p == pytest.approx(p, abs=5e-4)


@pytest.mark.parametrize(("b", "c"), [(1, 7), (0, 5), (10, 3), (4, 4), (30, 14)])
def test_mcnemar_is_the_exact_test_of_statsmodels_less_half_of_what_was_found(
    b: int, c: int
) -> None:
    exact = theirs([[5, b], [c, 5]], exact=True).pvalue
    found = binom.pmf(b, b + c, 0.5)
    middle = exact - found if b != c else 1.0
    assert mcnemar(*discordant(b, c)).p == pytest.approx(middle, abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=60))
def test_matched_arms_can_be_swapped(rows: list[tuple[int, int]]) -> None:
    forms, ones = tuple(range(len(rows))), (1,) * len(rows)
    a, b = (Counts(forms, events, ones) for events in zip(*rows, strict=True))
    answer = mcnemar(a, b)
    assert 0 < answer.p <= 1
    assert answer == mcnemar(b, a)
    assert (answer.clusters, answer.n_treated) == (len(rows), len(rows))


@pytest.mark.parametrize("trials", [(1, 2), (2, 1)])
def test_mcnemar_refuses_forms_of_several_trials(trials: tuple[int, int]) -> None:
    """As many events in few trials and in many: turning the signs would err in up to 40 %."""
    with pytest.raises(ValueError, match=r"got a form with 2 trials, expected one in each arm"):
        mcnemar(prompt(1, trials[0]), prompt(0, trials[1]))


def test_mcnemar_refuses_other_forms_and_does_not_know_without_any() -> None:
    with pytest.raises(ValueError, match=r"got forms \(1,\) and \(2,\), expected equal"):
        mcnemar(prompt(1, 1), Counts((2,), (1,), (1,)))
    answer = mcnemar(NONE, NONE)
    assert (answer.known, answer.method) == (False, "no form is matched")


# --- many at once -------------------------------------------------------------------------------


# Benjamini and Hochberg 1995, section 3.2: fifteen ordered values; at 0.05, Holm's procedure
# (as Bonferroni's) rejects three, theirs rejects four.
MYOCARDIAL = (
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
    0.5719, 0.6528, 0.7590, 1.0,
)  # fmt: skip


def test_the_example_of_benjamini_and_hochberg_1995() -> None:
    assert sum(p <= 0.05 for p in holm(MYOCARDIAL)) == 3
    assert sum(p <= 0.05 for p in benjamini_hochberg(MYOCARDIAL)) == 4


# Steps of both procedures, by hand.
@pytest.mark.parametrize(
    ("ps", "by_holm", "by_bh"),
    [
        ((0.01, 0.02, 0.03, 0.04, 0.05), (0.05, 0.08, 0.09, 0.09, 0.09), (0.05,) * 5),
        ((0.04, 0.001), (0.04, 0.002), (0.04, 0.002)),
        ((0.6, 0.7, 0.02), (1.0, 1.0, 0.06), (0.7, 0.7, 0.06)),
    ],
)
def test_adjusted_values_by_hand(
    ps: tuple[float, ...], by_holm: tuple[float, ...], by_bh: tuple[float, ...]
) -> None:
    assert holm(ps) == pytest.approx(by_holm)
    assert benjamini_hochberg(ps) == pytest.approx(by_bh)


def test_what_could_not_be_tested_stays_unknown_and_counts_as_asked() -> None:
    assert holm((0.01, nan)) == pytest.approx((0.02, nan), nan_ok=True)
    assert benjamini_hochberg(()) == ()


def test_a_p_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected them in \[0, 1\]"):
        holm((0.5, 1.5))


@pytest.mark.parametrize(
    "ps", [[0.04], [0.01, 0.04, 0.03, 0.005], [0.2, 0.2, 0.9, 0.0, 1.0], [0.5, 0.04, 0.04, 0.04]]
)
def test_adjusted_values_are_those_of_statsmodels(ps: list[float]) -> None:
    assert holm(ps) == pytest.approx(multipletests(ps, method="holm")[1])
    assert benjamini_hochberg(ps) == pytest.approx(multipletests(ps, method="fdr_bh")[1])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_adjusting_never_makes_a_p_smaller_and_keeps_the_order(ps: list[float]) -> None:
    for adjusted in (holm(ps), benjamini_hochberg(ps)):
        assert all(a >= p * (1 - 1e-9) for a, p in zip(adjusted, ps, strict=True))
        ordered = [adjusted[i] for i in np.argsort(ps, kind="stable")]
        assert all(a <= b * (1 + 1e-9) for a, b in pairwise(ordered))
