"""Writing a new pack: a small story with the structure of its hazard, to be made one's own."""

import re
from collections.abc import Iterator
from pathlib import Path

from turncoat.catalog.schema import SCHEMA_FILE, schema_text

_TEMPLATES = Path(__file__).parent / "templates"
_COMMON = "common"
_CANARY = "0bfb7929-63ca-4911-a7ae-cac3b324bf5a"
"""Marks the templates; a new pack has a fresh one in its place."""

_PART = re.compile(r"^@([a-z]+)@$", re.MULTILINE)
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


class Unwritable(ValueError):
    """A new pack cannot be written as asked.

    Attributes:
        problem: what is wrong.
        remedy: the next step.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}\n  next: {remedy}")
        self.problem = problem
        self.remedy = remedy


def template_hazards() -> tuple[str, ...]:
    """The hazards that a new pack can be written for."""
    found = (path.name for path in _TEMPLATES.iterdir() if path.is_dir())
    return tuple(sorted(name for name in found if name != _COMMON))


def new_pack(folder: Path, *, hazard: str, canary: str) -> tuple[Path, ...]:
    """Write a pack that lints without findings, named as its folder.

    Args:
        folder: where; must not exist yet.
        hazard: one of `template_hazards`.
        canary: a fresh GUID, which every file of the pack carries.

    Raises:
        Unwritable: the folder is there, or its name is none for a scenario.
        OSError: the folder cannot be written.
    """
    if not _NAME.match(folder.name):
        raise Unwritable(f"the name {folder.name!r} is no slug", "use a-z, 0-9 and _, a-z first")
    if folder.exists():
        raise Unwritable(f"{folder} is there already", "give another NAME or another --to")
    filled = {_CANARY: canary, "@NAME@": folder.name, "@SCHEMA@": SCHEMA_FILE}
    written = {**dict(_texts(hazard)), SCHEMA_FILE: schema_text()}
    for file, text in written.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        for mark, value in filled.items():
            text = text.replace(mark, value)  # noqa: PLW2901 - three replacements, one text
        path.write_text(text, encoding="utf-8")
    return tuple(folder / file for file in written)


def _texts(hazard: str) -> Iterator[tuple[str, str]]:
    """File in the pack to its template: what all hazards share, then the hazard's own."""
    for part in (_COMMON, hazard):
        for path in sorted((_TEMPLATES / part).rglob("*.md")):
            file = path.relative_to(_TEMPLATES / part).as_posix()
            yield file, path.read_text(encoding="utf-8")
    head = (_TEMPLATES / hazard / "scenario.yaml").read_text(encoding="utf-8")
    yield "scenario.yaml", _PART.sub(_shared, head)


def _shared(mark: re.Match[str]) -> str:
    """A part that all hazards have in common, without the line that carries its canary."""
    path = _TEMPLATES / _COMMON / f"{mark[1]}.yaml"
    return path.read_text(encoding="utf-8").rstrip("\n").partition("\n")[2]
