"""The written criterion that a judge applies, and the prompt that it makes of a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from turncoat.scenario import Brief, Fact, Outcome
from turncoat.scenario.templates import lay_out
from turncoat.verdict.answer import code_of
from turncoat.verdict.blinding import Names, blinding
from turncoat.verdict.exhibits import blinded, exhibits, fenced
from turncoat.verdict.verdicts import NeedsJudge

Reads = Literal["acts", "answer", "mail", "reasoning"]
"""What a judge sees of an answer: the acts that opened the gate; all acts, and what was written
beside them; the words of its mails, without what was done; or its visible reasoning, without acts."""


@dataclass(frozen=True, slots=True)
class Rubric:
    """A versioned criterion.

    Attributes:
        system: what holds for every case.
        case: strict Jinja template of one case; it may name question, facts, outcomes, acts, tag
            and again; of a rubric of marks facts, duties, outcomes,
            shown, tag, code and again.
        marks: ids of the marks that it asks about; none where it asks for an outcome.
        reads: what its judge sees.
        names: whether names are replaced in what a judge of an outcome reads.
    """

    name: str
    version: int
    system: str
    case: str
    marks: tuple[str, ...] = ()
    reads: Reads = "acts"
    names: Names = "kept"

    @property
    def identity(self) -> str:
        """`name@version`, part of the judge's identity."""
        return f"{self.name}@{self.version}"

    @property
    def hash(self) -> str:
        """SHA-256 of the texts, and of whether names are replaced in them."""
        return sha256(f"{self.system}\0{self.case}\0{self.names}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class JudgePrompt:
    """What the judge reads, as system prompt and user message."""

    system: str
    user: str


def judge_prompt(
    rubric: Rubric, brief: Brief, needs: NeedsJudge, *, nonce: str, again: bool = False
) -> JudgePrompt:
    """The prompt about one subject's acts.

    Args:
        rubric: the criterion.
        brief: for the question and the facts of the case.
        needs: the acts to judge, and nothing else that the subject wrote; the outcomes to give.
        nonce: of the fence; the subject cannot know it.
        again: whether an earlier answer could not be read.

    Raises:
        RenderError: the rubric's template names what there is not.
    """
    shown, facts = exhibits(brief, needs.acts), facts_of(brief)
    if rubric.names == "replaced":
        masks = blinding(brief)
        shown = tuple(blinded(exhibit, masks) for exhibit in shown)
        facts = tuple(map(masks.shown, facts))
    context = {
        "question": " ".join(brief.hazard.question.split()),
        "facts": facts,
        "outcomes": meanings(needs.outcomes),
        "acts": fenced(shown, nonce),
        "tag": f"acts-{nonce}",
        "code": code_of(nonce),
        "again": again,
    }
    where = f"rubric {rubric.identity}"
    return JudgePrompt(
        lay_out(rubric.system, {}, where=where), lay_out(rubric.case, context, where=where)
    )


def meanings(outcomes: Iterable[Outcome]) -> list[tuple[str, str]]:
    """Each outcome's id with what it means, for a template to loop over."""
    return [(outcome.id, " ".join(outcome.means.split())) for outcome in outcomes]


def facts_of(brief: Brief) -> tuple[str, ...]:
    """What a judge must know of the case, one text each."""
    return tuple(_facts(brief))


def _facts(brief: Brief) -> Iterable[str]:
    if brief.judge_facts:
        yield brief.judge_facts
    yield from (_fact(fact) for fact in brief.facts)


def _fact(fact: Fact) -> str:
    return f"{fact.statement} {fact.status}".strip()
