"""`turncoat judge`: what it prints, keeps and refuses, and what reports say afterwards."""

import json
from pathlib import Path

import pytest

import said
from cli.console import Console
from turncoat.results.quality import qualities_in

PACK = ("--scenario", "leak_studio", "--part", "dev")
PERFECT = ("--judge", "sim/judge", "-J", "sensitivity=1.0", "-J", "specificity=1.0")
IDENTITY = "model:sim/judge(sensitivity=1.0,specificity=1.0)+harm@"
NEVER = "never measured on labeled transcripts"
LENIENT = ("--min", "0.4")
"""What a judge without an error reaches with the few labels of one pack's part."""


@pytest.fixture(autouse=True)
def measurements(
    turncoat: Console, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Where this test's user keeps measurements."""
    folder = tmp_path_factory.mktemp("data")
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    return folder / "turncoat" / "judges"


# --- a check over all packs, and the reports beside it -------------------------------------------


RUN = ("run", "coercion", "--model", "sim/mixed", "--forms", "1", "--out", "r", *PERFECT)


def told(turncoat: Console) -> tuple[str, ...]:
    """What a run's summary, its report and its page say of the judge; nothing is asked anew."""
    summary, for_machines = turncoat(*RUN), turncoat(*RUN, "--json")
    assert turncoat("report", "r").code == summary.code == for_machines.code == 0
    [note] = json.loads(for_machines.out)["judges"]
    page = Path("r/report.html").read_text(encoding="utf-8")
    return summary.out, note["text"], page


def test_reports_say_how_a_judge_was_measured_and_before_it_that_it_never_was(
    turncoat: Console, measurements: Path
) -> None:
    for text in told(turncoat):
        assert NEVER in text

    checked = turncoat("judge", "check", *PERFECT, "--part", "dev", "--min", "0.5")
    assert checked.code == 0
    for table in ("Verdicts on what the rules leave to the judge", "coercion: what was said"):
        assert table in checked.out
    assert "(simulated judge)" in checked.out
    [kept] = qualities_in(measurements)
    assert kept.judge.startswith(IDENTITY)
    assert (kept.gate, kept.part, kept.simulated) == ("passed", "dev", True)
    assert f"kept: {measurements}" in checked.err

    for text in told(turncoat):
        assert NEVER not in text
        for stated in ("sensitivity 100% [", "author labels (dev part, ", "gate at 50%: passed"):
            assert stated in text

    listed = turncoat("judge", "list")
    assert f"{kept.judge}: passed (simulated)" in listed.out
    assert "the rules alone decide this hazard" in listed.out
    [read] = json.loads(turncoat("judge", "list", "--json").out)
    assert read == kept.model_dump(mode="json")


# --- a check of one pack -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "gate"),
    [
        ((*PERFECT, *LENIENT), 0, "passed"),
        (PERFECT, 1, "too few labels"),
        (("--judge", "sim/judge", "-J", "sensitivity=0.0", *LENIENT), 1, "failed"),
    ],
)
def test_the_exit_code_is_the_gate_s_and_a_part_of_the_packs_is_not_kept(
    words: tuple[str, ...], code: int, gate: str, turncoat: Console, measurements: Path
) -> None:
    ended = turncoat("judge", "check", *words, *PACK)
    assert ended.code == code
    assert ended.out.splitlines()[-2].endswith(f": {gate}")
    assert "not kept: only a check over all packs" in ended.err
    assert not measurements.exists()


def test_the_rules_need_no_judge_where_they_decide_everything(turncoat: Console) -> None:
    ended = turncoat(
        *("judge", "check", "--judge", "rules", "--scenario", "lethal_grid", "--part", "dev"),
        "--json",
    )
    assert ended.code == 0
    found = json.loads(ended.out)
    assert found["gate"] == "no judge needed"
    [lethal] = found["hazards"]
    right, n = lethal["by_rules"]
    assert right == n > 0


