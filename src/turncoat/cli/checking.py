"""`turncoat judge check` behind its options: progress, tables, the kept result, the exit code."""

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click
import rich
from rich.console import Console

from turncoat.analysis.quality import Measured, judge_quality
from turncoat.catalog.labels import labels_hash
from turncoat.catalog.rubrics import load_rubric
from turncoat.cli.errors import UserError, unavailable
from turncoat.cli.progress import shown
from turncoat.engine import FolderUnusable, ModelUnavailable, PlanConflict
from turncoat.engine.checking import CheckDone, CheckRequest, check
from turncoat.judges import RUBRIC
from turncoat.report.quality import quality_tables
from turncoat.results.logs import SIMULATED
from turncoat.results.quality import (
    JudgeQuality,
    QualityUnreadable,
    keep_quality,
    quality_folder,
    quality_of,
)


@dataclass(frozen=True, slots=True)
class Check:
    """A check, and what becomes of it.

    Attributes:
        request: which judge on what.
        part: of the labeled set.
        least: what the lower bounds must reach.
        whole: whether all packs are in it; only then the result is kept.
    """

    request: CheckRequest
    part: str
    least: float
    whole: bool


def check_and_report(asked: Check, *, as_json: bool) -> int:
    """Ask the judge, print what was measured, keep it, and return the exit code.

    Raises:
        UserError: a mistake in the command; nothing was spent.
    """
    # Inspect prints a banner and a closing line of its own to standard output.
    rich.reconfigure(quiet=True)
    try:
        with shown(Console(stderr=True)) as sink:
            done = check(asked.request, sink)
    except ModelUnavailable as error:
        raise unavailable(error.name, error.problem) from error
    except (FolderUnusable, PlanConflict) as error:
        raise UserError(str(error), then="give another --out, or free the folder") from error
    except KeyboardInterrupt:
        click.echo("\nWhat is judged is kept: the same command goes on from it.", err=True)
        raise
    found = _quality(asked, done)
    _tell(found, as_json=as_json)
    unreached = sum(not one.clean for one in done.checked)
    if unreached:
        click.echo(
            f"{unreached} transcripts were not judged: the judge gave no answer; the same command "
            "tries them again. Nothing was kept.",
            err=True,
        )
        return 1
    click.echo(_keep(found, quality_folder(), whole=asked.whole), err=True)
    gates = (found.gate, *(mark.gate for mark in found.marks))
    return 0 if all(gate in ("passed", "no judge needed") for gate in gates) else 1


def _keep(found: JudgeQuality, folder: Path, *, whole: bool) -> str:
    """Keep the measurement where it is the judge's, and say what became of it."""
    if not whole:
        return "not kept: only a check over all packs is the judge's measurement"
    if found.part == "dev" and _on_test_part(found, folder):
        return "not kept: this judge was measured on the test part, and that is its measurement"
    return f"kept: {keep_quality(found, folder)}"


def _on_test_part(found: JudgeQuality, folder: Path) -> bool:
    try:
        earlier = quality_of(found.judge, found.rubric_hash, folder)
    except QualityUnreadable:
        return False
    return earlier is not None and earlier.part == "test"


def _quality(asked: Check, done: CheckDone) -> JudgeQuality:
    rules = asked.request.judge.kind == "rules"
    measured = Measured(
        judge=done.judge,
        rubric_hash=None if rules else load_rubric(RUBRIC).hash,
        labels_hash=labels_hash(),
        part=asked.part,
        on=datetime.now(UTC).date().isoformat(),  # noqa: TID251 - when it was measured
        simulated=SIMULATED in done.judge,
        version=version("turncoat"),
        least=asked.least,
    )
    return judge_quality(asked.request.cases, done.checked, measured)


def _tell(found: JudgeQuality, *, as_json: bool) -> None:
    if as_json:
        click.echo(found.model_dump_json(indent=2))
        return
    console = Console()
    for table in quality_tables(found):
        console.print(table)
    click.echo(f"{found.judge}: {found.gate}")
    for mark in found.marks:
        click.echo(f"  {mark.mark}: {mark.gate}")
    click.echo(f"{found.cases} transcripts; the judge {_spent(found)}")


def _spent(found: JudgeQuality) -> str:
    if found.input_tokens is None:
        return "told no tokens"
    cost = "cost unknown" if found.cost_usd is None else f"${found.cost_usd:.2f}"
    return f"read {found.input_tokens:,} and wrote {found.output_tokens or 0:,} tokens ({cost})"
