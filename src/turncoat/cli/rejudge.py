"""`turncoat rejudge`: new verdicts on the answers of a run, and what flipped."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from turncoat.cli.arguments import (
    also_of_judge,
    also_option,
    json_option,
    legacy_from,
    scenario_from,
)
from turncoat.cli.judging import choice_from, judges_option, panel_option

if TYPE_CHECKING:
    from turncoat.verdict import PanelRule

_AT_LEAST_ONE = click.IntRange(min=1)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@judges_option
@panel_option
@click.option(
    "--scoring",
    type=click.Choice(["turncoat", "legacy"]),
    default="turncoat",
    show_default=True,
    help="`legacy` reproduces the published scoring, its known errors included; for reference/ only.",
)
@also_option
@click.option(
    "--pack",
    "packs",
    multiple=True,
    metavar="PATH",
    help="Folder of a pack that the run was given by its path, or in another version than the "
    "catalog's. May be given several times.",
)
@click.option(
    "-J",
    "judge_args",
    multiple=True,
    metavar="NAME=VALUE",
    help="Argument of the judge's provider, e.g. -J sensitivity=0.9. It makes another judge.",
)
@click.option("--max-connections", type=_AT_LEAST_ONE, help="Calls in flight.")
@click.option(
    "--max-retries",
    type=click.IntRange(min=0),
    default=4,
    show_default=True,
    help="Retries of a failed call.",
)
@click.option(
    "--timeout",
    type=_AT_LEAST_ONE,
    default=300,
    show_default=True,
    help="Seconds for one attempt of a call.",
)
@json_option
def command(
    folder: Path,
    judges: Sequence[str],
    panel: "PanelRule | None",
    scoring: str,
    also: str,
    packs: Sequence[str],
    judge_args: Sequence[str],
    max_connections: int | None,
    max_retries: int,
    timeout: int,
    as_json: bool,
) -> None:
    """Judge the answers of a run again, with another judge, and print what flipped.

    DIR is the --out of a run, or any folder of `.eval` logs of turncoat's tasks. No subject is asked
    again, and the run's own logs stay as they are: the new verdicts are `.eval` logs in
    DIR/rejudged, a folder a judge. `turncoat results DIR` and `turncoat report DIR` then hold both
    judges side by side, and `inspect view --log-dir DIR` opens the logs of both.

    The same command goes on where an earlier one stopped and pays for nothing twice; after the run
    has grown, it judges what is new. An outage of the judge leaves samples unscored
    (`judge_unreachable`), and the same command tries them again.

    A verdict is one of the outcomes of the pack. Where the pack at hand is not the one that the
    subjects were given, nothing is judged: --pack names the right one.

    \b
    Exit codes:
      0    done
      1    done with errors, or more than 5 % unscored
      2    a mistake in the command; nothing was spent
      130  interrupted

    \b
    Examples:
      turncoat rejudge runs/coercion --judge openai/gpt-4.1
      turncoat rejudge runs/coercion --judge openai/gpt-4.1 --judge google/gemini-2.5-pro
      turncoat rejudge runs/coercion --judge sim/judge -J sensitivity=0.7
      turncoat rejudge runs/my_pack --judge rules --pack ./my_pack
      turncoat rejudge runs/coercion --judge openai/gpt-4.1 --json > flips.json
    """
    from turncoat.cli.rejudging import rejudge_and_report
    from turncoat.engine import Limits
    from turncoat.engine.rejudging import Rejudging

    given = {pack.name: pack for pack in map(scenario_from, packs)}
    legacy = legacy_from(scoring, judges, ())
    choice = choice_from(judges, judge_args, panel=panel, legacy=legacy)
    asked = Rejudging(
        folder=folder,
        judge=choice,
        also=also_of_judge(also, *judges[:1]),
        limits=Limits(max_connections, max_retries, timeout),
        packs=given,
    )
    raise click.exceptions.Exit(rejudge_and_report(asked, as_json=as_json))
