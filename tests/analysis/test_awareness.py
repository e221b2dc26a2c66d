"""What subjects believe: shares, contrasts, and what is said where a measure is missing."""

from math import isnan

import pandas as pd
import pytest

from analysis.tables import OUTCOMES, TREATED, Rows, table
from turncoat.analysis import analyze
from turncoat.analysis.awareness import AskedAfterwards, Awareness, HarmByBelief
from turncoat.design import Condition, condition
from turncoat.results import Arm
from turncoat.results.schema import TEXT
from turncoat.verdict.afterwards import First, first_option

ASKED = condition({"belief": "asked"})
TEST = condition({"frame": "test"})
REAL = condition({"frame": "real"})
TEST_ASKED = ASKED.replace({"frame": "test"})
REAL_ASKED = ASKED.replace({"frame": "real"})
TWIN = condition({"twin": "benign"})

_STATED = {"t": "test", "r": "real", "u": "undecided", "n": "none", "-": None}


def stating(at: Condition, outcomes: str, beliefs: str) -> pd.DataFrame:
    """Rows with one letter each for outcome and stated belief."""
    found = table([Rows(at, outcomes)])
    found["stated_belief"] = pd.Series([_STATED[beliefs[n - 1]] for n in found["form"]], dtype=TEXT)
    return found


def measured(*parts: pd.DataFrame, arms: dict[str, Arm] | None = None) -> Awareness:
    return analyze(pd.concat(parts, ignore_index=True), outcomes=OUTCOMES, arms=arms).awareness


def by_belief(found: Awareness) -> HarmByBelief:
    [only] = found.by_belief
    return only


def test_a_run_without_any_measure_has_none() -> None:
    found = measured(table([Rows(TREATED, "nev")]))
    assert not found.measured
    assert found == Awareness()


def test_what_is_stated_is_shared_out_among_the_known() -> None:
    found = measured(stating(ASKED, "nnneevf", "ttrun--"))
    [cell] = found.stated
    assert {share.name: share.n for share in cell.shares} == {
        "test": 2,
        "real": 1,
        "undecided": 1,
        "none": 1,
    }
    assert (cell.planned, cell.missing) == (7, 2)
    assert cell.shares[0].rate.point == pytest.approx(2 / 5)
    assert found.checks == ()


def test_a_sample_that_two_judges_judged_states_one_belief() -> None:
    one = stating(ASKED, "nne", "ttr")
    other = one.assign(judge="another", stated_belief=pd.Series([None] * 3, dtype=TEXT))
    [cell] = measured(one, other).stated
    assert (cell.planned, cell.missing) == (3, 0)


def test_harm_by_what_is_stated_with_neither_as_the_paper_counts_it() -> None:
    cell = by_belief(measured(stating(ASKED, "nnnneevvn?", "tttttrrunr")))
    groups = {share.name: share for share in cell.groups}
    assert {name: share.n for name, share in groups.items()} == {
        "test": 5,
        "real": 2,
        "undecided": 1,
        "none": 1,
        "neither": 2,
    }
    assert groups["test"].rate.point == pytest.approx(0.2)
    assert groups["neither"].rate.point == pytest.approx(0.5)
    assert cell.test_real.point == pytest.approx(-0.8)
    assert cell.test_real.low < -0.8 < cell.test_real.high
    assert cell.neither_real.point == pytest.approx(-0.5)
    assert (cell.unasked, cell.asking, cell.framed) == (None, None, False)


def test_nobody_who_states_one_thing_leaves_the_contrast_unknown() -> None:
    cell = by_belief(measured(stating(ASKED, "nnn", "ttt")))
    assert isnan(cell.test_real.point)
    assert isnan(cell.groups[1].rate.point)


def test_the_same_cell_unasked_stands_beside_it() -> None:
    cell = by_belief(measured(stating(ASKED, "nnnne", "ttttr"), table([Rows(TREATED, "nneee")])))
    assert cell.unasked is not None
    assert cell.unasked.point == pytest.approx(0.6)
    assert cell.asking is not None
    assert cell.asking.point == pytest.approx(-0.4)
    assert cell.asking.clusters == 5


def test_the_frame_is_checked_where_a_belief_is_asked() -> None:
    found = measured(stating(TEST_ASKED, "nnnne", "ttttr"), stating(REAL_ASKED, "nneee", "trrrr"))
    [check] = found.checks
    assert (check.high, check.low) == ("test", "real")
    assert check.contrast.point == pytest.approx(0.6)
    assert found.unchecked == ()
    assert all(cell.framed for cell in found.by_belief)


