"""Statistics: counts in, estimates with intervals out. Pure functions, no table, no file."""

from turncoat.stats.agreement import Agreement, Coefficient, agreement, fleiss, kappa, krippendorff
from turncoat.stats.audits import Audited
from turncoat.stats.batches import Sampling
from turncoat.stats.binomial import clopper_pearson, jeffreys
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
from turncoat.stats.equivalence import (
    MARGIN,
    Published,
    Replication,
    replication,
    replication_power,
)
from turncoat.stats.estimates import LEVEL, Bounds, Contrast, Estimate, no_estimate
from turncoat.stats.exact import boschloo, equal_rates_p
from turncoat.stats.logistic import Factor, Factored, Logistic, LogOdds, Marginal, logistic
from turncoat.stats.missing import difference_bounds, missing_bounds
from turncoat.stats.multiplicity import benjamini_hochberg, holm
from turncoat.stats.pairs import mcnemar
from turncoat.stats.power import Needed, Shift, difference_power, epochs_needed, forms_needed
from turncoat.stats.pvalues import PValue, difference_p
from turncoat.stats.rates import (
    MIN_FORM_CORRELATION,
    MIN_FORMS,
    design_effect,
    korn_graubard,
    rate,
    wilson,
)
from turncoat.stats.ratios import Ratio, odds_ratio, risk_ratio

__all__ = [
    "LEVEL",
    "MARGIN",
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
    "Factor",
    "Factored",
    "LogOdds",
    "Logistic",
    "Marginal",
    "Needed",
    "NotEstimable",
    "PValue",
    "Published",
    "Ratio",
    "Replication",
    "Sampling",
    "Shift",
    "Trials",
    "agreement",
    "allocate",
    "benjamini_hochberg",
    "boschloo",
    "clopper_pearson",
    "corrected_difference",
    "count",
    "cross_tabulate",
    "design_effect",
    "difference_bounds",
    "difference_p",
    "difference_power",
    "draw",
    "epochs_needed",
    "equal_rates_p",
    "error_rates",
    "fleiss",
    "form_correlation",
    "forms_needed",
    "holm",
    "jeffreys",
    "kappa",
    "korn_graubard",
    "krippendorff",
    "logistic",
    "main_effects",
    "mcnemar",
    "missing_bounds",
    "newcombe",
    "no_estimate",
    "odds_ratio",
    "order",
    "paired",
    "prediction_powered",
    "rate",
    "replication",
    "replication_power",
    "risk_difference",
    "risk_ratio",
    "rogan_gladen",
    "sensitivity",
    "sensitivity_bounds",
    "specificity",
    "specificity_bounds",
    "wilson",
]
