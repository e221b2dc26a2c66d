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
from turncoat.design.frozen import Frozen
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
from turncoat.design.study import (
    Arm,
    Citation,
    Exclusion,
    MissingRule,
    Pair,
    PlannedContrast,
    Published,
    Sampling,
    Side,
    Study,
    StudyError,
    arms_of,
    conditions_of,
)

__all__ = [
    "CONSTRAINTS",
    "CONTROLS",
    "FACTORS",
    "SAMPLE_STORE",
    "Alias",
    "Arm",
    "Citation",
    "Condition",
    "Constraint",
    "Control",
    "Exclusion",
    "Factor",
    "Fraction",
    "Frozen",
    "Grid",
    "Levels",
    "MissingRule",
    "Pair",
    "Plan",
    "PlannedContrast",
    "Published",
    "SampleKey",
    "Sampled",
    "Sampling",
    "Setting",
    "Side",
    "Study",
    "StudyError",
    "TwoLevels",
    "Untold",
    "Where",
    "arms_of",
    "condition",
    "conditions_of",
    "factor_named",
    "fraction",
    "pairwise",
    "role_of",
    "sample_key",
    "two_levels",
    "untold_of",
]
