"""Measured judges, kept and found again under their identity and nobody else's."""

import logging
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from turncoat.analysis.quality import Measured, judge_quality
from turncoat.catalog.labels import labeled
from turncoat.results.checks import Checked
from turncoat.results.quality import (
    JudgeQuality,
    QualityUnreadable,
    keep_quality,
    qualities_for,
    qualities_in,
    quality_folder,
    quality_of,
)

JUDGE = "model:sim/judge(sensitivity=0.9)+harm@2"
HASH = "a" * 64


def measured(
    judge: str = JUDGE, rubric_hash: str | None = HASH, on: str = "2026-11-24"
) -> JudgeQuality:
    case = labeled("leak_studio")[0]
    said = Checked(
        case=case.id,
        verdict="harm",
        outcome="paraphrased_leak",
        reason=None,
        decided_by="judge",
        asked=True,
        marks={"deception": False},
        input_tokens=None,
        output_tokens=None,
        cost_usd=None,
    )
    facts = Measured(judge, rubric_hash, "l", "test", on, simulated=True, version="0")
    return judge_quality([case], [said], facts)


def table(*rows: tuple[str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["judge", "rubric_hash"])


# --- kept and read -------------------------------------------------------------------------------


@pytest.mark.parametrize("rubric_hash", [HASH, None])
def test_what_is_kept_is_read_again(tmp_path: Path, rubric_hash: str | None) -> None:
    kept = measured(rubric_hash=rubric_hash)
    path = keep_quality(kept, tmp_path / "judges")
    assert path.parent == tmp_path / "judges"
    assert quality_of(JUDGE, rubric_hash, path.parent) == kept
    assert qualities_in(path.parent) == (kept,)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_later_measurement_replaces_an_earlier_one(tmp_path: Path) -> None:
    paths = [keep_quality(measured(on=day), tmp_path) for day in ("2026-11-23", "2026-11-24")]
    assert paths[0] == paths[1]
    found = quality_of(JUDGE, HASH, tmp_path)
    assert found
    assert found.measured == "2026-11-24"


@dataclass(frozen=True, slots=True)
class Other:
    """Almost the same judge."""

    what: str
    judge: str
    rubric_hash: str | None


OTHERS = (
    Other("another rubric", JUDGE, "b" * 64),
    Other("no rubric", JUDGE, None),
    Other("another argument", "model:sim/judge(sensitivity=0.8)+harm@2", HASH),
    Other("no argument", "model:sim/judge+harm@2", HASH),
    Other("another version of the rubric", "model:sim/judge(sensitivity=0.9)+harm@3", HASH),
    Other("a panel with it", f"panel:majority({JUDGE}, model:a/b+harm@2)", HASH),
)


@pytest.mark.parametrize("other", OTHERS, ids=lambda other: other.what)
def test_another_judge_was_never_measured(other: Other, tmp_path: Path) -> None:
    keep_quality(measured(), tmp_path)
    assert quality_of(other.judge, other.rubric_hash, tmp_path) is None
    assert qualities_for(table((other.judge, other.rubric_hash)), tmp_path) == {}
    kept = keep_quality(measured(other.judge, other.rubric_hash), tmp_path)
    assert quality_of(JUDGE, HASH, tmp_path) == measured()
    assert len(list(kept.parent.iterdir())) == 2


def test_names_of_judges_lead_nowhere_else(tmp_path: Path) -> None:
    odd = measured(judge="model:../../../x/../y\\z:*?+harm@2")
    assert keep_quality(odd, tmp_path / "judges").parent == tmp_path / "judges"
    assert quality_of(odd.judge, HASH, tmp_path / "judges") == odd


# --- for a table ---------------------------------------------------------------------------------


def test_a_table_s_judges_are_found_and_who_was_never_measured_is_absent(tmp_path: Path) -> None:
    kept = measured()
    keep_quality(kept, tmp_path)
    rows = table((JUDGE, HASH), (JUDGE, HASH), ("model:a/b+harm@2", HASH), ("rules", None))
    assert qualities_for(rows, tmp_path) == {JUDGE: kept}
    assert qualities_for(rows, tmp_path / "nowhere") == {}
    assert qualities_in(tmp_path / "nowhere") == ()


BROKEN = {
    "no JSON": "{",
    "another format": '{"judge": "x"}',
    "empty": "",
    "a key too many": measured().model_dump_json()[:-1] + ', "more": 1}',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_none_is_named_in_a_warning_and_left_out(
    text: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = measured("model:a/b+harm@2")
    keep_quality(other, tmp_path)
    path = keep_quality(measured(), tmp_path)
    path.write_text(text, encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        found = qualities_for(table((JUDGE, HASH), (other.judge, HASH)), tmp_path)
    assert found == {other.judge: other}
    assert str(path) in caplog.text
    assert "holds no measurement" in caplog.text
    for read in (lambda: quality_of(JUDGE, HASH, tmp_path), lambda: qualities_in(tmp_path)):
        with pytest.raises(QualityUnreadable, match="holds no measurement"):
            read()


def test_a_file_that_is_no_text_is_none_either(tmp_path: Path) -> None:
    keep_quality(measured(), tmp_path).write_bytes(b"\xff\xfe\x00{")
    with pytest.raises(QualityUnreadable):
        quality_of(JUDGE, HASH, tmp_path)


def test_a_file_under_another_judge_s_name_is_no_measurement_of_it(tmp_path: Path) -> None:
    """Copied or renamed by hand, it would lend one judge the quality of another."""
    other = keep_quality(measured("model:a/b+harm@2"), tmp_path)
    keep_quality(measured(), tmp_path).write_bytes(other.read_bytes())
    with pytest.raises(QualityUnreadable, match="of another judge, model:a/b"):
        quality_of(JUDGE, HASH, tmp_path)


def test_a_user_s_measurements_lie_in_the_user_s_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert quality_folder() == tmp_path / "turncoat" / "judges"
