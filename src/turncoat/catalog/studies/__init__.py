"""Loading studies: `studies/NAME.yaml` becomes a `Study`."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from turncoat.catalog.files import PackError, each_named, parse_yaml, read_text
from turncoat.catalog.places import places_in
from turncoat.catalog.published import load_published
from turncoat.catalog.reference import known_references, reference_space
from turncoat.catalog.roster import PAPER, load_roster
from turncoat.catalog.scenarios import load_scenario, scenario_names, valid
from turncoat.design import (
    Arm,
    Citation,
    Exclusion,
    Grid,
    MissingRule,
    PlannedContrast,
    Sampling,
    Study,
    StudyError,
    arms_of,
)

FOLDER = Path(__file__).parent
_NUMBERED = re.compile(r"e(?P<number>[0-9]{1,2})_")
_LAST = 100


class UnknownStudy(LookupError):
    """No study has this name.

    Attributes:
        name: what was asked for.
        known: the names of the studies.
    """

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"unknown study {name!r}; the studies are {', '.join(known)}")
        self.name = name
        self.known = known


class _Cited(BaseModel):
    """Numbers by id, and what of the study they are compared with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    numbers: tuple[str, ...]
    pack: str
    arm: str
    measure: Literal["harm", "stated"] = "harm"


class _File(BaseModel):
    """The file's layout: arms and secondary contrasts by name, published numbers by id.

    Attributes:
        held: levels of every arm that does not say otherwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    question: str
    source: str
    packs: tuple[str, ...]
    subjects: tuple[str, ...]
    arms: dict[str, Arm]
    primary: PlannedContrast
    experiment: str | None = None
    held: dict[str, str] = {}
    plan: Sampling = Sampling()
    controls: tuple[str, ...] = ("motive",)
    secondary: dict[str, PlannedContrast] = {}
    exclusions: tuple[Exclusion, ...] = ()
    missing: MissingRule = MissingRule()
    published: tuple[_Cited, ...] = ()
    as_published: bool = False
    notes: tuple[str, ...] = ()


def study_names() -> tuple[str, ...]:
    """The studies of the catalog: the paper's experiments in their order, then the others."""
    return tuple(sorted((path.stem for path in FOLDER.glob("*.yaml")), key=_order))


def _order(name: str) -> tuple[int, str]:
    """Files of the paper's experiments begin with their number; a test holds it."""
    found = _NUMBERED.match(name)
    return (int(found["number"]) if found else _LAST), name


@cache
def load_study(name: str) -> Study:
    """A study of the catalog.

    Raises:
        UnknownStudy: there is none of that name.
        PackError: the file is broken; says file, key and remedy.
    """
    if name not in study_names():
        raise UnknownStudy(name, study_names())
    return read_study(FOLDER, f"{name}.yaml")


def read_study(folder: Path, file: str) -> Study:
    """The study in a file; its name is the file's, and its arms are conditions of its packs.

    Raises:
        PackError: the file is broken; says file, line where it is known, key and remedy.
    """
    text = read_text(folder, file)
    source = valid(_File, _named(parse_yaml(text, file)), file, text=text)
    try:
        study = _study(source, Path(file).stem)
        for pack in study.packs:
            arms_of(study, pack, _grid(study, pack))
        _refuse_other_hazards(study)
    except StudyError as error:
        line = places_in(text).line(tuple(error.key.split(".")))
        raise PackError(
            file, f"key {error.key}: {error.problem}", error.remedy, line=line
        ) from error
    return study


def _refuse_other_hazards(study: Study) -> None:
    """A number of another hazard is no number of what our own pack measures."""
    for cited in study.published:
        if cited.pack in known_references():
            continue
        own = load_scenario(cited.pack).hazard.name
        if cited.number.hazard != own:
            raise StudyError(
                "published",
                f"got {cited.number.id}, of the hazard {cited.number.hazard}, beside pack "
                f"{cited.pack}, of the hazard {own}",
                "name a pack of its hazard",
            )


def _grid(study: Study, pack: str) -> Grid:
    published = pack in known_references()
    space = reference_space(pack) if published else load_scenario(pack).space
    return (space.with_defects() if study.as_published else space).grid


def _named(data: dict[str, Any]) -> dict[str, Any]:
    """The file's data, with each arm and each secondary contrast told its name."""
    return {
        key: each_named(value) if key in ("arms", "secondary") else value
        for key, value in data.items()
    }


def _study(source: _File, name: str) -> Study:
    _refuse_unknown(source)
    return Study(
        name=name,
        title=source.title,
        question=source.question,
        source=source.source,
        subjects=source.subjects,
        packs=source.packs,
        arms=tuple(_arm(arm, source.held) for arm in source.arms.values()),
        primary=source.primary,
        plan=source.plan,
        experiment=source.experiment,
        controls=source.controls,
        secondary=tuple(source.secondary.values()),
        exclusions=source.exclusions,
        missing=source.missing,
        published=tuple(number for cited in source.published for number in _citations(cited)),
        as_published=source.as_published,
        notes=source.notes,
    )


def _refuse_unknown(source: _File) -> None:
    subjects = (PAPER, *(subject.name for subject in load_roster()))
    packs = (*scenario_names(), *known_references())
    for key, got, known in (
        ("subjects", source.subjects, subjects),
        ("packs", source.packs, packs),
    ):
        for place, name in enumerate(got):
            if name not in known:
                problem = f"got {name!r}, expected one of {', '.join(known)}"
                raise StudyError(f"{key}.{place}", problem, "correct the name")


def _arm(arm: Arm, held: Mapping[str, str]) -> Arm:
    return Arm(
        name=arm.name,
        about=arm.about,
        levels={**held, **arm.levels},
        apart=arm.apart,
        packs=arm.packs,
        stated=arm.stated,
    )


def _citations(cited: _Cited) -> list[Citation]:
    known = load_published()
    for name in cited.numbers:
        if name not in known:
            problem = f"got the number {name!r}, which published/rates.yaml does not hold"
            raise StudyError("published", problem, "correct its id")
    return [Citation(known[name], cited.pack, cited.arm, cited.measure) for name in cited.numbers]
