"""Every study resolves, has its controls and its published numbers; a broken file is told by its key."""

import re
from pathlib import Path
from typing import get_args

import pytest

from turncoat.catalog import PackError, load_scenario
from turncoat.catalog.files import parse_yaml, read_text
from turncoat.catalog.published import load_published
from turncoat.catalog.reference import known_references, reference_names, reference_space
from turncoat.catalog.roster import load_roster, subjects_named
from turncoat.catalog.studies import FOLDER, UnknownStudy, load_study, read_study, study_names
from turncoat.design import Grid, Study, arms_of, condition, conditions_of, role_of
from turncoat.design.study import Belief as StatedBelief
from turncoat.verdict.belief import Belief

PAPER = tuple(f"E{number}" for number in range(1, 15))
STUDIES = study_names()
MOST = 60
"""Cells of a study: more is a mistake, at 400 samples each on every model."""


def grid_of(study: Study, pack: str) -> Grid:
    """Without the published text, which would take seconds to make."""
    published = pack in known_references()
    space = reference_space(pack) if published else load_scenario(pack).space
    return (space.with_defects() if study.as_published else space).grid


def hazard_of(pack: str) -> str:
    if pack not in known_references():
        return load_scenario(pack).hazard.name
    port = pack.removeprefix("reference/").removesuffix("_renamed")
    head = parse_yaml(read_text(FOLDER.parent / "reference", f"{port}.yaml"), pack)
    name: str = head["hazard"]["name"]
    return name


def test_every_experiment_of_the_paper_has_a_study_in_its_order() -> None:
    numbered = [study.experiment for study in map(load_study, STUDIES) if study.experiment]
    assert numbered == list(PAPER)
    for study in map(load_study, STUDIES):
        assert study.experiment is None or study.name.startswith(f"{study.experiment.lower()}_")
    assert len(STUDIES) == len(list(FOLDER.glob("*.yaml"))) > len(PAPER)


def test_what_the_critics_ask_for_is_there() -> None:
    assert set(STUDIES) >= {
        *("nudge_removed", "scratchpad_removed", "routes_out", "agent_names"),
        *("clarity_of_instruction", "clarity_of_situation", "frame_told"),
        *(f"memorization_{hazard}" for hazard in ("coercion", "leak", "lethal")),
    }


@pytest.mark.parametrize("name", STUDIES)
def test_a_studys_arms_are_conditions_of_every_pack(name: str) -> None:
    study = load_study(name)
    cells = [conditions_of(study, pack, grid_of(study, pack)) for pack in study.packs]
    assert sum(map(len, cells)) <= MOST
    for pack, found in zip(study.packs, cells, strict=True):
        assert arms_of(study, pack, grid_of(study, pack))
        assert {role_of(cell) for cell in found} >= {"treated", "motive"} or name == "e4_control"


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_asks_400_samples_a_cell_and_says_what_differs(name: str) -> None:
    study = load_study(name)
    assert study.plan.samples == 400
    assert study.question.endswith("?")
    assert all(note.endswith(".") for note in study.notes)
    assert study.notes
    assert subjects_named(study.subjects)


@pytest.mark.parametrize("name", STUDIES)
def test_a_published_number_stands_beside_an_arm_of_its_hazard_and_of_an_asked_model(
    name: str,
) -> None:
    study = load_study(name)
    # Those that have been withdrawn, too.
    main = [subject.name for subject in load_roster() if subject.part == "main"]
    asked = {name for own in study.subjects for name in (main if own == "paper" else [own])}
    for cited in study.published:
        number = cited.number
        assert hazard_of(cited.pack) == number.hazard
        assert not number.subjects or asked & set(number.subjects)
        assert number.experiment in {*PAPER, "replication", "related"}


@pytest.mark.parametrize("experiment", PAPER)
def test_every_number_of_an_experiment_that_we_measure_is_compared_in_its_study(
    experiment: str,
) -> None:
    """Misreadings are not measured, and the controls of E4 are those of the other studies, too."""
    (study,) = [s for s in map(load_study, STUDIES) if s.experiment == experiment]
    numbers = {n.id for n in load_published().values() if n.experiment == experiment}
    unmeasured = {n.id for n in load_published().values() if n.kind == "confusion_rate"}
    assert numbers - unmeasured <= {cited.number.id for cited in study.published}


def test_every_number_but_those_of_other_texts_is_beside_something() -> None:
    cited = {c.number.id for name in STUDIES for c in load_study(name).published}
    left = set(load_published()) - cited
    assert {re.sub("-.*", "", name) for name in left} == {"e10", "sub", "mitigations"}


@pytest.mark.parametrize(
    ("name", "pack", "arm", "levels"),
    [
        ("e1_coercion_both", "coercion", "both", {"value": "national", "nudge": "present"}),
        ("e2_coercion_threat_alone", "reference/blackmail", "threat_alone", {"goal": "none"}),
        ("e7_lethal_both", "lethal", "neither", {"goal": "none", "threat": "none"}),
        ("e9_prohibitions", "reference/leaking", "conflict_forbidden", {"threat": "none"}),
    ],
)
def test_an_arm_is_the_condition_that_the_paper_describes(
    name: str, pack: str, arm: str, levels: dict[str, str]
) -> None:
    found = arms_of(load_study(name), pack, grid_of(load_study(name), pack))[arm]
    assert found.matches({factor: (level,) for factor, level in levels.items()})


def test_the_lethal_study_leaves_out_by_the_control() -> None:
    (rule,) = load_study("e7_lethal_both").exclusions
    assert (rule.arm, rule.above) == ("neither", 0.01)


