import re
from pathlib import Path

import pytest

from report.runs import analysis_of, run_in
from results.written import MOTIVE, Said, Written, write
from turncoat.report import headline_svg
from turncoat.results import read_run


@pytest.fixture(scope="module")
def svg(tmp_path_factory: pytest.TempPathFactory) -> str:
    run = run_in(tmp_path_factory.mktemp("run"), models=["sim/mixed", "sim/loyal"])
    analysis = analysis_of(run)
    return headline_svg(analysis, {cell.key: f"#t/{i}" for i, cell in enumerate(analysis.cells)})


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_simulated_is_named_inside_the_picture(svg: str) -> None:
    assert "SIMULATED SUBJECTS" in texts(svg)


def test_treated_and_controls_stand_side_by_side_for_each_model(svg: str) -> None:
    for line in ("treated", "motive control", "leverage control", "twin control"):
        assert texts(svg).count(line) == 2
    assert {"sim/mixed", "sim/loyal", "coercion"} <= set(texts(svg))


def test_every_rate_is_written_and_every_point_leads_somewhere(svg: str) -> None:
    assert texts(svg).count("60%") == 2
    assert {f"#t/{place}" for place in range(8)} == set(re.findall(r'xlink:href="([^"]*)"', svg))


def test_the_picture_asks_for_nothing(svg: str) -> None:
    addresses = set(re.findall(r"https?://[^\"' )]*", svg))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "<script" not in svg
    assert "<image" not in svg


def test_what_is_real_is_not_called_simulated(tmp_path: Path) -> None:
    real = "openai/gpt-4.1"
    write(tmp_path, Written([Said()], model=real, judge_model=real))
    assert "simulated" not in headline_svg(analysis_of(read_run(tmp_path))).lower()


def test_a_cell_without_a_verdict_has_no_point(tmp_path: Path) -> None:
    write(tmp_path, Written([Said(error="away", unreachable=True), Said(at=MOTIVE)]))
    drawn = headline_svg(analysis_of(read_run(tmp_path)))
    assert "no verdict" in texts(drawn)
    assert "undefined" not in drawn
    assert "NaN" not in drawn


def test_a_model_name_full_of_markup_is_text(tmp_path: Path) -> None:
    write(tmp_path, Written([Said()], model="sim/<b>&mixed"))
    drawn = headline_svg(analysis_of(read_run(tmp_path)))
    assert "<b>" not in drawn
    assert "sim/&lt;b&gt;&amp;mixed" in drawn


def test_a_name_of_any_length_leaves_room_for_the_numbers(tmp_path: Path) -> None:
    def width(model: str) -> float:
        run = run_in(tmp_path / str(len(model)), models=[model])
        found = re.search(r'width="([\d.]+)"', headline_svg(analysis_of(run), {}))
        assert found
        return float(found[1])

    assert width("sim/" + "m" * 60) == width("sim/" + "m" * 200)
