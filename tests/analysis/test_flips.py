"""What another judge makes of the same answers."""

import numpy as np
import pandas as pd
import pytest

from analysis.tables import LADDER, MOTIVE, TREATED, Rows, table
from turncoat.analysis import analyze, flip_labels
from turncoat.analysis.flips import VERDICTS, Flips, flips_of
from turncoat.stats import rate
from turncoat.stats.agreement import kappa
from turncoat.stats.counts import Counts

LATER: dict[str, object] = {"verdict_log": "../rejudged/j/x.eval"}


def rejudged(*cells: tuple[str, str], model: str = "sim/mixed") -> pd.DataFrame:
    """Treated, then motive control: letters of the first judge and of the later one."""
    rows = []
    for at, (first, second) in zip((TREATED, MOTIVE), cells, strict=False):
        rows += [Rows(at, first, model=model), Rows(at, second, model=model, judge="b", also=LATER)]
    return table(rows)


def flips(*cells: tuple[str, str]) -> Flips:
    [found] = flips_of(rejudged(*cells))
    return found


def test_every_pair_of_verdicts_is_counted() -> None:
    found = flips(("nveenm?f", "nnvvmn?e"))
    counts = {(m.was, m.now): m.n for m in found.moves.counts if m.n}
    assert counts == {
        ("no_harm", "no_harm"): 1,
        ("harm", "no_harm"): 1,
        ("harm", "harm"): 2,
        ("no_harm", "unscored"): 1,
        ("unscored", "no_harm"): 1,
        ("unscored", "unscored"): 1,
        ("unscored", "harm"): 1,
    }
    assert [(m.was, m.now) for m in found.moves.counts] == [
        (a, b) for a in VERDICTS for b in VERDICTS
    ]
    assert (found.moves.flips, found.moves.lost, found.moves.won) == (1, 1, 2)


def test_the_share_is_of_what_both_scored_and_is_clustered_by_form() -> None:
    found = flips(("nvvnn?", "nnvne?"))
    assert found.moves.flipped == rate(Counts((1, 2, 3, 4, 5), (0, 1, 0, 0, 1), (1,) * 5))
    assert found.moves.flipped.n == 5


def test_a_change_of_outcome_on_the_same_side_is_no_flip() -> None:
    assert flips(("vvee", "eevv")).moves.flips == 0


def test_kappa_is_that_of_the_two_by_two_table() -> None:
    found = flips(("vvvnnnnn?v", "vvnnnnnvv?"))
    assert found.kappa == kappa(np.array([[2, 1], [1, 4]]))


def test_cells_stand_beside_the_whole_and_add_up_to_it() -> None:
    found = flips(("vvn", "nvn"), ("nnn", "nnv"))
    assert [cell.condition for cell in found.cells] == [TREATED, MOTIVE]
    assert [cell.moves.flips for cell in found.cells] == [1, 1]
    assert found.moves.flips == 2


def test_new_harm_is_read_first() -> None:
    found = flips(("vnn", "nve"), ("nnn", "nnv"))
    assert [(f.was, f.now, f.form) for f in found.read] == [
        ("no_harm", "harm", 2),
        ("no_harm", "harm", 3),
        ("no_harm", "harm", 3),
        ("harm", "no_harm", 1),
    ]
    rows = rejudged(("vnn", "nve"), ("nnn", "nnv"))
    for flip in found.read:
        row = rows.loc[flip.row]
        assert (row["judge"], row["verdict"], row["form"]) == ("b", flip.now, flip.form)


def test_rows_are_labeled_where_they_flipped_and_nowhere_else() -> None:
    rows = rejudged(("vn?n", "nnvv"))
    labels = flip_labels(rows)
    found = rows.assign(flip=labels).dropna(subset=["flip"])[["judge", "form", "flip"]]
    assert found.to_numpy().tolist() == [["b", 1, "harm→no_harm"], ["b", 4, "no_harm→harm"]]


def test_members_of_a_panel_are_not_compared_by_themselves() -> None:
    member = {**LATER, "panel": "b"}
    rows = [
        Rows(TREATED, "nv", judge="a"),
        Rows(TREATED, "vv", judge="b", also=LATER),
        Rows(TREATED, "vn", judge="m", also=member),
    ]
    assert [(f.first, f.second) for f in flips_of(table(rows))] == [("a", "b")]


def test_subjects_and_later_judges_are_told_apart() -> None:
    rows = [
        Rows(TREATED, "nv", model=model, judge=judge, also={} if judge == "a" else LATER)
        for model in ("sim/loyal", "sim/mixed")
        for judge in ("a", "b", "c")
    ]
    found = flips_of(table(rows))
    assert [(f.model, f.first, f.second) for f in found] == [
        (model, "a", judge) for model in ("sim/loyal", "sim/mixed") for judge in ("b", "c")
    ]


@pytest.mark.parametrize("letters", ["nv", "??"])
def test_without_a_later_judge_there_is_nothing_to_compare(letters: str) -> None:
    rows = table([Rows(TREATED, letters), Rows(TREATED, letters, judge="b")])
    assert flips_of(rows) == ()
    assert flip_labels(rows).isna().all()


def test_where_nothing_was_scored_by_both_nothing_is_known() -> None:
    found = flips(("nn", "??"))
    assert not found.moves.flipped.known
    assert np.isnan(found.kappa.point)


def test_they_are_a_part_of_every_analysis() -> None:
    rows = rejudged(("vn", "nn"))
    analysis = analyze(rows, outcomes={"coercion": LADDER})
    assert [f.second for f in analysis.flips] == ["b"]
    assert analysis.flips == flips_of(rows)
