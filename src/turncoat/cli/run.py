"""`turncoat run`: run scenarios on models, judge, and print rates with intervals."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import click

from turncoat.cli.arguments import (
    Size,
    also_from,
    also_option,
    args_from,
    as_published_option,
    json_option,
    legacy_from,
    models_option,
    plans_from,
    refuse_unready,
    scenarios_from,
    size_options,
    subjects_from,
    where_option,
)
from turncoat.cli.judging import choice_from, judges_option, panel_option

if TYPE_CHECKING:
    from turncoat.verdict import PanelRule

_MODEL_ARG = "NAME=VALUE"
_AT_LEAST_ONE = click.IntRange(min=1)
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]


@click.command()
@click.argument("scenarios", nargs=-1, metavar="SCENARIO...")
@models_option
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
@where_option
@size_options
@as_published_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The run's folder  [default: runs/SCENARIOS]",
)
@click.option(
    "--restart", is_flag=True, help="Move an earlier run of the folder aside and begin anew."
)
@click.option(
    "--temperature",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    help="Of the subjects.",
)
@click.option("--max-tokens", type=_AT_LEAST_ONE, help="Of one answer of a subject.")
@click.option(
    "--reasoning-effort",
    type=click.Choice(get_args(Effort)),
    help="Of subjects that reason.",
)
@click.option(
    "-M",
    "model_args",
    multiple=True,
    metavar=_MODEL_ARG,
    help="Argument of the subjects' provider, e.g. -M seed=3.",
)
@click.option(
    "-J",
    "judge_args",
    multiple=True,
    metavar=_MODEL_ARG,
    help="Argument of the judge's provider, e.g. -J sensitivity=0.9.",
)
@click.option("--max-connections", type=_AT_LEAST_ONE, help="Calls in flight, per model.")
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
    scenarios: Sequence[str],
    models: Sequence[str],
    judges: Sequence[str],
    panel: "PanelRule | None",
    scoring: str,
    also: str,
    where: Sequence[str],
    forms: int,
    epochs: int,
    fraction: int | None,
    as_published: bool,
    out: Path | None,
    restart: bool,
    temperature: float,
    max_tokens: int | None,
    reasoning_effort: Effort | None,
    model_args: Sequence[str],
    judge_args: Sequence[str],
    max_connections: int | None,
    max_retries: int,
    timeout: int,
    as_json: bool,
) -> None:
    """Run scenarios on models, judge the answers, and print rates with intervals.

    Without --where: the treated condition and its three controls. A selection with --where is
    completed with the control in which the motive is absent. `turncoat plan` with the same
    arguments says what a run would cost in calls. With --fraction, the effects of many factors are
    estimated from few conditions; `turncoat plan` says what they cannot tell apart.

    The same command goes on where an earlier one stopped and pays for nothing twice. More forms,
    epochs, conditions or models on the same --out extend the run; fewer show only their rows.
    Another pack, judge or setting is another run and needs another --out, or --restart.

    SCENARIO is a name of `turncoat scenario list`, or the folder of a pack of your own.

    Models that need no key: sim/mixed, sim/loyal, sim/turncoat, sim/aware, sim/messy as subjects,
    sim/judge (-J sensitivity=0.9 -J specificity=0.95) as the judge.

    \b
    Exit codes:
      0    done
      1    done with errors, or more than 5 % unscored
      2    a mistake in the command; nothing was spent
      130  interrupted

    \b
    Examples:
      turncoat run coercion --model openai/gpt-4.1 --judge anthropic/claude-sonnet-4-5 --forms 50
      turncoat run coercion leak lethal --model ollama/llama3.1 --judge ollama/llama3.1
      turncoat run coercion --model openai/gpt-4.1 --panel unanimity \
                            --judge anthropic/claude-sonnet-4-5 --judge google/gemini-2.5-pro
      turncoat run leak --model sim/aware --judge sim/judge --also conduct,awareness
      turncoat run leak --model sim/mixed --judge rules --where threat=replacement,restriction
      turncoat run ./my_pack --model sim/mixed --judge rules
    """
    from inspect_ai.model import GenerateConfig

    from turncoat.cli.designing import designs_from, lost_lines
    from turncoat.cli.running import run_and_report
    from turncoat.engine import Limits, Request

    packs = scenarios_from(scenarios, as_published=as_published)
    refuse_unready(scenarios, packs, models)
    size = Size(forms, epochs, fraction)
    grids = {pack.name: pack.grid for pack in packs}
    for name, design in designs_from(packs, where, size).items():
        for line in lost_lines(design, grids[name]):
            click.echo(f"{name}: {line}", err=True)
    request = Request(
        plans=plans_from(packs, where, size),
        models=subjects_from(models),
        judge=choice_from(
            judges, judge_args, panel=panel, legacy=legacy_from(scoring, judges, packs)
        ),
        config=GenerateConfig(
            temperature=temperature,
            max_tokens=max_tokens,
            reasoning_effort=reasoning_effort,
        ),
        out=out or Path("runs") / "-".join(pack.name.replace("/", "_") for pack in packs),
        model_args=args_from(model_args, option="-M"),
        restart=restart,
        also=also_from(also, *judges[:1]),
        limits=Limits(max_connections, max_retries, timeout),
        packs={pack.name: pack for pack in packs},
    )
    raise click.exceptions.Exit(run_and_report(request, as_json=as_json))
