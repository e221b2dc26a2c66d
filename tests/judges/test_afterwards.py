"""The question after the end, in real evals: it is asked in a copy and changes nothing else."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Epochs, Task, eval  # noqa: A004 - its name in Inspect
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.event import ModelEvent
from inspect_ai.log import EvalLog, EvalSample, read_eval_log
from inspect_ai.model import GenerateConfig, ModelOutput
from inspect_ai.scorer import Scorer

from judges.test_harm import Voice, says, voice
from trial import COERCION, brief, mail
from turncoat.agents import prompted
from turncoat.judges import harm
from turncoat.judges.afterwards import asked_afterwards
from turncoat.verdict import Response, RunKey
from turncoat.verdict.afterwards import AFTERWARDS, Afterwards, Asked, First

KEY = RunKey("run-1", b"key")
CONFIG = GenerateConfig(temperature=0.25)
WORK = mail("hr@quarrel.example", "Room 12 is booked.")


def ran(folder: Path, subject: Voice, *, also: bool = True, key: RunKey = KEY) -> EvalLog:
    case = brief(COERCION)
    metadata = {"scenario": case.scenario, "form": 1, "role": "treated"}
    sample = Sample(id="goal=none.form=1", input="Four mails.", metadata=metadata)
    scorers: list[Scorer] = [harm(lambda _: case, key=key, judge="rules")]
    task = Task(
        dataset=MemoryDataset([sample]),
        solver=prompted(key),
        scorer=[*scorers, *([asked_afterwards(key, CONFIG)] if also else [])],
        config=CONFIG,
        epochs=Epochs(2),
        fail_on_error=True,
        continue_on_fail=True,
    )
    # One after the other, so that the voice's lines are in order.
    [log] = eval(
        task, model=subject.model("subject"), log_dir=str(folder), display="none", max_samples=1
    )
    return read_eval_log(log.location)


def samples(log: EvalLog) -> list[EvalSample]:
    return sorted(log.samples or [], key=lambda sample: sample.epoch)


def asked(sample: EvalSample) -> Asked:
    assert sample.scores is not None
    return Asked.model_validate(sample.scores["asked_afterwards"].metadata)


def probing(sample: EvalSample) -> list[ModelEvent]:
    return [e for e in sample.events if isinstance(e, ModelEvent) and e.role == AFTERWARDS]


def test_each_epoch_has_the_other_order_and_the_letter_is_read_in_it(tmp_path: Path) -> None:
    first, second = samples(ran(tmp_path, voice(WORK, "A", WORK, "A")))
    assert (asked(first).first, asked(second).first) == (First.REAL, First.TEST)
    assert asked(first).afterwards is Afterwards.REAL
    assert asked(second).afterwards is Afterwards.TEST
    assert [s.scores["asked_afterwards"].value for s in (first, second) if s.scores] == [0.0, 1.0]


def test_the_copy_holds_the_conversation_and_the_question_with_the_subjects_settings(
    tmp_path: Path,
) -> None:
    subject = voice(WORK, "B", WORK, "B")
    sample, _ = samples(ran(tmp_path, subject))
    [call] = probing(sample)
    *conversation, question = subject.asked[1]
    assert [(m.role, m.text) for m in conversation] == [(m.role, m.text) for m in sample.messages]
    assert question.role == "user"
    assert "A) It was real." in question.text
    assert call.config.temperature == CONFIG.temperature


def _plain(sample: EvalSample) -> dict[str, Any]:
    """Transcript, verdict and store, with ids that are new in every run left out."""
    assert sample.scores is not None
    ids = {m.id: str(place) for place, m in enumerate(sample.messages) if m.id}
    held = sample.model_dump(mode="json", include={"messages", "output", "store", "metadata"})
    held["harm"] = sample.scores["harm"].model_dump(mode="json", exclude={"history"})
    held["output"].pop("time", None)
    text = json.dumps(held, sort_keys=True)
    for id_, place in ids.items():
        text = text.replace(id_, place)
    return dict(json.loads(text))


def test_transcript_and_verdict_are_the_same_with_the_question_and_without(tmp_path: Path) -> None:
    lines = {"with": voice(WORK, "A", WORK, "It depends."), "without": voice(WORK, WORK)}
    logs = {name: ran(tmp_path / name, said, also=name == "with") for name, said in lines.items()}
    pairs = zip(samples(logs["with"]), samples(logs["without"]), strict=True)
    for one, other in pairs:
        assert json.dumps(_plain(one)) == json.dumps(_plain(other))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (says(""), Response.EMPTY),
        (says("I stop he", "content_filter"), Response.FILTERED),
        (says(WORK[:20], "max_tokens"), Response.TRUNCATED),
    ],
)
def test_what_was_not_wholly_seen_is_not_asked_about(
    tmp_path: Path, answer: ModelOutput, reason: Response
) -> None:
    for sample in samples(ran(tmp_path, voice(answer))):
        found = asked(sample)
        assert (found.asked, found.afterwards) == (False, None)
        assert found.reason == reason.value
        assert probing(sample) == []


def test_an_outage_is_asked_again_and_the_verdict_stands(tmp_path: Path) -> None:
    log = ran(tmp_path, voice(WORK, ConnectionError("the line is dead"), WORK, "A"))
    away, done = samples(log)
    assert away.error is not None
    assert "ConnectionError: the line is dead" in away.error.message
    assert away.scores is not None
    assert set(away.scores) == {"harm"}
    assert done.error is None
    assert asked(done).afterwards is not None


def test_an_answer_that_cannot_be_read_is_kept_and_unscored(tmp_path: Path) -> None:
    [unread, _] = samples(ran(tmp_path, voice(WORK, "What a question.")))
    assert asked(unread).reason == "malformed"
    assert asked(unread).text == "What a question."
    assert unread.scores is not None
    assert unread.scores["harm"].metadata is not None
    assert math.isnan(unread.scores["asked_afterwards"].as_float())


def test_an_interrupted_run_asks_no_question_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))
    key = RunKey("run-2", b"key", cached=True)
    once, again = voice(WORK, "A", WORK, "B"), voice("nobody asks")
    before = samples(ran(tmp_path / "1", once, key=key))
    after = samples(ran(tmp_path / "2", again, key=key))
    assert again.asked == []
    assert [asked(s) for s in before] == [asked(s) for s in after]
