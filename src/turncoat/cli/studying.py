"""`turncoat study run` and `study report`: a study's run, held to what the study declared."""

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from turncoat.cli.arguments import (
    Size,
    json_option,
    legacy_from,
    models_option,
    refuse_none,
    refuse_unready,
    scenarios_from,
    subjects_from,
)
from turncoat.cli.asking import Asking, asking_options, out_option, scoring_option
from turncoat.cli.errors import UserError, unknown

if TYPE_CHECKING:
    import pandas as pd

    from turncoat.analysis.replication import Beside
    from turncoat.analysis.study import Declared, StudyResult
    from turncoat.cli.running import Shown
    from turncoat.design import Study
    from turncoat.engine import Request, RunFile
    from turncoat.report.sheets import Sheet
    from turncoat.report.study import StudyPart
    from turncoat.scenario import Scenario

_WIDTH = 96

stands_for_option = click.option(
    "--as",
    "stands_for",
    multiple=True,
    metavar="[MODEL=]PUBLISHED",
    help="The published model that a subject stands for, e.g. --as 'sim/mixed=Claude Opus 4'; "
    "without MODEL= the only subject. Models of `turncoat models` stand for themselves, and "
    "sim/published/MODEL for MODEL.",
)


@click.command("run")
@click.argument("name", metavar="NAME")
@models_option
@scoring_option
@click.option("--forms", type=int, help="Surface forms per cell  [default: the study's]")
@click.option("--epochs", type=int, help="Replicates of every form  [default: the study's]")
@click.option(
    "--pack",
    "some",
    multiple=True,
    metavar="PACK",
    help="Run this pack of the study; may be given several times, and more of them extend the run  "
    "[default: all]",
)
@stands_for_option
@out_option("runs/NAME")
@asking_options
@json_option
def run_command(
    name: str,
    models: Sequence[str],
    scoring: str,
    forms: int | None,
    epochs: int | None,
    some: Sequence[str],
    stands_for: Sequence[str],
    out: Path | None,
    asking: Asking,
    as_json: bool,
) -> None:
    """Run a study and print what it answers: its primary contrast first, its declared ones beside.

    Everything that the study declares is hashed before anything is run; the hash stands in the run
    file and in every log, and an --out of another hash is refused. What the study does not declare
    is printed as exploratory. Ours stands beside each published number that the study names.

    Without --model the study's own models are asked; --model sim/published stands for a simulated
    subject at the rates of each model of which the study cites one. The same command goes on where
    an earlier one stopped. `turncoat study show NAME` prints what is declared.

    \b
    Exit codes:
      0    done
      1    done with errors, or more than 5 % unscored
      2    a mistake in the command; nothing was spent
      130  interrupted

    \b
    Examples:
      turncoat study run nudge_removed --model openai/gpt-4.1 --judge anthropic/claude-sonnet-4-5
      turncoat study run e1_coercion_both --model paper --judge anthropic/claude-sonnet-4-5
      turncoat study run nudge_removed --model sim/mixed --judge sim/judge --forms 10 --epochs 1
    """
    from turncoat.cli.running import attempt, exit_code, print_lacking, show

    request = _request(
        name,
        models,
        Sized(scoring, forms, epochs, some, stands_for),
        out or Path("runs") / name,
        asking,
    )
    done = attempt(request)
    found = show(request.out, later=False)
    code = exit_code(found, done)
    held = _held(request.out, found, {})
    if as_json:
        click.echo(json.dumps({**_told(held, found, request.out), "exit_code": code}, indent=2))
    else:
        _print(held, found, request.out)
        print_lacking(found, request.out, code)
    raise click.exceptions.Exit(code)


@click.command("report")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@stands_for_option
@json_option
def report_command(folder: Path, stands_for: Sequence[str], as_json: bool) -> None:
    """Print again what a study's run answers, as far as it is.

    DIR is the --out of a `turncoat study run`. `turncoat report DIR` makes a page of it, with the
    transcripts.

    \b
    Examples:
      turncoat study report runs/nudge_removed
      turncoat study report runs/e1_coercion_both --as 'sim/mixed=Claude Opus 4'
    """
    from turncoat.cli.running import show

    found = show(folder)
    models = tuple(str(model) for model in found.run.observations["model"].unique())
    held = _held(folder, found, stands_for_from(stands_for, models))
    if as_json:
        click.echo(json.dumps(_told(held, found, folder), indent=2))
    else:
        _print(held, found, folder)


@dataclass(frozen=True, slots=True)
class Sized:
    """What a user says of a study's run that `turncoat run` does not ask in the same way."""

    scoring: str
    forms: int | None
    epochs: int | None
    some: Sequence[str]
    stands_for: Sequence[str]


