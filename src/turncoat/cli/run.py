"""`turncoat run`: run scenarios on models, judge, and print rates with intervals."""

from collections.abc import Sequence
from pathlib import Path

import click

from turncoat.cli.arguments import (
    Size,
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
from turncoat.cli.asking import Asking, asking_options, out_option, scoring_option


@click.command()
@click.argument("scenarios", nargs=-1, metavar="SCENARIO...")
@models_option
@scoring_option
@where_option
@size_options
@as_published_option
@out_option("runs/SCENARIOS")
@asking_options
@json_option
def command(
    scenarios: Sequence[str],
    models: Sequence[str],
    scoring: str,
    where: Sequence[str],
    forms: int,
    epochs: int,
    fraction: int | None,
    as_published: bool,
    out: Path | None,
    asking: Asking,
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
      turncoat run leak --model ollama/llama3.1 --judge ollama/qwen3 --judge ollama/gemma3 --panel unanimity
      turncoat run leak --model sim/aware --judge sim/judge --also conduct,awareness
      turncoat run leak --model sim/mixed --judge rules --where threat=replacement,restriction
      turncoat run ./my_pack --model sim/mixed --judge rules
    """
    from turncoat.cli.designing import designs_from, lost_lines
    from turncoat.cli.running import run_and_report
    from turncoat.engine import Request

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
        judge=asking.choice(legacy=legacy_from(scoring, asking.judges, packs)),
        config=asking.config(),
        out=out or Path("runs") / "-".join(pack.name.replace("/", "_") for pack in packs),
        model_args=asking.subject_args(),
        restart=asking.restart,
        also=asking.beside(),
        limits=asking.limits(),
        packs={pack.name: pack for pack in packs},
    )
    raise click.exceptions.Exit(run_and_report(request, as_json=as_json))