def test_machines_read_everything_that_people_read_and_marks_where_they_are_asked_for(
    turncoat: Console,
) -> None:
    words = ("judge", "check", *PERFECT, *LENIENT, *PACK, "--also", "conduct,awareness")
    ended = turncoat(*words, "--json")
    found = json.loads(ended.out)
    # One pack has too few positives of some marks, and what was asked about must pass as well.
    assert "too few labels" in {mark["gate"] for mark in found["marks"]}
    assert (ended.code, found["gate"]) == (1, "passed")
    assert found["judge"].startswith(IDENTITY)
    assert found["simulated"] is True
    assert found["cases"] == 33
    [leak] = found["hazards"]
    assert leak["sensitivity"]["value"]["point"] == 1.0
    assert {mark["mark"] for mark in found["marks"]} == {
        *("deception", "over_refusal", "outside_class", "aware_reasoning", "aware_mail")
    }
    assert found["flips"][0]["technique"] is None
    assert found["flips"][0]["flips"] == 0
    again = turncoat(*words)
    assert again.code == 1
    assert "Marks beside the verdict (simulated judge)" in again.out
    assert "33/33 samples (33 kept)" in again.err


def test_an_unreachable_judge_is_told_and_nothing_is_kept(
    turncoat: Console, measurements: Path
) -> None:
    ended = turncoat(
        "judge", "check", "--judge", f"{said.PROVIDER}/judge", "-J", "down=true", *PACK
    )
    assert ended.code == 1
    assert "transcripts were not judged" in ended.err
    assert "Nothing was kept" in ended.err
    assert not measurements.exists()


# --- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("check",), "no judge is named"),
        (("check", "--judge", "sim/mixed"), "it is a subject, and no judge"),
        (("check", "--judge", "openai/x"), "OPENAI_API_KEY"),
        (("check", *PERFECT, "--scenario", "nowhere"), "unknown scenario with labels"),
        (("check", *PERFECT, "--part", "train"), "'train'"),
        (("check", *PERFECT, "--min", "1.5"), "1.5"),
        (("check", *PERFECT, "--also", "nothing"), "--also"),
        (("check", *PERFECT, "--also", "afterwards"), "afterwards, which asks the subject"),
        (("check", "--judge", "rules", "--also", "conduct"), "--also"),
        (("check", *PERFECT, "--panel", "majority"), "at least two judges"),
        (("check", "--judge", "sim/judge", "-J", "sensitivity=2"), "sensitivity is 2"),
        (("labels", "--scenario", "nowhere"), "unknown scenario with labels"),
        (("list", "--part", "dev"), "--part"),
    ],
)
def test_a_mistake_is_told_and_costs_nothing(
    words: tuple[str, ...], told: str, turncoat: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    ended = turncoat("judge", *words)
    assert ended.code == 2
    assert told in ended.err
    assert not Path("runs").exists()


def test_a_folder_that_cannot_be_used_is_told(turncoat: Console, tmp_path: Path) -> None:
    Path("file").touch()
    ended = turncoat("judge", "check", *PERFECT, *PACK, "--out", "file")
    assert ended.code == 2
    assert "next:" in ended.err


# --- list and labels -----------------------------------------------------------------------------


def test_nobody_was_measured_yet(turncoat: Console) -> None:
    ended = turncoat("judge", "list")
    assert ended.code == 0
    assert "no judge was measured yet" in ended.out
    assert json.loads(turncoat("judge", "list", "--json").out) == []


def test_a_measurement_that_cannot_be_read_is_told(turncoat: Console, measurements: Path) -> None:
    measurements.mkdir(parents=True)
    (measurements / "x.json").write_text("{", encoding="utf-8")
    ended = turncoat("judge", "list")
    assert ended.code == 2
    assert "x.json" in ended.err
    assert "measure the judge again" in ended.err


def test_the_labels_are_counted_for_people_and_for_machines(turncoat: Console) -> None:
    told = turncoat("judge", "labels", "--scenario", "leak_studio")
    assert told.code == 0
    assert told.out.splitlines()[0] == "leak_studio"
    for what in ("parts", "notations", "outcomes", "marks", "pairs"):
        assert f"  {what} (" in told.out
    read = json.loads(turncoat("judge", "labels", "--scenario", "leak_studio", "--json").out)
    found = read["leak_studio"]
    assert found["problems"] == []
    assert sum(found["parts"].values()) == sum(found["outcomes"].values())
    assert set(found["parts"]) == {"dev", "test"}


def test_help_teaches_with_an_example(turncoat: Console) -> None:
    for words in ((), ("check",), ("list",), ("labels",)):
        ended = turncoat("judge", *words, "--help")
        assert ended.code == 0
        assert "Examples:" in ended.out
    assert "Exit codes:" in turncoat("judge", "check", "--help").out
