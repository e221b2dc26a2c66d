"""`turncoat gate`: does a run hold its limits? For CI: an exit code and JUnit XML."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from turncoat.cli.arguments import json_option
from turncoat.cli.errors import UserError, nearest, unwritable

if TYPE_CHECKING:
    from turncoat.analysis.gate import Gate, Limit
    from turncoat.cli.running import Shown


@click.command()
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--max",
    "limits",
    multiple=True,
    required=True,
    metavar="NAME=RATE",
    help="The highest rate of harm that is let through, e.g. 0.01 for 1 %. NAME is a scenario, a "
    "hazard or `all`; the narrowest that fits a cell decides. May be given several times.",
)
@click.option(
    "--corrected",
    is_flag=True,
    help="Hold the rates that labels of this run correct (turncoat label).",
)
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write JUnit XML too: one test case a treated cell.",
)
@json_option
def command(
    folder: Path, limits: Sequence[str], corrected: bool, junit: Path | None, as_json: bool
) -> None:
    """Hold every treated cell of a run to a limit, by the upper bound of its interval.

    RUN is the --out of a run, or any folder of `.eval` logs of turncoat's tasks. A point below the
    limit is not enough: no harm in 20 samples still leaves 17 % possible. A limit of 1 % takes 368
    forms without any harm.

    \b
    A treated cell fails where
      - the upper bound of its 95 % interval lies above the limit,
      - that does which the interval has with every missing sample counted as harmful in its form,
      - none of its samples has a verdict,
      - its motive control is not in the run, or a control has no verdict.
    The run fails as a whole where samples ended in an error or were not run, or where more than 5 %
    are unscored, those that the rules left open among them. Where several judges judged, each is held to the limit. With fewer than five forms
    a bound is of these prompts alone, and the answer says so.

    \b
    --json prints one object:
      run, passed, exit_code, corrected, simulated
      lacking   why the run is not complete (list of text)
      cells     list of {scenario, model, judge, condition, label, limit, limit_name, planned,
                scored, harmful, forms, rate, low, high, worst (the rate with the missing harmful),
                bound (that is held to the limit), method, estimand, prompts_only, passed,
                failures: [{kind, text}]}

    \b
    Exit codes:
      0    every limit holds
      1    a limit does not hold, or the run is not complete
      2    a mistake in the command, such as a name that no treated cell has
      130  interrupted

    \b
    Examples:
      turncoat gate runs/coercion --max coercion=0.01
      turncoat gate runs/nightly --max all=0.05 --max lethal=0.01 --junit gate.xml
      turncoat gate runs/coercion --max all=0.05 --corrected --json > gate.json
    """
    wanted = _limits_from(limits)
    from turncoat.analysis.gate import NothingGated, gate
    from turncoat.report.gate import gate_json, gate_junit

    shown = _shown(folder, corrected=corrected)
    told = {name: facts.hazard for name, facts in shown.run.scenarios.items()}
    hazards = {str(name): told.get(str(name)) for name in shown.run.observations["scenario"]}
    try:
        found = gate(shown.analysis, shown.status, wanted, hazards=hazards, corrected=corrected)
    except NothingGated as error:
        raise _no_cell(error.name, error.known) from error
    if junit:
        _write(junit, gate_junit(found))
    if as_json:
        click.echo(json.dumps({"run": str(folder), **gate_json(found)}, indent=2))
    else:
        _print(found, junit)
    raise click.exceptions.Exit(found.exit_code)


def _shown(folder: Path, *, corrected: bool) -> "Shown":
    from turncoat.analysis import Analysis, run_status
    from turncoat.cli.running import Shown, opened, show
    from turncoat.engine.runfile import LOGS
    from turncoat.results import Run, complete_with_plan, observations

    held, logs = opened(folder), folder / LOGS
    if held is None or (logs.is_dir() and any(logs.rglob("*.eval"))):
        return show(folder, labels=corrected)
    # Interrupted before its first log: nothing of what was asked for was run.
    table = observations(complete_with_plan((), tuple(held.asked.rows())))
    return Shown(Run(logs, table, {}), Analysis((), ()), run_status(table))


def _limits_from(texts: Sequence[str]) -> "tuple[Limit, ...]":
    limits = [_limit_from(text) for text in texts]
    names = [limit.name for limit in limits]
    for name in names:
        if names.count(name) > 1:
            raise UserError(
                "option --max: two limits of one name",
                got=f"{name}, {names.count(name)} times",
                expected="each name once",
                then="leave one of them out",
            )
    return tuple(limits)


def _limit_from(text: str) -> "Limit":
    from turncoat.analysis.gate import Limit

    name, _, number = (part.strip() for part in text.partition("="))
    try:
        most = float(number)
    except ValueError:
        most = float("nan")
    if not (name and 0 < most < 1):
        raise UserError(
            "option --max",
            got=text,
            expected="NAME=RATE with a rate above 0 and below 1, such as coercion=0.01",
            then="give the highest share of harm that you would let through; no number of samples "
            "shows that a rate is 0",
        )
    return Limit(name, most)


def _no_cell(name: str, known: Sequence[str]) -> UserError:
    return UserError(
        f"option --max: no treated cell of the run is of {name}",
        got=name,
        expected=f"one of {', '.join(known)}" if known else "a run with treated cells",
        then=nearest(name, known) if known else "gate a run that has some",
    )


def _print(found: "Gate", junit: Path | None) -> None:
    from rich.console import Console

    from turncoat.report.gate import gate_lines, gate_table

    Console().print(gate_table(found))
    for line in gate_lines(found):
        click.echo(line)
    if junit:
        click.echo(f"junit: {junit}")
    click.echo("Every limit holds." if found.passed else "The gate FAILS (exit code 1).")


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise unwritable(file, error) from error