def _request(
    name: str, models: Sequence[str], sized: Sized, out: Path, asking: Asking
) -> "Request":
    from turncoat.cli.study import study_from
    from turncoat.design import Sampling
    from turncoat.engine import Request
    from turncoat.engine.studying import plans_of

    study = study_from(name)
    packs = scenarios_from(study.packs, as_published=study.as_published)
    subjects = _subjects(study, models)
    run = _run_packs(study, packs, sized.some)
    refuse_unready([pack.name for pack in run], run, subjects)
    plan = study.plan
    sampling = Sampling(
        plan.forms if sized.forms is None else sized.forms,
        plan.epochs if sized.epochs is None else sized.epochs,
    )
    refuse_none(Size(sampling.forms, sampling.epochs))
    return Request(
        plans=plans_of(study, run, sampling),
        models=subjects,
        judge=asking.choice(legacy=legacy_from(sized.scoring, asking.judges, run)),
        config=asking.config(),
        out=out,
        model_args=asking.subject_args(),
        restart=asking.restart,
        also=asking.beside(),
        limits=asking.limits(),
        packs={pack.name: pack for pack in packs},
        study=study,
        stands_for=_stands_for(out, sized.stands_for, subjects),
    )


def _subjects(study: "Study", models: Sequence[str]) -> tuple[str, ...]:
    """The models under test: those named, or the study's own.

    Raises:
        UserError: `sim/published` in a study that cites no rate of a model.
    """
    from turncoat.models.published import PUBLISHED, stand_ins_of

    if not models:
        return _own_models(study)
    published = stand_ins_of(study) if PUBLISHED in models else ()
    if PUBLISHED in models and not published:
        raise UserError(
            f"option --model {PUBLISHED}",
            got=f"study {study.name}, which cites no rate of a single model",
            expected="a study that does, or other subjects",
            then="e.g. --model sim/mixed; `turncoat study list` tells how many numbers each cites",
        )
    spelled = (published if name == PUBLISHED else (name,) for name in models)
    return subjects_from(tuple(chain.from_iterable(spelled)))


def _own_models(study: "Study") -> tuple[str, ...]:
    """The study's own models, as far as their providers still have them.

    Raises:
        UserError: all of them have been withdrawn.
    """
    from turncoat.catalog.roster import subjects_named

    named = subjects_named(study.subjects)
    had = tuple(subject.model for subject in named if subject.available != "no")
    if had:
        return had
    raise UserError(
        f"the models of study {study.name} have been withdrawn",
        got="; ".join(f"{subject.name}, {subject.since}" for subject in named),
        expected="a model that can be had",
        then=f"e.g. --model MODEL --as 'MODEL={named[0].name}', which sets it beside that one's numbers",
    )


def _run_packs(
    study: "Study", packs: "Sequence[Scenario]", some: Sequence[str]
) -> "tuple[Scenario, ...]":
    """The packs that are run: those named, or all.

    Raises:
        UserError: one that the study does not have.
    """
    for name in some:
        if name not in study.packs:
            raise unknown(f"pack of study {study.name}", name, study.packs)
    return tuple(pack for pack in packs if pack.name in (some or study.packs))


def stands_for_from(texts: Sequence[str], models: Sequence[str]) -> dict[str, str]:
    """Model to the published one that it stands for, by `--as`.

    Raises:
        UserError: an unknown name, or one that does not say which of several models it is for.
    """
    from turncoat.catalog.roster import load_roster

    names = [subject.name for subject in load_roster()]
    told: dict[str, str] = {}
    for text in texts:
        model, equals, name = text.rpartition("=")
        if name not in names:
            raise unknown("published model", name, names)
        if not equals and len(models) > 1:
            raise UserError(
                f"option --as {text}",
                got=f"{len(models)} models, and none of them named",
                expected="MODEL=PUBLISHED",
                then=f"e.g. --as '{models[0]}={name}'",
            )
        if equals and model not in models:
            raise unknown("model of this run", model, models)
        subject = model if equals else models[0]
        if subject in told:
            raise UserError(
                f"option --as {text}",
                got=f"{subject} twice",
                expected="each subject once",
                then="leave one of them out",
            )
        told[subject] = name
    return told


def _stands_for(out: Path, texts: Sequence[str], models: Sequence[str]) -> dict[str, str]:
    """By `--as`, and by that of the commands before this one, which it need not repeat."""
    from turncoat.cli.running import opened

    held = opened(out)
    before = held.asked.stands_for if held else {}
    return {**before, **stands_for_from(texts, tuple(dict.fromkeys((*models, *before))))}


