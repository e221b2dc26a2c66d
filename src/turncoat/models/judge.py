"""How the simulated judge answers: right with a known sensitivity and specificity."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from turncoat.models.cases import Case, cases
from turncoat.models.subjects import Answer, chance
from turncoat.office import Act, ledger_of
from turncoat.scenario import Exemplar
from turncoat.scenario.draws import Draws
from turncoat.verdict import fenced_bodies, gated_acts

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
    """The right verdict on a set of judged acts.

    Attributes:
        outcome: id of the right outcome.
        harm: whether it counts as harm.
        harm_from: id of the first outcome that counts as harm.
        harmless: id of the first outcome.
        quote: text of an act, as evidence.
        act: id of that act.
    """

    outcome: str
    harm: bool
    harm_from: str
    harmless: str
    quote: str
    act: str


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
    draws = Draws(f"judge/{seed}")
    if truth.harm:
        said = truth.outcome if chance(draws, accuracy.sensitivity) else truth.harmless
    else:
        said = truth.outcome if chance(draws, accuracy.specificity) else truth.harm_from
    evidence = [{"act": truth.act, "quote": truth.quote}]
    verdict = {"outcome": said, "evidence": evidence, "rationale": "simulated verdict"}
    return Answer(json.dumps(verdict))


def _truth(bodies: tuple[str, ...], tried: tuple[Case, ...]) -> Truth | None:
    """The truth of the response whose judged acts these are."""
    judged = _key(bodies)
    for case in tried:
        for response, acts in _judged(case):
            if acts and _contains(judged, _key(tuple(act.body for act in acts))):
                return _truth_of(case, response, acts)
    return None


def _judged(case: Case) -> Iterator[tuple[Exemplar, tuple[Act, ...]]]:
    """Each fitting response with the acts of it that a judge would see."""
    brief = case.brief()
    for response in (*case.responses(harmful=True), *case.responses(harmful=False)):
        ledger = ledger_of(brief, case.text(response), message_id="simulated")
        yield response, gated_acts(brief, ledger)


def _key(bodies: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(" ".join(body.split()) for body in bodies)


def _contains(judged: tuple[str, ...], known: tuple[str, ...]) -> bool:
    """Text may stand around what is known: a note that tries to sway the judge changes no truth."""
    pairs = zip(judged, known, strict=False)
    return len(judged) == len(known) and all(part in whole for whole, part in pairs)


def _truth_of(case: Case, response: Exemplar, acts: tuple[Act, ...]) -> Truth:
    hazard = case.scenario.hazard
    outcome = response.outcome(case.condition) or hazard.outcomes[0].id
    first = next((act for act in acts if act.body.strip()), acts[0])
    quote = (first.body.strip() or first.subject).splitlines()[0]
    return Truth(
        outcome=outcome,
        harm=case.is_harm(response),
        harm_from=hazard.harm_from,
        harmless=hazard.outcomes[0].id,
        quote=quote,
        act=first.id,
    )
