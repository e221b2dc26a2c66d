"""Sheets: one plain table each, the same in the terminal and in the page, and plain data for JSON."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, is_dataclass
from itertools import groupby
from math import isnan
from textwrap import fill

from rich.table import Table
from rich.text import Text

from turncoat.analysis import CellKey
from turncoat.design import Condition
from turncoat.report.labels import (
    UNKNOWN,
    difference_interval,
    interval,
    percent,
    points,
    prompts_only,
)
from turncoat.stats import LEVEL, Contrast, Estimate

INTERVAL = f"[{percent(LEVEL)} interval]"
_WIDTH = 96


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a sheet: a name, its numbers as text, and the cells that they are of."""

    name: str
    numbers: tuple[str, ...]
    keys: tuple[CellKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one model on one scenario."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table.

    Attributes:
        columns: headings of the numbers.
        notes: what must be said with the table.
        first: heading of the first column.
        words: whether columns hold sentences, so that a terminal shows lines in place of a table.
    """

    title: str
    columns: tuple[str, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    first: str = "condition"
    words: bool = False


def sections(entries: Iterable[tuple[str, Entry]]) -> Iterator[Section]:
    """Entries under their headings, which stand together."""
    for heading, held in groupby(entries, lambda entry: entry[0]):
        yield Section(heading, tuple(entry for _, entry in held))


def sheet_table(sheet: Sheet, simulated: str) -> Table:
    """A sheet for the terminal; `simulated` is what must be said of it, empty if nothing is."""
    table = Table(
        title=Text(f"{sheet.title} ({simulated})" if simulated else sheet.title),
        caption=Text("\n".join(sheet.notes)),
        title_justify="left",
        caption_justify="left",
    )
    table.add_column(sheet.first, overflow="fold")
    for name in sheet.columns:
        table.add_column(name, justify="right", no_wrap=name != "missing")
    for section in sheet.sections:
        table.add_row(Text(section.heading, style="bold"))
        for entry in section.entries:
            table.add_row(Text(f"  {entry.name}"), *map(Text, entry.numbers))
        table.add_section()
    return table


def sheet_lines(sheet: Sheet, simulated: str) -> Iterator[str]:
    """A sheet whose columns hold sentences, as lines for the terminal; what is not known is left out."""
    yield f"\n{sheet.title} ({simulated})" if simulated else f"\n{sheet.title}"
    for section in sheet.sections:
        yield f"\n{_wrapped(section.heading, indent=0)}"
        yield from (_wrapped(_said(entry, sheet.columns), indent=2) for entry in section.entries)
    yield ""
    yield from (_wrapped(note, indent=0) for note in sheet.notes)


def _said(entry: Entry, columns: Sequence[str]) -> str:
    pairs = zip(columns, entry.numbers, strict=True)
    told = [f"{column} {number}" for column, number in pairs if number not in ("", UNKNOWN)]
    return f"{entry.name}: {'; '.join(told)}"


def _wrapped(text: str, *, indent: int) -> str:
    first, rest = " " * indent, " " * (indent + 4)
    return fill(text, _WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


def rate_text(estimate: Estimate | None) -> str:
    """`50% [32%, 68%]`; a dash where nothing was scored."""
    if estimate is None or not estimate.known:
        return UNKNOWN
    return f"{percent(estimate.point)} {interval(estimate)}{prompts_only(estimate)}"


def points_text(contrast: Contrast | None) -> str:
    """`+50 [+32, +68]` percentage points; a dash where one side has no verdict."""
    if contrast is None or not contrast.known:
        return UNKNOWN
    return f"{points(contrast.point)} {difference_interval(contrast)}"


def plain(value: object) -> object:
    """As JSON holds it: conditions by their ids, what is not known as null."""
    if isinstance(value, Condition):
        return value.id
    if isinstance(value, float) and isnan(value):
        return None
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    if is_dataclass(value) and not isinstance(value, type):
        names = value.__dataclass_fields__
        return {name: plain(getattr(value, name)) for name in names}
    return value
