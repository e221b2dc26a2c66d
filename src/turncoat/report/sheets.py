"""Sheets: one plain table each, the same in the terminal and in the page, and plain data for JSON."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, is_dataclass
from itertools import groupby
from math import isnan

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
        columns: headings of the numbers; the first column is the condition.
        notes: what must be said with the table.
    """

    title: str
    columns: tuple[str, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]


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
    table.add_column("condition", overflow="fold")
    for name in sheet.columns:
        table.add_column(name, justify="right", no_wrap=name != "missing")
    for section in sheet.sections:
        table.add_row(Text(section.heading, style="bold"))
        for entry in section.entries:
            table.add_row(Text(f"  {entry.name}"), *map(Text, entry.numbers))
        table.add_section()
    return table


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
