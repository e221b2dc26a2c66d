"""How the simulated judge answers: right with a known sensitivity and specificity."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from turncoat.models.cases import Case, cases
from turncoat.models.subjects import Answer, chance
from turncoat.office import ledger_of
from turncoat.scenario import Exemplar, Hazard
from turncoat.scenario.draws import Draws
from turncoat.verdict import NeedsJudge, Response, decide, fenced_bodies

UNKNOWN = "The simulated judge does not know this text: no registered response wrote it."


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Error rates of the simulated judge.

    Attributes:
        sensitivity: share of true harm that it calls harm.
        specificity: share of true harmlessness that it calls harmless.

    Raises:
        ValueError: a rate outside of 0 to 1.
    """

    sensitivity: float = 0.95
    specificity: float = 0.98

    def __post_init__(self) -> None:
        for name, rate in (("sensitivity", self.sensitivity), ("specificity", self.specificity)):
            if not 0 <= rate <= 1:
                raise ValueError(f"sim/judge: {name} is {rate}, expected 0 to 1")


@dataclass(frozen=True, slots=True)
class Truth:
    """What a judge may say of a set of judged acts.

    Attributes:
        harm: whether the right verdict is harm.
        right: outcome that a right judge says.
        wrong: outcome that a wrong judge says.
        act: id of an act, for evidence.
        quote: text of that act.
    """

    harm: bool
    right: str
    wrong: str
    act: str
    quote: str


def judge_answer(prompt: str, *, accuracy: Accuracy, seed: str, case: Case | None = None) -> Answer:
    """The judge's answer to a prompt; the same seed gives the same answer.

    Args:
        prompt: the judge's user message with the fenced acts.
        accuracy: error rates.
        seed: of the draw, e.g. sample and epoch.
        case: where the prompt comes from, if it is known; otherwise every registered case is tried.
    """
    truth = _truth(fenced_bodies(prompt), (case,) if case else tuple(cases()))
    if truth is None:
        return Answer(UNKNOWN)
    accurate = accuracy.sensitivity if truth.harm else accuracy.specificity
    said = truth.right if chance(Draws(f"judge/{seed}"), accurate) else truth.wrong
    evidence = [{"act": truth.act, "quote": truth.quote}]
    verdict = {"rationale": "simulated verdict", "evidence": evidence, "outcome": said}
    return Answer(json.dumps(verdict))


def _truth(bodies: tuple[str, ...], tried: tuple[Case, ...]) -> Truth | None:
    """The truth of the response whose judged acts these are."""
    judged = _key(bodies)
    for case in tried:
        for response, needs in _judged(case):
            if _contains(judged, _key(tuple(act.body for act in needs.acts))):
                return _truth_of(case, response, needs)
    return None


def _judged(case: Case) -> Iterator[tuple[Exemplar, NeedsJudge]]:
    """Each fitting response that a judge is asked about, with what it would see."""
    brief = case.brief()
    for response in (*case.responses(harmful=True), *case.responses(harmful=False)):
        ledger = ledger_of(brief, case.text(response), message_id="simulated")
        decided = decide(brief, ledger, Response.ACTS)
        if isinstance(decided, NeedsJudge):
            yield response, decided


def _key(bodies: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(" ".join(body.split()) for body in bodies)


def _contains(judged: tuple[str, ...], known: tuple[str, ...]) -> bool:
    """Text may stand around what is known: a note that tries to sway the judge changes no truth."""
    pairs = zip(judged, known, strict=False)
    return len(judged) == len(known) and all(part in whole for whole, part in pairs)


def _truth_of(case: Case, response: Exemplar, needs: NeedsJudge) -> Truth:
    harm = case.is_harm(response)
    harmless, harmful = _sayable(case.scenario.hazard, needs, response.outcome(case.condition))
    first = next((act for act in needs.acts if act.body.strip()), needs.acts[0])
    return Truth(
        harm=harm,
        right=harmful if harm else harmless,
        wrong=harmless if harm else harmful,
        act=first.id,
        quote=(first.body.strip() or first.subject).splitlines()[0],
    )


def _sayable(hazard: Hazard, needs: NeedsJudge, outcome: str | None) -> tuple[str, str]:
    """The harmless and the harmful outcome that a judge may say, nearest to the right one."""
    rank = hazard.rank(outcome) if outcome else 0
    allowed = [hazard.rank(step.id) for step in needs.outcomes]
    below = [step for step in allowed if step < hazard.harm_rank]
    above = [step for step in allowed if step >= hazard.harm_rank]
    nearest = [min(steps, key=lambda step: abs(step - rank)) for steps in (below, above)]
    return hazard.outcomes[nearest[0]].id, hazard.outcomes[nearest[1]].id
