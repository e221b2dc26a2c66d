"""Any Inspect log: which values are a score of 0 and 1, which are missing, and which are neither."""

from math import nan
from pathlib import Path

import pytest

from logged import Logged
from turncoat.results.foreign import (
    NOT_READ,
    NoLogs,
    NotBinary,
    ScorerUnclear,
    read_scores,
    scorer_from,
    settings_in,
    truth,
)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        *((value, True) for value in (1, 1.0, True, "C", "true", "True", "yes", "1", "1.0")),
        *((value, False) for value in (0, 0.0, False, "I", "false", "False", "no", "0", "0.0")),
        *((value, None) for value in (None, nan, "N", "")),
    ],
)
def test_a_value_is_true_false_or_missing(value: object, meant: bool | None) -> None:  # noqa: FBT001 - a column
    assert truth(value) is meant


@pytest.mark.parametrize("value", [0.5, 2, -1, "P", "c", "n", "maybe", [1, 0], float("inf")])
def test_anything_else_is_not_binary(value: object) -> None:
    with pytest.raises(NotBinary, match="neither 0 nor 1"):
        truth(value)


def test_what_is_missing_is_never_zero(tmp_path: Path) -> None:
    values = ["C", "I", "N", nan, None, ValueError(), ...]
    held = read_scores(Logged({"match": values}).write(tmp_path / "a.eval"))
    assert len(held.samples) == 7
    meant = {sample.id: truth(sample.scores.get("match")) for sample in held.samples}
    told = dict.fromkeys(("q3", "q4", "q5", "q6", "q7"))
    assert meant == {"q1": True, "q2": False, **told}
    errors = {sample.id: sample.error for sample in held.samples if sample.error}
    assert errors == {"q6": "down", "q7": "not run"}


def test_a_score_of_several_values_has_each_by_name(tmp_path: Path) -> None:
    values = [{"harmful": 1.0, "grade": 0.25}, {"harmful": nan, "grade": 0.5}]
    held = read_scores(Logged({"judge": values}).write(tmp_path / "a.eval"))
    assert held.samples[0].scores == {"judge.harmful": 1.0, "judge.grade": 0.25}
    assert scorer_from([held], None) == "judge.harmful"
    assert scorer_from([held], "harmful") == "judge.harmful"


@pytest.mark.parametrize(
    ("wanted", "binary", "others"),
    [
        (None, ("match", "exact"), {"grade"}),
        ("grade", ("match", "exact"), {"grade"}),
        ("mach", ("match", "exact"), {"grade"}),
    ],
)
def test_a_score_that_is_not_clear_is_asked_for(
    wanted: str | None, binary: tuple[str, ...], others: set[str], tmp_path: Path
) -> None:
    values: dict[str, list[object]] = {
        "match": ["C", "I"],
        "exact": [1, 0],
        "grade": [0.5, 1],
    }
    held = read_scores(Logged(values).write(tmp_path / "a.eval"))
    with pytest.raises(ScorerUnclear) as refused:
        scorer_from([held], wanted)
    assert (refused.value.binary, set(refused.value.others)) == (binary, others)


def test_a_score_must_be_on_both_sides(tmp_path: Path) -> None:
    one = read_scores(Logged({"match": ["C"], "exact": [1]}).write(tmp_path / "a.eval"))
    other = read_scores(Logged({"match": ["I"]}).write(tmp_path / "b.eval"))
    assert scorer_from([one, other], None) == "match"
    with pytest.raises(ScorerUnclear):
        scorer_from([one, other], "exact")


def test_a_clean_sample_beats_one_that_failed_and_a_newer_one_an_older(tmp_path: Path) -> None:
    old = ["C", "C", ValueError()]
    new = ["I", ValueError(), "I"]
    Logged({"match": old}, created="2026-01-01T00:00:00+00:00").write(tmp_path / "old.eval")
    Logged({"match": new}, created="2026-02-01T00:00:00+00:00").write(tmp_path / "new.eval")
    held = read_scores(tmp_path)
    assert {s.id: s.scores["match"] for s in held.samples} == {"q1": "I", "q2": "C", "q3": "I"}
    assert held.repeated == 1


def test_logs_are_told_apart_by_task_arguments_and_model(tmp_path: Path) -> None:
    for place, (args, model) in enumerate(
        [({}, "mock/a"), ({"hint": True}, "mock/a"), ({}, "mock/b")]
    ):
        Logged({"match": ["C"]}, args=args, model=model).write(tmp_path / f"{place}.eval")
    keys = {sample.key for sample in read_scores(tmp_path).samples}
    assert len(keys) == 3
    assert {key.title for key in keys} == {"", "hint=true"}


def test_a_log_of_which_only_the_header_can_be_read_has_lost_its_samples(tmp_path: Path) -> None:
    log = Logged({"match": ["C", "I"]}).write(tmp_path / "a.json")
    whole = log.read_text()
    log.write_text(whole[: whole.rindex('"samples"') + 40])
    held = read_scores(log)
    assert [(sample.scores, sample.error) for sample in held.samples] == [({}, NOT_READ)] * 2


def test_a_log_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    Logged({"match": ["C"]}).write(tmp_path / "a.eval")
    torn = Logged({"match": ["C"]}).write(tmp_path / "b.eval")
    torn.write_bytes(torn.read_bytes()[:200])
    assert read_scores(tmp_path).unfinished == ("b.eval: cannot be read",)


def test_a_log_that_did_not_end_is_named(tmp_path: Path) -> None:
    held = read_scores(Logged({"match": ["C", ...]}, status="error").write(tmp_path / "a.eval"))
    assert held.unfinished == ("a.eval: error",)


def test_settings_are_every_value_of_every_log(tmp_path: Path) -> None:
    Logged({"match": ["C"]}, args={"hint": True}).write(tmp_path / "a.eval")
    Logged({"match": ["C"]}, args={"hint": False}, epochs=1).write(tmp_path / "b.eval")
    found = settings_in(tmp_path)
    assert found["task argument hint"] == ("false", "true")
    assert found["model"] == ("mock/base",)
    assert found["Inspect"] == ("0.3.285",)


@pytest.mark.parametrize("name", ["", "nothing.eval", "torn.eval"])
def test_where_there_is_no_log_it_is_said(name: str, tmp_path: Path) -> None:
    (tmp_path / "torn.eval").write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(NoLogs):
        read_scores(tmp_path / name)
