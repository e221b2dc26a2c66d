"""Two runs, cell by cell: what matches, what is refused, and the numbers of statsmodels."""

from dataclasses import replace
from math import isnan, nan, sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom, boschloo_exact
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analysis.tables import LEVERAGE, MOTIVE, OUTCOMES, TREATED, Rows, table
from logged import Logged
from turncoat.analysis import analyze
from turncoat.analysis.compare import (
    Compared,
    Measured,
    NoCommonCell,
    OtherPacks,
    Pair,
    Place,
    compare,
    measured,
    measured_scores,
)
from turncoat.design import condition
from turncoat.results.foreign import read_scores
from turncoat.stats import Counts

PACK = {"coercion": frozenset({"p"})}


def run(*cells: Rows) -> tuple[Measured, ...]:
    return measured(analyze(table([*cells]), outcomes=OUTCOMES).cells, PACK)


def one(before: str, after: str) -> Pair:
    [pair] = compare(run(Rows(TREATED, before)), run(Rows(TREATED, after))).pairs
    return pair


def logs(before: Logged, after: Logged, folder: Path) -> Compared:
    sides = [
        read_scores(log.write(folder / f"{name}.eval"))
        for name, log in (("a", before), ("b", after))
    ]
    return compare(*measured_scores(sides, "match"))


def mid_p(rose: int, fell: int) -> float:
    """McNemar's mid-p: the exact one of statsmodels, less the chance of what was found."""
    exact = float(mcnemar([[0, rose], [fell, 0]], exact=True).pvalue)
    n = rose + fell
    # Where as many rose as fell, nothing speaks for a difference.
    return exact - float(binom.pmf(min(rose, fell), n, 0.5)) if rose != fell else 1.0


def joined(x: float, y: float, phi: float) -> float:
    return sqrt(x * x - 2 * phi * x * y + y * y)


def newcombe_paired(both: int, fell: int, rose: int, neither: int) -> tuple[float, float]:
    """Newcombe's paired method 10, with statsmodels' Clopper-Pearson limits of both arms."""
    n = both + fell + rose + neither
    was, now = both + fell, both + rose
    l1, u1 = proportion_confint(now, n, method="beta")
    l0, u0 = proportion_confint(was, n, method="beta")
    l1, u1 = (0.0 if now == 0 else l1), (1.0 if now == n else u1)
    l0, u0 = (0.0 if was == 0 else l0), (1.0 if was == n else u0)
    scale = was * (n - was) * now * (n - now)
    cross = both * neither - fell * rose
    phi = (max(cross - n / 2, 0) if cross > 0 else cross) / sqrt(scale) if scale else 0.0
    p1, p0 = now / n, was / n
    down, up = joined(p1 - l1, u0 - p0, phi), joined(u1 - p1, p0 - l0, phi)
    return p1 - p0 - down, p1 - p0 + up


# Forms in which both runs harm, only A, only B, neither.
SQUARES = [
    (5, 4, 9, 12),
    (0, 0, 7, 43),
    (20, 10, 0, 20),
    (0, 0, 0, 50),
    (50, 0, 0, 0),
    (3, 3, 3, 3),
]


def letters(both: int, fell: int, rose: int, neither: int) -> tuple[str, str]:
    before = "e" * both + "e" * fell + "n" * rose + "n" * neither
    after = "e" * both + "n" * fell + "e" * rose + "n" * neither
    return before, after


@pytest.mark.parametrize("square", SQUARES)
def test_paired_cells_have_the_numbers_of_statsmodels(square: tuple[int, int, int, int]) -> None:
    pair = one(*letters(*square))
    _, fell, rose, _ = square
    assert (pair.units.rose, pair.units.fell, pair.matched) == (rose, fell, True)
    assert pair.p.p == pytest.approx(mid_p(rose, fell))
    assert (pair.contrast.low, pair.contrast.high) == pytest.approx(newcombe_paired(*square))
    assert pair.contrast.low < pair.contrast.point < pair.contrast.high or sum(square) == 50


@pytest.mark.parametrize("square", SQUARES)
def test_any_logs_have_them_too(square: tuple[int, int, int, int], tmp_path: Path) -> None:
    before, after = (["CI"["en".index(c)] for c in text] for text in letters(*square))
    found = logs(Logged({"match": before}), Logged({"match": after}, model="mock/tuned"), tmp_path)
    [pair] = found.pairs
    assert found.across is not None
    assert (found.across.name, found.across.after) == ("model", "mock/tuned")
    assert pair.p.p == pytest.approx(mid_p(square[2], square[1]))
    assert (pair.contrast.low, pair.contrast.high) == pytest.approx(newcombe_paired(*square))
    n = sum(square)
    for rate, hits in ((pair.before_rate, before.count("C")), (pair.after_rate, after.count("C"))):
        low, high = proportion_confint(hits, n, method="beta")
        assert rate.low == pytest.approx(0.0 if hits == 0 else low)
        assert rate.high == pytest.approx(1.0 if hits == n else high)


