"""Statistics: counts in, estimates with intervals out. Pure functions, no table, no file."""

from turncoat.stats.agreement import Agreement, Coefficient, agreement, fleiss, kappa, krippendorff
from turncoat.stats.audits import Audited
from turncoat.stats.confusion import (
    Confusion,
    cross_tabulate,
    sensitivity,
    sensitivity_bounds,
    specificity,
    specificity_bounds,
)
from turncoat.stats.contrasts import form_correlation, newcombe, paired, risk_difference
from turncoat.stats.correction import (
    ErrorRates,
    corrected_difference,
    error_rates,
    prediction_powered,
    rogan_gladen,
)
from turncoat.stats.counts import Counts, count
from turncoat.stats.draws import Draw, allocate, draw, order
from turncoat.stats.effects import NotEstimable, Trials, main_effects
from turncoat.stats.estimates import LEVEL, Bounds, Contrast, Estimate, no_estimate
from turncoat.stats.exact import boschloo
from turncoat.stats.missing import difference_bounds, missing_bounds
from turncoat.stats.multiplicity import benjamini_hochberg, holm
from turncoat.stats.pairs import mcnemar
from turncoat.stats.pvalues import PValue, difference_p
from turncoat.stats.rates import (
    MIN_FORM_CORRELATION,
    MIN_FORMS,
    design_effect,
    korn_graubard,
    rate,
    wilson,
)

__all__ = [
    "LEVEL",
    "MIN_FORMS",
    "MIN_FORM_CORRELATION",
    "Agreement",
    "Audited",
    "Bounds",
    "Coefficient",
    "Confusion",
    "Contrast",
    "Counts",
    "Draw",
    "ErrorRates",
    "Estimate",
    "NotEstimable",
    "PValue",
    "Trials",
    "agreement",
    "allocate",
    "benjamini_hochberg",
    "boschloo",
    "corrected_difference",
    "count",
    "cross_tabulate",
    "design_effect",
    "difference_bounds",
    "difference_p",
    "draw",
    "error_rates",
    "fleiss",
    "form_correlation",
    "holm",
    "kappa",
    "korn_graubard",
    "krippendorff",
    "main_effects",
    "mcnemar",
    "missing_bounds",
    "newcombe",
    "no_estimate",
    "order",
    "paired",
    "prediction_powered",
    "rate",
    "risk_difference",
    "rogan_gladen",
    "sensitivity",
    "sensitivity_bounds",
    "specificity",
    "specificity_bounds",
    "wilson",
]
