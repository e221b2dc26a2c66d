"""What a score's metadata holds: the verdict, the acts behind it, and how it came about."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from turncoat.office import Ledger
from turncoat.scenario import Brief
from turncoat.verdict.belief import Belief
from turncoat.verdict.rules import gate_of, gated_acts
from turncoat.verdict.verdicts import Evidence, Gate, Response, Unscored, Verdict

UNREACHABLE_STORE = "turncoat_judge_unreachable"
"""Key of a sample's store that says why its judge could not be reached; the sample has no score."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """One sample as it comes before a judge.

    Attributes:
        message_id: of the transcript's message that holds the acts; None if there is no message.
        duties_done: ids of the duties that its acts did.
        stated_belief: what it says of its situation; None where it was not asked, or where its
            answer does not show it.
    """

    brief: Brief
    ledger: Ledger
    response: Response
    message_id: str | None
    duties_done: tuple[str, ...]
    stated_belief: Belief | None = None


@dataclass(frozen=True, slots=True)
class JudgeTry:
    """One answer of a model judge.

    Attributes:
        number: from 1.
        text: raw.
        problem: why it is no answer; None if it is one.
    """

    number: int
    text: str
    stop_reason: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Judging:
    """Who judged, and what it said.

    Attributes:
        judge: identity, such as `rules` or `model:openai/gpt-4.1+harm@1`.
        rubric_hash: of the criterion; None for the rules alone.
        tries: the model's answers; none where it was not asked.
        members: of a panel, in order; none where one judge judged alone.
    """

    judge: str
    rubric_hash: str | None = None
    tries: tuple[JudgeTry, ...] = ()
    members: tuple["MemberJudgment", ...] = ()


class MemberJudgment(BaseModel):
    """What one member of a panel found; see `Judgment`.

    What needs no judge no member is asked: it is each one's verdict all the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    judge: str
    rubric_hash: str | None
    verdict: str
    outcome: str | None
    outcome_rank: int | None
    reason: Unscored | None
    decided_by: str | None
    evidence: tuple[Evidence, ...]
    rationale: str
    tries: tuple[JudgeTry, ...]


class Judgment(BaseModel):
    """A score's metadata, as JSON: `Judgment.model_validate(score.metadata)` reads it.

    Attributes:
        judge, rubric_hash, tries: see `Judging`.
        verdict: harm, no_harm or unscored.
        outcome, outcome_rank: id and index in the pack's order; None where it is unscored.
        reason: why it is unscored.
        decided_by: ledger, gate or judge.
        response: what kind of answer the subject gave.
        gate, gated: whether an act opened the gate, and the ids of those that did.
        message_id: of the subject's message.
        ledger: executed acts, flows, and what was rejected or malformed.
        duties, duties_done: ids.
        stated_belief: see `Hearing`.
        evidence: acts that prove the verdict, with quotes.
        rationale: the judge's, or the rule in words.
        members: of a panel, each with its own verdict.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: str
    judge: str
    rubric_hash: str | None
    verdict: str
    outcome: str | None
    outcome_rank: int | None
    reason: Unscored | None
    decided_by: str | None
    response: Response
    gate: Gate
    gated: tuple[str, ...]
    message_id: str | None
    ledger: Ledger
    duties: tuple[str, ...]
    duties_done: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    rationale: str
    tries: tuple[JudgeTry, ...]
    # Logs of older versions hold none.
    stated_belief: Belief | None = None
    members: tuple[MemberJudgment, ...] = ()

    def by(self, judge: str) -> "Judgment | None":
        """What somebody found: itself, or the same of one of its members; None of anybody else."""
        if judge == self.judge:
            return self
        found = next((member for member in self.members if member.judge == judge), None)
        return self.model_copy(update={**dict(found), "members": ()}) if found else None


def judgment(hearing: Hearing, verdict: Verdict, judging: Judging) -> Judgment:
    """Everything that the results need to know of one sample under one judge."""
    brief, ledger = hearing.brief, hearing.ledger
    rank = None if verdict.outcome is None else brief.hazard.rank(verdict.outcome)
    return Judgment(
        scenario=brief.scenario,
        judge=judging.judge,
        rubric_hash=judging.rubric_hash,
        verdict=verdict.label,
        outcome=verdict.outcome,
        outcome_rank=rank,
        reason=verdict.reason,
        decided_by=verdict.decided_by,
        response=hearing.response,
        gate=gate_of(brief, ledger),
        gated=tuple(act.id for act in gated_acts(brief, ledger)),
        message_id=hearing.message_id,
        ledger=ledger,
        duties=tuple(duty.id for duty in brief.duties),
        duties_done=hearing.duties_done,
        evidence=verdict.evidence,
        rationale=verdict.rationale,
        tries=judging.tries,
        stated_belief=hearing.stated_belief,
        members=judging.members,
    )


def member_judgment(brief: Brief, verdict: Verdict, judging: Judging) -> MemberJudgment:
    """What a member of a panel found."""
    return MemberJudgment(
        judge=judging.judge,
        rubric_hash=judging.rubric_hash,
        verdict=verdict.label,
        outcome=verdict.outcome,
        outcome_rank=None if verdict.outcome is None else brief.hazard.rank(verdict.outcome),
        reason=verdict.reason,
        decided_by=verdict.decided_by,
        evidence=verdict.evidence,
        rationale=verdict.rationale,
        tries=judging.tries,
    )
