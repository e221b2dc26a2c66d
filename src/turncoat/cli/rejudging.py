"""`turncoat rejudge` behind its options: progress, what flipped, and the exit code."""

import json
import textwrap
from dataclasses import asdict, dataclass

import click
import pandas as pd
import rich
from rich.console import Console

from turncoat.analysis import Flips, RunStatus, run_status
from turncoat.analysis.flips import flips_of
from turncoat.cli.errors import UserError, unavailable
from turncoat.cli.progress import shown
from turncoat.cli.running import ERROR_SHOWN, REMEDIES, lacking, tell_unscored, verdicts_of
from turncoat.engine import FolderUnusable, ModelUnavailable, PlanConflict
from turncoat.engine.rejudging import (
    NothingToJudge,
    NotPublished,
    OtherPack,
    OtherPrompt,
    Rejudged,
    Rejudging,
    SameJudge,
    rejudge,
)
from turncoat.report.flips import flips_json, flips_tables
from turncoat.results import error_texts, verdicts_in

_REMEDIES = {
    **REMEDIES,
    "subject_error": "there is no answer to judge; the command of the run tries these again",
    "not_run": "the same command judges the rest, and the command of the run asks for what it lacks",
    "truncated": "no judge can tell what a whole answer would have shown",
    "not_decidable": "the rules leave these to a judge: rejudge with --judge MODEL",
}


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the verdicts took; None where no provider told."""

    read: int | None
    written: int | None
    cost_usd: float | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The verdicts of a later judge as far as they are.

    Attributes:
        table: of the folder, all judges.
        flips: this judge's, against those who judged first.
        status: of its verdicts alone.
    """

    table: pd.DataFrame
    flips: tuple[Flips, ...]
    status: RunStatus
    tokens: Tokens


def rejudge_and_report(asked: Rejudging, *, as_json: bool) -> int:
    """Judge what this judge has not judged yet, print what flipped, and return the exit code.

    Raises:
        UserError: a mistake in the command; nothing was spent.
    """
    # Inspect prints a banner and a closing line of its own to standard output.
    rich.reconfigure(quiet=True)
    try:
        with shown(Console(stderr=True)) as sink:
            done = rejudge(asked, sink)
    except KeyboardInterrupt:
        click.echo("\nWhat is judged is kept: the same command goes on from it.", err=True)
        raise
    except _OF_FOLDER as error:
        raise _of_folder(asked, error) from error
    except _OF_PACK as error:
        raise _of_pack(error) from error
    found = _shown(asked, done)
    if as_json:
        click.echo(json.dumps(_summary(found, done), indent=2))
    else:
        _print(found, asked, done)
    return found.status.exit_code


def _shown(asked: Rejudging, done: Rejudged) -> Shown:
    table = verdicts_of(asked.folder)
    own = table[table["judge"] == done.judge]
    flips = tuple(found for found in flips_of(table) if found.second == done.judge)
    return Shown(table, flips, run_status(own), _tokens(own))


def _tokens(rows: pd.DataFrame) -> Tokens:
    judged = rows[rows["verdict_log"].notna()]
    # A verdict that needed no judge cost nothing, and has no price either.
    asked = judged[judged["judge_input_tokens"].fillna(1) > 0]
    cost = None if asked["cost_usd"].isna().any() else float(asked["cost_usd"].sum())
    return Tokens(_sum(judged["judge_input_tokens"]), _sum(judged["judge_output_tokens"]), cost)


def _sum(counts: "pd.Series[int]") -> int | None:
    return int(counts.sum()) if counts.notna().any() else None


def _summary(found: Shown, done: Rejudged) -> dict[str, object]:
    """For machines; numbers that are not known are null."""
    status = found.status
    return {
        "judge": done.judge,
        "logs": str(done.logs),
        "answers": status.rows,
        "kept": done.progress.kept,
        "scored": status.scored,
        "errors": status.errors,
        "unscored": {tally.name: tally.n for tally in status.reasons},
        "exit_code": status.exit_code,
        "tokens": asdict(found.tokens),
        **flips_json(found.flips, found.table),
    }


