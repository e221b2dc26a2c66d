"""Differences against published tables, statsmodels, and the laws that they must obey."""

from dataclasses import replace
from math import isnan

import pytest
from hypothesis import given
from statsmodels.stats.proportion import confint_proportions_2indep

from stats.strategies import counts, matched_counts
from turncoat.stats import (
    Contrast,
    Counts,
    form_correlation,
    korn_graubard,
    newcombe,
    paired,
    rate,
    risk_difference,
    wilson,
)

NOTHING = Counts((), (), ())


def one_form(events: int, trials: int) -> Counts:
    return Counts((1,), (events,), (trials,))


# Newcombe 1998, Statistics in Medicine 17:873-890, Table II, method 10.
@pytest.mark.parametrize(
    ("treated", "control", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_one_form_reproduces_newcombe_1998(
    treated: tuple[int, int], control: tuple[int, int], low: float, high: float
) -> None:
    contrast = risk_difference(one_form(*treated), one_form(*control))
    assert (contrast.low, contrast.high) == pytest.approx((low, high), abs=6e-5)
    theirs = confint_proportions_2indep(*treated, *control, method="newcomb", compare="diff")
    assert (contrast.low, contrast.high) == pytest.approx(theirs, abs=1e-12)


# Newcombe 1998, Statistics in Medicine 17:2635-2650, Table III, method 10: pairs with the event
# in both arms, in the first only, in the second only, in neither.
@pytest.mark.parametrize(
    ("cells", "low", "high"),
    [
        ((36, 12, 2, 0), 0.0569, 0.3404),
        ((20, 12, 2, 16), 0.0562, 0.3292),
        ((18, 12, 2, 18), 0.0562, 0.3290),
        ((36, 14, 0, 0), 0.1528, 0.4167),
        ((35, 14, 0, 1), 0.1461, 0.4175),
        ((18, 14, 0, 18), 0.1441, 0.3963),
        ((2, 97, 1, 0), 0.8721, 0.9854),
        ((1, 97, 1, 1), 0.8736, 0.9850),
        ((54, 0, 0, 0), -0.0664, 0.0664),
        ((30, 0, 0, 24), -0.0358, 0.0358),
    ],
)
def test_form_correlation_is_the_phi_of_newcombe_1998(
    cells: tuple[int, int, int, int], low: float, high: float
) -> None:
    """With Wilson limits in place of ours, one trial a form gives the published interval."""
    treated, control = pairs(*cells)
    a, b = wilson(treated), wilson(control)
    phi = form_correlation(treated, control)
    down = square_and_add(a.point - a.low, b.high - b.point, phi)
    up = square_and_add(a.high - a.point, b.point - b.low, phi)
    difference = a.point - b.point
    # One printed limit of the table, 0.8736, is 0.00007 from the value of its own formula.
    assert (difference - down, difference + up) == pytest.approx((low, high), abs=1e-4)


def pairs(both: int, first: int, second: int, neither: int) -> tuple[Counts, Counts]:
    forms = tuple(range(both + first + second + neither))
    ones = (1,) * len(forms)
    treated = (1,) * (both + first) + (0,) * (second + neither)
    control = (1,) * both + (0,) * first + (1,) * second + (0,) * neither
    return Counts(forms, treated, ones), Counts(forms, control, ones)


def square_and_add(a: float, b: float, phi: float) -> float:
    return float((a * a - 2 * phi * a * b + b * b) ** 0.5)


def test_five_shared_forms_are_paired_and_fewer_are_not() -> None:
    forms = tuple(range(8))
    treated = Counts(forms, (1, 2, 0, 1, 2, 2, 1, 2), (2,) * 8)
    control = Counts(forms, (0, 1, 0, 0, 1, 1, 0, 1), (2,) * 8)
    assert risk_difference(treated, control) == paired(treated, control)
    few = control.among(forms[:4])
    contrast = risk_difference(treated, few)
    assert contrast == newcombe(korn_graubard(treated), wilson(few))
    assert (contrast.clusters, contrast.method) == (None, "Newcombe")
    assert contrast.estimand == "difference of the two rates"


def test_a_difference_is_that_of_the_rates_shown_also_where_forms_are_missing() -> None:
    treated = Counts((1, 2, 3, 4, 5, 6), (1, 1, 1, 1, 1, 0), (1,) * 6)
    control = Counts((8, 7, 6, 5, 4, 3, 2), (1, 1, 0, 0, 0, 0, 0), (1,) * 7)
    contrast = risk_difference(treated, control)
    assert contrast.point == pytest.approx(rate(treated).point - rate(control).point)
    assert (contrast.n_treated, contrast.n_control, contrast.clusters) == (6, 7, 5)
    about = "difference of mean rates over forms, from 6 and 7, 5 of them shared"
    assert contrast.estimand == about


def test_one_missing_trial_of_many_does_not_unpair() -> None:
    """Of 400 forms with one trial, 118 and 100 events, in the same forms as far as they go."""
    forms = tuple(range(400))
    treated = Counts(forms, (1,) * 118 + (0,) * 282, (1,) * 400)
    control = Counts(forms, (1,) * 100 + (0,) * 300, (1,) * 400)
    whole, less = (risk_difference(treated, c) for c in (control, control.among(forms[:-1])))
    assert (less.low, less.high) == pytest.approx((whole.low, whole.high), abs=0.002)
    assert (whole.clusters, less.clusters) == (400, 399)


@pytest.mark.parametrize("shared", range(12))
def test_the_fewer_forms_are_shared_the_less_they_tell(shared: int) -> None:
    """Of 11 forms, all alike in both arms; from half of them on it may be called paired."""
    events, ones = (1, 0) * 5 + (1,), (1,) * 11
    treated = Counts(tuple(range(11)), events, ones)
    control = Counts(tuple(n if n < shared else n + 11 for n in range(11)), events, ones)
    contrast = risk_difference(treated, control)
    apart = newcombe(korn_graubard(treated), korn_graubard(control))
    assert contrast.clusters == (shared if shared > 5 else None)
    assert contrast.method == ("Newcombe paired, Korn-Graubard" if shared > 5 else "Newcombe")
    assert contrast.high <= apart.high
    assert (contrast.high == apart.high) == (shared < 2)


@given(matched_counts(least=2))
def test_forms_may_stand_in_any_order(cells: tuple[Counts, Counts]) -> None:
    treated, control = cells
    turned = control.among(control.forms[::-1])
    assert form_correlation(treated, turned) == pytest.approx(form_correlation(treated, control))


def test_arms_that_share_their_forms_are_compared_more_sharply() -> None:
    forms, trials = tuple(range(10)), (10,) * 10
    control = Counts(forms, (0, 1, 1, 2, 3, 4, 5, 5, 6, 7), trials)
    treated = Counts(forms, tuple(e + 2 for e in control.events), trials)
    together = risk_difference(treated, control)
    apart = newcombe(rate(treated), rate(control))
    assert together.high - together.low < 0.7 * (apart.high - apart.low)
    assert together.low > 0


@pytest.mark.parametrize(
    ("treated", "control"),
    [(NOTHING, NOTHING), (NOTHING, one_form(1, 2)), (one_form(1, 2), NOTHING)],
)
def test_an_arm_without_a_score_gives_no_number(treated: Counts, control: Counts) -> None:
    contrast = risk_difference(treated, control)
    assert all(isnan(x) for x in (contrast.point, contrast.low, contrast.high))
    assert (contrast.method, contrast.known) == ("none", False)


def test_levels_must_agree() -> None:
    estimate = wilson(one_form(1, 2))
    with pytest.raises(ValueError, match=r"levels 0\.95 and 0\.9"):
        newcombe(estimate, replace(estimate, level=0.9))


def test_paired_refuses_an_arm_of_one_form() -> None:
    with pytest.raises(ValueError, match="got 1 form, expected at least 2"):
        paired(Counts((1, 2), (0, 0), (1, 1)), one_form(1, 3))


def limits(contrast: Contrast) -> tuple[float, float, float]:
    return contrast.low, contrast.point, contrast.high


@given(matched_counts())
def test_a_paired_interval_holds_its_point_and_has_a_width(cells: tuple[Counts, Counts]) -> None:
    low, point, high = limits(risk_difference(*cells))
    assert -1 <= low <= point <= high <= 1
    assert high - low > 0.001


@given(counts(), counts())
def test_any_interval_holds_its_point_and_has_a_width(treated: Counts, control: Counts) -> None:
    low, point, high = limits(risk_difference(treated, control))
    assert -1 <= low <= point <= high <= 1
    assert high - low > 0.001


@given(matched_counts(least=1))
def test_exchanging_the_arms_turns_the_sign(cells: tuple[Counts, Counts]) -> None:
    low, point, high = limits(risk_difference(*cells))
    treated, control = cells
    assert limits(risk_difference(control, treated)) == pytest.approx((-high, -point, -low))


@given(counts(least=5))
def test_identical_arms_are_not_known_to_be_equal(cell: Counts) -> None:
    contrast = paired(cell, cell)
    assert contrast.low < 0 < contrast.high
