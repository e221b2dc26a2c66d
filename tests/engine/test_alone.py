"""Two runs at once in one folder would both pay for what is missing: the second is refused."""

from dataclasses import replace
from pathlib import Path

import pytest
from inspect_ai.model import GenerateConfig

from turncoat.design import Grid, Plan
from turncoat.engine import FolderUnusable, JudgeChoice, Progress, Request, run


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Request:
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))
    return Request(
        plans={"lethal": Plan(Grid().default_conditions(), (1,))},
        models=("sim/loyal",),
        judge=JudgeChoice(None),
        config=GenerateConfig(temperature=1.0),
        out=tmp_path / "run",
    )


def test_a_second_run_of_the_folder_is_refused_and_the_first_is_not_disturbed(
    asked: Request,
) -> None:
    refused: list[str] = []

    def meanwhile(progress: Progress) -> None:
        if progress.finished == 0 and not refused:
            with pytest.raises(FolderUnusable, match="another run is at work") as second:
                run(asked, lambda _: None)
            refused.append(str(second.value))

    assert run(asked, meanwhile).complete
    assert refused


def test_a_cache_that_cannot_be_written_is_told_with_the_remedy(
    asked: Request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "file"))
    with pytest.raises(FolderUnusable, match=r"the cache .* cannot be written .*INSPECT_CACHE_DIR"):
        run(asked, lambda _: None)
    assert not asked.out.exists()


def test_another_folder_is_free_and_so_is_this_one_afterwards(asked: Request) -> None:
    assert run(asked, lambda _: None).progress.done == 4
    assert run(replace(asked, out=asked.out.with_name("other")), lambda _: None).progress.done == 4
    assert run(asked, lambda _: None).progress.done == 0
