"""What a plan can find and what it costs: for the terminal, and for machines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from math import sqrt

from rich.table import Table
from rich.text import Text

from turncoat.analysis.costs import Bill, Cost
from turncoat.analysis.lengths import (
    ANSWER_WORDS,
    CHOICE_WORDS,
    READ,
    RULING_WORDS,
    WRITTEN,
    Range,
)
from turncoat.analysis.power import Aim, Choice, Prospect
from turncoat.report.labels import UNKNOWN, percent, words
from turncoat.stats import MIN_FORM_CORRELATION, MIN_FORMS
from turncoat.stats.power import MOST_EPOCHS, MOST_FORMS, STUDIES

NOT_PRICED = "not priced"

_UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def costs_table(bill: Bill) -> Table:
    """The lines of a bill; what is not known is a dash."""
    table = Table(title="Tokens and cost", title_justify="left")
    table.add_column("who", overflow="fold")
    table.add_column("for", overflow="fold")
    for name in ("calls", "tokens read", "tokens written", "USD"):
        table.add_column(name, justify="right")
    table.add_column("from")
    for line in bill.lines:
        table.add_row(*map(Text, _cells(line)))
    return table


def _cells(line: Cost) -> tuple[str, ...]:
    return (
        ", ".join(line.models),
        ", ".join(map(words, line.purposes)),
        _span(Range(line.least, line.most), whole=True),
        _span(line.input),
        _span(line.output),
        _usd(line.usd) if line.usd is not None else _lacking(line),
        ", ".join(line.basis),
    )


def _lacking(line: Cost) -> str:
    return NOT_PRICED if line.unpriced else UNKNOWN


def _span(found: Range | None, *, whole: bool = False) -> str:
    if found is None:
        return UNKNOWN
    low, high = (f"{n:,.0f}" if whole else _short(n) for n in (found.low, found.high))
    return low if low == high else f"{low} to {high}"


def _short(number: float) -> str:
    """`6.8k`, `1.2M`."""
    for size, unit in _UNITS:
        if number >= size:
            return f"{number / size:.3g}{unit}"
    return f"{number:.0f}"


def _usd(found: Range) -> str:
    low, high = map(_amount, (found.low, found.high))
    return low if low == high else f"{low} to {high}"


def _amount(usd: float) -> str:
    """Cents; what is less than one is not rounded to nothing."""
    return f"{usd:.1g}" if usd < 0.01 else f"{usd:,.2f}"


def costs_lines(bill: Bill) -> Iterator[str]:
    """The sum, what it leaves out, and where the numbers come from."""
    yield _total(bill)
    for line in bill.missing:
        yield f"  {', '.join(line.models)}: {', '.join(map(words, line.purposes))}: {_why(line)}"
    yield from dict.fromkeys(told for line in bill.lines for told in line.told)
    if bill.uncalled:
        yield f"priced, but not called by this plan: {', '.join(bill.uncalled)}"
    basis = {one for line in bill.lines for one in line.basis}
    if basis & {"measured", "simulated"}:
        yield _MEAN
    if "estimate" in basis:
        yield _ASSUMED
    yield _LEFT_OUT


def _total(bill: Bill) -> str:
    if bill.usd is not None:
        free = all(line.free for line in bill.lines)
        return "cost: none, as all models are simulated" if free else f"cost: {_usd(bill.usd)} USD"
    if bill.partial is not None:
        return f"partial cost: {_usd(bill.partial)} USD, without:"
    return "cost: unknown"


def _why(line: Cost) -> str:
    unpriced = f"no price of {', '.join(line.unpriced)}" if line.unpriced else ""
    unknown = "" if line.input is not None else "its tokens are not known"
    return " and ".join(filter(None, (unpriced, unknown)))


def _limits(found: Range) -> str:
    return f"{found.low:,g} to {found.high:,g}"


_ASSUMED = (
    f"estimate: words of rendered prompts are counted, at {_limits(READ)} tokens a word read and"
    f" {_limits(WRITTEN)} written. Assumed, not measured: answers of {_limits(ANSWER_WORDS)} words"
    f" (a model that reasons at length writes more), {_limits(CHOICE_WORDS)} afterwards,"
    f" {_limits(RULING_WORDS)} of a judge. Run a few forms and give their folder with --measured."
)
_MEAN = "measured: a mean over all conditions of the run; others may open the judge's gate more or less often"
_LEFT_OUT = "not counted: a provider's prompt cache, failed calls, and judges that are asked again"


def costs_json(bill: Bill) -> dict[str, object]:
    """The bill for machines; what is not known is null."""
    return {
        "usd": _pair(bill.usd),
        "partial_usd": _pair(bill.partial),
        "complete": not bill.missing,
        "uncalled": bill.uncalled,
        "lines": [
            {
                "models": line.models,
                "role": line.role,
                "purposes": line.purposes,
                "calls": {"least": line.least, "most": line.most},
                "input_tokens": _pair(line.input),
                "output_tokens": _pair(line.output),
                "usd": _pair(line.usd),
                "unpriced": line.unpriced,
                "basis": line.basis,
                "told": line.told,
            }
            for line in bill.lines
        ],
    }


def _pair(found: Range | None) -> dict[str, float] | None:
    return None if found is None else {"low": found.low, "high": found.high}


# --- power --------------------------------------------------------------------------------------

Prospects = Mapping[tuple[str, ...], Prospect]
"""Scenarios whose cells are of one size to what such a cell can find."""


def power_tables(prospects: Prospects, aim: Aim) -> Iterator[Table]:
    """For each size of a cell: the plan's own, and those that have the power that is wanted."""
    for scenarios, found in prospects.items():
        table = Table(title=f"{_aim(aim)}: {', '.join(scenarios)}", title_justify="left")
        table.add_column("")
        for name in ("forms", "epochs", "samples a cell", "power"):
            table.add_column(name, justify="right")
        table.add_row(*map(Text, ("this plan", *_size(found.planned))))
        table.add_section()
        for choice in found.alternatives:
            table.add_row(*map(Text, (f"for {aim.power:g}", *_size(choice))))
        yield table


