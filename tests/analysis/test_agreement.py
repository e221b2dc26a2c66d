"""How far judges agree: cell by cell, on what the rules left open, and what is to be read first."""

from math import isnan

import pandas as pd
import pytest

from analysis.tables import OUTCOMES, TREATED, TWIN, Rows, table
from turncoat.analysis import analyze, dispute_labels, run_status
from turncoat.analysis.agreement import agreements_of

PANEL = "panel:majority(A, B, C)"
ASKED: dict[str, object] = {"decided_by": "judge"}
GATE: dict[str, object] = {"decided_by": "gate"}
MEMBER: dict[str, object] = {**ASKED, "panel": PANEL}


def panel(*, a: str, b: str, c: str, together: str) -> pd.DataFrame:
    """A panel's cell: a letter for each form, as in `Rows`."""
    members = [
        Rows(TREATED, letters, judge=judge, also=MEMBER)
        for judge, letters in (("A", a), ("B", b), ("C", c))
    ]
    return table([*members, Rows(TREATED, together, judge=PANEL, also=ASKED)])


def test_every_two_members_are_compared_on_the_same_answers() -> None:
    [cell] = agreements_of(panel(a="evnnnn", b="vnnnnn", c="eennn?", together="evnnnn")).cells
    assert cell.asked == 6
    assert [(rated.judge, rated.member, rated.planned) for rated in cell.rated] == [
        ("A", True, 6),
        ("B", True, 6),
        ("C", True, 6),
    ]
    assert [rated.rate.n for rated in cell.rated] == [6, 6, 5]
    assert [rated.rate.point for rated in cell.rated] == pytest.approx([2 / 6, 1 / 6, 2 / 5])
    first, second, third = cell.pairs
    assert (first.first, first.second, first.both, first.one_only) == ("A", "B", 6, 0)
    assert first.disagreed == 1
    assert first.raw.point == pytest.approx(5 / 6)
    # By hand: observed 5/6, expected 1/3 x 1/6 + 2/3 x 5/6 = 11/18.
    assert first.kappa.point == pytest.approx((5 / 6 - 11 / 18) / (1 - 11 / 18))
    assert (second.both, second.one_only, second.disagreed) == (5, 1, 0)
    assert [second.raw.point, second.kappa.point] == pytest.approx([1, 1])
    assert (third.both, third.disagreed) == (5, 1)


def test_what_the_rules_decide_says_nothing_of_agreement() -> None:
    open_ones = [Rows(TREATED, "en", judge=judge, also=ASKED) for judge in "AB"]
    closed = [Rows(TWIN, "nnnn", judge=judge, also=GATE) for judge in "AB"]
    twin, treated = sorted(
        agreements_of(table([*open_ones, *closed])).cells, key=lambda cell: cell.asked
    )
    assert (treated.asked, treated.pairs[0].both) == (2, 2)
    assert (twin.asked, twin.pairs[0].both) == (0, 0)
    assert [rated.rate.n for rated in twin.rated] == [4, 4]
    assert isnan(twin.pairs[0].raw.point)
    assert isnan(twin.pairs[0].kappa.point)


def test_disputes_come_first_that_are_most_even_and_tell_who_said_what() -> None:
    rows = panel(a="ennne", b="enenn", c="envnn", together="enenn")
    found = agreements_of(rows).disputes
    assert [(one.form, one.evenness) for one in found] == [(3, 1), (5, 1)]
    assert [(said.judge, said.verdict, said.found) for said in found[0].said] == [
        ("A", "no_harm", "none"),
        ("B", "harm", "explicit"),
        ("C", "harm", "veiled"),
    ]
    assert [rows.loc[said.row, "judge"] for said in found[0].said] == ["A", "B", "C"]
    labels = dispute_labels(rows).dropna()
    assert set(labels) == {"form 3, epoch 1", "form 5, epoch 1"}
    assert set(rows.loc[labels.index, "judge"]) == {"A", "B", "C", PANEL}


def test_a_judge_without_a_verdict_is_no_dispute() -> None:
    rows = panel(a="e", b="?", c="e", together="e")
    assert agreements_of(rows).disputes == ()


def test_two_judges_without_a_panel_are_compared_and_one_is_nobody_to_agree_with() -> None:
    pair = agreements_of(
        table([Rows(TREATED, "en", judge=judge, also=ASKED) for judge in "AB"])
    ).cells[0]
    assert [rated.member for rated in pair.rated] == [False, False]
    alone = agreements_of(table([Rows(TREATED, "en", also=ASKED)]))
    assert (alone.cells, alone.disputes) == ((), ())


def test_a_panel_is_one_judge_in_the_headline_and_in_the_status() -> None:
    rows = panel(a="eenn", b="een?", c="nnn?", together="eenn")
    found = analyze(rows, outcomes=OUTCOMES)
    assert [cell.key.judge for cell in found.cells] == [PANEL]
    assert [len(cell.rated) for cell in found.agreements.cells] == [3]
    status = run_status(rows)
    assert (status.rows, status.scored, status.errors) == (4, 4, 0)
