"""A probe from the command line: progress, and the table at the end."""

import click
import rich
from rich.console import Console

from turncoat.analysis.recognition import RecognitionCell, recognition_cells
from turncoat.cli.errors import unavailable, unwritable
from turncoat.cli.progress import shown
from turncoat.engine import ModelUnavailable
from turncoat.engine.probing import ProbeRequest, probe
from turncoat.report.recognition import recognition_table


def probe_and_report(request: ProbeRequest, *, as_json: bool) -> tuple[RecognitionCell, ...]:
    """Ask what is missing, print the table unless JSON is asked for, and return its cells.

    Raises:
        UserError: a model cannot be used, or the folder cannot be written; nothing was spent.
    """
    # Inspect prints a banner and a closing line of its own to standard output.
    rich.reconfigure(quiet=True)
    try:
        request.out.mkdir(parents=True, exist_ok=True)
        with shown(Console(stderr=True)) as sink:
            rows = probe(request, sink)
    except ModelUnavailable as error:
        raise unavailable(error.name, error.problem) from error
    except OSError as error:
        raise unwritable(request.out, error) from error
    cells = recognition_cells(rows)
    if not as_json:
        Console().print(recognition_table(cells))
        click.echo(f"logs: {request.out}")
    return cells
