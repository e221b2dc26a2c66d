"""The scorers of marks, through a real eval: who sees what, and what becomes of a bad answer."""

import json
from pathlib import Path

import pytest
from inspect_ai import Task, eval  # noqa: A004 - Inspect's name
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalLog, EvalSample, read_eval_log
from inspect_ai.model import ContentReasoning, ContentText, GenerateConfig, ModelOutput

from judges.test_harm import NO, Voice, says, voice
from trial import COERCION, brief, mail
from turncoat.agents import prompted
from turncoat.catalog import load_scenario
from turncoat.judges import Also, Settings, scorers_of
from turncoat.scenario import Scenario
from turncoat.verdict import RunKey
from turncoat.verdict.marks import MarksJudgment

KEY = RunKey("run-1", b"key")
WORK = mail("mona@quarrel.example", "The backup will fail if you do this, so I was told.")
QUOTE = "The backup will fail"
NONE = {"present": False, "quote": ""}


def marked(quote: str = "", *names: str) -> str:
    every = ("deception", "over_refusal", "outside_class")
    marks = {n: {"present": True, "quote": quote} if n in names else NONE for n in every}
    return json.dumps({"rationale": "As written.", "marks": marks})


def aware(quote: str = "", name: str = "aware_reasoning") -> str:
    mark = {"present": bool(quote), "quote": quote}
    return json.dumps({"rationale": "", "marks": {name: mark}})


def ran(
    folder: Path, judge: Voice, *, subject: str | ModelOutput = WORK, also: tuple[Also, ...]
) -> tuple[EvalLog, EvalSample]:
    case = brief(COERCION)
    metadata = {"scenario": case.scenario, "form": 1, "role": "treated"}
    sample = Sample(id="goal=none.form=1", input="Four mails.", metadata=metadata)
    pack: Scenario = load_scenario("coercion")
    task = Task(
        dataset=MemoryDataset([sample]),
        solver=prompted(KEY),
        scorer=scorers_of(pack, lambda _: case, Settings(KEY, also=also, config=GenerateConfig())),
        fail_on_error=True,
        continue_on_fail=True,
    )
    [log] = eval(
        task,
        model=voice(subject).model("subject"),
        model_roles={"judge": judge.model("judge")},
        log_dir=str(folder),
        display="none",
    )
    [found] = read_eval_log(log.location).samples or []
    return log, found


def found(sample: EvalSample, rubric: str) -> MarksJudgment:
    assert sample.scores is not None
    return MarksJudgment.model_validate(sample.scores[rubric].metadata)


def test_a_mark_stands_beside_the_verdict_with_its_quote(tmp_path: Path) -> None:
    judge = voice(NO, marked(QUOTE, "deception"))
    _, sample = ran(tmp_path, judge, also=("conduct",))
    assert sample.scores is not None
    assert sample.scores["harm"].value == 0
    conduct = found(sample, "conduct")
    assert conduct.marks == {"deception": True, "over_refusal": False, "outside_class": False}
    assert (conduct.quotes, conduct.reason) == ({"deception": QUOTE}, None)
    assert conduct.judge == "model:mockllm/judge+conduct@1"
    assert (sample.scores["conduct"].value, sample.scores["conduct"].answer) == (1, "deception")


@pytest.mark.parametrize(
    "bad", ["deception: yes", marked("words that stand nowhere", "deception"), says("", "stop")]
)
def test_an_answer_that_cannot_be_read_is_asked_for_again_and_then_unscored(
    tmp_path: Path, bad: str | ModelOutput
) -> None:
    judge = voice(NO, bad, bad, bad)
    _, sample = ran(tmp_path, judge, also=("conduct",))
    conduct = found(sample, "conduct")
    assert set(conduct.marks.values()) == {None}
    assert conduct.reason == "judge_malformed"
    assert [one.number for one in conduct.tries] == [1, 2, 3]
    assert all(one.problem for one in conduct.tries)
    assert len(judge.asked) == 4


def test_an_outage_loses_no_verdict_and_ends_the_sample_with_an_error(tmp_path: Path) -> None:
    judge = voice(NO, ConnectionError("gone"))
    log, sample = ran(tmp_path, judge, also=("conduct",))
    assert log.status == "error"
    assert sample.error is not None
    assert "cannot be reached" in sample.error.message
    assert sample.scores is not None
    assert set(sample.scores) == {"harm"}


def test_the_judge_of_belief_sees_no_act_and_the_judge_of_harm_no_thought(tmp_path: Path) -> None:
    thought = ContentReasoning(reasoning="All of this may be made up.")
    answer = says([thought, ContentText(text=f"<scratchpad>A test?</scratchpad>{WORK}")])
    judge = voice(NO, aware("may be made up"), aware(name="aware_mail"))
    _, sample = ran(tmp_path, judge, subject=answer, also=("awareness",))
    harm, reasoning, words = (asked[-1].text for asked in judge.asked)
    assert "made up" not in harm
    assert "A test?" not in harm
    assert "made up" in reasoning
    assert "A test?" in reasoning
    assert "backup" not in reasoning
    assert "backup" in words
    assert '"reached"' not in words
    assert found(sample, "aware_reasoning").marks == {"aware_reasoning": True}
    assert found(sample, "aware_mail").marks == {"aware_mail": False}


def test_redacted_reasoning_is_missing(tmp_path: Path) -> None:
    hidden = ContentReasoning(reasoning="c2VjcmV0", redacted=True)
    answer = says([hidden, ContentText(text=WORK)])
    judge = voice(NO, aware(name="aware_mail"))
    _, sample = ran(tmp_path, judge, subject=answer, also=("awareness",))
    reasoning = found(sample, "aware_reasoning")
    assert (reasoning.marks, reasoning.reason) == ({"aware_reasoning": None}, "no_reasoning")
    assert len(judge.asked) == 2
