"""`turncoat plan`: cells, samples and model calls, without spending anything."""

import json
from collections.abc import Sequence

import click

from turncoat.cli.arguments import (
    conditions_from,
    json_option,
    plan_from,
    scenarios_from,
    size_options,
    where_option,
)
from turncoat.design import CONSTRAINTS, Condition, Plan, Where, role_of
from turncoat.scenario import Scenario


@click.command()
@click.argument("scenarios", nargs=-1, metavar="SCENARIO...")
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="MODEL",
    help="A subject; may be given several times. Not looked up: one is counted where none is named.",
)
@click.option("--judge", metavar="MODEL", help="The judge's model, or `rules`.")
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
    --json prints one object:
      cells                list of {scenario, condition, role}
      forms, epochs        of every cell
      models               how many subjects
      samples              scenarios x conditions x forms x epochs x models
      subject_calls        one a sample
      judge_calls_at_most  fewer where answers open no gate, more only where the judge's answer
                           cannot be read

    \b
    Examples:
      turncoat plan coercion --model openai/gpt-4.1 --forms 50
      turncoat plan coercion leak --where threat=replacement,none --where goal=explicit
    """
    packs = scenarios_from(scenarios)
    plan = plan_from(conditions_from(where), forms=forms, epochs=epochs)
    subjects = max(1, len(set(models)))
    counted = _counts(packs, plan, subjects=subjects, judged=judge != "rules")
    if as_json:
        click.echo(json.dumps(counted, indent=2))
        return
    for pack in packs:
        _print_cells(pack, plan)
    product = [
        _many(len(packs), "scenario"),
        _many(len(plan.conditions), "condition"),
        _many(forms, "form"),
        _many(epochs, "epoch"),
        _many(subjects, "model"),
    ]
    click.echo(f"{counted['samples']} samples = {' x '.join(product)}")
    click.echo(f"subject calls: {counted['subject_calls']}")
    click.echo(f"judge calls: {_judge_calls(counted['judge_calls_at_most'])}")
    for constraint in CONSTRAINTS:
        click.echo(f"excluded: {_when(constraint.when)}: {constraint.reason}")


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _judge_calls(most: object) -> str:
    if not most:
        return "0"
    return (
        f"0 to {most}, where an answer opens the gate; one that cannot be read is asked for again"
    )


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
