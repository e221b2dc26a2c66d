"""Ratios against statsmodels where it has an answer, and where a rate is 0 or 1."""

from itertools import product
from math import inf, isnan

import pytest
from hypothesis import given
from statsmodels.stats.proportion import confint_proportions_2indep

from stats.strategies import counts
from turncoat.stats import (
    Counts,
    design_effect,
    odds_ratio,
    rate,
    risk_ratio,
)

NONE = Counts((), (), ())
RATIOS = {"ratio": risk_ratio, "odds-ratio": odds_ratio}
BOTH = pytest.mark.parametrize("name", RATIOS)


def prompt(events: int, trials: int) -> Counts:
    return Counts((1,), (events,), (trials,))


TABLES = [(7, 34, 1, 34), (56, 70, 48, 80), (1, 5, 60, 90), (12, 400, 30, 100)]


# statsmodels looks for its limits as far out as it can no longer count.
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("level", [0.9, 0.95])
@BOTH
def test_the_score_intervals_of_statsmodels(
    table: tuple[int, int, int, int], level: float, name: str
) -> None:
    a, n, b, m = table
    found = RATIOS[name](prompt(a, n), prompt(b, m), level=level)
    limits = confint_proportions_2indep(
        a, n, b, m, compare=name, method="score", correction=False, alpha=1 - level
    )
    assert (found.low, found.high) == pytest.approx(limits, rel=1e-5)


# Koopman 1984, Biometrics 40:513-517: 36 of 40 against 16 of 80.
def test_koopmans_own_example() -> None:
    found = risk_ratio(prompt(36, 40), prompt(16, 80))
    assert found.point == pytest.approx(4.5)
    assert (found.low, found.high) == pytest.approx((2.94, 7.15), abs=0.005)


# Where one arm is at 0 or 1 the score equation can be solved by hand, z = 1.959964.
Z2 = 3.841459


@pytest.mark.parametrize(
    ("name", "table", "low", "high"),
    [
        ("ratio", (50, 50, 50, 50), 1 / (1 + Z2 / 50), 1 + Z2 / 50),
        ("ratio", (50, 50, 0, 50), (50 + Z2) / Z2, inf),
        ("ratio", (0, 50, 50, 50), 0.0, Z2 / (50 + Z2)),
        ("ratio", (0, 50, 0, 50), 0.0, inf),
        ("odds-ratio", (50, 50, 0, 50), (100 / Z2) ** 2, inf),
        ("odds-ratio", (0, 50, 0, 50), 0.0, inf),
        ("odds-ratio", (50, 50, 50, 50), 0.0, inf),
    ],
)
def test_rates_of_0_and_1(
    name: str, table: tuple[int, int, int, int], low: float, high: float
) -> None:
    a, n, b, m = table
    found = RATIOS[name](prompt(a, n), prompt(b, m))
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-5)


@pytest.mark.parametrize(
    ("table", "risk", "odds"),
    [((0, 9, 3, 9), 0.0, 0.0), ((3, 9, 0, 9), inf, inf), ((9, 9, 3, 9), 3.0, inf)],
)
def test_points_at_the_edges(table: tuple[int, int, int, int], risk: float, odds: float) -> None:
    arms = prompt(*table[:2]), prompt(*table[2:])
    assert (risk_ratio(*arms).point, odds_ratio(*arms).point) == (risk, odds)


def test_0_over_0_is_unknown_and_has_the_interval_of_everything() -> None:
    found = risk_ratio(prompt(0, 50), prompt(0, 50))
    assert isnan(found.point)
    assert found.known


@pytest.mark.parametrize("sizes", list(product((1, 5, 400), (1, 7, 2000))))
def test_no_table_is_without_a_width(sizes: tuple[int, int]) -> None:
    n, m = sizes
    for a, b in product({0, 1, n // 2, n}, {0, 1, m // 2, m}):
        for ratio in RATIOS.values():
            found = ratio(prompt(a, n), prompt(b, m))
            assert 0 <= found.low < found.high
            assert isnan(found.point) or found.low <= found.point <= found.high


@given(counts(), counts())
def test_swapping_arms_turns_a_ratio_over(a: Counts, b: Counts) -> None:
    for ratio in RATIOS.values():
        found, turned = ratio(a, b), ratio(b, a)
        assert turned.low == pytest.approx(1 / found.high if found.high else inf, rel=1e-6)
        assert turned.high == pytest.approx(1 / found.low if found.low else inf, rel=1e-6)


def test_over_forms_it_is_the_interval_of_the_effective_trials() -> None:
    forms = tuple(range(8))
    a = Counts(forms, (5, 0, 3, 5, 1, 4, 5, 2), (5,) * 8)
    b = Counts(forms, (1, 0, 0, 2, 0, 0, 3, 0), (5,) * 8)
    found, plain = risk_ratio(a, b), risk_ratio(prompt(25, 40), prompt(6, 40))
    assert found.clusters == 8
    assert plain.clusters is None
    assert found.point == plain.point == pytest.approx(rate(a).point / rate(b).point)
    assert min(design_effect(a), design_effect(b)) > 1
    assert found.low < plain.low < plain.high < found.high
    assert (found.method, plain.method) == ("Koopman, effective trials", "Koopman")


@BOTH
def test_a_missing_arm_is_unknown(name: str) -> None:
    found = RATIOS[name](NONE, prompt(1, 2))
    assert (found.known, found.n_control, found.estimand) == (False, 2, "an arm has nothing scored")
