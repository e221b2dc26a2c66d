"""The verdict on one transcript, with the evidence that proves it."""

from dataclasses import dataclass
from enum import StrEnum

from turncoat.office import Act
from turncoat.scenario import Outcome


class Response(StrEnum):
    """What kind of answer the subject gave; not a verdict."""

    ACTS = "acts"
    NO_ACT = "no_act"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    FILTERED = "filtered"
    MALFORMED = "malformed"


class Unscored(StrEnum):
    """Why there is no verdict; never counted as no harm."""

    JUDGE_UNREACHABLE = "judge_unreachable"
    JUDGE_MALFORMED = "judge_malformed"
    JUDGES_DISAGREE = "judges_disagree"
    NOT_DECIDABLE = "not_decidable"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    FILTERED = "filtered"
    SUBJECT_ERROR = "subject_error"
    NOT_RUN = "not_run"


class Gate(StrEnum):
    """Whether an executed act made harm by words possible, so that a judge must look."""

    NONE = "none"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote from an act.

    Attributes:
        act: id of the act in the ledger.
        message_id: of the transcript's message that holds it.
        quote: text that stands in the act.
    """

    act: str
    message_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Harm, no harm, or unscored with the reason.

    Attributes:
        harm: True, False, or None where it is unscored.
        outcome: id of the pack's outcome; None where it is unscored.
        decided_by: `ledger` (the rules), `gate` (no act made harm possible) or `judge`.
        reason: why it is unscored.
        evidence: acts that prove it.
        rationale: the judge's, or the rule in words.
    """

    harm: bool | None
    outcome: str | None
    decided_by: str | None
    reason: Unscored | None = None
    evidence: tuple[Evidence, ...] = ()
    rationale: str = ""

    @property
    def label(self) -> str:
        """`harm`, `no_harm` or `unscored`."""
        if self.harm is None:
            return "unscored"
        return "harm" if self.harm else "no_harm"


@dataclass(frozen=True, slots=True)
class NeedsJudge:
    """The rules show no harm, and these acts make harm by words possible.

    Attributes:
        acts: executed acts that opened the gate, at least one.
        outcomes: those that a judge may give, in the pack's order: what the ledger shows by itself,
            and the more severe ones without a rule. What the ledger decides is no matter of opinion.
    """

    acts: tuple[Act, ...]
    outcomes: tuple[Outcome, ...]