@dataclass(frozen=True, slots=True)
class Held:
    """A study's run with its answers."""

    result: "StudyResult"
    beside: "tuple[Beside, ...]"


def part_of(out: Path, found: "Shown") -> "StudyPart | None":
    """A study's part of the page of a folder; None where its run is for no study.

    Raises:
        UserError: the folder is not held to one study.
    """
    from turncoat.cli.running import opened
    from turncoat.report.study import StudyPart, ratio_sheet, study_lines, study_notes

    held_file = opened(out)
    if held_file is None or held_file.study is None:
        return None
    held = _held(out, found, {})
    return StudyPart(
        held.result.declared.study.title,
        tuple(study_lines(held.result)),
        (*_sheets(held), ratio_sheet(held.result)),
        tuple(study_notes(held.result)),
    )


def _held(out: Path, found: "Shown", stands_for: Mapping[str, str]) -> Held:
    """What the study of a folder answers.

    Args:
        out: the folder.
        found: what it holds.
        stands_for: what is said now; it goes before what the run's command said.
    """
    from turncoat.analysis.replication import replications
    from turncoat.analysis.study import study_result
    from turncoat.catalog.roster import load_roster
    from turncoat.cli.running import opened
    from turncoat.models.published import stand_ins

    held = opened(out)
    declared = _declared(out, held, found)
    roster = {subject.model: subject.name for subject in load_roster()}
    said = held.asked.stands_for if held else {}
    result = study_result(declared, _own_verdicts(out, found))
    return Held(result, replications(result, {**roster, **stand_ins(), **said, **stands_for}))


def _own_verdicts(out: Path, found: "Shown") -> "pd.DataFrame":
    """Those of the run's own judges: what others judged later is not declared."""
    from turncoat.cli.running import observed
    from turncoat.engine.rejudging import REJUDGED

    if not (out / REJUDGED).is_dir():
        return found.run.observations
    return observed(out, later=False).observations


def _declared(out: Path, held: "RunFile | None", found: "Shown") -> "Declared":
    from turncoat.analysis.study import Declared
    from turncoat.design import Sampling

    if held is None or held.study is None or held.identity.study is None:
        raise UserError(
            f"{out} holds no study's run",
            got="a run without a study" if held else "no run file",
            expected="the --out of a `turncoat study run`",
            then="give such a folder; `turncoat report` shows any run",
        )
    frozen, study = held.identity.study, held.study.declared
    hashes = {
        study.hash(held.identity.packs, held.study.conditions),
        *(facts.study.hash if facts.study else "none" for facts in found.run.scenarios.values()),
    }
    for other in hashes - {frozen.hash}:
        raise UserError(
            f"{out} is not the run of one study",
            got=f"a run file or a log of {other[:12]}",
            expected=f"{frozen} everywhere",
            then="restore the folder's files, or run the study into another --out",
        )
    ran = {name: Sampling(len(plan.forms), plan.epochs) for name, plan in held.asked.plans.items()}
    return Declared(study, frozen, held.study.conditions, ran)


def _sheets(held: Held) -> "Iterator[Sheet]":
    from turncoat.report.replication import replication_sheets
    from turncoat.report.study import study_sheets

    yield from study_sheets(held.result)
    yield from replication_sheets(held.beside, held.result)


def _told(held: Held, found: "Shown", out: Path) -> dict[str, object]:
    from turncoat.cli.running import summary
    from turncoat.report.replication import replication_json
    from turncoat.report.study import study_json

    study = {**study_json(held.result), "replication": replication_json(held.beside)}
    return {"study": study, "exploratory": summary(found, out), "exit_code": found.status.exit_code}


def _print(held: Held, found: "Shown", out: Path) -> None:
    from rich.console import Console

    from turncoat.cli.running import print_summary
    from turncoat.report.labels import simulated_label
    from turncoat.report.sheets import sheet_lines, sheet_table
    from turncoat.report.study import EXPLORATORY, study_lines, study_notes

    click.echo(held.result.declared.study.title)
    for line in study_lines(held.result):
        click.echo(textwrap.fill(line, _WIDTH))
    simulated = simulated_label(found.analysis.cells)
    for sheet in _sheets(held):
        if sheet.words:
            click.echo("\n".join(sheet_lines(sheet, simulated)))
        else:
            Console().print(sheet_table(sheet, simulated))
    for note in study_notes(held.result):
        click.echo(textwrap.fill(f"- {note}", _WIDTH, subsequent_indent="  "))
    click.echo(f"\n{EXPLORATORY}")
    print_summary(found, out)
