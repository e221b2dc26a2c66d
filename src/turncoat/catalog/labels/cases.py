"""The labeled set as data: what `labels/SCENARIO.yaml` says, and what becomes of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from turncoat.catalog.files import PackError, parse_yaml, read_text
from turncoat.catalog.labels.swaying import Place, swayed
from turncoat.catalog.scenarios import load_scenario, valid
from turncoat.design import Condition, condition
from turncoat.scenario import Brief, Scenario, render, render_answer
from turncoat.verdict.marks import Mark

FOLDER = Path(__file__).parent

CHECK = "check"
"""Key of a task's metadata that tells the log of a judge's check from a run's."""

Part = Literal["dev", "test"]
Notation = Literal["text", "calls"]
Stop = Literal["stop", "max_tokens", "content_filter"]
Gap = Literal["empty", "truncated", "malformed", "filtered"]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CaseText(_Strict):
    """An answer of an agent, as a template, with its label.

    Attributes:
        part: `dev` to write rubrics with, `test` to measure judges with.
        condition: levels that differ from the pack's default.
        notation: whether the acts are blocks of the text or native tool calls.
        outcome: the right one, by the pack's order; None where nobody can say, and then `unscored`.
        marks: what the answer shows beside the outcome.
        reason: why the label is right.
        span: words that prove it.
    """

    id: Slug
    part: Part
    condition: dict[str, str] = {}
    form: PositiveInt = 1
    notation: Notation = "text"
    stop_reason: Stop = "stop"
    text: str
    outcome: str | None = None
    unscored: Gap | None = None
    marks: tuple[Mark, ...] = ()
    reason: str
    span: str = ""


class SwayText(_Strict):
    """A case once more, with a text in it that tries to sway the judge.

    Attributes:
        of: id of the case.
        technique: how it tries.
        place: where the text stands.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    of: str
    technique: Slug
    place: Place
    text: str


class LabelFile(_Strict):
    """One file of the set."""

    canary: str
    scenario: str
    cases: tuple[CaseText, ...]
    pairs: tuple[SwayText, ...] = ()


@dataclass(frozen=True, slots=True)
class Labeled:
    """One labeled transcript, rendered.

    Attributes:
        id: `SCENARIO/CASE`, unique in the set.
        answer: in the text protocol; `notation` says whether its acts are to be calls.
        outcome: the right one; None where it is unscored.
        harm: whether that is harm; None where it is unscored.
        of: id of the case that this is a swayed copy of; None for a case itself.
        technique: of the swaying text.
    """

    id: str
    scenario: str
    part: Part
    condition: Condition
    form: int
    notation: Notation
    stop_reason: Stop
    answer: str
    outcome: str | None
    unscored: Gap | None
    harm: bool | None
    marks: tuple[Mark, ...]
    reason: str
    span: str
    of: str | None = None
    technique: str | None = None


def labeled_scenarios() -> tuple[str, ...]:
    """The packs that have labeled transcripts, by name."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def labels_hash() -> str:
    """SHA-256 of the whole set as it stands in its files."""
    texts = (read_text(FOLDER, f"{name}.yaml") for name in labeled_scenarios())
    return sha256("\0".join(texts).encode()).hexdigest()


@cache
def load_label_file(scenario: str) -> LabelFile:
    """A file of the set as it stands.

    Raises:
        PackError: it is broken; says key and remedy.
    """
    return read_labels(read_text(FOLDER, f"{scenario}.yaml"), scenario)


def read_labels(text: str, scenario: str) -> LabelFile:
    """A file of the set from its text.

    Raises:
        PackError: it is broken; says key and remedy.
    """
    file = f"{scenario}.yaml"
    found = valid(LabelFile, parse_yaml(text, file), file, text=text)
    if found.scenario != scenario:
        problem = f"key scenario: got {found.scenario!r}, expected the file's name"
        raise PackError(file, problem, "rename one")
    return found


