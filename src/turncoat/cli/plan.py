"""`turncoat plan`: cells, samples and model calls, without spending anything."""

import json
from collections.abc import Mapping, Sequence

import click

from turncoat.cli.arguments import (
    Size,
    as_published_option,
    json_option,
    models_option,
    plans_from,
    scenarios_from,
    size_options,
    where_option,
)
from turncoat.cli.designing import design_data, designs_from, dropped_lines, effect_lines
from turncoat.cli.judging import judges_option
from turncoat.design import Fraction, Grid, Levels, Plan, role_of
from turncoat.scenario import Scenario


@click.command()
@click.argument("scenarios", nargs=-1, metavar="SCENARIO...")
@models_option
@judges_option
@where_option
@size_options
@as_published_option
@json_option
def command(
    scenarios: Sequence[str],
    models: Sequence[str],
    judges: Sequence[str],
    where: Sequence[str],
    forms: int,
    epochs: int,
    fraction: int | None,
    as_published: bool,
    as_json: bool,
) -> None:
    """Show what a run would do: its cells, samples and model calls. Spends nothing.

    Models are not looked up; one is counted where none is named.

    \b
    --json prints one object:
      scenarios            by name: cells (list of {condition, role}), forms and epochs of every
                           cell, valid_conditions (of the whole grid), excluded (list of
                           {when, reason, conditions})
      models               how many subjects
      samples              conditions x forms x epochs x models, over all scenarios
      subject_calls        one a sample
      judge_calls_at_most  fewer where answers open no gate, more only where the judge's answer
                           cannot be read
      designs              with --fraction, by scenario: effects (list of {factor, low, high, told,
                           tied, aliases}), dropped (list of {condition, reason})

    \b
    Examples:
      turncoat plan coercion --model openai/gpt-4.1 --forms 50
      turncoat plan coercion leak --where threat=replacement,none --where goal=explicit
      turncoat plan leak --where threat=none,replacement --where nudge=filler,present \
                         --where frame=test,real --fraction 4
    """
    packs = scenarios_from(scenarios, as_published=as_published)
    size = Size(forms, epochs, fraction)
    plans, designs = plans_from(packs, where, size), designs_from(packs, where, size)
    subjects = max(1, len(set(models)))
    counted = _counts(packs, plans, subjects=subjects, judges=_judges(judges))
    if as_json:
        grids = {pack.name: pack.grid for pack in packs}
        told = {name: design_data(found, grids[name]) for name, found in designs.items()}
        click.echo(json.dumps({**counted, "designs": told}, indent=2))
        return
    for pack in packs:
        _print_cells(pack, plans[pack.name], subjects=subjects)
        if pack.name in designs:
            _print_design(designs[pack.name], pack.grid)
    for pack in packs:
        _print_space(pack)
    click.echo(f"{counted['samples']} samples in all")
    click.echo(f"subject calls: {counted['subject_calls']}")
    click.echo(f"judge calls: {_judge_calls(counted['judge_calls_at_most'])}")


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _judges(names: Sequence[str]) -> int:
    """How many models are asked; one is counted where none is named."""
    return sum(name != "rules" for name in names) if names else 1


def _judge_calls(most: object) -> str:
    if not most:
        return "0"
    return (
        f"0 to {most}, where an answer opens the gate; one that cannot be read is asked for again"
    )


def _counts(
    packs: Sequence[Scenario], plans: Mapping[str, Plan], *, subjects: int, judges: int
) -> dict[str, object]:
    samples = subjects * sum(plan.samples for plan in plans.values())
    gated = sum(plans[pack.name].samples for pack in packs if pack.hazard.gate is not None)
    return {
        "scenarios": {pack.name: _scenario(pack, plans[pack.name]) for pack in packs},
        "models": subjects,
        "samples": samples,
        "subject_calls": samples,
        "judge_calls_at_most": gated * subjects * judges,
    }


def _scenario(pack: Scenario, plan: Plan) -> dict[str, object]:
    excluded = [
        {"when": c.when, "reason": c.reason, "conditions": Grid(()).size(c.when)}
        for c in pack.grid.constraints
    ]
    return {
        "cells": [{"condition": cell.id, "role": role_of(cell)} for cell in plan.conditions],
        "forms": len(plan.forms),
        "epochs": plan.epochs,
        "valid_conditions": pack.grid.size(),
        "excluded": excluded,
    }


def _print_cells(pack: Scenario, plan: Plan, *, subjects: int) -> None:
    product = [
        _many(len(plan.conditions), "condition"),
        _many(len(plan.forms), "form"),
        _many(plan.epochs, "epoch"),
        _many(subjects, "model"),
    ]
    samples = plan.samples * subjects
    click.echo(f"{pack.name} ({pack.hazard.name}): {samples} samples = {' x '.join(product)}")
    for cell in plan.conditions:
        click.echo(f"  {role_of(cell):<9} {cell.short}")


def _print_design(design: Fraction, grid: Grid) -> None:
    for line in (*effect_lines(design), *dropped_lines(design, grid)):
        click.echo(f"  {line}")


def _print_space(pack: Scenario) -> None:
    grid = pack.grid
    click.echo(f"{pack.name}: {grid.size():,} valid conditions of {Grid(()).size():,} combinations")
    for constraint in grid.constraints:
        click.echo(f"  excluded: {_when(constraint.when)}: {constraint.reason}")
    if pack.story == "published":
        _print_duplicates(pack)


def _print_duplicates(pack: Scenario) -> None:
    from turncoat.catalog.reference.stimuli import duplicates

    found = duplicates(pack.name.removeprefix("reference/"))
    click.echo(
        f"  duplicates: the package takes {found.accepted} of {found.combinations} settings of goal,"
        f" value and threat; they are {found.prompts} distinct prompts"
    )


def _when(when: Levels) -> str:
    return " ".join(f"{factor}={','.join(levels)}" for factor, levels in when.items())
