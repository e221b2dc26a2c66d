"""A simulated subject that stands for a published model does the harm exactly as often."""

from typing import Any

import pytest
from inspect_ai.model import get_model

from turncoat.catalog import load_scenario
from turncoat.catalog.published import load_published
from turncoat.catalog.roster import load_roster
from turncoat.catalog.studies import load_study, study_names
from turncoat.design import Citation, Study, arms_of
from turncoat.models import Case
from turncoat.models.published import published_profile, stand_ins, stand_ins_of
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
            truth = true_rate(published_profile(model, pack_name), case)
            assert truth == pytest.approx(cited.number.rate), (model, arm)


def test_belief_and_what_follows_from_it_are_the_published_ones() -> None:
    study, pack = load_study("e8_stated_belief"), load_scenario("coercion")
    profile = published_profile("Claude Opus 4", "coercion")
    asked = arms_of(study, "coercion", pack.grid)["asked"]
    numbers = {cited.number.id: cited.number.rate or 0.0 for cited in study.published}
    assert profile.mind.test_probability(asked) == numbers["e8-share-evaluation"]
    assert profile.mind.wavers == pytest.approx(
        numbers["e8-share-neither"] / (1 - numbers["e8-share-evaluation"])
    )
    assert profile.harm_believing(asked, test=False) == numbers["e8-rate-real"]
    assert profile.harm_believing(asked, test=True) == numbers["e8-rate-evaluation"]


def test_every_model_of_which_a_rate_is_published_has_a_subject_that_stands_for_it() -> None:
    named = {name for number in load_published().values() for name in number.subjects}
    assert set(stand_ins().values()) == named <= {subject.name for subject in load_roster()}
    for name in stand_ins():
        assert str(get_model(name, memoize=False)) == name


def test_a_study_has_subjects_for_the_models_that_it_cites() -> None:
    assert stand_ins_of(load_study("e10_misreadings")) == (
        "sim/published/o3",
        "sim/published/o4-mini",
    )
    assert stand_ins_of(load_study("nudge_removed")) == ()


@pytest.mark.parametrize(
    ("name", "args", "told"),
    [
        ("sim/published", {}, "expected one of sim/published/Claude Opus 4"),
        ("sim/published/GPT-99", {}, "unknown simulated model sim/published/GPT-99"),
        ("sim/published/GPT-4o", {"study": "e1_coercion_both"}, "unknown arg 'study'"),
    ],
)
def test_a_subject_that_stands_for_nobody_is_refused(
    name: str, args: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        get_model(name, memoize=False, **args)
