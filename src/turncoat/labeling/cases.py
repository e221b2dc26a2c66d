"""What an annotator sees of one transcript: the case, what the agent did, and what it wrote besides.

Nothing here tells of model, condition, judge or stratum but what the agent itself was told.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from turncoat.office import Act, ActKind, Ledger, Office, Rejected, Span, parse
from turncoat.results import Message, OutcomeFact, TaskFacts, Transcript
from turncoat.scenario import Brief
from turncoat.verdict import Exhibit, Response, exhibits

_CUT = {
    Response.TRUNCATED: "The answer was cut off at the limit of its length.",
    Response.FILTERED: "The provider's filter cut the answer off.",
    Response.EMPTY: "The answer is empty.",
}
_ORIGINAL = {ActKind.FORWARD: "Forwarded mail", ActKind.REPLY: "Answer to"}


@dataclass(frozen=True, slots=True)
class Choice:
    """An outcome that can be chosen.

    Attributes:
        harm: whether it counts as harm.
    """

    id: str
    means: str
    harm: bool


@dataclass(frozen=True, slots=True)
class Deed:
    """An executed act.

    Attributes:
        exhibit: as a judge sees it.
        about: what the original mail is to the act.
        notes: what else the office knows of it.
    """

    exhibit: Exhibit
    about: str
    notes: tuple[str, ...]

    @property
    def title(self) -> str:
        """The kind of act, in words."""
        return self.exhibit.kind.replace("_", " ")

    @property
    def passages(self) -> tuple[str, ...]:
        """All of its texts, in the order of the page."""
        shown, original = self.exhibit, self.exhibit.original
        return (
            *(self.title, *shown.to, *shown.cc, *shown.bcc, *shown.reached, *self.notes),
            *(*shown.documents, shown.subject, shown.body),
            *((original.sender, original.subject, original.body) if original else ()),
        )


@dataclass(frozen=True, slots=True)
class Failed:
    """Something that was no act in the end, and why."""

    title: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of an answer's text.

    Attributes:
        kind: text, private, or shown where the same text stands among the acts.
        text: empty where it is not shown.
    """

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A message that the agent read."""

    title: str
    text: str


@dataclass(frozen=True)
class Case:
    """One transcript, as the page shows it.

    Attributes:
        cut: what is missing of the answer, in words; empty if nothing is.
        rest: the answer's text without its acts.
        reasoning: native reasoning; empty unless it is to be shown.
        prompt: what the agent read.
    """

    question: str
    facts: tuple[str, ...]
    choices: tuple[Choice, ...]
    deeds: tuple[Deed, ...]
    failed: tuple[Failed, ...]
    cut: str
    rest: tuple[Stretch, ...]
    reasoning: tuple[str, ...]
    prompt: tuple[Read, ...]

    @cached_property
    def quotable(self) -> tuple[str, ...]:
        """The texts in which evidence can stand."""
        shown = [*(" ".join(deed.passages) for deed in self.deeds)]
        shown += [f"{failed.title} {failed.reason} {failed.text}" for failed in self.failed]
        return (*shown, *(stretch.text for stretch in self.rest), *self.reasoning)

    def choice(self, outcome: str) -> Choice | None:
        """The outcome of an id; None if there is none."""
        return {choice.id: choice for choice in self.choices}.get(outcome)


def case_of(
    brief: Brief, facts: TaskFacts, transcript: Transcript, *, show_reasoning: bool = False
) -> Case:
    """The case that a transcript makes.

    Args:
        brief: what the agent was given.
        facts: of the log, which name the outcomes.
        transcript: of the observation.
        show_reasoning: whether scratchpad and native reasoning are part of it.
    """
    said = [message for message in transcript.messages if message.role == "assistant"]
    ledger = transcript.judgment.ledger if transcript.judgment else _ledger(brief, said)
    reasoning = (m.reasoning for m in said if m.reasoning) if show_reasoning else ()
    return Case(
        question=" ".join(brief.hazard.question.split()),
        facts=tuple(_facts(brief)),
        choices=tuple(_choices(facts)),
        deeds=tuple(map(_deed, exhibits(brief, ledger.acts), ledger.acts)),
        failed=tuple(_failed(ledger, said)),
        cut=_cut(transcript, said),
        rest=tuple(_rest(ledger, said, show_reasoning=show_reasoning)),
        reasoning=tuple(reasoning),
        prompt=tuple(_prompt(transcript.messages)),
    )


def _ledger(brief: Brief, said: Iterable[Message]) -> Ledger:
    """For a transcript that no judge has looked at."""
    office = Office(brief)
    for message in said:
        office.carry_out(message.text, message_id=message.id)
    return office.ledger


def _facts(brief: Brief) -> Iterator[str]:
    """What a judge is told of the case."""
    if brief.judge_facts:
        yield _unwrapped(brief.judge_facts)
    for fact in brief.facts:
        yield _unwrapped(f"{fact.statement} {fact.status}".strip())


def _unwrapped(text: str) -> str:
    """A line that ends within a sentence was broken for the file, not for the reader."""
    return re.sub(r"(?<![.:;!?\n])\n(?!\n)", " ", text)


def _choices(facts: TaskFacts) -> Iterator[Choice]:
    harm_rank = facts.rank(facts.harm_from)
    for rank, outcome in enumerate(facts.outcomes):
        yield _choice(outcome, harm=rank >= harm_rank)


def _choice(outcome: OutcomeFact, *, harm: bool) -> Choice:
    return Choice(outcome.id, " ".join(outcome.means.split()), harm)


def _deed(exhibit: Exhibit, act: Act) -> Deed:
    about = _ORIGINAL.get(act.kind, "Mail") if exhibit.original else ""
    return Deed(exhibit, about, tuple(_notes(act)))


def _notes(act: Act) -> Iterator[str]:
    if act.kind is ActKind.CANCEL_ALERT:
        valid = "the valid code" if act.valid else "not the valid code"
        yield f"Code typed: {act.entry or 'none'} ({valid})"
    elif act.entry:
        yield f"Typed: {act.entry}"
    if act.live is not None:
        yield "The alert is live." if act.live else "The alert is a drill."


def _failed(ledger: Ledger, said: Iterable[Message]) -> Iterator[Failed]:
    texts = {message.id: message.text for message in said}
    for rejected in ledger.rejected:
        yield Failed(
            title=f"{rejected.kind.replace('_', ' ')}: not carried out",
            reason=rejected.reason,
            text=_cut_out(texts.get(rejected.message_id, ""), rejected),
        )
    for malformed in ledger.malformed:
        yield Failed("Cannot be read as an act", malformed.problem, malformed.text)


def _cut_out(text: str, rejected: Rejected) -> str:
    return text[rejected.span.start : rejected.span.end]


def _cut(transcript: Transcript, said: list[Message]) -> str:
    if not any(message.text.strip() for message in said):
        return _CUT[Response.EMPTY]
    return _CUT.get(transcript.judgment.response, "") if transcript.judgment else ""


def _rest(ledger: Ledger, said: list[Message], *, show_reasoning: bool) -> Iterator[Stretch]:
    for message in said:
        last = message is said[-1]
        above = _shown_above(ledger, message, last=last)
        yield from _stretches(message.text, above, show_reasoning=show_reasoning)


def _shown_above(ledger: Ledger, message: Message, *, last: bool) -> list[Span]:
    """What stands among the acts already. Malformed text is not told apart by message."""
    held = [act.span for act in ledger.acts if act.message_id == message.id]
    held += [rejected.span for rejected in ledger.rejected if rejected.message_id == message.id]
    return held + [malformed.span for malformed in ledger.malformed if last]


def _stretches(text: str, above: list[Span], *, show_reasoning: bool) -> Iterator[Stretch]:
    marks = [(span.start, span.end, "shown") for span in above]
    marks += [(span.start, span.end, "private") for span in parse(text).private]
    at = 0
    for start, end, kind in sorted(marks):
        if end <= at:
            continue
        yield from _text(text[at : max(start, at)])
        shown = text[max(start, at) : end] if kind == "private" and show_reasoning else ""
        yield Stretch(kind, shown)
        at = end
    yield from _text(text[at:])


def _text(text: str) -> Iterator[Stretch]:
    if text.strip():
        yield Stretch("text", text.strip("\n"))


def _prompt(messages: Iterable[Message]) -> Iterator[Read]:
    titles = {"system": "System prompt", "user": "Inbox"}
    for message in messages:
        if message.role in titles:
            yield Read(titles[message.role], message.text)
