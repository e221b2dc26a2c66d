"""`turncoat plan` behind its options: what is planned, how many calls it takes, and how it is told."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from turncoat.analysis.planning import (
    JUDGE,
    SUBJECT,
    Asked,
    Calls,
    Number,
    Purpose,
    Work,
    calls_of,
    number_of,
)
from turncoat.cli.arguments import (
    Size,
    also_from,
    legacy_from,
    models_from,
    plans_from,
    refuse_none,
    scenarios_from,
)
from turncoat.cli.designing import designs_from, dropped_lines, effect_lines
from turncoat.cli.errors import UserError, unknown
from turncoat.design import Fraction, Grid, Levels, Plan, Sampling, Study, role_of
from turncoat.scenario import Scenario

_RULES = "rules"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is named to be planned.

    Attributes:
        names: scenarios, folders of packs, or one study.
        where: of `--where`.
        size: of `--forms`, `--epochs` and `--fraction`.
        sized: which of forms and epochs the user gave; a study has its own.
        as_published: with known defects.
    """

    names: Sequence[str]
    where: Sequence[str]
    size: Size
    sized: Collection[str]
    as_published: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """What a run would do.

    Attributes:
        packs: the scenarios.
        plans: of each, by its name.
        designs: with `--fraction`, of each.
        study: that it is of, if it is of any.
    """

    packs: tuple[Scenario, ...]
    plans: Mapping[str, Plan]
    designs: Mapping[str, Fraction]
    study: Study | None = None

    @property
    def works(self) -> list[Work]:
        """What the calls are counted from."""
        return [
            Work(pack.name, self.plans[pack.name].samples, pack.hazard.gate is not None)
            for pack in self.packs
        ]


@dataclass(frozen=True, slots=True)
class Named:
    """Who is named to be asked, and for what, as on the command line."""

    models: Sequence[str]
    judges: Sequence[str]
    later: Sequence[str]
    also: str
    scoring: str


def planned_from(selection: Selection) -> Planned:
    """The plan of scenarios, or of a study.

    Raises:
        UserError: no name, an unknown one, or a selection that leaves nothing.
    """
    study = _study(selection)
    if study is not None:
        return _of_study(study, selection)
    packs = scenarios_from(selection.names, as_published=selection.as_published)
    plans = plans_from(packs, selection.where, selection.size)
    return Planned(packs, plans, designs_from(packs, selection.where, selection.size))


def _study(selection: Selection) -> Study | None:
    from turncoat.catalog.studies import study_names
    from turncoat.cli.study import study_from

    known = study_names()
    names = [name for name in selection.names if name in known or name.endswith(".yaml")]
    if not names:
        _refuse_misspelled(selection.names, known)
        return None
    if len(selection.names) > 1:
        raise UserError(
            f"study {names[0]} beside something else",
            got=" ".join(selection.names),
            expected="one study, or scenarios",
            then="plan them one by one",
        )
    given = [f"--where {text}" for text in selection.where]
    given += ["--fraction"] if selection.size.fraction is not None else []
    if given:
        raise UserError(
            f"study {names[0]} with {given[0]}",
            got=given[0],
            expected="nothing: a study says itself which conditions it compares",
            then="leave it out, or name the study's scenarios instead",
        )
    return study_from(names[0])


def _refuse_misspelled(names: Sequence[str], studies: Sequence[str]) -> None:
    from turncoat.catalog import scenario_names

    for name in names:
        folder = "/" in name or name.startswith(".") or Path(name).is_dir()
        if not folder and name not in scenario_names():
            raise unknown("scenario or study", name, (*scenario_names(), *studies))


def _of_study(study: Study, selection: Selection) -> Planned:
    from turncoat.engine.studying import plans_of

    packs = scenarios_from(study.packs, as_published=study.as_published or selection.as_published)
    asked, own = selection.size, study.plan
    sampling = Sampling(
        asked.forms if "forms" in selection.sized else own.forms,
        asked.epochs if "epochs" in selection.sized else own.epochs,
    )
    refuse_none(Size(sampling.forms, sampling.epochs))
    return Planned(packs, plans_of(study, packs, sampling), {}, study)


def asked_from(named: Named, planned: Planned) -> Asked:
    """Whom a plan asks, and for what; one subject and one judge are counted where none is named.

    Raises:
        UserError: an unknown name, or what does not go together.
    """
    judges = tuple(dict.fromkeys(named.judges)) or (JUDGE,)
    return Asked(
        subjects=_subjects(named.models, planned.study),
        judges=tuple(name for name in judges if name != _RULES),
        later=tuple(name for name in dict.fromkeys(named.later) if name != _RULES),
        also=also_from(named.also, judges[0]),
        legacy=legacy_from(named.scoring, named.judges, planned.packs),
    )


def _subjects(models: Sequence[str], study: Study | None) -> tuple[str, ...]:
    if models or study is None:
        return models_from(models) or (SUBJECT,)
    from turncoat.catalog.roster import subjects_named

    return tuple(subject.model for subject in subjects_named(study.subjects))


# --- for machines -------------------------------------------------------------------------------


