from math import nan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.runs import analysis_of
from results.written import MOTIVE, TREATED, Said, Written, write
from turncoat.design import condition
from turncoat.report.labels import bounds, labels_of, percent, points
from turncoat.report.layout import blocks
from turncoat.results import read_run
from turncoat.stats import Bounds


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.55, "55%"), (0, "0%"), (1, "100%"), (0.004, "0.4%"), (0.996, "99.6%"), (nan, "—")],
)
def test_a_share_in_words(share: float, text: str) -> None:
    assert percent(share) == text


@given(st.floats(0.0005, 0.9995))
def test_what_happened_at_times_is_never_written_as_never_or_always(share: float) -> None:
    assert percent(share) not in {"0%", "100%"}


@pytest.mark.parametrize(
    ("difference", "text"), [(0.5, "+50"), (-0.5, "−50"), (0, "0"), (-0.001, "0"), (nan, "—")]
)
def test_a_difference_in_words(difference: float, text: str) -> None:
    assert points(difference) == text


def test_bounds_in_words() -> None:
    assert bounds(Bounds(0.5, 0.6, 10, 1)) == "50% to 60%"
    assert bounds(Bounds(nan, nan, 0, 0)) == "—"


def test_a_cell_is_called_by_what_sets_it_apart(tmp_path: Path) -> None:
    restricted = condition({"threat": "restriction"})
    cells = [TREATED, restricted, MOTIVE, restricted.replace({"leverage": "absent"})]
    write(tmp_path, Written([Said(at=at) for at in cells]))
    analysis = analysis_of(read_run(tmp_path))
    labels = labels_of(analysis.cells)
    assert sorted(labels.cell(cell) for cell in analysis.cells) == [
        "leverage control: threat restriction",
        "motive control",
        "treated: threat replacement",
        "treated: threat restriction",
    ]


def test_a_shared_control_stands_below_each_cell_that_it_controls(
    tmp_path: Path,
) -> None:
    cells = [TREATED, condition({"threat": "restriction"}), MOTIVE]
    write(tmp_path, Written([Said(at=at) for at in cells]))
    (block,) = blocks(analysis_of(read_run(tmp_path)))
    roles = [line.cell.role for line in block.lines if line.cell]
    assert roles == ["treated", "motive", "treated", "motive"]
    assert len(block.cells) == 3


def test_a_control_without_a_treated_cell_is_shown(tmp_path: Path) -> None:
    write(tmp_path, Written([Said(at=MOTIVE)]))
    (block,) = blocks(analysis_of(read_run(tmp_path)))
    assert [line.cell.role for line in block.lines if line.cell] == ["motive"]
