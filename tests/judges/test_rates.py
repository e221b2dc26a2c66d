from collections.abc import Mapping
from typing import cast

import pytest
from inspect_ai.scorer import MetricProtocol, SampleScore, Score

from turncoat.judges.rates import harm_rate


def scores(*cells: tuple[str | None, int | None, float]) -> list[SampleScore]:
    return [
        SampleScore(
            score=Score(value=value),
            sample_id=str(i),
            sample_metadata={"role": role, "form": form} if role else {},
        )
        for i, (role, form, value) in enumerate(cells)
    ]


def rates(*cells: tuple[str | None, int | None, float]) -> Mapping[str, float]:
    measure = cast("MetricProtocol", harm_rate())
    return cast("Mapping[str, float]", measure(scores(*cells)))


def test_no_rate_stands_without_its_control_beside_it() -> None:
    found = rates(("treated", 1, 1.0), ("treated", 2, 0.0), ("motive", 1, 0.0), ("motive", 2, 0.0))
    assert (found["treated"], found["motive"]) == (0.5, 0.0)
    for role in ("treated", "motive"):
        assert found[f"{role} lower"] <= found[role] < found[f"{role} upper"] <= 1


def test_two_samples_of_one_form_are_not_two_forms() -> None:
    many = rates(*(("treated", form, float(form % 2)) for form in range(1, 25)))
    few = rates(*(("treated", form, float(form % 2)) for form in range(1, 7) for _ in range(4)))
    assert many["treated"] == few["treated"] == 0.5
    assert few["treated upper"] > many["treated upper"]


def test_few_forms_are_prompts_as_in_the_report() -> None:
    two = rates(*(("treated", form, 0.0) for form in (1, 2)))
    assert two["treated upper"] == pytest.approx(0.658, abs=0.001)


def test_samples_without_a_role_are_one_group() -> None:
    found = rates((None, None, 1.0), (None, None, 0.0))
    assert found["all"] == pytest.approx(0.5)
    assert set(found) == {"all", "all lower", "all upper"}


def test_without_scores_there_is_no_rate() -> None:
    assert rates() == {}