def counts(planned: Planned, asked: Asked) -> dict[str, object]:
    """Cells, samples and calls."""
    calls = calls_of(planned.works, asked)
    return {
        "scenarios": {
            pack.name: _scenario(pack, planned.plans[pack.name]) for pack in planned.packs
        },
        "models": len(asked.subjects),
        "samples": len(asked.subjects) * sum(work.samples for work in planned.works),
        "subject_calls": number_of(calls, "answer").most,
        "afterwards_calls_at_most": number_of(calls, "afterwards").most,
        "judge_calls_at_most": _of_judges(calls).most,
        "rejudge_calls_at_most": number_of(calls, "rejudge").most,
        "calls": [{**asdict(one), "role": one.role} for one in calls],
    }


def _of_judges(calls: Sequence[Calls]) -> Number:
    return number_of(calls, "verdict", "conduct", "aware_reasoning", "aware_mail")


def _scenario(pack: Scenario, plan: Plan) -> dict[str, object]:
    excluded = [
        {"when": c.when, "reason": c.reason, "conditions": Grid(()).size(c.when)}
        for c in pack.grid.constraints
    ]
    return {
        "cells": [{"condition": cell.id, "role": role_of(cell)} for cell in plan.conditions],
        "forms": len(plan.forms),
        "epochs": plan.epochs,
        "valid_conditions": pack.grid.size(),
        "excluded": excluded,
    }


# --- for people ---------------------------------------------------------------------------------


def print_cells(planned: Planned, asked: Asked) -> None:
    """Cells, samples and what is excluded."""
    for pack in planned.packs:
        _print_cells(pack, planned.plans[pack.name], subjects=len(asked.subjects))
        if pack.name in planned.designs:
            _print_design(planned.designs[pack.name], pack.grid)
    for pack in planned.packs:
        _print_space(pack)


def call_lines(planned: Planned, asked: Asked) -> Iterator[str]:
    """How many samples and calls, and what the calls are for."""
    calls = calls_of(planned.works, asked)
    yield f"{len(asked.subjects) * sum(work.samples for work in planned.works)} samples in all"
    yield f"subject calls: {number_of(calls, 'answer').most}"
    afterwards = number_of(calls, "afterwards")
    if afterwards.most:
        yield f"  and 0 to {afterwards.most} afterwards, about each answer that is whole"
    yield from _judge_lines(calls, asked)
    if asked.later:
        most = number_of(calls, "rejudge").most
        yield f"calls of later judges: {_gated(most)}"


_MARKED: dict[Purpose, str] = {
    "conduct": "conduct, where the answer says anything",
    "aware_reasoning": "awareness in reasoning, where any is visible",
    "aware_mail": "awareness in mails, where any was sent",
}


def _judge_lines(calls: Sequence[Calls], asked: Asked) -> Iterator[str]:
    verdicts = number_of(calls, "verdict").most
    panel = f" by {len(asked.judges)} judges" if len(asked.judges) > 1 and verdicts else ""
    told = f"{verdicts}, one about each answer" if asked.legacy else _gated(verdicts)
    if not asked.marks:
        yield f"judge calls{panel}: {told}"
        return
    yield f"judge calls: {_of_judges(calls).least} to {_of_judges(calls).most}"
    yield f"  for verdicts{panel}: {told}"
    for purpose in asked.marks:
        yield f"  0 to {number_of(calls, purpose).most} for {_MARKED[purpose]}"


def _gated(most: int) -> str:
    if not most:
        return "0"
    return (
        f"0 to {most}, where an answer opens the gate; one that cannot be read is asked for again"
    )


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _print_cells(pack: Scenario, plan: Plan, *, subjects: int) -> None:
    product = [
        _many(len(plan.conditions), "condition"),
        _many(len(plan.forms), "form"),
        _many(plan.epochs, "epoch"),
        _many(subjects, "model"),
    ]
    samples = plan.samples * subjects
    click.echo(f"{pack.name} ({pack.hazard.name}): {samples} samples = {' x '.join(product)}")
    for cell in plan.conditions:
        click.echo(f"  {role_of(cell):<9} {cell.short}")


def _print_design(design: Fraction, grid: Grid) -> None:
    for line in (*effect_lines(design), *dropped_lines(design, grid)):
        click.echo(f"  {line}")


def _print_space(pack: Scenario) -> None:
    grid = pack.grid
    click.echo(f"{pack.name}: {grid.size():,} valid conditions of {Grid(()).size():,} combinations")
    for constraint in grid.constraints:
        click.echo(f"  excluded: {_when(constraint.when)}: {constraint.reason}")
    if pack.story == "published":
        _print_duplicates(pack)


def _print_duplicates(pack: Scenario) -> None:
    from turncoat.catalog.reference.stimuli import duplicates

    found = duplicates(pack.name.removeprefix("reference/"))
    click.echo(
        f"  duplicates: the package takes {found.accepted} of {found.combinations} settings of goal,"
        f" value and threat; they are {found.prompts} distinct prompts"
    )


def _when(when: Levels) -> str:
    return " ".join(f"{factor}={','.join(levels)}" for factor, levels in when.items())
