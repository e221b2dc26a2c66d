"""`turncoat label`: people label a run's transcripts on a local page."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from turncoat.cli.arguments import json_option


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--annotator", metavar="NAME", help="Who labels: a person's name.")
@click.option(
    "--labels",
    type=click.IntRange(min=1),
    metavar="N",
    help="Observations to draw, over all cells; a larger number extends a draw  [default: 100]",
)
@click.option(
    "--judge",
    metavar="JUDGE",
    help="Whose verdicts make the strata, where the run has several  [default: the panel's]",
)
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="N", help="Of the random draw  [default: 0]"
)
@click.option(
    "--pack",
    "packs",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of a pack of your own that the run used; may be given several times.",
)
@click.option(
    "--show-reasoning",
    is_flag=True,
    help="Show the agent's private reasoning too. Harm is judged by acts; labels keep that it was "
    "shown.",
)
@click.option(
    "--port",
    type=click.IntRange(1024, 65535),
    metavar="PORT",
    help="On 127.0.0.1, the only address  [default: a free one]",
)
@click.option("--open", "in_browser", is_flag=True, help="Open the page in the browser.")
@click.option(
    "--export",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write all labels as .csv or .json, and serve nothing.",
)
@click.option(
    "--status", is_flag=True, help="Say how far annotators are and how they agree; serve nothing."
)
@json_option
def command(
    folder: Path,
    annotator: str | None,
    labels: int | None,
    judge: str | None,
    seed: int | None,
    packs: Sequence[Path],
    show_reasoning: bool,
    port: int | None,
    in_browser: bool,
    export: Path | None,
    status: bool,
    as_json: bool,
) -> None:
    """Label a run's transcripts on a local page: blind, by keyboard, resumable.

    DIR is the --out of a run, or any folder of `.eval` logs of turncoat's tasks. What is labeled is
    drawn at random within each cell and what the judge made of it: harm, no harm, gate closed,
    unscored. The draw and all labels are kept in DIR/labels.sqlite; every annotator labels the same
    transcripts, each in another order, and goes on where they stopped. The page shows neither
    model, condition and judge nor its verdict.

    It is served on 127.0.0.1 alone, at the printed address, until Ctrl-C. Several annotators may
    work at once, each with a command of their own.

    \b
    Examples:
      turncoat label runs/coercion --annotator "Ada Moreau"
      turncoat label runs/coercion --annotator "Ada Moreau" --labels 200 --open
      turncoat label runs/coercion --status
      turncoat label runs/coercion --export labels.csv
    """
    from turncoat.cli import labeling
    from turncoat.cli.errors import UserError

    if export:
        written = labeling.export(folder, export)
        click.echo(f"labels: {export} ({written})")
    if status or as_json:
        found = labeling.standing(folder)
        if as_json:
            click.echo(json.dumps(labeling.standing_json(found), indent=2))
        else:
            labeling.print_standing(found)
    if export or status or as_json:
        return
    if annotator is None:
        raise UserError(
            "nobody is named",
            got="no --annotator",
            expected="the name of the person who labels",
            then='e.g. --annotator "Ada Moreau"; --status and --export need none',
        )
    wanted = labeling.Wanted(labels, judge, seed, tuple(packs))
    desk = labeling.desk_for(folder, wanted, annotator, show_reasoning=show_reasoning)
    labeling.serve(desk, folder, port=port or 0, in_browser=in_browser)
