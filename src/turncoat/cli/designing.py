"""What a fractional design can tell and what it cannot: for people, and for machines."""

from collections.abc import Iterator, Sequence

from turncoat.cli.arguments import Size, design_from
from turncoat.design import Condition, Fraction, Grid
from turncoat.scenario import Scenario
from turncoat.stats.effects import MAX_CORRELATION


def designs_from(
    packs: Sequence[Scenario], where: Sequence[str], size: Size
) -> dict[str, Fraction]:
    """The fractional design of each scenario, by its name; none without --fraction.

    Raises:
        UserError: there is no such design, or constraints leave no effect that it can tell.
    """
    if size.fraction is None:
        return {}
    return {pack.name: design_from(pack.grid, where, size.fraction) for pack in packs}


def effect_lines(design: Fraction) -> Iterator[str]:
    """A line for every factor: its levels, and what its effect is mixed with."""
    tied = _tied(design)
    for two, alias in zip(design.factors, design.aliases(), strict=True):
        effect = f"effect of {two.factor}, {two.low} to {two.high}"
        if two.factor in tied:
            yield f"{effect}: {_untold(tied[two.factor])}"
        elif alias.interactions:
            mixed = ", ".join(f"{a} x {b}" for a, b in alias.interactions)
            yield f"{effect}: not to be told from {mixed}"
        else:
            yield f"{effect}: free of two-factor interactions"


def dropped_lines(design: Fraction, grid: Grid) -> Iterator[str]:
    """A line for every condition that a constraint excludes, with the reason."""
    for cell, reason in _dropped(design, grid):
        yield f"left out: {cell.short}: {reason}"


def lost_lines(design: Fraction, grid: Grid) -> Iterator[str]:
    """What the constraints cost: the conditions left out, and the effects that go with them."""
    yield from dropped_lines(design, grid)
    for factor, others in _tied(design).items():
        yield f"effect of {factor}: {_untold(others)}"


def design_data(design: Fraction, grid: Grid) -> dict[str, object]:
    """The design for machines."""
    tied = _tied(design)
    effects = [
        {
            "factor": two.factor,
            "low": two.low,
            "high": two.high,
            "told": two.factor not in tied,
            "tied": tied.get(two.factor, ()),
            "aliases": alias.interactions,
        }
        for two, alias in zip(design.factors, design.aliases(), strict=True)
    ]
    dropped = [{"condition": cell.id, "reason": reason} for cell, reason in _dropped(design, grid)]
    return {"effects": effects, "dropped": dropped}


def _dropped(design: Fraction, grid: Grid) -> Iterator[tuple[Condition, str]]:
    for cell in design.dropped:
        if excluded := grid.excluded(cell):
            yield cell, excluded.reason


def _tied(design: Fraction) -> dict[str, tuple[str, ...]]:
    return {found.factor: found.tied for found in design.untold(limit=MAX_CORRELATION)}


def _untold(tied: tuple[str, ...]) -> str:
    if not tied:
        return "cannot be told: only one level is left"
    return f"cannot be told: it varies together with {', '.join(tied)}"
