"""The draw: what is in it, and that growing keeps what was drawn."""

from pathlib import Path

import pytest

from labeling.servers import SIZE
from turncoat.catalog import load_scenario
from turncoat.labeling import (
    Desk,
    Gone,
    OtherPack,
    Seat,
    UnknownJudge,
    drawn_from,
    extended,
    frame_of,
    judge_for,
)
from turncoat.results import LabelStore, Run, read_run
from turncoat.results.labels import LABELS_FILE, Draw
from turncoat.scenario import Scenario

PACKS = {name: load_scenario(name) for name in ("coercion", "leak")}


@pytest.fixture(scope="module")
def held(made: Path) -> Run:
    return read_run(made / "run")


def draw_of(run: Run, *, labels: int = SIZE, seed: int = 0) -> Draw:
    table = run.observations
    return drawn_from(frame_of(table, judge_for(table, None)), labels=labels, seed=seed)


def observed(draw: Draw, *, drawn: bool = True) -> set[tuple[str, str, int]]:
    return {
        (entry.scenario, entry.sample_id, entry.epoch)
        for entry in draw.observations
        if entry.drawn or not drawn
    }


def desk_of(folder: Path, run: Run, name: str, packs: dict[str, Scenario] = PACKS) -> Desk:
    return Desk(LabelStore(folder / LABELS_FILE), run, packs, Seat(name))


def test_every_stratum_of_every_cell_is_drawn_from(held: Run) -> None:
    draw = draw_of(held)
    assert draw.size == SIZE
    assert len(observed(draw, drawn=False)) == len(held.observations) == 40
    assert all(0 < stratum.inclusion <= 1 for stratum in draw.strata)
    assert len(observed(draw)) == SIZE


def test_the_seed_decides_what_is_drawn_and_tokens_are_new(held: Run) -> None:
    draw, again = draw_of(held), draw_of(held)
    assert observed(draw) == observed(again)
    assert observed(draw) != observed(draw_of(held, seed=1))
    tokens = [{entry.token for entry in each.observations} for each in (draw, again)]
    assert not tokens[0] & tokens[1]
    assert len(tokens[0]) == 40


def test_a_larger_draw_holds_the_smaller_one(held: Run) -> None:
    draw = draw_of(held, labels=20)
    grown = extended(draw, 33)
    assert grown.size == 33
    assert observed(draw) < observed(grown)
    assert observed(grown) == observed(draw_of(held, labels=33))
    assert extended(draw, 1000).size == 40


def test_annotators_read_the_same_in_orders_of_their_own(held: Run, tmp_path: Path) -> None:
    LabelStore(tmp_path / LABELS_FILE).begin(draw_of(held))
    desks = [desk_of(tmp_path, held, name) for name in ("Ada", "Bea", "Ada")]
    assert desks[0].order == desks[2].order != desks[1].order
    assert set(desks[0].order) == set(desks[1].order)


def test_rows_that_the_run_no_longer_asks_for_are_read_from_its_logs(
    held: Run, made: Path, tmp_path: Path
) -> None:
    LabelStore(tmp_path / LABELS_FILE).begin(draw_of(held))
    fewer = Run(made / "run", held.observations.iloc[:10], held.scenarios)
    assert len(desk_of(tmp_path, fewer, "Ada").order) == SIZE


def test_transcripts_that_are_gone_and_other_packs_are_refused(held: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    LabelStore(tmp_path / LABELS_FILE).begin(draw_of(held))
    elsewhere = Run(tmp_path / "empty", held.observations.iloc[:10], held.scenarios)
    with pytest.raises(Gone, match=r"drawn observations are in no log"):
        desk_of(tmp_path, elsewhere, "Ada")
    other = PACKS["leak"].model_copy(update={"pack_hash": "0" * 64})
    with pytest.raises(OtherPack, match=r"pack leak: the run's is .*, the one here 000000000000"):
        desk_of(tmp_path, held, "Ada", {**PACKS, "leak": other})


@pytest.mark.parametrize(
    ("judges", "wanted", "found"),
    [
        (["a"], None, "a"),
        (["a", "b"], "b", "b"),
        (["a", "b", "panel:majority(a, b)"], None, "panel:majority(a, b)"),
        (["a", "b", "panel:majority(a, b)"], "a", "a"),
        (["a", "b"], None, None),
        (["a", "panel:majority(a, b)", "panel:unanimity(a, b)"], None, None),
        (["a"], "c", None),
    ],
)
def test_the_judge_whose_verdicts_make_the_strata(
    held: Run, judges: list[str], wanted: str | None, found: str | None
) -> None:
    rows = held.observations.iloc[: len(judges)].assign(judge=judges)
    if found is not None:
        assert judge_for(rows, wanted) == found
        return
    with pytest.raises(UnknownJudge) as told:
        judge_for(rows, wanted)
    assert told.value.judges == tuple(judges)
