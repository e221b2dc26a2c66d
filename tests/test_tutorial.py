"""The tutorial of docs/scenarios.md, step by step: its commands run, its edits apply, its outputs are right."""

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.console import Console

TUTORIAL = Path(__file__).parents[1] / "docs" / "scenarios.md"
PLACEHOLDER = "YOUR-CANARY"

_BLOCK = re.compile(
    r"(?:<!-- (?P<what>edit|file): (?P<file>\S+) -->\n)?"
    r"^```(?P<language>[a-z]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Command:
    """A line that a reader types, and what is shown below it."""

    words: list[str]
    shown: str


@dataclass(frozen=True)
class Edit:
    """Lines to be replaced in a file, as a diff without line numbers."""

    file: Path
    old: str
    new: str


@dataclass(frozen=True)
class NewFile:
    """A file to be written."""

    file: Path
    text: str


Step = Command | Edit | NewFile


def steps() -> Iterator[Step]:
    for block in _BLOCK.finditer(TUTORIAL.read_text(encoding="utf-8")):
        match block["what"], block["language"]:
            case "edit", "diff":
                yield edit(Path(block["file"]), block["text"])
            case "file", _:
                yield NewFile(Path(block["file"]), block["text"])
            case None, "console":
                yield from commands(block["text"])
            case other:
                pytest.fail(f"a block that no test runs: {other}")


def commands(text: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, shown = part.partition("\n")
        yield Command(shlex.split(line), shown)


def edit(file: Path, diff: str) -> Edit:
    lines = diff.splitlines()
    old, new = (
        "\n".join(line[1:] for line in lines if line[0] in f" {mark}") for mark in ("-", "+")
    )
    return Edit(file, old, new)


def canary() -> str:
    found = re.search(r"^canary: (\S+)$", Path("harvest/scenario.yaml").read_text(), re.MULTILINE)
    assert found
    return found[1]


def as_shown(shown: str) -> str:
    """The pattern of an output; `...` stands for anything."""
    return ".*".join(re.escape(part) for part in shown.strip().split("..."))


def run(command: Command, turncoat: Console) -> None:
    match command.words:
        case ["turncoat", *words]:
            ended = turncoat(*words)
            printed = ended.out.strip()
            assert ended.code in {0, 1}, ended.err
            assert re.fullmatch(as_shown(command.shown), printed, re.DOTALL), (words, printed)
        case ["cp", "-r", source, target]:
            shutil.copytree(source, target)
        case other:
            pytest.fail(f"no test runs {other}")


def apply(step: Edit) -> None:
    text = step.file.read_text(encoding="utf-8")
    assert text.count(step.old) == 1, f"{step.old!r} stands {text.count(step.old)} times"
    step.file.write_text(text.replace(step.old, step.new), encoding="utf-8")


@pytest.fixture
def turncoat(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Console:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    return Console(capsys, monkeypatch)


def test_the_tutorial_does_what_it_says(turncoat: Console) -> None:
    for step in steps():
        match step:
            case Command():
                run(step, turncoat)
            case Edit():
                apply(step)
            case NewFile():
                text = step.text.replace(PLACEHOLDER, canary())
                step.file.write_text(text, encoding="utf-8")
    assert Path("report.html").is_file()
    assert Path("mailbox.html").is_file()


def test_the_tutorial_shows_each_kind_of_step() -> None:
    kinds: list[Callable[..., Step]] = [Command, Edit, NewFile]
    assert {type(step) for step in steps()} == set(kinds)
    typed = {step.words[2] for step in steps() if isinstance(step, Command) and len(step.words) > 2}
    assert typed >= {"new", "lint", "preview", "diff"}
