"""`turncoat run`: run scenarios on models, judge, and print rates with intervals."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

import click

from turncoat.cli.arguments import (
    ArgValue,
    args_from,
    conditions_from,
    json_option,
    plan_from,
    scenario_from,
    size_options,
    where_option,
)
from turncoat.cli.errors import UserError

_MODEL_ARG = "NAME=VALUE"
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]


@click.command()
@click.argument("scenarios", nargs=-1, required=True)
@click.option(
    "--model",
    "models",
    multiple=True,
    required=True,
    metavar="MODEL",
    help="A subject; repeatable.",
)
@click.option(
    "--judge",
    required=True,
    metavar="MODEL",
    help="The judge's model; `rules` decides what the ledger decides and needs no model.",
)
@where_option
@size_options
@click.option("--out", type=click.Path(path_type=Path), help="The run's folder [runs/SCENARIOS].")
@click.option(
    "--restart", is_flag=True, help="Move an earlier run of the folder aside, begin anew."
)
@click.option("--temperature", default=1.0, show_default=True, help="Of the subjects.")
@click.option("--max-tokens", type=int, help="Of one answer of the subjects.")
@click.option(
    "--reasoning-effort",
    type=click.Choice(get_args(Effort)),
    help="Of subjects that reason.",
)
@click.option(
    "-M", "model_args", multiple=True, metavar=_MODEL_ARG, help="Argument of the subjects."
)
@click.option("-J", "judge_args", multiple=True, metavar=_MODEL_ARG, help="Argument of the judge.")
@click.option("--max-connections", type=int, help="Calls in flight, per provider.")
@click.option("--max-retries", default=4, show_default=True, help="Retries of a failed call.")
@click.option(
    "--timeout", default=300, show_default=True, help="Seconds for one attempt of a call."
)
@json_option
def command(
    scenarios: Sequence[str],
    models: Sequence[str],
    judge: str,
    where: Sequence[str],
    forms: int,
    epochs: int,
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

    Without --where: the treated condition and its three controls. The same command goes on where
    an earlier one stopped; more forms, epochs, conditions or models extend the run.

    \b
    Examples:
      turncoat run coercion --model openai/gpt-4.1 --judge anthropic/claude-sonnet-4-5 --forms 50
      turncoat run coercion leak lethal --model ollama/llama3.1 --judge ollama/llama3.1
      turncoat run leak --model sim/mixed --judge rules --where threat=replacement,restriction
    """
    from inspect_ai.model import GenerateConfig

    from turncoat.cli.running import run_and_report
    from turncoat.engine import JudgeChoice, Limits, Request

    for name in scenarios:
        scenario_from(name)
    names = tuple(dict.fromkeys(scenarios))
    request = Request(
        scenarios=names,
        models=tuple(dict.fromkeys(models)),
        plan=plan_from(conditions_from(where), forms=forms, epochs=epochs),
        judge=JudgeChoice(*_judge(judge, judge_args)),
        config=GenerateConfig(
            temperature=temperature,
            max_tokens=max_tokens,
            reasoning_effort=reasoning_effort,
        ),
        out=out or Path("runs") / "-".join(names),
        model_args=args_from(model_args, option="-M"),
        restart=restart,
        limits=Limits(max_connections, max_retries, timeout),
    )
    raise click.exceptions.Exit(run_and_report(request, as_json=as_json))


def _judge(judge: str, texts: Sequence[str]) -> tuple[str | None, dict[str, ArgValue]]:
    if judge != "rules":
        return judge, args_from(texts, option="-J")
    if texts:
        raise UserError(
            "-J", got=" ".join(texts), expected="a judge that is a model", then="drop -J"
        )
    return None, {}