def _print(found: Shown, asked: Rejudging, done: Rejudged) -> None:
    for table in flips_tables(found.flips):
        Console().print(table)
    status, progress = found.status, done.progress
    if not progress.done:
        click.echo(f"Nothing to do: {done.judge} has judged all of it before.")
    click.echo(f"{status.scored} of {status.rows} answers have a verdict of {done.judge}.")
    tell_unscored(status, _REMEDIES)
    if status.errors:
        click.echo(f"The most frequent error: {_first_error(done)}")
    if not status.done:
        click.echo(f"This does not count as done (exit code 1): {lacking(status)}.")
    click.echo(f"judge: {_spent(found.tokens)}")
    click.echo(f"logs: {done.logs}")
    click.echo(f"next: turncoat report {asked.folder} shows both judges, and links what flipped")


def _spent(tokens: Tokens) -> str:
    cost = "cost unknown" if tokens.cost_usd is None else f"{tokens.cost_usd:.2f} USD"
    read, written = (
        "unknown" if number is None else f"{number:,}" for number in (tokens.read, tokens.written)
    )
    return f"{read} tokens read, {written} written, {cost}"


def _first_error(done: Rejudged) -> str:
    texts = error_texts(verdicts_in(done.logs, root=done.logs))
    return textwrap.shorten(texts[0], ERROR_SHOWN) if texts else "not in the logs"


_OF_FOLDER = (FolderUnusable, ModelUnavailable, NothingToJudge, PlanConflict, SameJudge)
_OF_PACK = (NotPublished, OtherPack, OtherPrompt)


def _of_folder(asked: Rejudging, error: Exception) -> UserError:
    match error:
        case ModelUnavailable():
            return unavailable(error.name, error.problem)
        case SameJudge():
            return UserError(
                f"{asked.folder} has the verdicts of this judge",
                got=f"{error.judge}, which judged these answers when they were given",
                expected="another model, other arguments (-J), or another scoring",
                then="name another judge; what it left unscored, the command of the run tries again",
            )
        case PlanConflict():
            return UserError(
                f"{error.out} holds verdicts that were asked for with something else",
                got="\n            ".join(error.differences),
                expected="the options that the judge's folder began with",
                then="give them, or move this folder aside and begin anew",
            )
        case NothingToJudge():
            return UserError(
                f"{asked.folder} holds no answer",
                got="no clean sample in .eval logs",
                expected="the --out of a `turncoat run`, or a folder of its logs",
                then="give such a folder, e.g. runs/demo",
            )
        case _:
            return UserError(
                "the folder of the verdicts cannot be used",
                got=str(error),
                expected="a folder that can be written, and that no other command is at work in",
                then="wait for the other command, or copy the run to where you may write",
            )


def _of_pack(error: NotPublished | OtherPack | OtherPrompt) -> UserError:
    match error:
        case NotPublished():
            return UserError(
                "option --scoring legacy",
                got=f"scenario {error.scenario}",
                expected="published stimuli (reference/...)",
                then="leave --scoring out: our own judge knows every scenario",
            )
        case OtherPrompt():
            return UserError(
                "the subjects read another prompt than the pack makes now",
                got=str(error),
                expected="the version of turncoat that made the run",
                then="install the version that `turncoat results` tells in turncoat_version",
            )
        case OtherPack(found=None):
            return UserError(
                f"the pack {error.scenario} is not in the catalog",
                got=f"answers to a pack of hash {error.logged}",
                expected="the folder of that pack",
                then="give it: --pack PATH",
            )
        case OtherPack():
            return UserError(
                f"the pack {error.scenario} is another one than the subjects were given",
                got=f"hash {error.found}",
                expected=f"hash {error.logged}, as the logs say: other texts make other verdicts",
                then="give the folder of the pack as it was: --pack PATH",
            )
