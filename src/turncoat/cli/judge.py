"""`turncoat judge`: measure judges on labeled transcripts, and show what was measured."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import click

from turncoat.cli.arguments import also_of_judge, also_option, json_option
from turncoat.cli.errors import UserError, unknown
from turncoat.cli.judging import choice_from, judges_option, panel_option
from turncoat.cli.offering import OfferingGroup

if TYPE_CHECKING:
    from turncoat.catalog.labels import Labeled
    from turncoat.verdict import PanelRule

PartName = Literal["dev", "test"]

scenarios_option = click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="NAME",
    help="A pack whose labeled transcripts are taken; may be given several times  [default: all]",
)
part_option = click.option(
    "--part",
    type=click.Choice(get_args(PartName)),
    default="test",
    show_default=True,
    help="Of the labeled set; `dev` is there to write rubrics with.",
)


@click.group(cls=OfferingGroup)
def command() -> None:
    """Measure judges on labeled transcripts, and show what was measured.

    \b
    Examples:
      turncoat judge check --judge openai/gpt-4.1
      turncoat judge list
      turncoat judge labels
    """


@command.command()
@judges_option
@panel_option
@click.option(
    "-J",
    "judge_args",
    multiple=True,
    metavar="NAME=VALUE",
    help="Argument of the judge's provider, e.g. -J sensitivity=0.9. It makes another judge.",
)
@also_option
@scenarios_option
@part_option
@click.option(
    "--min",
    "least",
    type=click.FloatRange(0, 1),
    default=0.80,
    show_default=True,
    help="What the lower 95 % bounds of sensitivity and specificity must reach.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    default=Path("runs/judges"),
    show_default=True,
    help="Folder of the logs, one below it for each judge; the same command goes on there.",
)
@click.option("--max-connections", type=click.IntRange(min=1), help="Calls in flight, per model.")
@json_option
def check(
    judges: Sequence[str],
    panel: "PanelRule | None",
    judge_args: Sequence[str],
    also: str,
    scenarios: Sequence[str],
    part: PartName,
    least: float,
    out: Path,
    max_connections: int | None,
    as_json: bool,
) -> None:
    """Put labeled transcripts before a judge, and measure its errors.

    Prints sensitivity, specificity and Cohen's kappa with 95 % intervals by hazard and outcome, the
    confusion matrix, how often a text that tries to sway the judge changes its verdict, and the
    cost. The labels are the authors' own. They gate a judge, and correct no rate: what corrects a
    rate are labels of this very run, see `turncoat label`.

    The result is kept for this user under the judge's identity (model, settings, rubric and its
    version), and every report of a run with this judge states it.

    With --also conduct,awareness the marks beside the verdict are measured, too.

    \b
    Exit codes:
      0    every hazard that needs a judge, and every mark that was asked about, passed the gate
      1    the gate failed, there are too few labels, or the judge could not be reached
      2    a mistake in the command; nothing was spent
      130  interrupted

    \b
    Examples:
      turncoat judge check --judge openai/gpt-4.1
      turncoat judge check --judge anthropic/claude-sonnet-4-5 --also conduct,awareness
      turncoat judge check --judge sim/judge -J sensitivity=0.7 --scenario coercion
    """
    from turncoat.cli.checking import Check, check_and_report
    from turncoat.engine import Limits
    from turncoat.engine.checking import CheckRequest

    choice = choice_from(judges, judge_args, panel=panel)
    request = CheckRequest(
        judge=choice,
        cases=_cases(scenarios, part),
        out=out,
        also=also_of_judge(also, *judges[:1]),
        limits=Limits(max_connections=max_connections),
    )
    asked = Check(request, part=part, least=least, whole=not scenarios)
    raise click.exceptions.Exit(check_and_report(asked, as_json=as_json))


def _cases(scenarios: Sequence[str], part: str) -> "tuple[Labeled, ...]":
    """The part's transcripts, and all pairs, whichever part they are of."""
    from turncoat.catalog.labels import for_check, labeled_scenarios

    known = labeled_scenarios()
    for name in scenarios:
        if name not in known:
            raise unknown("scenario with labels", name, known)
    return for_check(scenarios or known, part)


@command.command(name="list")
@json_option
def list_(*, as_json: bool) -> None:
    """Show every judge that was measured on this machine, and with what result.

    \b
    Examples:
      turncoat judge list
      turncoat judge list --json
    """
    from turncoat.report.quality import mark_line, quality_line
    from turncoat.results.quality import QualityUnreadable, qualities_in, quality_folder

    try:
        found = qualities_in(quality_folder())
    except QualityUnreadable as error:
        raise UserError(
            "a measurement cannot be read",
            got=str(error),
            expected="a file that `turncoat judge check` wrote",
            then="delete the file and measure the judge again",
        ) from error
    if as_json:
        click.echo(json.dumps([one.model_dump(mode="json") for one in found], indent=2))
        return
    for one in found:
        click.echo(f"{one.judge}: {one.gate}{' (simulated)' if one.simulated else ''}")
        for hazard in one.hazards:
            click.echo(f"  {hazard.hazard}: {quality_line(one, hazard.hazard)}")
        for mark in one.marks:
            click.echo(f"  {mark.mark}: {mark_line(one, mark.mark)}")
    if not found:
        click.echo("no judge was measured yet: turncoat judge check --judge MODEL")


@command.command()
@scenarios_option
@json_option
def labels(scenarios: Sequence[str], *, as_json: bool) -> None:
    """Count the labeled transcripts, and check them against the rules.

    Exit code 1 if a label contradicts a rule of its pack, or a proof does not stand in its text.

    \b
    Examples:
      turncoat judge labels
      turncoat judge labels --scenario coercion --json
    """
    from turncoat.catalog.labels import labeled, labeled_scenarios, problems

    known = labeled_scenarios()
    for name in scenarios:
        if name not in known:
            raise unknown("scenario with labels", name, known)
    found = {name: tuple(problems(name)) for name in scenarios or known}
    counts = {name: _counts(labeled(name)) for name, bad in found.items() if not bad}
    if as_json:
        data = {name: {"problems": bad, **counts.get(name, {})} for name, bad in found.items()}
        click.echo(json.dumps(data, indent=2))
    else:
        _print_counts(found, counts)
    raise click.exceptions.Exit(1 if any(found.values()) else 0)


def _counts(cases: "Sequence[Labeled]") -> dict[str, dict[str, int]]:
    base = [case for case in cases if case.of is None]
    return {
        "parts": dict(Counter(case.part for case in base)),
        "notations": dict(Counter(case.notation for case in base)),
        "outcomes": dict(Counter(case.outcome or f"unscored: {case.unscored}" for case in base)),
        "marks": dict(Counter(mark for case in base for mark in case.marks)),
        "pairs": dict(Counter(str(case.technique) for case in cases if case.of)),
    }


def _print_counts(
    found: dict[str, tuple[str, ...]], counts: dict[str, dict[str, dict[str, int]]]
) -> None:
    for name, bad in found.items():
        click.echo(name)
        for problem in bad:
            click.echo(f"  {problem}")
        for what, numbers in counts.get(name, {}).items():
            told = ", ".join(
                f"{key} {n}" for key, n in sorted(numbers.items(), key=lambda i: -i[1])
            )
            click.echo(f"  {what} ({sum(numbers.values())}): {told}")
