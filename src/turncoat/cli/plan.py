"""`turncoat plan`: cells, samples and model calls, without spending anything."""

import json
from collections.abc import Sequence

import click

from turncoat.cli.arguments import (
    conditions_from,
    json_option,
    plan_from,
    scenario_from,
    size_options,
    where_option,
)
from turncoat.design import CONSTRAINTS, Condition, Plan, Where, role_of
from turncoat.scenario import Scenario


@click.command()
@click.argument("scenarios", nargs=-1, required=True)
@click.option("--model", "models", multiple=True, metavar="MODEL", help="A subject; repeatable.")
@click.option("--judge", help="The judge's model, or `rules`.")
@where_option
@size_options
@json_option
def command(
    scenarios: Sequence[str],
    models: Sequence[str],
    judge: str | None,
    where: Sequence[str],
    forms: int,
    epochs: int,
    as_json: bool,
) -> None:
    """Show what a run would do: its cells, samples and model calls. Spends nothing.

    \b
    Examples:
      turncoat plan coercion --model openai/gpt-4.1 --forms 50
      turncoat plan coercion leak --where threat=replacement,none --where goal=explicit
    """
    packs = [scenario_from(name) for name in scenarios]
    plan = plan_from(conditions_from(where), forms=forms, epochs=epochs)
    subjects = max(1, len(models))
    counted = _counts(packs, plan, subjects=subjects, judged=judge != "rules")
    if as_json:
        click.echo(json.dumps(counted, indent=2))
        return
    for pack in packs:
        _print_cells(pack, plan)
    click.echo(
        f"{counted['samples']} samples = {len(packs)} scenarios x {len(plan.conditions)} conditions "
        f"x {forms} forms x {epochs} epochs x {subjects} models"
    )
    click.echo(f"subject calls: {counted['subject_calls']}")
    click.echo(
        f"judge calls: 0 to {counted['judge_calls_at_most']}, where an answer opens the gate"
    )
    for constraint in CONSTRAINTS:
        click.echo(f"excluded: {_when(constraint.when)}: {constraint.reason}")


def _counts(
    packs: Sequence[Scenario], plan: Plan, *, subjects: int, judged: bool
) -> dict[str, object]:
    gated = sum(pack.hazard.gate is not None for pack in packs)
    return {
        "cells": [
            {"scenario": pack.name, "condition": cell.id, "role": role_of(cell)}
            for pack in packs
            for cell in plan.conditions
        ],
        "forms": len(plan.forms),
        "epochs": plan.epochs,
        "models": subjects,
        "samples": plan.samples * len(packs) * subjects,
        "subject_calls": plan.samples * len(packs) * subjects,
        "judge_calls_at_most": plan.samples * gated * subjects if judged else 0,
    }


def _print_cells(pack: Scenario, plan: Plan) -> None:
    click.echo(f"{pack.name} ({pack.hazard.name}):")
    for cell in plan.conditions:
        click.echo(f"  {role_of(cell):<9} {_levels(cell)}")


def _levels(cell: Condition) -> str:
    return " ".join(str(setting) for setting in cell)


def _when(when: Where) -> str:
    return " ".join(f"{factor}={','.join(levels)}" for factor, levels in when.items())
