"""Experimental design: factors, conditions, the grid, and the plan of a run."""

from turncoat.design.conditions import Condition, Levels, Setting, condition, factor_named
from turncoat.design.coverage import pairwise
from turncoat.design.factors import FACTORS, Factor
from turncoat.design.fraction import (
    Alias,
    Fraction,
    TwoLevels,
    Untold,
    fraction,
    two_levels,
    untold_of,
)
from turncoat.design.grid import (
    CONSTRAINTS,
    CONTROLS,
    Constraint,
    Control,
    Grid,
    Where,
    role_of,
)
from turncoat.design.plan import SAMPLE_STORE, Plan, Sampled, SampleKey, sample_key

__all__ = [
    "CONSTRAINTS",
    "CONTROLS",
    "FACTORS",
    "SAMPLE_STORE",
    "Alias",
    "Condition",
    "Constraint",
    "Control",
    "Factor",
    "Fraction",
    "Grid",
    "Levels",
    "Plan",
    "SampleKey",
    "Sampled",
    "Setting",
    "TwoLevels",
    "Untold",
    "Where",
    "condition",
    "factor_named",
    "fraction",
    "pairwise",
    "role_of",
    "sample_key",
    "two_levels",
    "untold_of",
]
