"""`turncoat label` without its server: what it refuses, exports and tells."""

import csv
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli.console import Console
from report.runs import FULL, samples
from results.written import JUDGE, TREATED, Said, Written, write
from turncoat.labeling import TooFewLabels, drawn_from, frame_of
from turncoat.results import LabelStore, read_labels, read_observations
from turncoat.results.labels import LABELS_FILE, Finding
from turncoat.verdict import Unscored

HARM = Finding("explicit", harm=True, evidence=("or she hears of it", "a, b\n“c”"), note="=1+1")
NONE = Finding("none", harm=False)
UNDECIDED = Finding(None, harm=None)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    write(tmp_path / "run", Written(list(samples(FULL))))
    return tmp_path / "run"


@pytest.fixture
def labeled(run: Path) -> Path:
    """Two annotators: they differ in harm once, in the outcome once; one label is left open."""
    store = LabelStore(run / LABELS_FILE)
    draw = store.begin(drawn_from(frame_of(read_observations(run), JUDGE), labels=8, seed=3))
    tokens = [entry.token for entry in draw.observations if entry.drawn]
    veiled = replace(HARM, outcome="veiled")
    said = {"Ada": [HARM, HARM, NONE, NONE, NONE, HARM, NONE, NONE]}
    said["Bea"] = [NONE, veiled, NONE, NONE, NONE, HARM, UNDECIDED]
    for name, findings in said.items():
        for token, finding in zip(tokens, findings, strict=False):
            store.save(token, name, finding)
    return run


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "no --annotator"),
        (["--annotator", " "], "a person's name"),
        (["--annotator", "x" * 61], "a person's name"),
        (["--annotator", "Ada\x07"], "a person's name"),
        (["--status"], "holds no labels"),
        (["--export", "labels.csv"], "holds no labels"),
        (["--export", "labels.txt"], "expected: .csv or .json"),
        (["--annotator", "Ada", "--judge", "nobody"], f"one of {JUDGE}"),
        (["--host", "0.0.0.0"], "No such option"),
        (["--annotator", "Ada", "--port", "80"], "--port"),
    ],
)
def test_what_cannot_be_done_is_told(
    turncoat: Console, run: Path, words: list[str], told: str
) -> None:
    ended = turncoat("label", str(run), *words)
    assert ended.code == 2
    assert told in ended.err


def test_a_folder_without_a_run_is_told(turncoat: Console, tmp_path: Path) -> None:
    ended = turncoat("label", str(tmp_path), "--annotator", "Ada")
    assert ended.code == 2
    assert "holds no run" in ended.err


def test_another_pack_leaves_no_draw_behind(turncoat: Console, run: Path) -> None:
    assert "facts may be others" in turncoat("label", str(run), "--annotator", "Ada").err
    assert not (run / LABELS_FILE).exists()


def test_fewer_labels_than_strata_are_refused(run: Path) -> None:
    frame = frame_of(read_observations(run), JUDGE)
    with pytest.raises(TooFewLabels) as told:
        drawn_from(frame, labels=2, seed=0)
    assert told.value.strata == 7


def test_several_judges_need_a_choice(turncoat: Console, tmp_path: Path) -> None:
    judges = ("model:a/b+harm@1", "model:c/d+harm@1")
    write(tmp_path / "run", Written([Said(judges=judges)]))
    ended = turncoat("label", "run", "--annotator", "Ada")
    assert ended.code == 2
    assert "2 judges" in ended.err
    assert ", ".join(judges) in ended.err


def test_nothing_to_label_is_told(turncoat: Console, tmp_path: Path) -> None:
    write(tmp_path / "run", Written([Said(error="down")]))
    ended = turncoat("label", "run", "--annotator", "Ada")
    assert ended.code == 2
    assert "nothing to label" in ended.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--annotator", "ada"], "another spelling"),
        (["--annotator", "Ada", "--seed", "4"], "--seed is another one"),
        (["--annotator", "Ada", "--judge", "other"], "--judge is another one"),
    ],
)
def test_another_draw_or_namesake_is_refused(
    turncoat: Console, labeled: Path, words: list[str], told: str
) -> None:
    ended = turncoat("label", str(labeled), *words)
    assert ended.code == 2
    assert told in ended.err


@pytest.mark.parametrize("words", [["--annotator", "Ada"], ["--status"], ["--export", "l.csv"]])
def test_a_file_of_another_version_is_told(
    turncoat: Console, labeled: Path, words: list[str]
) -> None:
    with closing(sqlite3.connect(labeled / LABELS_FILE)) as db:
        db.execute("PRAGMA user_version = 9")
    ended = turncoat("label", str(labeled), *words)
    assert ended.code == 2
    assert "version 9" in ended.err


