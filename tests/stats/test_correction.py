"""Corrected rates: by hand, at the edges, what is refused, and a part of the promise."""

from collections.abc import Callable
from dataclasses import replace
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from turncoat.stats import (
    Audited,
    Contrast,
    Estimate,
    NotEstimable,
    corrected_difference,
    count,
    draw,
    error_rates,
    newcombe,
    prediction_powered,
    rate,
    rogan_gladen,
)
from turncoat.stats.rates import score_limits

NO, YES, CLOSED, UNSCORED = range(4)
JUDGES = ((0.95, 0.98), (0.8, 0.9), (0.7, 0.95), (0.9, 0.7))


def audited(*groups: tuple[int, int, int, int], forms: int = 10) -> Audited:
    """A cell of (stratum, size, labels, of them harm), spread over its forms."""
    strata = np.repeat([g[0] for g in groups], [g[1] for g in groups])
    labels = np.concatenate([_labels(size, read, harm) for _, size, read, harm in groups])
    inclusion = np.repeat([g[2] / max(g[1], 1) for g in groups], [g[1] for g in groups])
    verdict = np.array([0.0, 1.0, 0.0, nan])[strata]
    return Audited(np.arange(strata.size) % forms, verdict, strata, labels, inclusion)


def _labels(size: int, read: int, harm: int) -> NDArray[np.float64]:
    return np.repeat([1.0, 0.0, nan], [harm, read - harm, size - read])


CELL = audited((NO, 120, 20, 2), (YES, 60, 20, 15), (CLOSED, 12, 6, 0), (UNSCORED, 8, 4, 2))


def test_the_point_is_each_stratum_by_its_share() -> None:
    by_hand = (120 * 2 / 20 + 60 * 15 / 20 + 0 + 8 * 2 / 4) / 200
    found = prediction_powered(CELL)
    assert found.point == pytest.approx(by_hand)
    assert (found.n, found.clusters) == (200, 10)
    assert found.estimand == "true mean rate over forms, from 10 and 50 labels"


def test_the_point_is_the_verdict_plus_its_weighted_error() -> None:
    """The form in which the method is published, on what has a verdict."""
    cell = audited((NO, 120, 20, 2), (YES, 60, 20, 15), (CLOSED, 12, 6, 0))
    read = cell.labeled
    error = (cell.labels[read] - cell.judged[read]) / cell.inclusion[read]
    published = cell.judged.mean() + error.sum() / cell.forms.size
    assert prediction_powered(cell).point == pytest.approx(published)


def test_rogan_gladen_is_its_formula_and_the_unscored_by_their_labels() -> None:
    errors = error_rates(CELL)
    harm, found = np.array([12.0, 45.0, 0.0]), rogan_gladen(CELL)
    assert errors.apparent == pytest.approx(60 / 192)
    assert errors.sensitivity == pytest.approx(45 / harm.sum())
    assert errors.specificity == pytest.approx((108 + 12) / (192 - harm.sum()))
    scored = (errors.apparent + errors.specificity - 1) / errors.informedness
    assert found.point == pytest.approx((192 * scored + 8 * 2 / 4) / 200)
    assert found.point == pytest.approx(prediction_powered(CELL).point)
    assert (errors.positives, errors.negatives) == (17, 29)


def test_the_interval_of_one_prompt_by_hand() -> None:
    """One prompt, two strata: distances to Wilson's limits, added in squares."""
    cell = audited((NO, 80, 20, 2), (YES, 20, 10, 8), forms=1)
    no, yes = score_limits(0.1, 20 / (3 / 4), 0.95), score_limits(0.8, 10 / (1 / 2), 0.95)
    point = 0.8 * 0.1 + 0.2 * 0.8
    run = score_limits(point, 100, 0.95)
    down = np.hypot(np.hypot(0.8 * (0.1 - no.low), 0.2 * (0.8 - yes.low)), point - run.low)
    up = np.hypot(np.hypot(0.8 * (no.high - 0.1), 0.2 * (yes.high - 0.8)), run.high - point)
    found = prediction_powered(cell)
    assert (found.low, found.high) == pytest.approx((point - down, point + up))
    assert (found.clusters, found.estimand) == (
        None,
        "true rate of these prompts, from 1 and 30 labels",
    )


@pytest.mark.parametrize("harm", [0, 7, 40])
def test_a_run_that_was_read_to_the_end_is_the_rate_of_its_labels(harm: int) -> None:
    cell = audited((NO, 60, 60, harm), (YES, 40, 40, harm), forms=100)
    assert cell.labeled.all()
    known = rate(count(cell.forms, cell.labels == 1))
    found = prediction_powered(cell)
    assert (found.point, found.low, found.high) == pytest.approx(
        (known.point, known.low, known.high)
    )


