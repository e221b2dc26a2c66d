"""A study's run is bound to what the study declared: in the run file, and in every log."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from inspect_ai.model import GenerateConfig

from turncoat.catalog import load_scenario
from turncoat.design import Arm, Frozen, Grid, PlannedContrast, Sampling, Study, condition
from turncoat.engine import JudgeChoice, PlanConflict, Progress, Request, read_run_file, run
from turncoat.engine.studying import plans_of
from turncoat.results import logs_in

STUDY = Study(
    name="motives",
    title="Motives",
    question="Does it?",
    source="ours",
    subjects=("paper",),
    packs=("leak",),
    arms=(
        Arm("both", "both motives", {"goal": "explicit", "threat": "replacement"}),
        Arm("neither", "no motive", {"goal": "none", "value": "own", "threat": "none"}),
    ),
    primary=PlannedContrast("motives", "both", "neither", 0.05),
    plan=Sampling(2, 1),
)
TREATED = Grid().default()
MOTIVE = condition({"goal": "none", "value": "own", "threat": "none"})


def shown(progress: Progress) -> None:
    """Nobody looks."""
    del progress


def request(out: Path, study: Study = STUDY, sampling: Sampling | None = None) -> Request:
    packs = [load_scenario(name) for name in study.packs]
    return Request(
        plans=plans_of(study, packs, sampling or study.plan),
        models=("sim/mixed",),
        judge=JudgeChoice(None),
        config=GenerateConfig(temperature=1.0),
        out=out,
        packs={pack.name: pack for pack in packs},
        study=study,
    )


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))


def test_arms_and_their_controls_are_what_is_run() -> None:
    plan = plans_of(STUDY, [load_scenario("leak")], Sampling(3, 2))["leak"]
    assert plan.conditions == (TREATED, MOTIVE)
    assert (plan.forms, plan.epochs) == ((1, 2, 3), 2)


def test_a_fixed_text_has_as_many_samples() -> None:
    study = replace(STUDY, packs=("reference/leaking",), arms=STUDY.arms)
    plan = plans_of(study, [load_scenario("reference/leaking")], Sampling(4, 10))
    assert (plan["reference/leaking"].forms, plan["reference/leaking"].epochs) == ((1,), 40)


CHANGES: dict[str, Callable[[Study], Study | None]] = {
    "another study": lambda study: replace(study, name="others"),
    "another margin": lambda study: replace(study, primary=replace(study.primary, margin=0.1)),
    "another note": lambda study: replace(study, notes=("One more.",)),
    "no study": lambda _: None,
}


def test_the_declared_study_is_frozen_and_no_other_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert run(request(out), shown).complete
    arms = {"leak": {"both": TREATED, "neither": MOTIVE}}
    frozen = Frozen("motives", STUDY.hash({"leak": load_scenario("leak").pack_hash}, arms))
    opened = read_run_file(out)
    assert opened is not None
    assert opened.study is not None
    assert (opened.identity.study, opened.study.declared) == (frozen, STUDY)
    assert opened.study.conditions == arms
    assert {log.facts.study for log in logs_in(out / "logs")} == {frozen}
    for change in CHANGES.values():
        with pytest.raises(PlanConflict, match=r"study: the folder's is motives \("):
            run(replace(request(out), study=change(STUDY)), shown)
    # The study's own command goes on, and a larger sample is the same study.
    grown = run(request(out, sampling=Sampling(3, 1)), shown)
    assert (grown.progress.kept, grown.progress.done) == (4, 2)


def test_a_run_for_no_study_becomes_none(tmp_path: Path) -> None:
    out = tmp_path / "run"
    plain = replace(request(out), study=None)
    assert run(plain, shown).complete
    with pytest.raises(PlanConflict, match=r"study: the folder's is none, now motives \("):
        run(request(out), shown)