def test_an_ablation_changes_one_factor() -> None:
    for name in ("nudge_removed", "scratchpad_removed", "routes_out", "agent_names", "frame_told"):
        study = load_study(name)
        arms = arms_of(study, "coercion", grid_of(study, "coercion"))
        default = condition({**study.arms[0].levels})
        apart = {s.factor for cell in arms.values() for s in cell if s.level != default[s.factor]}
        assert len(apart) == 1


def test_beliefs_are_those_that_an_answer_can_state() -> None:
    assert set(get_args(StatedBelief)) == set(Belief)


def test_a_published_pack_has_the_conditions_that_are_known_without_it() -> None:
    for pack in ("reference/leaking", "reference/murder_renamed"):
        assert load_scenario(pack).space == reference_space(pack)


def test_published_packs_are_named_whether_or_not_they_are_installed() -> None:
    assert known_references() == reference_names()


def test_an_unknown_study_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownStudy) as caught:
        load_study("e0")
    assert caught.value.known == STUDIES


GOOD = """\
title: A study
question: Does it?
source: ours
subjects: [paper]
packs: [coercion]
held: {nudge: present}
arms:
  both: {about: both motives, levels: {goal: explicit}}
  neither: {about: no motive, levels: {goal: none, threat: none}}
primary: {name: motives, treated: both, control: neither, margin: 0.05}
"""


def test_what_is_held_holds_in_every_arm_and_the_name_is_the_files(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD, encoding="utf-8")
    study = read_study(tmp_path, "mine.yaml")
    assert study.name == "mine"
    assert [arm.levels["nudge"] for arm in study.arms] == ["present", "present"]


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("title: A study\n", "", None, "key title is missing"),
        ("title: A", "titel: A", None, "key title is missing"),
        ("source: ours", "source: ours\nsauce: mine", 4, "there is no key sauce"),
        ("subjects: [paper]", "subjects: [Claude 9]", 4, "key subjects.0: got 'Claude 9'"),
        ("packs: [coercion]", "packs: [coersion]", 5, "key packs.0: got 'coersion'"),
        ("packs: [coercion]", "packs: coercion", 5, "key packs: Input should be a valid tuple"),
        ("packs: [coercion]", "packs: []", 5, "key packs: got none"),
        ("{goal: explicit}", "{goal: 3}", 8, "key arms.both.levels.goal: Input should be a valid"),
        ("levels: {goal: explicit}", "where: {}", 8, "key arms.both"),
        ("about: both motives, ", "", 8, "key arms.both.about is missing"),
        ("arms:\n", "arms:\n  third: [x]\n", 8, "key arms.third: Input should be"),
        ("treated: both", "treated: bth", 10, "key primary.treated: got 'bth'"),
        ("control: neither", "control: both", 10, "key primary: got 'both' twice"),
        ("margin: 0.05", "margin: 0.0", 10, "key primary.margin: got 0"),
        ("margin: 0.05", "margin: 0.05, measure: odds", 10, "key primary.measure: Input should be"),
        ("subjects:", "controls: [motif]\nsubjects:", 4, "key controls: got 'motif'"),
        ("subjects:", "plan: {forms: 0}\nsubjects:", 4, "key plan.forms: got 0"),
        ("subjects:", "plan: {form: 9}\nsubjects:", 4, "key plan.form: Unexpected"),
        (
            "subjects:",
            "exclusions: [{arm: x, above: 0.01, about: why}]\nsubjects:",
            4,
            "key exclusions.arm: got 'x'",
        ),
        (
            "subjects:",
            "published: [{numbers: [e1-nobody], pack: coercion, arm: both}]\nsubjects:",
            4,
            "key published: got the number 'e1-nobody'",
        ),
        (
            "subjects:",
            "published: [{numbers: [e1-o3], pack: coercion, arm: both, rate: 1}]\nsubjects:",
            4,
            "there is no key published.0.rate",
        ),
        (
            "subjects:",
            "published: [{numbers: [e1-gpt-4o], pack: leak, arm: both}]\nsubjects:",
            4,
            "key published.e1-gpt-4o.pack: got 'leak'",
        ),
        (
            "subjects:",
            "secondary: {more: {treated: both, control: x, margin: 0.1}}\nsubjects:",
            4,
            "key secondary.more.control: got 'x'",
        ),
        (
            "{goal: explicit}",
            "{goal: none, value: safety}",
            8,
            "key arms.both: got goal=none value=safety nudge=present in pack coercion, which is excl",
        ),
        ("{goal: explicit}", "{goal: exlicit}", 8, "key arms.both: unknown level 'exlicit'"),
        ("{goal: explicit}", "{gaol: none}", 8, "key arms.both: unknown factor 'gaol'"),
        ("nudge: present", "nudge: maybe", 8, "key arms.both: unknown level 'maybe'"),
        ("{goal: none, threat: none}", "{goal: explicit}", 9, "key arms.neither: is the same"),
        ("  both:", "  Both:", 8, "key arms.Both: got the name 'Both'"),
        ("subjects: [paper]", "subjects: []", 4, "key subjects: got none"),
        ("subjects:", "experiment: E15\nsubjects:", 4, "key experiment: got 'E15'"),
        ("arms:\n", "arms:\n  both: {}\n", 9, "bad YAML: key 'both' stands twice"),
    ],
)
def test_a_broken_study_is_told_with_file_line_key_and_remedy(
    old: str, new: str, line: int | None, told: str, tmp_path: Path
) -> None:
    assert GOOD.count(old) == 1
    (tmp_path / "broken.yaml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        read_study(tmp_path, "broken.yaml")
    assert caught.value.file == "broken.yaml"
    assert caught.value.problem.startswith(told)
    assert caught.value.line == line
    assert caught.value.remedy
