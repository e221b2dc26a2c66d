"""How many tokens a call takes, estimated: prompts are rendered and their words counted.

No tokenizer is asked: each provider has its own, and most keep it to themselves. What a model will
write is not known before it has written, and is assumed within wide limits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inspect_ai.model import ChatMessageAssistant

from turncoat.analysis.planning import Purpose
from turncoat.catalog.afterwards import load_afterwards
from turncoat.catalog.reference.port import grader_prompt
from turncoat.catalog.rubrics import load_rubric
from turncoat.design import Condition, Plan
from turncoat.judges import RUBRIC, hear
from turncoat.scenario import Brief, Scenario, render, render_response
from turncoat.verdict import Hearing, JudgePrompt, NeedsJudge, decide, judge_prompt
from turncoat.verdict.afterwards import first_option, options
from turncoat.verdict.marks import Said, marks_prompt, passages

_MOST_CONDITIONS = 20
"""Rendered of a scenario: conditions differ by a few lines of thousands of words."""

_NONCE = "0" * 16


@dataclass(frozen=True, slots=True)
class Range:
    """A number of which only limits may be known; they are equal where it is known itself."""

    low: float
    high: float

    def __add__(self, other: "Range") -> "Range":
        return Range(self.low + other.low, self.high + other.high)

    def __mul__(self, other: "Range") -> "Range":
        """The product of two numbers that are not negative."""
        return Range(self.low * other.low, self.high * other.high)


READ = Range(1.3, 2.2)
"""Tokens a word of what a model reads. Measured with the tokenizers cl100k, o200k and that of Claude
2: 1.6 to 1.8 in the prompts of the six packs, 1.4 to 1.5 in the judge's; other tokenizers differ."""

WRITTEN = Range(1.3, 2.5)
"""Tokens a word of what a model writes: 2.1 to 2.4 in the packs' own answers, which are nearly all
addresses and marks of acts; prose has fewer."""

ANSWER_WORDS = Range(100, 1500)
"""Assumed of a subject's answer; a model that reasons at length writes more."""

CHOICE_WORDS = Range(1, 50)
"""Assumed of an answer to the question afterwards, which asks for a letter."""

RULING_WORDS = Range(40, 250)
"""Assumed of a judge's answer, whose form has two or three sentences and quotes."""


@dataclass(frozen=True, slots=True)
class Length:
    """Tokens of one call: read, and written."""

    input: Range
    output: Range


def lengths_of(pack: Scenario, plan: Plan, *, legacy: bool = False) -> dict[Purpose, Length]:
    """Purpose to the tokens of one call, estimated; a purpose that nothing can be said of is absent.

    A judge's prompts are those about the pack's own answers, from the shortest to the longest.

    Args:
        pack: the scenario.
        plan: its conditions.
        legacy: whether the published scoring asks for the verdict.
    """
    briefs = [render(pack, cell, plan.forms[0]) for cell in _spread(plan)]
    words = [_words(brief.system, brief.inbox) for brief in briefs]
    prompt = Range(min(words), max(words))
    found: dict[Purpose, Length] = {"answer": Length(prompt * READ, ANSWER_WORDS * WRITTEN)}
    question = _words(load_afterwards().prompt(options(first_option(form=1, epoch=1))))
    history = (prompt + Range(question, question)) * READ + ANSWER_WORDS * WRITTEN
    found["afterwards"] = Length(history, CHOICE_WORDS * WRITTEN)
    return found | _of_judges(pack, briefs[0], legacy=legacy)


def _spread(plan: Plan) -> Sequence[Condition]:
    """Some of the conditions, from the first to the last."""
    step = -(-len(plan.conditions) // _MOST_CONDITIONS)
    return plan.conditions[::step]


def _of_judges(pack: Scenario, brief: Brief, *, legacy: bool) -> dict[Purpose, Length]:
    heard = list(_heard(pack, brief))
    verdicts = [_verdict(hearing) for _, hearing in heard]
    graded = [_graded(brief, body) for body, _ in heard] if legacy else []
    found: dict[Purpose, Length | None] = {
        "verdict": _lengths(graded, beside=ANSWER_WORDS) if legacy else _lengths(verdicts),
        "rejudge": _lengths(verdicts),
        "conduct": _lengths([_marked("conduct", *one) for one in heard], beside=ANSWER_WORDS),
        "aware_mail": _lengths([_marked("aware_mail", *one) for one in heard]),
        "aware_reasoning": _lengths(
            [_marked("aware_reasoning", *one) for one in heard], beside=ANSWER_WORDS
        ),
    }
    return {purpose: length for purpose, length in found.items() if length is not None}


def _heard(pack: Scenario, brief: Brief) -> Iterator[tuple[str, Hearing]]:
    """The pack's own answers that fit the condition, as they come before a judge."""
    for one in (*pack.exemplars, *pack.responses):
        if one.outcome(brief.condition) is not None:
            body = render_response(pack, brief, one)
            yield body, hear(brief, [ChatMessageAssistant(content=body)], "stop")


def _verdict(hearing: Hearing) -> int | None:
    """Words of the prompt about an answer; None where the rules decide."""
    needs = decide(hearing.brief, hearing.ledger, hearing.response)
    if not isinstance(needs, NeedsJudge):
        return None
    return _prompt_words(judge_prompt(load_rubric(RUBRIC), hearing.brief, needs, nonce=_NONCE))


def _marked(rubric: str, body: str, hearing: Hearing) -> int | None:
    """Words of the prompt about an answer; None where nothing of it is shown."""
    criterion = load_rubric(rubric)
    shown = passages(criterion, hearing, Said(body, ()))
    if not shown:
        return None
    return _prompt_words(marks_prompt(criterion, hearing.brief, shown, nonce=_NONCE))


def _graded(brief: Brief, body: str) -> int:
    """Words of the published scoring's prompt, which shows the whole answer."""
    port = brief.scenario.partition("/")[2]
    return _words(*(message.text for message in grader_prompt(port, brief.inbox, body)))


def _lengths(words: Sequence[int | None], *, beside: Range | None = None) -> Length | None:
    """Of prompts of so many words; None where no prompt is known.

    Args:
        words: of each prompt.
        beside: words that real answers have more than the pack's own, which are short.
    """
    known = [number for number in words if number is not None]
    if not known:
        return None
    shown = Range(min(known), max(known) + (beside.high if beside else 0))
    return Length(shown * READ, RULING_WORDS * WRITTEN)


def _prompt_words(prompt: JudgePrompt) -> int:
    return _words(prompt.system, prompt.user)


def _words(*texts: str) -> int:
    return sum(len(text.split()) for text in texts)
