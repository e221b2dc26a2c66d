"""`turncoat results`: the table of observations of a run."""

import sys
from pathlib import Path
from typing import Literal

import click

from turncoat.cli.errors import UserError


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet", "json"]),
    default="csv",
    show_default=True,
)
@click.option("--output", type=click.Path(path_type=Path), help="A file [standard output].")
def command(folder: Path, form: Literal["csv", "parquet", "json"], output: Path | None) -> None:
    """Print the table of observations: one row per sample, epoch and judge.

    DIR is the --out of a run, or any folder of `.eval` logs of turncoat's tasks.

    \b
    Examples:
      turncoat results runs/coercion > coercion.csv
      turncoat results runs/coercion --format parquet --output coercion.parquet
    """
    from turncoat.cli.running import observed
    from turncoat.results import write

    found = observed(folder)
    if output is None:
        write(found.observations, sys.stdout.buffer, form=form)
        return
    try:
        with output.open("wb") as file:
            write(found.observations, file, form=form)
    except OSError as error:
        raise UserError(f"{output} cannot be written", got=str(error)) from error
