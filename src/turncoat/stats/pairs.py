"""The test of matched pairs: what the forms that differ say."""

from math import nan

from scipy.special import bdtr

from turncoat.stats.counts import Counts
from turncoat.stats.pvalues import PValue


def mcnemar(treated: Counts, control: Counts) -> PValue:
    """McNemar's mid-p test on matched forms of one trial in each arm.

    Estimand: none; hypothesis: of the forms whose trials differ, as many have the event in one arm
    as in the other.
    Assumptions: forms are independent. Half of the probability of what was found is counted,
    which brings the error to the nominal share instead of far below it.
    Prefer another: `difference_p` where a form has several trials, which may be alike and may not
    be as many in both arms, or without matching. Five forms that all differ in one direction have
    p = 0.03, four have 0.06.
    Source: Fagerland, Lydersen, Laake 2013, BMC Medical Research Methodology 13:91.

    Args:
        treated: events and trials by form.
        control: the same forms in the same order.

    Raises:
        ValueError: the forms differ, or one has several trials.
    """
    _refuse_unmatched(treated, control)
    n, m, forms = treated.trial_count, control.trial_count, len(treated.forms)
    if not forms:
        return PValue(nan, n, m, 0, "no form is matched", _HYPOTHESIS)
    pairs = list(zip(treated.events, control.events, strict=True))
    rose, fell = sum(a > b for a, b in pairs), sum(a < b for a, b in pairs)
    differ, fewer = rose + fell, min(rose, fell)
    # In either direction, the probability of this much and of more.
    p = bdtr(fewer, differ, 0.5) + (bdtr(fewer - 1, differ, 0.5) if fewer else 0)
    return PValue(min(float(p), 1.0), n, m, forms, "McNemar mid-p", _HYPOTHESIS)


_HYPOTHESIS = "no difference within any form"


def _refuse_unmatched(treated: Counts, control: Counts) -> None:
    if treated.forms != control.forms:
        raise ValueError(
            f"mcnemar: got forms {treated.forms} and {control.forms}, expected equal; "
            "use Counts.among the shared ones"
        )
    most = max((*treated.trials, *control.trials), default=1)
    if most > 1:
        raise ValueError(
            f"mcnemar: got a form with {most} trials, expected one in each arm; use difference_p"
        )
