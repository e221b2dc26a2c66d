"""Which measurement of a judge is kept."""

from pathlib import Path

from turncoat.cli.checking import _keep
from turncoat.results.quality import JudgeQuality, qualities_in


def measured(part: str, on: str) -> JudgeQuality:
    return JudgeQuality(
        judge="model:a",
        rubric_hash="hash",
        labels="author",
        labels_hash="labels",
        part=part,
        least=0.8,
        measured=on,
        simulated=False,
        cases=1,
        hazards=(),
        marks=(),
        flips=(),
        input_tokens=None,
        output_tokens=None,
        cost_usd=None,
        gate="passed",
        turncoat_version="0",
    )


def test_what_was_measured_on_the_test_part_is_not_replaced_by_the_part_for_rubrics(
    tmp_path: Path,
) -> None:
    assert _keep(measured("dev", "2026-01-01"), tmp_path, whole=True).startswith("kept: ")
    assert _keep(measured("test", "2026-01-02"), tmp_path, whole=True).startswith("kept: ")
    told = _keep(measured("dev", "2026-01-03"), tmp_path, whole=True)
    assert told.startswith("not kept: this judge was measured on the test part")
    [kept] = qualities_in(tmp_path)
    assert (kept.part, kept.measured) == ("test", "2026-01-02")
    _keep(measured("test", "2026-01-04"), tmp_path, whole=True)
    [kept] = qualities_in(tmp_path)
    assert kept.measured == "2026-01-04"


def test_a_check_of_some_packs_is_not_the_judges_measurement(tmp_path: Path) -> None:
    told = _keep(measured("test", "2026-01-01"), tmp_path, whole=False)
    assert told.startswith("not kept: only a check over all packs")
    assert not qualities_in(tmp_path)


def test_a_measurement_that_cannot_be_read_is_replaced(tmp_path: Path) -> None:
    _keep(measured("test", "2026-01-01"), tmp_path, whole=True)
    [path] = tmp_path.iterdir()
    path.write_text("{", encoding="utf-8")
    _keep(measured("dev", "2026-01-02"), tmp_path, whole=True)
    [kept] = qualities_in(tmp_path)
    assert kept.part == "dev"
