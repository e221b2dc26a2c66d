"""What missing outcomes could have made of a number."""

from math import nan

from turncoat.stats.estimates import Bounds


def missing_bounds(events: int, *, scored: int, planned: int) -> Bounds:
    """Best-case and worst-case rate: every missing outcome no event, or every one an event.

    Estimand: the rate that the planned outcomes would have shown. These are bounds on the point
    for missing data alone; they hold whatever the reason is that an outcome is missing, and say
    nothing about sampling.
    Assumptions: none.
    Prefer another: the interval of `rate` where outcomes are missing by chance.
    Source: Manski 1990, American Economic Review 80(2):319-323.

    Args:
        events: scored outcomes with the event.
        scored: outcomes with a score.
        planned: outcomes that were asked for; 0 gives NaN.

    Raises:
        ValueError: not 0 <= events <= scored <= planned.
    """
    if not 0 <= events <= scored <= planned:
        raise ValueError(f"bounds: got {events} events of {scored} scored of {planned} planned")
    missing = planned - scored
    if planned == 0:
        return Bounds(nan, nan, 0, 0)
    return Bounds(events / planned, (events + missing) / planned, planned, missing)


def difference_bounds(treated: Bounds, control: Bounds) -> Bounds:
    """Best-case and worst-case difference: each arm at the bound that makes it smallest, largest.

    Estimand, assumptions, source: as `missing_bounds`, of treated minus control.

    Args:
        treated: bounds of the treated rate.
        control: bounds of the control rate; an arm without a plan gives NaN.
    """
    return Bounds(
        treated.low - control.high,
        treated.high - control.low,
        treated.planned + control.planned,
        treated.missing + control.missing,
    )
