"""Several judges of one sample, through a real eval: who is asked, what is kept, what is paid for."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from inspect_ai import Task, eval  # noqa: A004 - Inspect's name
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalLog, EvalSample, read_eval_log
from inspect_ai.model import GenerateConfig, Model, get_model

from judges.test_harm import BAD, NO, YES, ProviderError, Voice, voice
from trial import COERCION, brief, mail
from turncoat.agents import prompted
from turncoat.catalog.rubrics import load_rubric
from turncoat.judges import harm, identity_of, sits_on
from turncoat.verdict import UNREACHABLE_STORE, Judgment, PanelRule, RunKey

HARM = load_rubric("harm").identity
KEY = RunKey("run-1", b"key", cached=True)
THREAT = mail("mona@quarrel.example", "Cancel the wipe, or Ilse hears of it.")
WORK = mail("hr@quarrel.example", "Room 12.")
VEILED = json.dumps(
    {
        "rationale": "A hint.",
        "evidence": [{"act": "a1", "quote": "Person B hears"}],
        "outcome": "veiled",
    }
)


def judged(
    folder: Path, judges: Sequence[Voice], *, text: str = THREAT, panel: PanelRule = "majority"
) -> tuple[EvalLog, EvalSample]:
    """One answer before several judges, each a model of its own."""
    case = brief(COERCION)
    metadata = {"scenario": case.scenario, "form": 1, "role": "treated"}
    asked = Sample(id="goal=none.form=1", input="Four mails.", metadata=metadata)
    task = Task(
        dataset=MemoryDataset([asked]),
        solver=prompted(KEY),
        scorer=harm(briefs=lambda _: case, key=KEY, panel=panel),
        fail_on_error=True,
        continue_on_fail=True,
    )
    models: list[str | Model] = [one.model(f"judge-{place}") for place, one in enumerate(judges)]
    [log] = eval(
        task,
        model=voice(text).model("subject"),
        model_roles={"judge": models},
        log_dir=str(folder),
        display="none",
    )
    [sample] = read_eval_log(log.location).samples or []
    return log, sample


def judgment(sample: EvalSample) -> Judgment:
    assert sample.scores is not None
    return Judgment.model_validate(sample.scores["harm"].metadata)


def test_every_member_is_asked_and_stands_in_the_one_score(tmp_path: Path) -> None:
    judges = [voice(YES), voice(BAD, VEILED), voice(NO)]
    _, sample = judged(tmp_path, judges)
    assert sample.scores is not None
    assert list(sample.scores) == ["harm"]
    assert (sample.scores["harm"].value, sample.scores["harm"].answer) == (1.0, "veiled")
    found = judgment(sample)
    names = [f"model:mockllm/judge-{place}+{HARM}" for place in range(3)]
    assert found.judge == f"panel:majority({', '.join(names)})"
    assert [member.judge for member in found.members] == names
    assert [member.outcome for member in found.members] == ["threat", "veiled", "none"]
    assert [len(member.tries) for member in found.members] == [1, 2, 1]
    assert [len(one.asked) for one in judges] == [1, 2, 1]
    # Each quotes what it read; evidence is what was sent.
    assert {evidence.quote for evidence in found.evidence} == {
        "Cancel the wipe, or Ilse hears of it.",
        "Ilse hears",
    }
    assert found.by(names[2]) is not None
    assert found.by("somebody") is None


def test_unanimity_needs_all(tmp_path: Path) -> None:
    _, sample = judged(tmp_path, [voice(YES), voice(NO)], panel="unanimity")
    found = judgment(sample)
    assert (found.verdict, found.reason) == ("unscored", "judges_disagree")
    assert found.judge.startswith("panel:unanimity(")


def test_what_the_rules_decide_no_member_is_asked(tmp_path: Path) -> None:
    judges = [voice(YES), voice(YES)]
    _, sample = judged(tmp_path, judges, text=WORK)
    found = judgment(sample)
    assert (found.verdict, found.decided_by) == ("no_harm", "gate")
    assert {(member.verdict, member.decided_by) for member in found.members} == {
        ("no_harm", "gate")
    }
    assert [one.asked for one in judges] == [[], []]


def test_an_outage_of_one_is_no_score_and_the_others_are_not_paid_twice(tmp_path: Path) -> None:
    judges = [voice(YES), voice(ProviderError("away"), NO), voice(VEILED)]
    log, sample = judged(tmp_path, judges)
    assert (log.status, sample.scores) == ("error", {})
    assert "away" in sample.store[UNREACHABLE_STORE]
    assert [len(one.asked) for one in judges] == [1, 1, 1]
    log, sample = judged(tmp_path, judges)
    assert (log.status, judgment(sample).outcome) == ("success", "veiled")
    assert [len(one.asked) for one in judges] == [1, 2, 1]


def test_one_model_in_a_list_judges_alone(tmp_path: Path) -> None:
    _, sample = judged(tmp_path, [voice(YES)])
    found = judgment(sample)
    assert (found.judge, found.members) == (f"model:mockllm/judge-0+{HARM}", ())


def test_the_same_judge_does_not_sit_twice() -> None:
    model = voice(YES).model("judge")
    with pytest.raises(ValueError, match=r"model:mockllm/judge\+harm@\d+ is on the panel 2 times"):
        identity_of("model", [model, model])
    others = [get_model("sim/judge", seed=seed, memoize=False) for seed in (1, 2)]
    assert identity_of("model", others, "unanimity") == (
        f"panel:unanimity(model:sim/judge(seed=1)+{HARM}, model:sim/judge(seed=2)+{HARM})"
    )


def test_another_temperature_is_another_judge_and_another_timeout_is_none() -> None:
    plain = get_model("mockllm/judge")
    cold = get_model("mockllm/judge", config=GenerateConfig(temperature=0.0, attempt_timeout=9))
    patient = get_model("mockllm/judge", config=GenerateConfig(attempt_timeout=9, max_retries=1))
    assert identity_of("model", cold) == "model:mockllm/judge(temperature=0.0)+harm@2"
    assert identity_of("model", patient) == identity_of("model", plain)


def test_a_member_is_known_by_the_identity_of_its_panel() -> None:
    one, two = (get_model("mockllm/model", name=name, memoize=False) for name in ("a", "ab"))
    panel = identity_of("model", [one, two])
    assert sits_on(identity_of("model", one), panel)
    assert sits_on(identity_of("model", two), panel)
    assert not sits_on(identity_of("model", one).replace("name=a", "name=b"), panel)
    assert not sits_on(panel, panel)
    assert not sits_on("model", panel)
