"""The conditions that a pack declares for itself: they come first, for all else is asked of them."""

from collections.abc import Iterator

from turncoat.catalog.lint.findings import PACK, Finding, Spot
from turncoat.design import FACTORS
from turncoat.scenario import Scenario, When

_SPACE = PACK / "space"


def space(scenario: Scenario) -> Iterator[Finding]:
    """Findings about defaults and constraints; with any of them there is no grid to speak of."""
    own = scenario.space
    found = [*_known({f: (level,) for f, level in own.defaults.items()}, _SPACE / "defaults")]
    for place, excluded in enumerate(own.constraints):
        found += _known(excluded.when, _SPACE / "constraints" / place / "when")
    yield from found or _default(scenario)


def _known(when: When, spot: Spot) -> Iterator[Finding]:
    levels = {factor.name: factor.levels for factor in FACTORS}
    for factor, wanted in when.items():
        yield from spot.known("factor in space", [factor], levels)
        yield from (spot / factor).known(f"level of {factor}", wanted, levels.get(factor, wanted))


def _default(scenario: Scenario) -> Iterator[Finding]:
    grid = scenario.grid
    constraint = grid.excluded(grid.default())
    if constraint:
        problem = f"the pack's default condition is excluded: {constraint.reason}"
        yield _SPACE.finding(problem, "change space.defaults, or the constraint")