# --- export --------------------------------------------------------------------------------------


def test_labels_are_exported_with_their_draw(turncoat: Console, labeled: Path) -> None:
    assert turncoat("label", str(labeled), "--export", "labels.csv").code == 0
    assert turncoat("label", str(labeled), "--export", "labels.json").code == 0
    with Path("labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    data = json.loads(Path("labels.json").read_text(encoding="utf-8"))
    assert len(rows) == len(data["labels"]) == 15
    assert (data["judge"], data["seed"]) == (JUDGE, 3)
    assert sum(stratum["drawn"] for stratum in data["strata"]) == 8
    held = {(entry.sample_id): entry for entry in read_labels(labeled).draw.observations}
    for row, same in zip(rows, data["labels"], strict=True):
        entry = held[row["sample_id"]]
        assert float(row["inclusion"]) == same["inclusion"] == entry.inclusion
        assert row["stratum"] == same["stratum"] == entry.stratum
        assert row["condition"] == same["condition"] == entry.condition
        assert (row["kind"], row["model"], row["judge"]) == ("human", "sim/mixed", JUDGE)
        assert json.loads(row["evidence"]) == same["evidence"]
    first: dict[str, Any] = data["labels"][0]
    assert (first["annotator"], first["outcome"], first["harm"]) == ("Ada", "explicit", True)
    assert first["evidence"] == list(HARM.evidence)
    last = data["labels"][-1]
    assert (last["outcome"], last["harm"], last["undecided"]) == (None, None, True)
    assert (rows[-1]["outcome"], rows[-1]["harm"]) == ("", "")


def test_a_file_that_cannot_be_written_is_told(turncoat: Console, labeled: Path) -> None:
    ended = turncoat("label", str(labeled), "--export", "gone/labels.csv")
    assert ended.code == 2
    assert "cannot be written" in ended.err


# --- status --------------------------------------------------------------------------------------


def test_the_status_tells_who_is_how_far_and_where_they_differ(
    turncoat: Console, labeled: Path
) -> None:
    ended = turncoat("label", str(labeled), "--status")
    assert ended.code == 0
    assert "8 of 28 observations are drawn" in ended.out
    assert "Cohen's kappa" in ended.out
    assert "harm or not: Ada: explicit, Bea: none" in ended.out
    assert "how severe: Ada: explicit, Bea: veiled" in ended.out


def test_the_status_for_machines(turncoat: Console, labeled: Path) -> None:
    found = json.loads(turncoat("label", str(labeled), "--status", "--json").out)
    assert found["annotators"] == [
        {"annotator": "Ada", "done": 8, "undecided": 0, "left": 0},
        {"annotator": "Bea", "done": 7, "undecided": 1, "left": 1},
    ]
    harm = found["agreement"]["harm"]
    # Six cases with two answers: 2 both harm, 3 both none, 1 harm against none.
    assert (harm["cases"], harm["raw"]) == (6, pytest.approx(5 / 6))
    assert harm["beyond_chance"] == pytest.approx((5 / 6 - 0.5) / 0.5)
    assert found["agreement"]["outcome"]["cases"] == 7
    assert [dispute["about_harm"] for dispute in found["disputes"]] == [True, True, False]


def test_one_annotator_agrees_with_nobody(turncoat: Console, run: Path) -> None:
    store = LabelStore(run / LABELS_FILE)
    draw = store.begin(drawn_from(frame_of(read_observations(run), JUDGE), labels=8, seed=3))
    store.save(draw.observations[0].token, "Ada", NONE)
    ended = turncoat("label", str(run), "--status")
    assert "needs two annotators" in ended.out
    found = json.loads(turncoat("label", str(run), "--json").out)
    assert found["agreement"]["harm"]["beyond_chance"] is None


def test_what_could_not_be_scored_is_a_stratum_and_what_never_ran_is_none(tmp_path: Path) -> None:
    said = [
        Said(form=1, outcome="explicit"),
        Said(form=2),
        Said(form=3, reason=Unscored.TRUNCATED),
        Said(form=4, error="the judge is away", unreachable=True),
        Said(form=5, error="the subject broke"),
    ]
    planned = [replace(said[0], form=form).key for form in range(1, 7)]
    write(tmp_path / "run", Written(said, planned=planned))
    frame = frame_of(read_observations(tmp_path / "run"), JUDGE)
    strata = dict(zip(frame.rows["form"], frame.rows["stratum"], strict=True))
    assert strata == {1: "harm", 2: "no_harm", 3: "unscored", 4: "unscored"}
    assert frame.left_out == 2
    assert set(frame.rows["condition"]) == {TREATED.id}
