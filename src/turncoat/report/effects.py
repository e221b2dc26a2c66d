"""The main effects of a run's factors: for the terminal, and for machines."""

from dataclasses import dataclass
from itertools import groupby

from rich.table import Table
from rich.text import Text

from turncoat.analysis import Analysis, FactorEffect
from turncoat.report.labels import (
    UNKNOWN,
    difference_interval,
    judge_count,
    percent,
    points,
    simulated_label,
)
from turncoat.stats import LEVEL

_CAPTION = (
    f"effect: harm at the second level minus harm at the first, in points [{percent(LEVEL)} interval over forms]\n"
    "exploratory: not corrected for the number of factors"
)


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One factor's effect, for machines."""

    scenario: str
    model: str
    judge: str
    factor: str
    from_level: str
    to_level: str
    effect: float | None
    low: float | None
    high: float | None
    n: int | None
    forms: int | None
    tied: tuple[str, ...]
    aliases: tuple[tuple[str, str], ...]


def effect_rows(analysis: Analysis) -> list[EffectRow]:
    """The effects, flat."""
    return [_row(found) for found in analysis.effects]


def _row(found: FactorEffect) -> EffectRow:
    effect = found.effect
    return EffectRow(
        scenario=found.scenario,
        model=found.model,
        judge=found.judge,
        factor=found.factor,
        from_level=found.low,
        to_level=found.high,
        effect=effect.point if effect else None,
        low=effect.low if effect else None,
        high=effect.high if effect else None,
        n=effect.n_treated + effect.n_control if effect else None,
        forms=effect.clusters if effect else None,
        tied=found.tied,
        aliases=found.aliases,
    )


def effects_table(analysis: Analysis) -> Table:
    """The effects as a table; it says so where anything is simulated."""
    simulated = simulated_label(analysis.cells)
    table = Table(
        title=Text(f"Factor effects ({simulated})" if simulated else "Factor effects"),
        caption=Text(_CAPTION),
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("factor", overflow="fold")
    table.add_column("effect", justify="right", no_wrap=True)
    table.add_column("cannot be told from", overflow="fold")
    for whose, block in groupby(analysis.effects, lambda e: (e.scenario, e.model, e.judge)):
        shown = whose if judge_count(analysis) > 1 else whose[:2]
        table.add_row(Text(" · ".join(shown), style="bold"))
        for found in block:
            table.add_row(*map(Text, _cells(found)))
        table.add_section()
    return table


def _cells(found: FactorEffect) -> tuple[str, str, str]:
    return f"  {found.factor}: {found.low} to {found.high}", _number(found), mixed_with(found)


def _number(found: FactorEffect) -> str:
    if found.effect is None:
        return UNKNOWN
    return f"{points(found.effect.point)} {difference_interval(found.effect)}"


def mixed_with(found: FactorEffect) -> str:
    """`twin, nudge x frame`: factors and interactions that the cells cannot tell from a factor."""
    if found.effect is None and not found.tied:
        return "one level has no verdict"
    return ", ".join((*found.tied, *(f"{a} x {b}" for a, b in found.aliases)))
