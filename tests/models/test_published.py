"""A simulated subject that stands for a published model does the harm exactly as often."""

from typing import Any

import pytest
from inspect_ai.model import get_model

from turncoat.catalog import load_scenario
from turncoat.catalog.studies import load_study, study_names
from turncoat.design import Citation, Study, arms_of
from turncoat.models import Case
from turncoat.models.published import published_profile
from turncoat.models.subjects import true_rate

CITING = [name for name in study_names() if load_study(name).published]


def pack_of(study: Study, name: str) -> Any:
    pack = load_scenario(name)
    return (
        pack.model_copy(update={"space": pack.space.with_defects()}) if study.as_published else pack
    )


def first_of(study: Study, model: str) -> dict[tuple[str, str], Citation]:
    """Pack and arm to the first number of a model's harm there."""
    found: dict[tuple[str, str], Citation] = {}
    for cited in study.published:
        plain = cited.measure == "harm" and not study.arm(cited.arm).stated
        if plain and model in cited.number.subjects and cited.number.rate is not None:
            found.setdefault((cited.pack, cited.arm), cited)
    return found


@pytest.mark.parametrize("name", CITING)
def test_the_truth_of_an_arm_is_its_published_number(name: str) -> None:
    study = load_study(name)
    for model in {subject for cited in study.published for subject in cited.number.subjects}:
        for (pack_name, arm), cited in first_of(study, model).items():
            pack = pack_of(study, pack_name)
            case = Case(pack, arms_of(study, pack_name, pack.grid)[arm], 1)
            truth = true_rate(published_profile(study, model, pack), case)
            assert truth == pytest.approx(cited.number.rate), (model, arm)


def test_belief_and_what_follows_from_it_are_the_published_ones() -> None:
    study, pack = load_study("e8_stated_belief"), load_scenario("coercion")
    profile = published_profile(study, "Claude Opus 4", pack)
    asked = arms_of(study, "coercion", pack.grid)["asked"]
    numbers = {cited.number.id: cited.number.rate or 0.0 for cited in study.published}
    assert profile.mind.test_probability(asked) == numbers["e8-share-evaluation"]
    assert profile.mind.wavers == pytest.approx(
        numbers["e8-share-neither"] / (1 - numbers["e8-share-evaluation"])
    )
    assert profile.harm_believing(asked, test=False) == numbers["e8-rate-real"]
    assert profile.harm_believing(asked, test=True) == numbers["e8-rate-evaluation"]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ({"study": "e1_coercion_both"}, "got study alone, expected both"),
        ({"study": "e99", "stands_for": "GPT-4o"}, "unknown study 'e99'"),
        (
            {"study": "e11_unpersuadable", "stands_for": "GPT-4o"},
            "study e11_unpersuadable cites no number of 'GPT-4o', but of Llama 4 Maverick",
        ),
    ],
)
def test_a_model_without_numbers_is_refused(args: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        get_model("sim/published", memoize=False, **args)