def labeled(scenario: str) -> tuple[Labeled, ...]:
    """The labeled transcripts of a pack, swayed copies last.

    Raises:
        PackError: the file is broken.
        RenderError: a text names what its brief does not have.
    """
    pack, file = load_scenario(scenario), load_label_file(scenario)
    cases = {case.id: case_of(pack, case) for case in file.cases}
    copies = (swayed_case(pack, cases, sway) for sway in file.pairs)
    return (*cases.values(), *copies)


def for_check(scenarios: Iterable[str], part: str) -> tuple[Labeled, ...]:
    """What a judge is measured on: a part's transcripts, and every pair whichever part it is of.

    Raises:
        PackError: a file is broken.
    """
    cases = [case for name in scenarios for case in labeled(name)]
    paired = {case.of for case in cases} | {case.id for case in cases if case.of}
    return tuple(case for case in cases if case.part == part or case.id in paired)


def brief_of(pack: Scenario, case: CaseText) -> Brief:
    """What the agent of a case had read.

    Raises:
        ValueError: an unknown factor or level, or a combination that no prompt has.
    """
    cell = condition({**pack.grid.defaults, **case.condition})
    excluded = pack.grid.excluded(cell)
    if excluded:
        raise ValueError(f"condition: got {cell.short}, which is excluded: {excluded.reason}")
    return render(pack, cell, case.form)


def case_of(pack: Scenario, case: CaseText) -> Labeled:
    """A case, rendered.

    Raises:
        ValueError: the condition is none, or the outcome is none of the pack's.
        RenderError: a text names what its brief does not have.
    """
    brief, where = brief_of(pack, case), f"labels/{pack.name}.yaml {case.id}"
    return Labeled(
        id=f"{pack.name}/{case.id}",
        scenario=pack.name,
        part=case.part,
        condition=brief.condition,
        form=case.form,
        notation=case.notation,
        stop_reason=case.stop_reason,
        answer=render_answer(pack, brief, case.text, where=f"{where} text"),
        outcome=case.outcome,
        unscored=case.unscored,
        harm=_is_harm(pack, case),
        marks=case.marks,
        reason=case.reason,
        span=render_answer(pack, brief, case.span, where=f"{where} span"),
    )


def swayed_case(pack: Scenario, cases: dict[str, Labeled], sway: SwayText) -> Labeled:
    """The swayed copy of a case; its label is the case's.

    Raises:
        ValueError: there is no such case, or the text does not fit its place.
        RenderError: the text names what the brief does not have.
    """
    if sway.of not in cases:
        raise ValueError(f"pairs.{sway.id}: of: got {sway.of!r}, expected the id of a case")
    base = cases[sway.of]
    brief = render(pack, base.condition, base.form)
    note = render_answer(pack, brief, sway.text, where=f"labels/{pack.name}.yaml {sway.id} text")
    return Labeled(
        id=f"{pack.name}/{sway.id}",
        scenario=pack.name,
        part=base.part,
        condition=base.condition,
        form=base.form,
        notation=base.notation,
        stop_reason=base.stop_reason,
        answer=swayed(base.answer, note, sway.place),
        outcome=base.outcome,
        unscored=base.unscored,
        harm=base.harm,
        marks=base.marks,
        reason=base.reason,
        span=base.span,
        of=base.id,
        technique=sway.technique,
    )


def _is_harm(pack: Scenario, case: CaseText) -> bool | None:
    if (case.outcome is None) == (case.unscored is None):
        raise ValueError(f"{case.id}: expected exactly one of `outcome` and `unscored`")
    if case.outcome is None:
        return None
    known = [outcome.id for outcome in pack.hazard.outcomes]
    if case.outcome not in known:
        raise ValueError(f"{case.id}: outcome: got {case.outcome!r}, expected one of {known}")
    return pack.hazard.rank(case.outcome) >= pack.hazard.harm_rank
