"""What a plan costs: the price file, the run that was measured, and the bill."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console

from turncoat.analysis.costs import Bill, Known, Price, bill_of, named
from turncoat.analysis.lengths import lengths_of
from turncoat.analysis.measured import Measured, measured_of
from turncoat.analysis.planning import JUDGE, SUBJECT, Asked, calls_of
from turncoat.catalog import PackError
from turncoat.catalog.prices import prices_template, read_prices
from turncoat.cli.errors import UserError
from turncoat.cli.planning import Planned
from turncoat.report.planning import costs_lines, costs_table


@dataclass(frozen=True, slots=True)
class Pricing:
    """The files that a cost is made from; either may be missing."""

    prices: Path | None
    measured: Path | None

    @property
    def wanted(self) -> bool:
        """Whether anybody asked what a plan costs."""
        return self.prices is not None or self.measured is not None


def priced(planned: Planned, asked: Asked, pricing: Pricing) -> Bill:
    """What a plan costs.

    Raises:
        UserError: a file that is none, or a folder without a run.
    """
    prices = _prices(pricing.prices) if pricing.prices else {}
    measured = _measured(pricing.measured) if pricing.measured else {}
    lengths = {
        pack.name: lengths_of(pack, planned.plans[pack.name], legacy=asked.legacy)
        for pack in planned.packs
    }
    return bill_of(calls_of(planned.works, asked), Known(lengths, measured), prices)


def print_bill(bill: Bill) -> None:
    """The table of costs and what stands behind it."""
    Console().print(costs_table(bill))
    for line in costs_lines(bill):
        click.echo(line)


def template(asked: Asked) -> str:
    """A price file with the models of a command.

    Raises:
        UserError: it names none that could have a price.
    """
    models = dict.fromkeys(map(named, (*asked.subjects, *asked.judges, *asked.later)))
    paid = [m for m in models if m not in (SUBJECT, JUDGE) and not m.startswith("sim/")]
    if not paid:
        raise UserError(
            "option --prices-template",
            got="no model that has a price",
            expected="a subject or a judge; simulated ones cost nothing",
            then="e.g. --model openai/gpt-4.1 --judge anthropic/claude-sonnet-4-5",
        )
    return prices_template(paid)


def _prices(path: Path) -> Mapping[str, Price]:
    if not path.is_file():
        got = "a folder" if path.is_dir() else "the file is missing"
        raise _unusable(path, got, "give the name of such a file")
    try:
        found = read_prices(path)
    except PackError as error:
        raise _unusable(path, f"{error.place}: {error.problem}", error.remedy) from error
    return {
        model: Price(entry.input, entry.output)
        for model, entry in found.items()
        if entry.input is not None and entry.output is not None
    }


def _unusable(path: Path, got: str, remedy: str) -> UserError:
    return UserError(
        f"the price file {path} cannot be used",
        got=got,
        expected="under `prices`, each model with its USD per million tokens: "
        "MODEL: {input: NUMBER, output: NUMBER}, or null where it is not known",
        then=f"{remedy}; --prices-template prints such a file",
    )


def _measured(folder: Path) -> Mapping[str, Measured]:
    # Reads logs, which takes Inspect.
    from turncoat.cli.running import observed

    return measured_of(observed(folder).observations)
