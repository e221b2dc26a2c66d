"""Loading rubrics: `rubrics/NAME.md` becomes a `Rubric`."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, PositiveInt

from turncoat.catalog.files import PackError, parse_front_matter, read_text
from turncoat.catalog.scenarios import valid
from turncoat.verdict import Names, Rubric
from turncoat.verdict.marks import Mark
from turncoat.verdict.rubric import Reads

_RUBRICS = Path(__file__).parent / "rubrics"
_PARTS = "\n---\n"


class UnknownRubric(LookupError):
    """No rubric has this name.

    Attributes:
        name: what was asked for.
        known: the names of the rubrics.
    """

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"unknown rubric {name!r}; the rubrics are {', '.join(known)}")
        self.name = name
        self.known = known


class _Head(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    canary: str
    name: str
    version: PositiveInt
    marks: tuple[Mark, ...] = ()
    reads: Reads = "acts"
    names: Names = "kept"


def rubric_names() -> tuple[str, ...]:
    """The rubrics of the catalog, by name."""
    return tuple(sorted(path.stem for path in _RUBRICS.glob("*.md")))


@cache
def load_rubric(name: str) -> Rubric:
    """A rubric of the catalog.

    Raises:
        UnknownRubric: there is none of that name.
        PackError: the file is broken; says key and remedy.
    """
    if name not in rubric_names():
        raise UnknownRubric(name, rubric_names())
    return read_rubric(_RUBRICS, f"{name}.md")


def rubric_of(mark: str) -> Rubric:
    """The criterion that asks about a mark.

    Raises:
        UnknownRubric: none does.
    """
    for name in rubric_names():
        if mark in load_rubric(name).marks:
            return load_rubric(name)
    raise UnknownRubric(mark, rubric_names())


def read_rubric(folder: Path, file: str) -> Rubric:
    """The rubric in a file: front matter, the system prompt, `---`, and the template of a case.

    Raises:
        PackError: the file is broken; says key and remedy.
    """
    parsed = parse_front_matter(read_text(folder, file), file)
    head = valid(_Head, parsed.head, file)
    parts = parsed.body.split(_PARTS)
    if len(parts) != 2:
        problem = f"got {len(parts)} parts, expected the system prompt and the template of a case"
        raise PackError(file, problem, "separate the two by one line ---")
    if head.name != Path(file).stem:
        raise PackError(file, f"key name: got {head.name!r}, expected the file's", "rename one")
    system, case = parts
    return Rubric(
        name=head.name,
        version=head.version,
        system=system.strip(),
        case=case.strip(),
        marks=head.marks,
        reads=head.reads,
        names=head.names,
    )
