"""A run from the command line: progress, the summary at the end, and the exit code."""

import json
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import click
import pandas as pd
import rich
from rich.console import Console

from turncoat.analysis import MAX_UNSCORED_SHARE, Analysis, RunStatus, analyze, run_status
from turncoat.catalog.families import kinships
from turncoat.cli.errors import UserError, unavailable, unwritable
from turncoat.cli.progress import shown
from turncoat.engine import (
    Done,
    FolderUnusable,
    JudgeChoice,
    ModelUnavailable,
    PlanConflict,
    Request,
    RunFile,
    read_run_file,
    run,
)
from turncoat.engine.rejudging import REJUDGED
from turncoat.engine.runfile import LOGS
from turncoat.report.agreement import agreement_json, agreement_tables
from turncoat.report.awareness import awareness_tables
from turncoat.report.correction import correction_sheets
from turncoat.report.effects import effects_table
from turncoat.report.kinship import kinship_lines
from turncoat.report.labels import simulated_label
from turncoat.report.marks import marks_sheets
from turncoat.report.models import model_sheets, models_in_short
from turncoat.report.quality import judge_notes
from turncoat.report.sheets import sheet_table
from turncoat.report.stories import stories_table
from turncoat.report.tables import rates_json, rates_table
from turncoat.results import Run, error_texts, logs_in, read_run, read_verdicts
from turncoat.results.labels import Labels, LabelsUnreadable, NoLabels, read_labels

ERROR_SHOWN = 400

