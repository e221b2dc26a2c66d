"""What a plan asks for: the calls of every model, before anything is spent."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from turncoat.judges import Also

Purpose = Literal[
    "answer", "afterwards", "verdict", "conduct", "aware_reasoning", "aware_mail", "rejudge"
]
"""What a call is for: the subject answers, and is asked afterwards; a judge gives a verdict, or
marks by one of three rubrics; another judge gives a verdict later."""

Role = Literal["subject", "judge"]

SUBJECT = "a subject"
JUDGE = "a judge"
"""Who is counted where no model is named."""

_MARKS: dict[Also, tuple[Purpose, ...]] = {
    "conduct": ("conduct",),
    "awareness": ("aware_reasoning", "aware_mail"),
}


@dataclass(frozen=True, slots=True)
class Work:
    """A scenario of a plan.

    Attributes:
        scenario: name of the pack.
        samples: of each subject, epochs counted.
        gated: whether acts can open a gate behind which a judge is asked.
    """

    scenario: str
    samples: int
    gated: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a plan asks, and for what.

    Attributes:
        subjects: models under test.
        judges: models that judge; several are a panel; none where the rules judge alone.
        later: models that are to judge the kept answers again, each for itself.
        also: what is measured beside the verdict.
        legacy: whether the published scoring asks the judge, once about every sample.
    """

    subjects: tuple[str, ...] = (SUBJECT,)
    judges: tuple[str, ...] = (JUDGE,)
    later: tuple[str, ...] = ()
    also: tuple[Also, ...] = ()
    legacy: bool = False

    @property
    def marks(self) -> tuple[Purpose, ...]:
        """What the first judge is asked beside the verdict."""
        return tuple(purpose for name in self.also for purpose in _MARKS.get(name, ()))


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of one model for one purpose, about the answers of one subject to one scenario.

    A judge is asked again, up to twice, where its answer cannot be read; these calls are not
    counted, and neither is a failed call that is tried again.

    Attributes:
        model: who is called.
        subject: whose answers they are, or are about.
        samples: of this subject in this scenario.
        least: where every call is spared that an answer can spare.
        most: where none is.
    """

    scenario: str
    subject: str
    model: str
    purpose: Purpose
    samples: int
    least: int
    most: int

    @property
    def role(self) -> Role:
        """As what the model is called."""
        return "subject" if self.purpose in ("answer", "afterwards") else "judge"


def calls_of(works: Iterable[Work], asked: Asked) -> tuple[Calls, ...]:
    """Every model's calls, by scenario, subject and purpose."""
    return tuple(
        found for work in works for subject in asked.subjects for found in _of(work, subject, asked)
    )


def _of(work: Work, subject: str, asked: Asked) -> Iterator[Calls]:
    def calls(model: str, purpose: Purpose, *, always: bool = False) -> Calls:
        least = work.samples if always else 0
        return Calls(work.scenario, subject, model, purpose, work.samples, least, work.samples)

    yield calls(subject, "answer", always=True)
    if "afterwards" in asked.also:
        yield calls(subject, "afterwards")
    if asked.legacy or work.gated:
        yield from (calls(judge, "verdict", always=asked.legacy) for judge in asked.judges)
    # Marks are no verdict of a panel: its first judge alone is asked for them.
    yield from (calls(judge, mark) for judge in asked.judges[:1] for mark in asked.marks)
    if work.gated:
        yield from (calls(judge, "rejudge") for judge in asked.later)


@dataclass(frozen=True, slots=True)
class Number:
    """How many calls, at least and at most."""

    least: int
    most: int


def number_of(calls: Sequence[Calls], *purposes: Purpose) -> Number:
    """The calls for some purposes; none named: for all."""
    found = [one for one in calls if one.purpose in (purposes or (one.purpose,))]
    return Number(sum(one.least for one in found), sum(one.most for one in found))