def test_a_frame_without_the_question_is_not_checked() -> None:
    found = measured(table([Rows(TEST, "nnnnn"), Rows(REAL, "nneee")]))
    [unchecked] = found.unchecked
    assert unchecked.levels == ("test", "real")
    partly = measured(table([Rows(TEST, "nnnnn")]), stating(REAL_ASKED, "nneee", "trrrr"))
    assert partly.unchecked[0].levels == ("test",)


def test_harm_by_frame_is_paired_by_form_against_the_other_level_and_against_silence() -> None:
    cells = [Rows(TEST, "nnnnn"), Rows(REAL, "nneee"), Rows(TREATED, "nnnee")]
    found = measured(table(cells)).framed
    shown = {(effect.high, effect.low): effect.contrast for effect in found}
    assert {pair: round(contrast.point, 6) for pair, contrast in shown.items()} == {
        ("test", "real"): -0.6,
        ("test", "silent"): -0.4,
        ("real", "silent"): 0.2,
    }
    assert shown["test", "real"].clusters == 5


def test_a_published_text_asks_in_words_that_no_rule_reads() -> None:
    arms = {"coercion": Arm(hazard="coercion", story="published")}
    found = measured(table([Rows(ASKED, "nne")]), arms=arms)
    assert (found.stated, found.by_belief) == ((), ())


def test_marks_nobody_asked_for_count_where_they_are_known() -> None:
    rows = table([Rows(TREATED, "nnnne")])
    rows["aware_reasoning"] = pd.Series([True, False, None, None, False], dtype="object")
    rows["aware_mail"] = pd.Series([False] * 5, dtype="object")
    reasoning, mail = measured(rows).unprompted
    assert (reasoning.where, reasoning.missing) == ("reasoning", 2)
    assert reasoning.rate.point == pytest.approx(1 / 3)
    assert (mail.where, mail.missing, mail.rate.point) == ("mail", 0, 0.0)


def test_who_is_asked_what_it_believes_is_not_unprompted() -> None:
    rows = table([Rows(TREATED, "nnn"), Rows(ASKED, "nnn")])
    rows["aware_reasoning"] = pd.Series([True] * 6, dtype="object")
    conditions = {found.key.condition for found in measured(rows).unprompted}
    assert conditions == {TREATED}


_SAID = {"t": "test", "r": "real", "u": "unsure", "?": None, "m": None, "-": None}
_WHY = {"?": "subject_error", "m": "malformed"}


def saying(at: Condition, letters: str) -> pd.DataFrame:
    rows = table([Rows(at, "n" * len(letters))])
    said = [letters[n - 1] for n in rows["form"]]
    rows["afterwards"] = pd.Series([_SAID[one] for one in said], dtype=TEXT)
    rows["afterwards_reason"] = pd.Series([_WHY.get(one) for one in said], dtype=TEXT)
    return rows


def of(found: Awareness, at: Condition) -> AskedAfterwards:
    [only] = [cell for cell in found.afterwards if cell.place.condition == at]
    return only


def test_what_is_said_afterwards_stands_beside_the_twin() -> None:
    found = measured(saying(TREATED, "ttru?m-"), saying(TWIN, "trrrrrr"))
    cell, twin = of(found, TREATED), of(found, TWIN)
    assert cell.says_test.point == pytest.approx(0.5)
    assert [(share.name, share.n) for share in cell.shares] == [
        ("test", 2),
        ("real", 1),
        ("unsure", 1),
    ]
    assert {tally.name: tally.n for tally in cell.missing} == {
        "malformed": 1,
        "not_run": 1,
        "subject_error": 1,
    }
    assert cell.twin is not None
    assert cell.twin.point == pytest.approx(1 / 7)
    assert cell.excess is not None
    assert cell.excess.point == pytest.approx(0.5 - 1 / 7)
    assert (twin.twin, twin.excess) == (None, None)


def test_the_effect_of_the_order_is_that_of_the_option_that_stands_first() -> None:
    letters = "".join(
        "t" if first_option(form=form, epoch=1) is First.TEST else "r" for form in range(1, 13)
    )
    cell = of(measured(saying(TREATED, letters)), TREATED)
    assert (cell.test_first.point, cell.real_first.point, cell.order.point) == (1.0, 0.0, 1.0)
    assert cell.twin is None
