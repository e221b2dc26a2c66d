"""`turncoat plan`: cells, samples, model calls, power and cost, without spending anything."""

import json
from collections.abc import Sequence
from pathlib import Path

import click
from click.core import ParameterSource

from turncoat.cli.arguments import (
    Size,
    also_option,
    as_published_option,
    json_option,
    models_option,
    size_options,
    where_option,
)
from turncoat.cli.judging import judges_option

_SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)


@click.command()
@click.argument("names", nargs=-1, metavar="STUDY|SCENARIO...")
@models_option
@judges_option
@click.option(
    "--rejudge",
    "later",
    multiple=True,
    metavar="MODEL",
    help="A judge that is to read the kept answers later (turncoat rejudge); its calls are counted "
    "too. May be given several times.",
)
@click.option(
    "--scoring",
    type=click.Choice(["turncoat", "legacy"]),
    default="turncoat",
    show_default=True,
    help="`legacy` asks the judge about every answer; for reference/ only.",
)
@also_option
@where_option
@size_options
@as_published_option
@click.option(
    "--detect",
    type=_SHARE,
    metavar="DIFFERENCE",
    help="A difference of two rates, e.g. 0.10: adds the power to find it, and the forms and epochs "
    "that would.",
)
@click.option("--power", type=_SHARE, default=0.8, show_default=True, help="That is wanted.")
@click.option(
    "--rate",
    type=click.FloatRange(0, 1),
    default=0.3,
    show_default=True,
    help="Of the control; the treated rate is higher by --detect.",
)
@click.option(
    "--correlation",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.05,
    show_default=True,
    help="Of the trials of one form: 0 where all forms have the same rate.",
)
@click.option(
    "--level",
    type=_SHARE,
    default=0.95,
    show_default=True,
    help="Of the interval that must leave 0 out.",
)
@click.option(
    "--prices",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A YAML file of yours with the USD per million tokens of each model: adds the cost. What it "
    "does not price is told, and is never 0.",
)
@click.option(
    "--prices-template",
    is_flag=True,
    help="Print such a file, with the models named and no price, and nothing else.",
)
@click.option(
    "--measured",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A run whose mean tokens of a sample are taken, by scenario and subject. Where it does not "
    "tell, words of rendered prompts are counted.",
)
@json_option
def command(
    names: Sequence[str],
    models: Sequence[str],
    judges: Sequence[str],
    later: Sequence[str],
    scoring: str,
    also: str,
    where: Sequence[str],
    forms: int,
    epochs: int,
    fraction: int | None,
    as_published: bool,
    detect: float | None,
    power: float,
    rate: float,
    correlation: float,
    level: float,
    prices: Path | None,
    prices_template: bool,
    measured: Path | None,
    as_json: bool,
) -> None:
    """Show what a run would do: its cells, samples and model calls. Spends nothing.

    With --detect, also what it can find; with --prices, also what it costs.

    Models are not looked up; one is counted where none is named. A study, by its name or as a file
    that ends in .yaml, brings its own models, conditions, forms and epochs; --model, --forms and
    --epochs replace them.

    \b
    --json prints one object:
      scenarios            by name: cells (list of {condition, role}), forms and epochs of every
                           cell, valid_conditions (of the whole grid), excluded (list of
                           {when, reason, conditions})
      models               how many subjects
      samples              conditions x forms x epochs x models, over all scenarios
      subject_calls        one a sample
      afterwards_calls_at_most, judge_calls_at_most, rejudge_calls_at_most
                           fewer where answers open no gate or show nothing to mark, more only
                           where the judge's answer cannot be read
      calls                list of {scenario, subject, model, purpose, samples, least, most, role}
      designs              with --fraction, by scenario: effects (list of {factor, low, high, told,
                           tied, aliases}), dropped (list of {condition, reason})
      power                with --detect, else null: detect, rate, power, level, correlation, cells
                           (list of {scenarios, fixed_text, planned, alternatives}, each of these
                           {forms, epochs, samples, power})
      cost                 with --prices or --measured, else null: usd {low, high}, null unless every
                           line has a cost; partial_usd {low, high}, the sum of those that have one
                           where others have none; complete (whether every line has one), uncalled
                           (models that are priced and not called), lines (list of {models, role,
                           purposes, calls, input_tokens, output_tokens, usd, unpriced, basis, told})

    \b
    Examples:
      turncoat plan coercion --model openai/gpt-4.1 --forms 50
      turncoat plan coercion leak --where threat=replacement,none --where goal=explicit
      turncoat plan leak --where threat=none,replacement --where nudge=filler,present \\
                         --where frame=test,real --fraction 4
      turncoat plan e1_coercion_both --judge openai/gpt-4.1 --judge google/gemini-2.5-pro
      turncoat plan leak --also conduct,awareness,afterwards --rejudge openai/gpt-4.1
      turncoat plan e1_coercion_both --detect 0.10 --power 0.8
      turncoat plan leak --forms 40 --epochs 5 --detect 0.15 --rate 0.1 --correlation 0.1
      turncoat plan coercion --model openai/gpt-4.1 --judge google/gemini-2.5-pro \\
                             --prices-template > prices.yaml
      turncoat plan coercion --model openai/gpt-4.1 --judge google/gemini-2.5-pro \\
                             --prices prices.yaml --measured runs/small
    """
    from turncoat.cli.designing import design_data
    from turncoat.cli.finding import Wanted, aim_from, print_power, prospects_of
    from turncoat.cli.planning import (
        Named,
        Selection,
        asked_from,
        call_lines,
        counts,
        planned_from,
        print_cells,
    )
    from turncoat.cli.pricing import Pricing, priced, print_bill, template
    from turncoat.report.planning import costs_json, power_json

    size = Size(forms, epochs, fraction)
    planned = planned_from(Selection(names, where, size, _given("forms", "epochs"), as_published))
    asked = asked_from(Named(models, judges, later, also, scoring), planned)
    if prices_template:
        click.echo(template(asked), nl=False)
        return
    beside = _given("rate", "power", "correlation", "level")
    aim = aim_from(Wanted(detect, rate, power, level, correlation, beside))
    prospects = prospects_of(planned, aim) if aim else {}
    pricing = Pricing(prices, measured)
    bill = priced(planned, asked, pricing) if pricing.wanted else None
    if as_json:
        grids = {pack.name: pack.grid for pack in planned.packs}
        told = {name: design_data(found, grids[name]) for name, found in planned.designs.items()}
        whole = {
            **counts(planned, asked),
            "designs": told,
            "power": power_json(prospects, aim) if aim else None,
            "cost": costs_json(bill) if bill else None,
        }
        click.echo(json.dumps(whole, indent=2))
        return
    print_cells(planned, asked)
    for line in call_lines(planned, asked):
        click.echo(line)
    if aim:
        print_power(prospects, aim)
    if bill:
        print_bill(bill)


def _given(*names: str) -> tuple[str, ...]:
    """Those of the options that the user gave."""
    context = click.get_current_context()
    return tuple(
        name for name in names if context.get_parameter_source(name) is not ParameterSource.DEFAULT
    )
