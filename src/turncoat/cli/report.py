"""`turncoat report`: one self-contained HTML page from a run's logs."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The page  [default: DIR/report.html]",
)
@click.option(
    "--figure",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the headline figure too, as .svg or .png.",
)
def command(folder: Path, output: Path | None, figure: Path | None) -> None:
    """Build a self-contained HTML report from the logs alone: numbers, and their transcripts.

    DIR is the --out of a run, or any folder of `.eval` logs of turncoat's tasks.

    \b
    Examples:
      turncoat report runs/coercion
      turncoat report runs/coercion --output coercion.html --figure coercion.png
    """
    from turncoat.cli.running import write_figure, write_report

    if figure:
        click.echo(f"figure: {write_figure(folder, figure)}")
    page = write_report(folder, output or folder / "report.html")
    click.echo(f"report: {page}")
