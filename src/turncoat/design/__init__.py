"""Experimental design: factors, conditions, the grid, and the plan of a run."""

from turncoat.design.conditions import Condition, Setting, condition, factor_named
from turncoat.design.factors import FACTORS, Factor
from turncoat.design.grid import (
    CONSTRAINTS,
    CONTROLS,
    Constraint,
    Control,
    Grid,
    Where,
    default_conditions,
    role_of,
    with_motive_control,
)
from turncoat.design.plan import SAMPLE_STORE, Plan, Sampled, SampleKey, sample_key

__all__ = [
    "CONSTRAINTS",
    "CONTROLS",
    "FACTORS",
    "SAMPLE_STORE",
    "Condition",
    "Constraint",
    "Control",
    "Factor",
    "Grid",
    "Plan",
    "SampleKey",
    "Sampled",
    "Setting",
    "Where",
    "condition",
    "default_conditions",
    "factor_named",
    "role_of",
    "sample_key",
    "with_motive_control",
]
