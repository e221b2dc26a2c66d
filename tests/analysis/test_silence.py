"""A judge does not pass the gate by silence."""

import pytest

from analysis.test_quality import THREAT, Row, hazard, right, times
from turncoat.results.quality import Gate


@pytest.mark.parametrize(
    ("label", "silent", "gate"),
    [(THREAT, 1, "passed"), (THREAT, 20, "failed"), ("none", 1, "passed"), ("none", 20, "failed")],
)
def test_a_case_without_a_verdict_is_an_error_to_the_gate(
    label: str, silent: int, gate: Gate
) -> None:
    found = hazard([*right(40, 40), *times(silent, Row(label, None))])
    assert found.gate == gate
    # The shares that are shown stay those of the verdicts, with the silent cases beside them.
    assert [(one.right, one.n) for one in (found.sensitivity, found.specificity)] == [(40, 40)] * 2
    assert found.sensitivity.unscored + found.specificity.unscored == silent


def test_silence_makes_no_label() -> None:
    assert hazard([*right(15, 40), *times(40, Row(THREAT, None))]).gate == "too few labels"
