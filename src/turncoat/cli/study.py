"""`turncoat study`: what is declared before a run."""

import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from turncoat.cli.arguments import json_option
from turncoat.cli.errors import UserError, unknown
from turncoat.cli.offering import OfferingGroup
from turncoat.cli.studying import report_command, run_command

if TYPE_CHECKING:
    from turncoat.catalog import PackError
    from turncoat.design import Citation, PlannedContrast, Study

_WIDTH = 96


@click.group(cls=OfferingGroup)
def command() -> None:
    """List, show and run studies: a question with its conditions, contrasts and published numbers.

    NAME is one of `turncoat study list`, or a study file of your own (docs/studies.md).

    \b
    Examples:
      turncoat study list
      turncoat study show e1_coercion_both
      turncoat study show ./mine.yaml
      turncoat study run nudge_removed --model sim/mixed --judge sim/judge --forms 10 --epochs 1
    """


command.add_command(run_command)
command.add_command(report_command)


@command.command("list")
@click.option("--markdown", is_flag=True, help="Print the table as Markdown.")
@json_option
def list_(markdown: bool, as_json: bool) -> None:
    """List the studies: the paper's experiments in their order, then the others.

    --json prints a list of {name, title, experiment, question, subjects, packs, arms, samples (a
    cell), published (how many numbers ours are set beside)}.

    \b
    Examples:
      turncoat study list
      turncoat study list --json
    """
    from turncoat.catalog.studies import study_names

    studies = [study_from(name) for name in study_names()]
    if as_json:
        click.echo(json.dumps([_head(study) for study in studies], indent=2))
    elif markdown:
        click.echo("\n".join(_markdown(studies)))
    else:
        for study in studies:
            click.echo(f"{study.name:<26} {study.experiment or '-':<4} {study.title}")


@command.command()
@click.argument("name")
@json_option
def show(name: str, as_json: bool) -> None:
    """Show all that a study declares, and the published numbers that ours are set beside.

    --json prints the study as its hash is made from it: name, title, question, experiment, source,
    subjects, packs, arms, controls, plan, primary, secondary, exclusions, missing, published,
    as_published, notes.

    \b
    Examples:
      turncoat study show nudge_removed
      turncoat study show e1_coercion_both --json
    """
    study = study_from(name)
    if as_json:
        click.echo(json.dumps(asdict(study), indent=2))
    else:
        click.echo("\n".join(_text(study)))


def study_from(name: str) -> "Study":
    """The study of that name, or the one in the file of that path.

    Raises:
        UserError: there is none, or its file is broken.
    """
    from turncoat.catalog import PackError
    from turncoat.catalog.studies import UnknownStudy, load_study, read_study

    path = Path(name)
    try:
        return read_study(path.parent, path.name) if path.suffix == ".yaml" else load_study(name)
    except UnknownStudy as error:
        raise unknown("study", name, error.known) from error
    except PackError as error:
        raise _broken(name, error) from error


def _broken(name: str, error: "PackError") -> UserError:
    return UserError(
        f"study {name} is broken",
        got=f"{error.place}: {error.problem}",
        expected="a file that its loader reads",
        then=error.remedy,
    )


def _head(study: "Study") -> dict[str, object]:
    return {
        "name": study.name,
        "title": study.title,
        "experiment": study.experiment,
        "question": study.question,
        "subjects": study.subjects,
        "packs": study.packs,
        "arms": [arm.name for arm in study.arms],
        "samples": study.plan.samples,
        "published": len(study.published),
    }


def _markdown(studies: "Sequence[Study]") -> Iterator[str]:
    yield "| study | of the paper | question | subjects | packs | primary contrast | margin | published |"
    yield "|---|---|---|---|---|---|---:|---:|"
    for study in studies:
        cells = (
            f"`{study.name}`",
            study.experiment or "",
            study.question,
            _listed(study.subjects),
            _listed(study.packs),
            f"{study.primary.treated} - {study.primary.control}",
            f"{study.primary.margin:g}",
            str(len(study.published) or ""),
        )
        yield f"| {' | '.join(cells)} |"


def _text(study: "Study") -> Iterator[str]:
    of_paper = f", {study.experiment} of the paper" if study.experiment else ""
    yield f"{study.title} ({study.name}{of_paper})"
    yield _wrapped(study.question)
    yield _wrapped(f"source: {study.source}")
    yield _wrapped(f"subjects: {_listed(study.subjects)}")
    yield _wrapped(f"packs: {_listed(study.packs)}")
    if study.as_published:
        yield "published stimuli are taken with their known defects"
    yield f"plan: {study.plan.samples} samples a cell, {study.plan.forms} forms x {study.plan.epochs}"
    yield _wrapped(f"controls of every arm: {_listed(study.controls)}, where a pack has them")
    yield from _arms(study)
    yield from _contrasts(study)
    yield from _rules(study)
    yield from _published(study)
    yield from _notes(study)


def _arms(study: "Study") -> Iterator[str]:
    yield "\narms:"
    for arm in study.arms:
        yield _wrapped(f"{arm.name}: {arm.about}", 2)
        levels = " ".join(f"{name}={level}" for name, level in arm.levels.items())
        yield f"      {levels or 'the default'}"
        for pack, apart in arm.apart.items():
            yield f"      in {pack}: {' '.join(f'{name}={level}' for name, level in apart.items())}"
        if arm.packs:
            yield f"      only in {_listed(arm.packs)}"
        if arm.stated:
            yield f"      only samples that state {' or '.join(arm.stated)}"


def _contrasts(study: "Study") -> Iterator[str]:
    yield "\ncontrasts (treated - control, risk difference):"
    for contrast in study.contrasts:
        kind = "primary" if contrast is study.primary else "secondary"
        yield f"  {contrast.name} ({kind}): {_contrast(contrast)}"


def _contrast(contrast: "PlannedContrast") -> str:
    expected = f", expected {contrast.direction}" if contrast.direction else ""
    return f"{contrast.treated} - {contrast.control}, margin {contrast.margin:g}{expected}"


def _rules(study: "Study") -> Iterator[str]:
    yield "\nrules:"
    for rule in study.exclusions:
        about = (
            f"a model is left out where its whole interval in {rule.arm} lies above {rule.above:g}"
        )
        yield _wrapped(f"{about}: {rule.about}", 2)
    missing = f"with more than {study.missing.at_most:.0%} unscored in an arm no answer is given"
    yield _wrapped(f"{study.missing.about} {missing.capitalize()}.", 2)


def _published(study: "Study") -> Iterator[str]:
    if study.published:
        yield "\npublished numbers:"
    for cited in study.published:
        yield f"  {_number(cited)}"


def _number(cited: "Citation") -> str:
    number = cited.number
    rate = f"{number.low:g} to {number.high:g}" if number.rate is None else f"{number.rate:g}"
    about = "about " if number.approximate else ""
    samples = f"n {number.n}" if number.n is not None else "n not printed"
    assumed = f", {number.assumed_n} assumed" if number.assumed_n is not None else ""
    context = "" if number.comparable else "; context"
    where = f"{cited.pack} {cited.arm}"
    told = f"{samples}{assumed}; {number.confidence}{context}"
    return f"{number.id}: {number.model} {about}{rate} ({told}) beside {where}"


def _notes(study: "Study") -> Iterator[str]:
    if study.notes:
        yield "\nnotes:"
    for note in study.notes:
        yield _wrapped(f"- {note}", 2)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _wrapped(text: str, indent: int = 0) -> str:
    first, rest = " " * indent, " " * (indent + 2)
    return textwrap.fill(
        text, _WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )
