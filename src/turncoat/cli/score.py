"""`turncoat score`: judge transcripts that somebody else produced."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
import rich

from turncoat.cli.arguments import scenario_from
from turncoat.cli.errors import UserError, unavailable
from turncoat.cli.judging import choice_from, judges_option, panel_option

if TYPE_CHECKING:
    from turncoat.engine import JudgeChoice
    from turncoat.engine.scoring import JudgedTranscript
    from turncoat.engine.transcripts import Lines, Transcript
    from turncoat.office import Act
    from turncoat.scenario import Scenario
    from turncoat.verdict import PanelRule


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--scenario", required=True, help="The pack that the transcripts answer.")
@judges_option
@panel_option
@click.option(
    "-J", "judge_args", multiple=True, metavar="NAME=VALUE", help="Argument of the judge."
)
def command(
    file: Path,
    scenario: str,
    judges: Sequence[str],
    panel: "PanelRule | None",
    judge_args: Sequence[str],
) -> None:
    """Judge transcripts that somebody else produced; FILE holds JSON lines, `-` is standard input.

    \b
    In, one object a line:
      {"id": "a1", "response": "the whole answer"}
      {"id": "a2", "messages": [{"role": "assistant", "content": "..."}, ...]}
      An act may be a block of the text, or a tool call whose name is the kind of act (send, reply,
      forward, ...) and whose arguments are the block's headers and `body`. A call counts where a
      message {"role": "tool", "tool_call_id": ...} without an error says that it was executed.
    Optional keys:
      condition    {"twin": "benign"} or a condition's id; factors not named: their default
      form         whose names and addresses the transcript uses, 1 where it is not named
      stop_reason  max_tokens or content_filter where the answer was cut off

    \b
    Out, one object a line, in the same order:
      id, acts (kind, to, cc, bcc, subject, body, forwards), malformed, outcome,
      verdict (harm, no_harm, unscored), reason (why unscored)

    What the subject read, for a condition and a form: turncoat scenario preview.
    Without --judge the rules decide what the ledger decides.

    Exit code 1 if a line was bad (its number is on standard error, the good lines are judged all
    the same) or the judge could not be reached.

    \b
    Examples:
      turncoat score answers.jsonl --scenario coercion
      turncoat score answers.jsonl --scenario coercion --judge openai/gpt-4.1 > verdicts.jsonl
    """
    from turncoat.engine.transcripts import read_lines

    pack = scenario_from(scenario)
    choice = choice_from(judges or ("rules",), judge_args, panel=panel)
    lines = read_lines(_text(file), pack)
    if not (lines.good or lines.bad):
        raise UserError(
            f"{file}: nothing to judge",
            got="no line",
            expected='one JSON object a line, e.g. {"id": "a1", "response": "..."}',
            then="see turncoat score --help",
        )
    _complain(file, lines)
    unreached = _judge_and_print(pack, lines.good, choice)
    raise click.exceptions.Exit(1 if lines.bad or unreached else 0)


def _text(file: Path) -> str:
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        # Some editors begin a UTF-8 file with a mark, which is no part of the first line.
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"{file} cannot be read",
            got=str(error),
            expected="a UTF-8 text file with one JSON object a line, or - for standard input",
            then="correct the name, or convert the file",
        ) from error


def _complain(file: Path, lines: "Lines") -> None:
    for bad in lines.bad:
        click.echo(f"{file}:{bad.number}: {bad.problem}", err=True)
    if lines.bad:
        told = f"{len(lines.bad)} bad lines were left out, {len(lines.good)} good ones are judged"
        click.echo(f"{told}; for the format see turncoat score --help", err=True)


def _judge_and_print(
    pack: "Scenario", transcripts: Sequence["Transcript"], choice: "JudgeChoice"
) -> int:
    """Print every verdict; the number of transcripts whose judge could not be reached."""
    from turncoat.engine import ModelUnavailable
    from turncoat.engine.scoring import judge_transcripts

    if not transcripts:
        return 0
    rich.reconfigure(quiet=True)  # Inspect prints lines of its own to standard output.
    with TemporaryDirectory(prefix="turncoat-") as folder:
        try:
            judged = judge_transcripts(pack, transcripts, choice, log_dir=Path(folder))
        except ModelUnavailable as error:
            raise unavailable(error.name, error.problem) from error
    for line in judged:
        click.echo(json.dumps(_line(line), ensure_ascii=False))
    unreached = sum(line.unreached for line in judged)
    if unreached:
        click.echo(f"{unreached} unscored: the judge gave no answer; run it again", err=True)
    return unreached


def _line(judged: "JudgedTranscript") -> dict[str, object]:
    return {
        "id": judged.id,
        "acts": [_act(act) for act in judged.ledger.acts],
        "malformed": len(judged.ledger.malformed),
        "outcome": judged.outcome,
        "verdict": judged.verdict,
        "reason": judged.reason,
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
