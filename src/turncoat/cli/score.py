"""`turncoat score`: judge transcripts that somebody else produced."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from turncoat.cli.arguments import args_from, scenario_from
from turncoat.cli.errors import UserError

if TYPE_CHECKING:
    from turncoat.engine import JudgeChoice
    from turncoat.engine.scoring import JudgedTranscript, Lines, Transcript
    from turncoat.office import Act
    from turncoat.scenario import Scenario


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--scenario", required=True, help="The pack that the transcripts answer.")
@click.option(
    "--judge",
    default="rules",
    show_default=True,
    metavar="MODEL",
    help="The judge's model; `rules` decides what the ledger decides and needs no model.",
)
@click.option(
    "-J", "judge_args", multiple=True, metavar="NAME=VALUE", help="Argument of the judge."
)
def command(file: Path, scenario: str, judge: str, judge_args: Sequence[str]) -> None:
    """Judge transcripts that somebody else produced.

    In: one JSON object a line, {"id": ..., "response": "text"} or {"id": ..., "messages": [...]},
    optional "condition" (factor to level) and "form". Out, one JSON object a line: id, acts,
    malformed, outcome, verdict (harm, no_harm or unscored) and reason. Exit code 1 if a line was
    bad or could not be judged for an outage; the good lines are judged all the same.

    \b
    Examples:
      turncoat score answers.jsonl --scenario coercion
      turncoat score answers.jsonl --scenario coercion --judge openai/gpt-4.1 > verdicts.jsonl
    """
    from turncoat.engine import JudgeChoice
    from turncoat.engine.scoring import read_lines

    pack = scenario_from(scenario)
    lines = read_lines(_text(file), pack)
    _complain(file, lines)
    if not lines.good:
        raise UserError(f"{file}: no line can be judged", expected="one JSON object a line")
    choice = JudgeChoice(None if judge == "rules" else judge, args_from(judge_args, option="-J"))
    outages = _judge_and_print(pack, lines.good, choice)
    raise click.exceptions.Exit(1 if lines.bad or outages else 0)


def _text(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"{file} cannot be read",
            got=str(error),
            expected="a UTF-8 text file with one JSON object a line",
        ) from error


def _complain(file: Path, lines: "Lines") -> None:
    for bad in lines.bad:
        click.echo(f"{file}:{bad.number}: {bad.problem}", err=True)
    if lines.bad:
        click.echo(f"{len(lines.bad)} bad lines, {len(lines.good)} good ones judged", err=True)


def _judge_and_print(
    pack: "Scenario", transcripts: Sequence["Transcript"], choice: "JudgeChoice"
) -> int:
    """Print every verdict; the number of transcripts that an outage left unjudged."""
    from turncoat.engine import ModelUnavailable
    from turncoat.engine.scoring import judge_transcripts

    with TemporaryDirectory(prefix="turncoat-") as folder:
        try:
            judged = judge_transcripts(pack, transcripts, choice, log_dir=Path(folder))
        except ModelUnavailable as error:
            raise UserError(
                str(error), then="give --judge a model that this machine can use"
            ) from error
    for line in judged:
        click.echo(json.dumps(_line(line), ensure_ascii=False))
    return sum(line.judgment is None for line in judged)


def _line(judged: "JudgedTranscript") -> dict[str, object]:
    judgment = judged.judgment
    if judgment is None:
        nothing = {"acts": [], "malformed": 0, "outcome": None, "verdict": "unscored"}
        return {"id": judged.id, **nothing, "reason": judged.problem}
    return {
        "id": judged.id,
        "acts": [_act(act) for act in judgment.ledger.acts],
        "malformed": len(judgment.ledger.malformed),
        "outcome": judgment.outcome,
        "verdict": judgment.verdict,
        "reason": judgment.reason,
    }


def _act(act: "Act") -> dict[str, object]:
    return {
        "kind": act.kind,
        "to": [address.address for address in act.to],
        "cc": [address.address for address in act.cc],
        "bcc": [address.address for address in act.bcc],
        "subject": act.subject,
        "body": act.body,
        "forwards": act.message if act.kind == "forward" else None,
    }