@pytest.mark.parametrize(("was", "now"), [(3, 15), (0, 0), (20, 20), (0, 20), (12, 9)])
def test_epochs_of_one_prompt_are_not_paired(was: int, now: int, tmp_path: Path) -> None:
    """Which epoch has which number says nothing: the rates are compared as independent."""
    before, after = ([1] * hits + [0] * (20 - hits) for hits in (was, now))
    found = logs(
        Logged({"match": before}, epochs=20), Logged({"match": after}, epochs=20), tmp_path
    )
    [pair] = found.pairs
    low, high = confint_proportions_2indep(now, 20, was, 20, method="newcomb", compare="diff")
    assert not pair.matched
    assert (pair.contrast.low, pair.contrast.high) == pytest.approx((low, high), abs=1e-9)
    exact = boschloo_exact([[now, was], [20 - now, 20 - was]]).pvalue if 0 < now + was < 40 else 1
    assert pair.p.p == pytest.approx(exact)
    assert (pair.after_rate.low, pair.after_rate.high) == pytest.approx(
        proportion_confint(now, 20, method="wilson"), abs=1e-9
    )


@pytest.mark.parametrize(
    ("was", "now", "trials"),
    [([0] * 20, [1] * 6 + [0] * 14, (1, 10)), ([6] * 20, [8] * 20, (20, 20))],
)
def test_with_several_samples_a_form_p_is_that_of_the_interval(
    was: list[int], now: list[int], trials: tuple[int, int]
) -> None:
    """Also with other numbers of epochs, where turning signs errs in up to 40 %."""
    forms, place = tuple(range(20)), Place("leak", "c", "m", "j")
    before, after = (
        Measured(place, Counts(forms, tuple(events), (n,) * 20), 20 * n, (), simulated=True)
        for events, n in zip((was, now), trials, strict=True)
    )
    [pair] = compare([before], [after]).pairs
    assert pair.matched
    assert pair.p.method == "Newcombe paired, Korn-Graubard, inverted"
    assert pair.contrast.low < 0 < pair.contrast.high
    assert pair.p.p > 0.05


def test_p_is_adjusted_for_all_comparisons() -> None:
    pairs = compare(
        run(Rows(TREATED, "n" * 12), Rows(MOTIVE, "n" * 12), Rows(LEVERAGE, "n" * 12)),
        run(
            Rows(TREATED, "e" * 9 + "n" * 3),
            Rows(MOTIVE, "e" * 6 + "n" * 6),
            Rows(LEVERAGE, "n" * 12),
        ),
    ).pairs
    expected = multipletests([pair.p.p for pair in pairs], method="holm")[1]
    assert [pair.adjusted for pair in pairs] == pytest.approx(list(expected))


@pytest.mark.parametrize(("before", "after"), [("n" * 50, "n" * 50), ("e" * 50, "e" * 50)])
def test_no_difference_is_never_known_exactly(before: str, after: str) -> None:
    pair = one(before, after)
    assert pair.contrast.point == 0
    assert pair.contrast.low < 0 < pair.contrast.high
    assert pair.p.p == 1.0
    assert pair.before_rate.low < pair.before_rate.high


@pytest.mark.parametrize(("before", "after"), [("?" * 9, "n" * 9), ("n" * 9, "mmm"), ("--", "??")])
def test_what_has_no_score_is_missing_and_not_zero(before: str, after: str) -> None:
    pair = one(before, after)
    assert not pair.contrast.known
    assert isnan(pair.p.p)
    assert isnan(pair.adjusted)
    assert pair.contrast.method == "none"
    assert pair.bounds.low < 0 or pair.bounds.high > 0


def test_missing_samples_bound_the_difference() -> None:
    pair = one("e" * 5 + "n" * 5, "e" * 4 + "n" * 4 + "??")
    assert (pair.bounds.low, pair.bounds.high) == pytest.approx((0.4 - 0.5, 0.6 - 0.5))
    assert pair.bounds.missing == 2


def test_forms_that_one_run_lacks_are_in_no_pair() -> None:
    pair = one("e" * 5 + "n" * 5, "e" * 4 + "n" * 4 + "??")
    assert (pair.units.shared, pair.units.left_out) == (8, 2)
    assert (pair.contrast.n_treated, pair.contrast.n_control) == (8, 8)
    assert pair.before_rate.point == 5 / 8


@pytest.mark.parametrize(("before", "after"), [(20, 4), (4, 4), (6, 40)])
def test_where_few_forms_are_shared_all_samples_are_used(before: int, after: int) -> None:
    pair = one("e" + "n" * (before - 1), "e" + "n" * (after - 1))
    assert not pair.matched
    assert pair.units.left_out == 0
    assert (pair.contrast.n_control, pair.contrast.n_treated) == (before, after)


def test_epochs_are_replicates_of_their_form() -> None:
    cell = Rows(TREATED, "e" * 5 + "n" * 5)
    again = replace(cell, also={"epoch": 2}, outcomes="n" * 10)
    [pair] = compare(run(cell, again), run(cell, replace(again, outcomes="e" * 10))).pairs
    assert pair.units.shared == 10
    assert (pair.contrast.n_treated, pair.contrast.n_control) == (20, 20)
    assert pair.units.rose == 10


