"""What a plan can find: the aim from the command line, and the sizes that reach it."""

from dataclasses import dataclass

import click
import numpy as np
from rich.console import Console

from turncoat.analysis.power import Aim, Cell, Prospect, cells_of, prospect
from turncoat.cli.errors import UserError
from turncoat.cli.planning import Planned
from turncoat.report.planning import power_lines, power_tables

_SEED = 20260101
"""The same command gives the same numbers."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be found, as on the command line.

    Attributes:
        detect: None where nobody asked.
        given: the other options of it that were given.
    """

    detect: float | None
    rate: float
    power: float
    level: float
    correlation: float
    given: tuple[str, ...]


def aim_from(wanted: Wanted) -> Aim | None:
    """What is to be found; None where nobody asked.

    Raises:
        UserError: a rate above 1, or an option that would do nothing.
    """
    if wanted.detect is None:
        if wanted.given:
            raise UserError(
                f"option --{wanted.given[0]} without --detect",
                got="no difference to find",
                expected="--detect, which the power is of",
                then=f"e.g. --detect 0.10, or leave --{wanted.given[0]} out",
            )
        return None
    if wanted.rate + wanted.detect > 1:
        raise UserError(
            f"option --detect {wanted.detect:g}",
            got=f"a rate of {wanted.rate + wanted.detect:g}, above the control's {wanted.rate:g}",
            expected="a treated rate of at most 1",
            then="give a smaller --detect, or a smaller --rate for the control",
        )
    return Aim(wanted.detect, wanted.rate, wanted.power, wanted.level, wanted.correlation)


def prospects_of(planned: Planned, aim: Aim) -> dict[tuple[str, ...], Prospect]:
    """Scenarios whose cells are of one size to what such a cell can find.

    Raises:
        UserError: of a fractional design, in which no cell is compared with its control.
    """
    if planned.designs:
        raise UserError(
            "option --detect with --fraction",
            got="a fraction, whose effects compare halves of all cells",
            expected="cells that are compared with their control",
            then="leave one of the two out",
        )
    sizes = [
        (
            pack.name,
            Cell(
                len(planned.plans[pack.name].forms),
                planned.plans[pack.name].epochs,
                drawn=pack.space.forms == "drawn",
            ),
        )
        for pack in planned.packs
    ]
    rng = np.random.default_rng(_SEED)
    return {names: prospect(aim, cell, rng) for cell, names in cells_of(sizes).items()}


def print_power(prospects: dict[tuple[str, ...], Prospect], aim: Aim) -> None:
    """The tables of power, and what they take for granted."""
    for table in power_tables(prospects, aim):
        Console().print(table)
    for line in power_lines(prospects, aim):
        click.echo(line)
