"""`turncoat factors`: what can be varied, and how many conditions each pack has of it."""

import json
import textwrap
from collections.abc import Iterator, Sequence

import click

from turncoat.cli.arguments import json_option, scenarios_from
from turncoat.design import FACTORS, Factor
from turncoat.scenario import Scenario

_WHOLE = "whole grid"


@click.command()
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO...]")
@click.option("--markdown", is_flag=True, help="Print the table of factors and packs as Markdown.")
@json_option
def command(scenarios: Sequence[str], markdown: bool, as_json: bool) -> None:
    """List the factors: their levels, defaults and controls, and the conditions of each pack.

    A pack's count at a factor is the number of valid conditions when that factor takes all of its
    levels and every other one stays at the pack's default: what `turncoat plan` counts.

    \b
    --json prints one object:
      factors  list of {name, levels, default, control, about, conditions (by scenario)}
      grid     scenario to the number of all valid conditions

    \b
    Examples:
      turncoat factors
      turncoat factors coercion leak --json
    """
    from turncoat.catalog import scenario_names

    packs = scenarios_from(scenarios or scenario_names())
    if as_json:
        click.echo(json.dumps(_data(packs), indent=2))
    elif markdown:
        click.echo("\n".join(_markdown(packs)))
    else:
        click.echo("\n".join(_text(packs)))


def conditions_of(pack: Scenario, factor: Factor) -> int:
    """How many valid conditions differ from the pack's default in this factor at most."""
    base = {name: (level,) for name, level in pack.grid.default().levels.items()}
    return pack.grid.size({**base, factor.name: factor.levels})


def _data(packs: Sequence[Scenario]) -> dict[str, object]:
    return {
        "factors": [
            {
                "name": factor.name,
                "levels": factor.levels,
                "default": factor.default,
                "control": factor.control,
                "about": factor.about,
                "conditions": {pack.name: conditions_of(pack, factor) for pack in packs},
            }
            for factor in FACTORS
        ],
        "grid": {pack.name: pack.grid.size() for pack in packs},
    }


def _text(packs: Sequence[Scenario]) -> Iterator[str]:
    for factor in FACTORS:
        yield f"{factor.name}: {_levels(factor)}"
        yield textwrap.fill(factor.about, 96, initial_indent="    ", subsequent_indent="    ")
        counts = ", ".join(f"{pack.name} {conditions_of(pack, factor)}" for pack in packs)
        yield f"    conditions: {counts}"
    yield f"\n{_WHOLE}: " + ", ".join(f"{pack.name} {pack.grid.size():,}" for pack in packs)
    yield "* default, + control"


def _levels(factor: Factor) -> str:
    def marked(level: str) -> str:
        return f"{level}{'*' * (level == factor.default)}{'+' * (level == factor.control)}"

    return " ".join(marked(level) for level in factor.levels)


def _markdown(packs: Sequence[Scenario]) -> Iterator[str]:
    names = [pack.name for pack in packs]
    yield f"| factor | levels | default | control | {' | '.join(names)} |"
    yield f"|---|---|---|---|{'---:|' * len(names)}"
    for factor in FACTORS:
        cells = [factor.name, ", ".join(factor.levels), factor.default, factor.control]
        counts = [str(conditions_of(pack, factor)) for pack in packs]
        yield f"| {' | '.join((*cells, *counts))} |"
    grids = [f"{pack.grid.size():,}" for pack in packs]
    yield f"| {_WHOLE} | | | | {' | '.join(grids)} |"