REMEDIES = {
    "judge_unreachable": "once the judge answers, the same command judges the kept answers again",
    "subject_error": "the same command tries these samples again",
    "not_run": "the same command runs the rest",
    "judges_disagree": "read what the judges disagree about first: turncoat report",
    "judge_malformed": "read the raw answers with `inspect view`, or take another judge",
    "truncated": "a larger --max-tokens, with another --out, leaves room for the whole answer",
    "not_decidable": "the rules leave these to a judge: run with --judge MODEL and another --out",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A run as far as it is: its rows, its numbers, and whether it counts as done."""

    run: Run
    analysis: Analysis
    status: RunStatus


def run_and_report(request: Request, *, as_json: bool) -> int:
    """Run what is missing of a request, print its numbers, and return the exit code.

    Raises:
        UserError: a mistake in the command; nothing was spent.
    """
    done = attempt(request)
    # Other judges' later verdicts are no part of what was asked for now.
    found = show(request.out, later=False)
    code = exit_code(found, done)
    if as_json:
        told = {**summary(found, request.out), "complete": done.complete, "exit_code": code}
        click.echo(json.dumps(told, indent=2))
        return code
    print_summary(found, request.out)
    print_lacking(found, request.out, code)
    return code


def attempt(request: Request) -> Done:
    """Run what is missing of a request, and show the progress.

    Raises:
        UserError: a mistake in the command; nothing was spent.
    """
    console = Console(stderr=True)
    # Inspect prints a banner and a closing line of its own to standard output.
    rich.reconfigure(quiet=True)
    warn_of_kin(request.models, request.judge)
    try:
        with shown(console) as sink:
            return run(request, sink)
    except (ModelUnavailable, PlanConflict, FolderUnusable) as error:
        raise _mistake(error) from error
    except KeyboardInterrupt:
        click.echo(
            f"\nWhat is finished is kept in {request.out}: the same command goes on from it.",
            err=True,
        )
        raise


def exit_code(found: Shown, done: Done) -> int:
    """Of a command that ran something: 0 only where all that was asked for is there."""
    return found.status.exit_code if done.complete else 1


def print_lacking(found: Shown, out: Path, code: int) -> None:
    """What is not complete although every verdict is there."""
    if code and found.status.done:
        click.echo(
            "What was asked beside the verdict (--also) is not complete: a model gave no answer. The "
            "same command asks again; verdicts and answers are kept."
        )
        click.echo(f"The most frequent error: {_first_error(out)}")


def warn_of_kin(subjects: Iterable[str], judge: JudgeChoice) -> None:
    """Say it before anything is spent where a judge is of a subject's family."""
    for line in kinship_lines(kinships(subjects, (model.name for model in judge.models))):
        click.echo(line, err=True)


def show(out: Path, *, later: bool = True, labels: bool = True) -> Shown:
    """What a folder holds, and its numbers.

    Args:
        out: of a run, or of bare logs.
        later: with the verdicts of judges that judged its answers later.
        labels: with the rates that people's labels correct.

    Raises:
        UserError: it holds no log of ours, or labels that cannot be read.
    """
    found = observed(out, later=later)
    # Of a scenario that a run has not come to, no log tells the outcomes; its rows are not run.
    begun = found.observations[found.observations["scenario"].isin(list(found.outcomes))]
    said = _labels(out) if labels else None
    analysis = analyze(begun, outcomes=found.outcomes, arms=found.arms, labels=said)
    return Shown(found, analysis, run_status(found.observations))


def _labels(out: Path) -> Labels | None:
    """What people said of a run; None where nobody was asked.

    Raises:
        UserError: the file of labels is none.
    """
    try:
        return read_labels(out)
    except NoLabels:
        return None
    except LabelsUnreadable as error:
        raise UserError(
            f"{out} holds labels that cannot be read",
            got=str(error),
            expected="the file that `turncoat label` wrote",
            then="restore it, or move it away: the report is then without corrected rates",
        ) from error


def observed(out: Path, *, later: bool = True) -> Run:
    """The rows that a run's last command asked for; of a bare folder of logs, all of them.

    Args:
        out: of a run, or of bare logs.
        later: with the verdicts of judges that judged its answers later.

    Raises:
        UserError: it holds no log of ours.
    """
    held = opened(out)
    logs = out / LOGS if held else out
    if not (logs.is_dir() and any(logs.rglob("*.eval"))):
        raise _no_run(out, "a file" if out.is_file() else "no .eval log")
    planned = held.asked.rows() if held else None
    found = read_run(logs, planned=planned, later=out / REJUDGED if later else None)
    if found.observations.empty:
        raise _no_run(out, "no sample of turncoat's tasks in its .eval logs")
    return found


def verdicts_of(out: Path) -> pd.DataFrame:
    """The verdicts of a folder that holds some, and of those who judged its answers later.

    Columns are missing that only the run's own samples tell: none of them is read again.
    """
    held = opened(out)
    planned = held.asked.rows() if held else None
    return read_verdicts(out / LOGS if held else out, planned=planned, later=out / REJUDGED)


def _no_run(out: Path, got: str) -> UserError:
    return UserError(
        f"{out} holds no run",
        got=got,
        expected="the --out of a `turncoat run`, or a folder of its logs",
        then="give such a folder, e.g. runs/demo",
    )


def write_report(out: Path, page: Path) -> Path:
    """Build the report of a folder and write it.

    Raises:
        UserError: the folder holds no log of ours, or the page cannot be written.
    """
    from turncoat.cli.studying import part_of

    found = show(out)
    study = part_of(out, found)
    from turncoat.report import build_report  # the figures' library takes a second to load

    return _written(page, build_report(found.run, found.analysis, study=study).encode())


def write_figure(out: Path, file: Path) -> Path:
    """Draw the headline figure of a folder, as SVG or PNG by the file's name.

    Raises:
        UserError: another ending, the folder holds no log of ours, or the file cannot be written.
    """
    from turncoat.report import picture

    match file.suffix:
        case ".svg" | ".png" as suffix:
            form: Literal["svg", "png"] = "svg" if suffix == ".svg" else "png"
            return _written(file, picture(show(out).analysis, form))
        case other:
            raise UserError("--figure", got=other or str(file), expected=".svg or .png")


def _written(file: Path, data: bytes) -> Path:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise unwritable(file, error) from error
    return file


def summary(found: Shown, out: Path) -> dict[str, object]:
    """The run for machines; numbers that are not known are null."""
    status = found.status
    return {
        "out": str(out),
        "rows": status.rows,
        "scored": status.scored,
        "errors": status.errors,
        "unscored": {tally.name: tally.n for tally in status.reasons},
        "not_asked_for": found.run.beside,
        "exit_code": status.exit_code,
        **rates_json(found.analysis),
        "judges": [asdict(note) for note in judge_notes(found.run, found.analysis)],
        "agreement": agreement_json(found.analysis, found.run.observations),
    }


def print_summary(found: Shown, out: Path) -> None:
    """The table of rates, what is missing and why, and where everything is."""
    Console().print(rates_table(found.analysis))
    for note in judge_notes(found.run, found.analysis):
        click.echo(f"{note.scenario}, judged by {note.judge}: {note.text}.")
    simulated = simulated_label(found.analysis.cells)
    for sheet in (*correction_sheets(found.analysis), *marks_sheets(found.analysis)):
        Console().print(sheet_table(sheet, simulated))
    for table in (*agreement_tables(found.analysis), *awareness_tables(found.analysis)):
        Console().print(table)
    if found.analysis.stories:
        Console().print(stories_table(found.analysis))
    if found.analysis.effects:
        Console().print(effects_table(found.analysis))
    if short := models_in_short(found.analysis):
        click.echo(short)
    else:
        for sheet in model_sheets(found.analysis):
            Console().print(sheet_table(sheet, simulated))
    _print_status(found, out)


def _print_status(found: Shown, out: Path) -> None:
    """How far the run is, and what the folder holds beside it."""
    status = found.status
    click.echo(f"{status.scored} of {status.rows} samples have a verdict.")
    if found.run.beside:
        click.echo(
            f"The folder holds {found.run.beside} more samples, which the last command did not ask "
            "for: they count nowhere here. The command that asked for all of them shows them again."
        )
    tell_unscored(status, REMEDIES)
    if status.errors:
        click.echo(f"The most frequent error: {_first_error(out)}")
    if not status.done:
        click.echo(f"This run does not count as done (exit code 1): {lacking(status)}.")
    click.echo(f"logs: {out / LOGS}")


def tell_unscored(status: RunStatus, remedies: Mapping[str, str]) -> None:
    """Why samples have no verdict, each with what can be done about it."""
    for tally in status.reasons:
        remedy = remedies.get(tally.name)
        click.echo(f"  {tally.n} unscored: {tally.name}" + (f" - {remedy}" if remedy else ""))


def _first_error(out: Path) -> str:
    """What an outage, a wrong key and a wrong name have to tell apart."""
    texts = error_texts(logs_in(out / LOGS))
    return textwrap.shorten(texts[0], ERROR_SHOWN) if texts else "not in the logs"


def lacking(status: RunStatus) -> str:
    """Why a run does not count as done."""
    if status.errors:
        return f"{status.errors} samples ended in an error"
    return f"more than {MAX_UNSCORED_SHARE:.0%} of the samples are unscored"


def opened(out: Path) -> RunFile | None:
    """The run file of a folder; None where there is none.

    Raises:
        UserError: it cannot be read.
    """
    try:
        return read_run_file(out)
    except FolderUnusable as error:
        raise UserError(str(error), then="give the folder of a run, e.g. runs/demo") from error


def _mistake(error: ModelUnavailable | PlanConflict | FolderUnusable) -> UserError:
    match error:
        case PlanConflict():
            return UserError(
                f"{error.out} belongs to another plan",
                got="\n            ".join(error.differences),
                expected="the packs, judge and settings that the folder's run began with",
                then="give another --out, or --restart to move the old run aside and begin anew",
            )
        case ModelUnavailable():
            return unavailable(error.name, error.problem)
        case FolderUnusable():
            return UserError(
                "the output folder cannot be used",
                got=str(error),
                expected="a folder that can be written, new or of an earlier run",
                then="give another --out, or wait for the run that is at work in it",
            )