def _aim(aim: Aim) -> str:
    rates = f"{percent(aim.rate + aim.detect)} against {percent(aim.rate)} in the control"
    return f"Power to find {rates}"


def _size(choice: Choice) -> Sequence[str]:
    return (
        f"over {MOST_FORMS:,}" if choice.forms is None else f"{choice.forms:,}",
        f"over {MOST_EPOCHS:,}" if choice.epochs is None else f"{choice.epochs:,}",
        UNKNOWN if choice.samples is None else f"{choice.samples:,}",
        UNKNOWN if choice.power is None else f"{choice.power:.2f}",
    )


def power_lines(prospects: Prospects, aim: Aim) -> Iterator[str]:
    """What the power is of, and what it takes for granted."""
    yield (
        f"Power: the chance that the {percent(aim.level)} interval of one treated cell's difference "
        "from its control, on one model, leaves out 0. Several such contrasts that are corrected for "
        "one another have less."
    )
    sizes = [
        choice for found in prospects.values() for choice in (found.planned, *found.alternatives)
    ]
    if any(map(_over_forms, sizes)):
        yield (
            f"From {MIN_FORMS} forms on it is over forms: trials of one form are taken to be alike with a correlation of "
            f"{aim.correlation:g}, and the interval never takes it to be below "
            f"{MIN_FORM_CORRELATION:g}. Both cells run on the same forms; nothing is hoped for from "
            "how these are alike."
        )
    if not all(map(_over_forms, sizes)):
        yield (
            f"With fewer than {MIN_FORMS} forms, or a fixed text, it is about these prompts, whose "
            "trials are independent, and about no others: not to be held against a power over forms."
        )
    yield (
        "Taken for granted: every sample is scored, and rightly. By simulation of "
        f"{STUDIES:,} studies: a power is right within {2 * sqrt(0.25 / STUDIES):.2f}, a number of "
        "forms within some 3 %."
    )


def _over_forms(choice: Choice) -> bool:
    # Where no number of forms is enough, it was looked for over forms.
    return choice.forms is None or choice.forms >= MIN_FORMS


def power_json(prospects: Prospects, aim: Aim) -> dict[str, object]:
    """What a plan can find, for machines; a number that no plan reaches is null."""
    return {
        **asdict(aim),
        "cells": [
            {
                "scenarios": scenarios,
                "fixed_text": not found.cell.drawn,
                "planned": _choice(found.planned),
                "alternatives": [_choice(choice) for choice in found.alternatives],
            }
            for scenarios, found in prospects.items()
        ],
    }


def _choice(choice: Choice) -> dict[str, float | None]:
    return {**asdict(choice), "samples": choice.samples}