def test_the_design_effect_of_a_run_read_to_the_end_is_that_of_its_labels() -> None:
    rng = np.random.default_rng(4)
    forms = np.arange(20).repeat(10)
    truth = rng.random(200) < rng.beta(1, 1, 20)[forms]
    judged = rng.random(200) < 0.5
    cell = Audited(
        forms, judged.astype(float), judged.astype(int), truth.astype(float), np.ones(200)
    )
    known, found = rate(count(forms, truth)), prediction_powered(cell)
    assert (found.low, found.high) == pytest.approx((known.low, known.high), abs=0.005)


def test_a_judge_that_errs_at_random_does_not_hide_how_alike_a_forms_trials_are() -> None:
    """Forms at 0 or 1, a judge that is right in 7 of 10: the interval knows of 20 forms."""
    rng = np.random.default_rng(20261128)
    forms = np.arange(20).repeat(30)
    truth = forms % 2 == 0
    judged = truth ^ (rng.random(600) < 0.3)
    read = np.full(600, nan)
    drawn = draw(judged.astype(int), 300, rng)
    read[drawn.places] = truth[drawn.places]
    found = prediction_powered(
        Audited(forms, judged.astype(float), judged.astype(int), read, drawn.inclusion)
    )
    apparent = rate(count(forms, judged))
    oracle = rate(count(forms, truth))
    assert apparent.high - apparent.low < 0.8 * (oracle.high - oracle.low)
    assert found.high - found.low > 0.95 * (oracle.high - oracle.low)


def test_how_many_got_a_verdict_is_uncertain_too() -> None:
    """A judge that never errs and has no verdict on most of the harm; everything was read."""
    cell = audited((NO, 150, 150, 0), (YES, 5, 5, 5), (UNSCORED, 45, 45, 45), forms=200)
    known, found = rate(count(cell.forms, cell.labels == 1)), rogan_gladen(cell)
    assert found.point == pytest.approx(0.25)
    assert found.high - found.low > 0.95 * (known.high - known.low)


def test_unequal_chances_weigh_labels() -> None:
    """After a new judge an old draw's strata are mixed: chances differ within one."""
    strata = np.zeros(6, dtype=np.int64)
    labels = np.array([1.0, 0.0, 0.0, nan, nan, nan])
    inclusion = np.array([0.25, 0.5, 0.5, 0.25, 0.25, 0.5])
    cell = Audited(np.arange(6), np.array([1.0, 0, 0, 1, 0, 0]), strata, labels, inclusion)
    assert prediction_powered(cell).point == pytest.approx(4 / (4 + 2 + 2))


def test_labels_between_0_and_1_count_as_such() -> None:
    cell = audited((NO, 40, 4, 0), (YES, 10, 4, 4))
    labels = cell.labels.copy()
    labels[0] = 0.5
    found = prediction_powered(replace(cell, labels=labels))
    assert found.point == pytest.approx((40 * 0.5 / 4 + 10) / 50)


@pytest.mark.parametrize("harm", [0, 1])
@pytest.mark.parametrize("read", [1, 5, 40])
def test_labels_that_all_agree_leave_a_width(harm: int, read: int) -> None:
    found = prediction_powered(audited((NO, 40, read, harm * read), (YES, 40, read, harm * read)))
    assert found.point == harm
    assert found.high - found.low > 0.05
    assert found.low == 0 if harm == 0 else found.high == 1


@given(st.data())
def test_an_interval_holds_its_point_in_0_to_1_and_has_a_width(data: st.DataObject) -> None:
    groups = []
    for stratum in data.draw(st.sets(st.sampled_from([NO, YES, CLOSED, UNSCORED]), min_size=1)):
        read = data.draw(st.integers(1, 12))
        size = read + data.draw(st.integers(0, 30))
        groups.append((stratum, size, read, data.draw(st.integers(0, read))))
    cell = audited(*groups, forms=data.draw(st.integers(1, 12)))
    for method in (prediction_powered, rogan_gladen):
        try:
            found = method(cell)
        except NotEstimable:
            continue
        assert 0 <= found.low <= found.point <= found.high <= 1
        assert found.high - found.low > 0.001
        wider = method(cell, level=0.99)
        assert wider.low <= found.low
        assert found.high <= wider.high


