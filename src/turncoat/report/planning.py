"""What a plan costs: for the terminal, and for machines."""

from collections.abc import Iterator

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
from turncoat.report.labels import UNKNOWN, words

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
    if bill.usd is None:
        yield "cost: unknown"
    else:
        yield f"cost: {_usd(bill.usd)} USD" + (", without:" if bill.missing else "")
    for line in bill.missing:
        yield f"  {', '.join(line.models)}: {', '.join(map(words, line.purposes))}: {_why(line)}"
    yield from dict.fromkeys(told for line in bill.lines for told in line.told)
    if any("estimate" in line.basis for line in bill.lines):
        yield _ASSUMED
    yield _LEFT_OUT


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
_LEFT_OUT = "not counted: a provider's prompt cache, failed calls, and judges that are asked again"


def costs_json(bill: Bill) -> dict[str, object]:
    """The bill for machines; what is not known is null."""
    return {
        "usd": _pair(bill.usd),
        "complete": not bill.missing,
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
