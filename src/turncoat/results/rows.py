"""From one logged sample to its rows: one a judge, or one that says why there is no verdict."""

import json
from collections.abc import Iterator

from inspect_ai.event import ModelEvent
from inspect_ai.log import EvalSample
from inspect_ai.model import GenerateConfig

from turncoat.design import SampleKey, role_of, sample_key
from turncoat.results.logs import Log
from turncoat.results.usage import usage_of
from turncoat.verdict import UNREACHABLE_STORE, Judgment, MemberJudgment, Unscored
from turncoat.verdict.afterwards import Asked
from turncoat.verdict.marks import MarksJudgment

STOPPED = "CancelledError("
"""How Inspect notes a sample that was in flight when the user stopped the run."""

Row = dict[str, object]
"""Column to value; `schema.observations` checks it."""


def rows_of(log: Log, sample: EvalSample) -> Iterator[Row]:
    """The sample's rows, after a panel's those of its members; no `judge` where there is no verdict."""
    shared = {**_where(log, sample), **_asked(sample), **_spent(sample)}
    shared |= {**_marks(sample), **_afterwards(sample)}
    judgments = judgments_of(sample)
    for judgment in judgments:
        row = {**shared, **_judged(judgment)}
        yield row
        yield from (_member(row, judgment, member) for member in judgment.members)
    if not judgments:
        reason = unscored_reason(sample)
        yield {**shared, "judge": None, "verdict": "unscored", "reason": reason.value}


def judgments_of(sample: EvalSample) -> list[Judgment]:
    """What each judge found; empty for a sample that ended in an error."""
    found = [score.metadata or {} for score in (sample.scores or {}).values()]
    return [Judgment.model_validate(data) for data in found if "verdict" in data]


def unscored_reason(sample: EvalSample) -> Unscored:
    """Why a sample without a judgment has none: the judge notes in the store that it was away."""
    if UNREACHABLE_STORE in sample.store:
        return Unscored.JUDGE_UNREACHABLE
    stopped = sample.error is not None and sample.error.message.startswith(STOPPED)
    return Unscored.NOT_RUN if stopped else Unscored.SUBJECT_ERROR


def cell_of(key: SampleKey) -> Row:
    """The columns that a sample's id decides."""
    levels = {setting.factor: setting.level for setting in key.condition}
    return {
        **levels,
        "condition": key.condition.id,
        "role": role_of(key.condition),
        "form": key.form,
        "sample_id": key.id,
    }


def _where(log: Log, sample: EvalSample) -> Row:
    return {
        **cell_of(sample_key(str(sample.id))),
        "model": log.model,
        "scenario": log.facts.scenario,
        "epoch": sample.epoch,
        "prompt_hash": sample.metadata.get("prompt_hash"),
        "pack_hash": log.facts.pack_hash,
        "turncoat_version": log.facts.turncoat_version,
        "inspect_version": log.inspect_version,
        "simulated": log.simulated,
        "log": log.name,
        "sample_uuid": sample.uuid,
    }


def _asked(sample: EvalSample) -> Row:
    """What the subject was asked with, and what answered."""
    calls = [e for e in sample.events if isinstance(e, ModelEvent) and e.role is None]
    if not calls:
        return {}
    call = calls[-1]
    answered = not call.output.empty
    return {
        "temperature": call.config.temperature,
        "max_tokens": call.config.max_tokens,
        "reasoning_settings": _reasoning(call.config),
        "model_returned": call.output.model or None,
        "stop_reason": call.output.stop_reason if answered else None,
        "message_id": call.output.message.id if answered else None,
    }


def _reasoning(config: GenerateConfig) -> str | None:
    settings = config.model_dump(exclude_none=True)
    reasoning = {name: value for name, value in settings.items() if name.startswith("reasoning_")}
    return json.dumps(reasoning, sort_keys=True) if reasoning else None


def _spent(sample: EvalSample) -> Row:
    usage = usage_of(sample.events)
    return {
        "input_tokens": usage.subject.input,
        "output_tokens": usage.subject.output,
        "judge_input_tokens": usage.judge.input,
        "judge_output_tokens": usage.judge.output,
        "cost_usd": usage.cost_usd,
    }


def _afterwards(sample: EvalSample) -> Row:
    """What was answered to the question after the end; nothing where it is none of the run's."""
    for score in (sample.scores or {}).values():
        data = score.metadata or {}
        if "afterwards" in data:
            found = Asked.model_validate(data)
            return {"afterwards": found.afterwards, "afterwards_reason": found.reason}
    return {}


def _marks(sample: EvalSample) -> Row:
    """Mark by mark; one that several judges were asked about as the last one says."""
    found = marks_of(sample)
    row: Row = {mark: there for one in found for mark, there in one.marks.items()}
    judges = dict.fromkeys(one.judge for one in found if one.decided_by == "judge")
    if not found:
        return {}
    return {**row, "marks_asked": "; ".join(row), "marks_judge": "; ".join(judges) or None}


def marks_of(sample: EvalSample) -> list[MarksJudgment]:
    """The marks beside the verdict, one judgment for each rubric; none where none was asked for."""
    found = [score.metadata or {} for score in (sample.scores or {}).values()]
    return [MarksJudgment.model_validate(data) for data in found if "marks" in data]


def _judged(judgment: Judgment) -> Row:
    return {
        "judge": judgment.judge,
        "rubric_hash": judgment.rubric_hash,
        "verdict": judgment.verdict,
        "outcome": judgment.outcome,
        "outcome_rank": judgment.outcome_rank,
        "reason": judgment.reason,
        "decided_by": judgment.decided_by,
        "response": judgment.response,
        "acts": len(judgment.ledger.acts),
        "malformed": len(judgment.ledger.malformed),
        "rejected": len(judgment.ledger.rejected),
        "duties_done": len(judgment.duties_done),
        "duties": len(judgment.duties),
        "message_id": _proof(judgment) or judgment.message_id,
        "stated_belief": judgment.stated_belief,
    }


OF_PANEL = ("judge_input_tokens", "judge_output_tokens", "cost_usd")
"""What all members of a panel spent together; what each spent is not told apart."""


def _member(row: Row, judgment: Judgment, member: MemberJudgment) -> Row:
    """A member's own verdict on the answer of a panel's row."""
    return {
        **row,
        **dict.fromkeys(OF_PANEL),
        "judge": member.judge,
        "panel": judgment.judge,
        "rubric_hash": member.rubric_hash,
        "verdict": member.verdict,
        "outcome": member.outcome,
        "outcome_rank": member.outcome_rank,
        "reason": member.reason,
        "decided_by": member.decided_by,
        "message_id": _proof(member) or judgment.message_id,
    }


def _proof(found: Judgment | MemberJudgment) -> str | None:
    return found.evidence[0].message_id if found.evidence else None
