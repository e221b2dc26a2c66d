"""Power against statsmodels where trials are independent, and against studies one by one."""

import numpy as np
import pytest
from statsmodels.stats.proportion import (
    power_proportions_2indep,
    samplesize_proportions_2indep_onetail,
)

from turncoat.stats import (
    MIN_FORMS,
    Counts,
    Sampling,
    Shift,
    difference_power,
    epochs_needed,
    forms_needed,
    risk_difference,
)


def rng() -> np.random.Generator:
    return np.random.default_rng(20261124)


@pytest.mark.parametrize(
    ("treated", "control", "trials"), [(0.5, 0.4, 388), (0.3, 0.2, 293), (0.5, 0.3, 93)]
)
@pytest.mark.parametrize("one_prompt", [True, False])
def test_with_independent_trials_it_is_the_power_of_statsmodels(
    treated: float, control: float, trials: int, *, one_prompt: bool
) -> None:
    theirs = power_proportions_2indep(treated - control, control, trials, return_results=False)
    forms, epochs = (1, trials) if one_prompt else (trials, 1)
    power = difference_power(Shift(treated, control), Sampling(forms, epochs), rng())
    # Over forms the limits are exact ones and a little wider.
    assert power == pytest.approx(theirs, abs=0.03 if one_prompt else 0.05)


@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(20, 10, 0.1),
        Sampling(20, 10, 0.2, shared=0.8),
        Sampling(12, 5, 0.05, matched=False),
    ],
)
def test_with_forms_that_differ_it_is_the_share_of_studies_that_find_it(
    sampling: Sampling,
) -> None:
    """Studies one by one, their form rates drawn by numpy."""
    generator, found = rng(), 0
    scale = 1 / sampling.correlation - 1
    for _ in range(600):
        place = generator.random(sampling.forms)
        arms: list[Counts] = []
        for p in (0.45, 0.2):
            rates = generator.beta(p * scale, (1 - p) * scale, sampling.forms)
            if sampling.shared:  # the same ranks, which is a little more than 0.8
                rates = np.sort(rates)[np.argsort(np.argsort(place))]
            events = generator.binomial(sampling.epochs, rates).tolist()
            offset = 0 if sampling.matched else len(arms) * sampling.forms
            forms = tuple(range(offset, offset + sampling.forms))
            arms.append(Counts(forms, tuple(events), (sampling.epochs,) * sampling.forms))
        contrast = risk_difference(*arms)
        found += contrast.low > 0 or contrast.high < 0
    power = difference_power(Shift(0.45, 0.2), sampling, rng())
    assert power == pytest.approx(found / 600, abs=0.06)


@pytest.mark.parametrize(("treated", "control"), [(0.5, 0.3), (0.3, 0.1)])
def test_the_trials_that_are_needed_are_those_of_statsmodels(
    treated: float, control: float
) -> None:
    theirs = samplesize_proportions_2indep_onetail(treated - control, control, 0.8)
    needed = epochs_needed(Shift(treated, control), Sampling(1, 1), rng())
    assert needed is not None
    assert needed.sampling.forms == 1
    assert needed.sampling.epochs == pytest.approx(theirs, rel=0.05)


def test_fewer_forms_are_too_few() -> None:
    shift, plan = Shift(0.3, 0.1), Sampling(1, 5, 0.1)
    needed = forms_needed(shift, plan, rng(), power=0.9)
    assert needed is not None
    assert needed.power >= 0.9
    fewer = Sampling(int(0.85 * needed.sampling.forms), 5, 0.1)
    assert difference_power(shift, fewer, rng()) < 0.9
    assert needed.sampling.correlation == 0.1


def test_more_of_the_same_forms_end_to_help() -> None:
    assert epochs_needed(Shift(0.2, 0.1), Sampling(10, 1, 0.1), rng()) is None


def test_equal_rates_are_never_found_and_a_sure_thing_takes_the_fewest_forms() -> None:
    assert forms_needed(Shift(0.2, 0.2), Sampling(1, 5), rng()) is None
    needed = forms_needed(Shift(1.0, 0.0), Sampling(1, 40), rng())
    assert needed is not None
    assert (needed.sampling.forms, needed.power) == (MIN_FORMS, 1.0)


def test_a_rate_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected them in \[0, 1\]"):
        Shift(1.2, 0.5)
