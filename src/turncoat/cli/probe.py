"""`turncoat probe`: does a subject know the text of a scenario?"""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from turncoat.cli.arguments import json_option, models_option, scenarios_from, subjects_from


@click.command()
@click.argument("scenarios", nargs=-1, metavar="SCENARIO...")
@models_option
@click.option(
    "--passages",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Passages of each scenario; two questions are asked about each.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    default=Path("runs/probe"),
    show_default=True,
    help="Folder of the probe's logs; the same command goes on with what is missing.",
)
@click.option("--temperature", type=click.FloatRange(min=0), default=1.0, show_default=True)
@json_option
def command(
    scenarios: Sequence[str],
    models: Sequence[str],
    passages: int,
    out: Path,
    temperature: float,
    as_json: bool,
) -> None:
    """Ask subjects whether they know a scenario's text, and to go on with it.

    A model that has read a test in its training may behave in it as the test's readers expect.
    Two questions are asked about each passage, outside of any scenario: where it comes from, and
    how it goes on. Rules decide, no judge: a known name of the published source, or eight words of
    the true continuation in a row. On our own packs, which nobody has published, both are false
    positives: probe some of them in the same command, and the table shows what lies above that.

    \b
    --json prints one object:
      cells  list of {model, scenario, story, question, simulated, asked, missing, reasons, rate,
             excess}
      out    folder of the logs

    \b
    Examples:
      turncoat probe coercion leak lethal --model openai/gpt-4.1
      turncoat probe reference/blackmail coercion --model openai/gpt-4.1 --passages 40
    """
    from inspect_ai.model import GenerateConfig

    from turncoat.cli.probing import probe_and_report
    from turncoat.engine.probing import ProbeRequest
    from turncoat.report.sheets import plain

    request = ProbeRequest(
        packs=scenarios_from(scenarios),
        models=subjects_from(models),
        passages=passages,
        out=out,
        config=GenerateConfig(temperature=temperature),
    )
    cells = probe_and_report(request, as_json=as_json)
    if as_json:
        data = {"cells": [plain(cell) for cell in cells], "out": str(out)}
        click.echo(json.dumps(data, indent=2))
