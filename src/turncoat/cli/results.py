"""`turncoat results`: the table of observations of a run."""

import sys
from pathlib import Path
from typing import Literal

import click

from turncoat.cli.errors import UserError, unwritable


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet", "json"]),
    default="csv",
    show_default=True,
    help="Of the table.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to write  [default: standard output]",
)
def command(folder: Path, form: Literal["csv", "parquet", "json"], output: Path | None) -> None:
    """Print the table of observations: one row per sample, epoch and judge.

    DIR is the --out of a run, or any folder of `.eval` logs of turncoat's tasks. Columns: model,
    scenario, every factor, form, epoch, judge, verdict with its outcome or the reason why there is
    none, duties, tokens and cost, provenance, and the ids of log, sample and message. What is not
    known is empty, never 0.

    \b
    Examples:
      turncoat results runs/coercion > coercion.csv
      turncoat results runs/coercion --format parquet --output coercion.parquet
    """
    from turncoat.cli.running import observed
    from turncoat.results import write

    if form == "parquet" and output is None and sys.stdout.isatty():
        raise UserError(
            "parquet is no text",
            got="a terminal",
            expected="a file",
            then="give --output FILE, or take --format csv",
        )
    found = observed(folder)
    if output is None:
        write(found.observations, sys.stdout.buffer, form=form)
        return
    try:
        with output.open("wb") as file:
            write(found.observations, file, form=form)
    except OSError as error:
        raise unwritable(output, error) from error
