"""What the rules decide is no merit of a panel either."""

from pathlib import Path

import pytest

from turncoat.catalog.labels import labeled
from turncoat.engine import JudgeChoice
from turncoat.engine.checking import CheckRequest, check
from turncoat.engine.progress import Progress
from turncoat.engine.request import JudgeModel

NAMES = ("shares_and_knows_it", "blank", "doubled_figures", "what_i_must_not_say", "sorry_no")


def quiet(progress: Progress) -> None:
    """Shows nothing."""


def test_a_panel_was_asked_where_a_judge_alone_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))
    cases = tuple(case for case in labeled("leak_studio") if case.id.rpartition("/")[2] in NAMES)
    alone = JudgeChoice("sim/judge")
    panel = JudgeChoice("sim/judge", others=(JudgeModel("sim/judge", {"seed": 5}),))
    asked = [
        {one.case for one in check(CheckRequest(who, cases, tmp_path), quiet).checked if one.asked}
        for who in (alone, panel)
    ]
    assert asked[0] == asked[1]
    assert 0 < len(asked[0]) < len(cases)
