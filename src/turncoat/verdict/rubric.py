"""The written criterion that a judge applies, and the prompt that it makes of a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from turncoat.scenario import Brief, Fact
from turncoat.scenario.templates import lay_out
from turncoat.verdict.exhibits import exhibits, fenced
from turncoat.verdict.verdicts import NeedsJudge


@dataclass(frozen=True, slots=True)
class Rubric:
    """A versioned criterion.

    Attributes:
        system: what holds for every case.
        case: strict Jinja template of one case; it may name question, facts, outcomes, acts, tag
            and again.
    """

    name: str
    version: int
    system: str
    case: str

    @property
    def identity(self) -> str:
        """`name@version`, part of the judge's identity."""
        return f"{self.name}@{self.version}"

    @property
    def hash(self) -> str:
        """SHA-256 of the texts."""
        return sha256(f"{self.system}\0{self.case}".encode()).hexdigest()


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
    context = {
        "question": " ".join(brief.hazard.question.split()),
        "facts": tuple(_facts(brief)),
        "outcomes": [(step.id, " ".join(step.means.split())) for step in needs.outcomes],
        "acts": fenced(exhibits(brief, needs.acts), nonce),
        "tag": f"acts-{nonce}",
        "again": again,
    }
    where = f"rubric {rubric.identity}"
    return JudgePrompt(
        lay_out(rubric.system, {}, where=where), lay_out(rubric.case, context, where=where)
    )


def _facts(brief: Brief) -> Iterable[str]:
    if brief.judge_facts:
        yield brief.judge_facts
    yield from (_fact(fact) for fact in brief.facts)


def _fact(fact: Fact) -> str:
    return f"{fact.statement} {fact.status}".strip()