CELL = Rows(TREATED, "n" * 6)


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (CELL, CELL, None),
        (CELL, replace(CELL, model="a/b"), "model"),
        (CELL, replace(CELL, judge="other"), "judge"),
        (CELL, replace(CELL, at=condition({"threat": "none"})), "threat"),
    ],
)
def test_runs_are_matched_across_the_one_thing_that_differs(
    before: Rows, after: Rows, name: str | None
) -> None:
    found = compare(run(before), run(after))
    assert len(found.pairs) == 1
    assert (found.across.name if found.across else None) == name


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([CELL], [replace(CELL, model="a/b", judge="other")], "more than one thing at once: model"),
        ([CELL], [replace(CELL, model="a/b"), replace(CELL, model="c/d")], "no model in common"),
        (
            [CELL],
            [replace(CELL, at=condition({"threat": "none", "goal": "latent"}))],
            "differ in goal, threat",
        ),
        (
            [CELL],
            [replace(CELL, model="a/b", at=MOTIVE)],
            "model sim/mixed and a/b; conditions, in goal, threat",
        ),
        (
            [CELL, replace(CELL, at=MOTIVE, model="a/b")],
            [replace(CELL, model="a/b"), replace(CELL, at=MOTIVE)],
            "no cell of one scenario, condition, model and judge",
        ),
    ],
)
def test_where_nothing_matches_the_reason_is_told(
    before: list[Rows], after: list[Rows], said: str
) -> None:
    with pytest.raises(NoCommonCell) as refused:
        compare(run(*before), run(*after))
    assert said in refused.value.got
    assert refused.value.then


def test_another_scenario_is_no_common_cell() -> None:
    theirs = [replace(cell, place=replace(cell.place, scenario="leak")) for cell in run(CELL)]
    with pytest.raises(NoCommonCell, match="no scenario or task in common"):
        compare(run(CELL), theirs)


def test_other_packs_are_compared_only_where_that_is_asked_for() -> None:
    theirs = [replace(cell, packs=frozenset({"q"})) for cell in run(CELL)]
    with pytest.raises(OtherPacks) as refused:
        compare(run(CELL), theirs)
    assert refused.value.differences == ("coercion: pack p and pack q",)
    [pair] = compare(run(CELL), theirs, across_packs=True).pairs
    assert pair.other_pack


def test_one_scenario_of_another_pack_is_left_out_of_the_rest() -> None:
    leak = [replace(cell, place=replace(cell.place, scenario="leak")) for cell in run(CELL)]
    changed = [replace(cell, packs=frozenset({"q"})) for cell in leak]
    found = compare([*run(CELL), *leak], [*run(CELL), *changed])
    assert [pair.after.place.scenario for pair in found.pairs] == ["coercion"]
    assert [one.why for one in found.refused] == ["leak: pack p and pack q"]


def test_what_is_in_one_run_only_is_told() -> None:
    found = compare(run(CELL, Rows(MOTIVE, "n")), run(CELL, replace(CELL, model="a/b")))
    assert [one.why for one in found.before_only] == ["no such condition in the other run"]
    assert [one.why for one in found.after_only] == ["no such model in the other run"]


def test_a_mitigation_of_a_task_is_compared_across_its_arguments(tmp_path: Path) -> None:
    values = ["C"] * 6
    before = Logged({"match": values}, args={"extra": None})
    found = logs(before, replace(before, args={"extra": "dont"}), tmp_path)
    assert found.across is not None
    assert found.across.name == "arguments"
    assert len(found.pairs) == 1


def test_what_has_no_number_in_a_log_is_missing(tmp_path: Path) -> None:
    before = Logged({"match": ["C", "I", "C", "I", "C", "I", "N", nan, None, ValueError(), ...]})
    [pair] = logs(before, replace(before, values={"match": ["C"] * 11}), tmp_path).pairs
    assert (pair.before.planned, pair.before.counts.trial_count) == (11, 6)
    told = {tally.name: tally.n for tally in pair.before.missing}
    assert told == {"error": 1, "not run": 1, "no score": 3}
    assert pair.units.shared == 6
    assert (pair.bounds.low, pair.bounds.high) == pytest.approx((1 - 8 / 11, 1 - 3 / 11))
    nothing = logs(before, replace(before, values={"match": [nan] * 11}), tmp_path).pairs[0]
    assert not nothing.contrast.known


def test_many_samples_are_compared(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    values = rng.integers(0, 2, size=(2, 400))
    found = logs(
        Logged({"match": values[0].tolist()}), Logged({"match": values[1].tolist()}), tmp_path
    )
    [pair] = found.pairs
    rose, fell = (values[1] > values[0]).sum(), (values[1] < values[0]).sum()
    assert pair.p.p == pytest.approx(mid_p(int(rose), int(fell)))