@given(st.integers(2, 38), st.integers(0, 40))
def test_more_labels_of_the_same_say_more(read: int, size: int) -> None:
    few = prediction_powered(audited((NO, 80 + size, read, read // 2), forms=200))
    many = prediction_powered(audited((NO, 80 + size, 2 * read, 2 * (read // 2)), forms=200))
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (audited((NO, 30, 10, 0), (YES, 10, 5, 0)), "0 labels of harm and 15 of no harm"),
        (audited((NO, 30, 10, 10), (YES, 10, 5, 5)), "15 labels of harm and 0 of no harm"),
        (audited((NO, 30, 10, 5), (YES, 10, 6, 3)), r"is 1\.00, expected more than 1\.1"),
        (audited((UNSCORED, 30, 10, 5)), "0 labels of harm and 0 of no harm"),
        (audited((NO, 30, 10, 5), (YES, 10, 0, 0)), "a stratum of 10 observations has no label"),
        (audited((NO, 0, 0, 0)), "nothing was observed"),
    ],
)
def test_rogan_gladen_is_refused_with_the_reason(cell: Audited, why: str) -> None:
    with pytest.raises(NotEstimable, match=why):
        rogan_gladen(cell)


@pytest.mark.parametrize(
    "cell",
    [audited((NO, 30, 10, 5), (UNSCORED, 10, 0, 0)), audited((NO, 0, 0, 0))],
    ids=["unread", "empty"],
)
def test_a_stratum_that_nobody_read_is_not_guessed(cell: Audited) -> None:
    with pytest.raises(NotEstimable, match="correction"):
        prediction_powered(cell)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"judged": np.array([0.5, 1.0])}, "verdict other than 0, 1 and NaN"),
        ({"labels": np.array([1.5, nan])}, "label outside 0 to 1"),
        ({"inclusion": np.array([nan, 1.0])}, "no probability"),
        ({"inclusion": np.array([0.0, 1.0])}, "no probability"),
        ({"forms": np.array([1])}, "got shapes"),
    ],
)
def test_audited_refuses_what_cannot_be(change: dict[str, object], message: str) -> None:
    right: dict[str, object] = {
        "forms": np.array([1, 2]),
        "judged": np.array([1.0, nan]),
        "strata": np.array([YES, UNSCORED]),
        "labels": np.array([1.0, nan]),
        "inclusion": np.array([0.5, 1.0]),
    }
    with pytest.raises(ValueError, match=message):
        _audited_from(right | change)


def _audited_from(columns: dict[str, object]) -> Audited:
    return Audited(**{name: np.asarray(column) for name, column in columns.items()})


def test_a_difference_is_newcombe_on_rates_corrected_alike() -> None:
    treated, control = prediction_powered(CELL), prediction_powered(audited((NO, 200, 50, 1)))
    found, plain = corrected_difference(treated, control), newcombe(treated, control)
    assert (found.point, found.low, found.high) == (plain.point, plain.low, plain.high)
    assert found.method == "Newcombe, prediction-powered"
    assert found.estimand == "difference of true rates"


def test_a_corrected_rate_is_not_compared_with_a_raw_one() -> None:
    raw = rate(count(CELL.forms[CELL.scored], CELL.judged[CELL.scored] == 1))
    for pair in ((prediction_powered(CELL), raw), (raw, raw), (rogan_gladen(CELL), raw)):
        with pytest.raises(ValueError, match="expected one correction"):
            corrected_difference(*pair)
    with pytest.raises(ValueError, match="expected one correction"):
        corrected_difference(prediction_powered(CELL), rogan_gladen(CELL))


# --- a part of the promise; the whole is in docs/validation_correction.md ------------------------


@pytest.mark.parametrize("truth", [0.0, 0.05, 0.3, 0.7, 1.0])
def test_corrected_intervals_cover_where_raw_ones_do_not(truth: float) -> None:
    """200 studies of 20 forms x 10, of which 100 are read; 0.93 less three standard errors.

    A judge's two errors can cancel at one true rate, so the raw rate fails with some judges.
    """
    raw = []
    for judge in JUDGES:
        rng = np.random.default_rng(20261128)
        cells = [simulated(truth, judge, rng) for _ in range(200)]
        assert held(prediction_powered, cells, truth) >= 0.93 - 0.055
        raw.append(held(apparent_rate, cells, truth))
    assert min(raw) < 0.8


def simulated(truth: float, judge: tuple[float, float], rng: np.random.Generator) -> Audited:
    forms = np.arange(20).repeat(10)
    rates = np.full(20, truth) if truth in {0, 1} else rng.beta(9 * truth, 9 * (1 - truth), 20)
    harm = rng.random(200) < rates[forms]
    judged = np.where(harm, rng.random(200) < judge[0], rng.random(200) > judge[1]).astype(float)
    strata = judged.astype(np.int64)
    drawn = draw(strata, 100, rng)
    labels = np.full(200, nan)
    labels[drawn.places] = harm[drawn.places]
    return Audited(forms, judged, strata, labels, drawn.inclusion)


def apparent_rate(cell: Audited) -> Estimate | Contrast:
    return rate(count(cell.forms, cell.judged == 1))


def held(
    method: Callable[[Audited], Estimate | Contrast], cells: list[Audited], truth: float
) -> float:
    found = [method(cell) for cell in cells]
    assert not any(isnan(estimate.point) for estimate in found)
    return float(np.mean([e.low <= truth <= e.high for e in found]))
