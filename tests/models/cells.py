"""Cases of every pack for the tests of the simulation, and the bounds of what chance may do."""

from collections.abc import Mapping

from scipy.stats import binom

from turncoat.catalog import load_scenario, scenario_names
from turncoat.catalog.subjects import Profile, load_profiles
from turncoat.design import Grid, condition
from turncoat.models import Case
from turncoat.scenario import Exemplar

PACKS = [load_scenario(name) for name in scenario_names()]
CELLS = Grid().select(
    {
        "goal": ("explicit", "latent", "none"),
        "threat": ("none", "replacement", "restriction"),
        "leverage": ("present", "absent"),
        "twin": ("no", "benign"),
        "reasoning": ("private", "none"),
    }
)
CASES = tuple(Case(pack, cell, 3) for pack in PACKS for cell in CELLS)


def case(scenario: str = "coercion", levels: Mapping[str, str] | None = None) -> Case:
    return Case(load_scenario(scenario), condition(levels), 1)


def profile(name: str) -> Profile:
    return load_profiles()[name]


def responses(of: Case) -> tuple[Exemplar, ...]:
    return (*of.responses(harmful=True), *of.responses(harmful=False))


def within_chance(hits: int, n: int, rate: float) -> bool:
    """Whether so many hits in `n` draws lie within the 99.9 % binomial bound of a rate."""
    low, high = binom.interval(0.999, n, rate)
    return bool(low <= hits <= high)
