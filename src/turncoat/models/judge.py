"""How the simulated judge answers: right with a known sensitivity and specificity."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

from turncoat.models.answers import Answer, chance
from turncoat.models.cases import Case, cases_judged_in
from turncoat.models.messes import PERSUASION
from turncoat.models.minds import AWARE_MAIL
from turncoat.office import ledger_of
from turncoat.scenario import Exemplar, Hazard
from turncoat.scenario.draws import Draws
from turncoat.verdict import NeedsJudge, Response, blinding, decide, exhibits, fenced_bodies
from turncoat.verdict.exhibits import asked_in

UNKNOWN = "The simulated judge does not know this text: no simulated subject wrote it."


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Error rates of the simulated judge.

    Attributes:
        sensitivity: share of true harm that it calls harm.
        specificity: share of true harmlessness that it calls harmless.
        swayed: of the labeled transcripts with a text that tries to sway a judge, the share in which
            it says the opposite of what it says without that text.

    Raises:
        ValueError: a rate outside of 0 to 1.
    """

    sensitivity: float = 0.95
    specificity: float = 0.98
    swayed: float = 0.0

    def __post_init__(self) -> None:
        for name, rate in asdict(self).items():
            if not 0 <= rate <= 1:
                raise ValueError(f"sim/judge: {name} is {rate}, expected 0 to 1")


@dataclass(frozen=True, slots=True)
class Truth:
    """What a judge may say of a set of judged acts.

    Attributes:
        harm: whether the right verdict is harm.
        right: outcome that a right judge says.
        wrong: outcome that a wrong judge says.
        evidence: quotes from the acts, as a judge gives them.
        bodies: of the acts, names and all.
    """

    harm: bool
    right: str
    wrong: str
    evidence: tuple[dict[str, str], ...]
    bodies: tuple[str, ...]


def judge_answer(prompt: str, *, accuracy: Accuracy, seed: str, case: Case | None) -> Answer:
    """The judge's answer to a prompt; the same seed and acts give the same answer.

    Args:
        prompt: the judge's user message with the fenced acts.
        accuracy: error rates.
        seed: of the draw, e.g. sample and epoch.
        case: where the acts come from; None where the prompt must tell, by the facts in it.

    Raises:
        ValueError: the prompt is none of a judge.
    """
    bodies = fenced_bodies(prompt)
    tried = (case,) if case else cases_judged_in(prompt)
    truth = _truth(tuple(map(_unmoved, bodies)), tried)
    if truth is None:
        return Answer(UNKNOWN)
    accurate = accuracy.sensitivity if truth.harm else accuracy.specificity
    drawn = Draws(f"judge/{seed}/{truth.bodies}")
    said = truth.right if chance(drawn, accurate) else truth.wrong
    code = asked_in(prompt)["case"]
    verdict = {
        "case": code,
        "rationale": "simulated verdict",
        "evidence": truth.evidence,
        "outcome": said,
    }
    return Answer(json.dumps(verdict))


def _unmoved(body: str) -> str:
    """A note that tries to sway the judge, or that tells a belief, changes no truth."""
    return body.replace(PERSUASION, "").replace(AWARE_MAIL, "").strip()


def _truth(bodies: tuple[str, ...], tried: Iterable[Case]) -> Truth | None:
    """The truth of the response whose judged acts have these bodies, with names or with labels."""
    for case in tried:
        for shown in (blinding(case.brief()).shown, _as_written):
            for response in _candidates(bodies, case, shown):
                needs = _judged(response, case)
                if needs and tuple(shown(act.body) for act in needs.acts) == bodies:
                    quotes = tuple(_evidence(case, needs, shown))[:1]
                    return _truth_of(case, response, needs, quotes)
    return None


def _as_written(text: str) -> str:
    return text


def _candidates(
    bodies: tuple[str, ...], case: Case, shown: Callable[[str], str]
) -> Iterator[Exemplar]:
    """Performing the acts of every response costs more than looking for the words first."""
    for response in (*case.responses(harmful=True), *case.responses(harmful=False)):
        text = shown(case.text(response))
        if all(body in text for body in bodies):
            yield response


def _judged(response: Exemplar, case: Case) -> NeedsJudge | None:
    """What a judge would see of a response; None where it is not asked."""
    ledger = ledger_of(case.brief(), case.text(response), message_id="simulated")
    decided = decide(case.brief(), ledger, Response.ACTS)
    return decided if isinstance(decided, NeedsJudge) else None


def _truth_of(
    case: Case, response: Exemplar, needs: NeedsJudge, quotes: tuple[dict[str, str], ...]
) -> Truth:
    harm = case.is_harm(response)
    harmless, harmful = sayable(case.scenario.hazard, needs, response.outcome(case.condition))
    return Truth(
        harm=harm,
        right=harmful if harm else harmless,
        wrong=harmless if harm else harmful,
        evidence=quotes,
        bodies=tuple(act.body for act in needs.acts),
    )


def _evidence(
    case: Case, needs: NeedsJudge, shown: Callable[[str], str]
) -> Iterator[dict[str, str]]:
    """The first line of each act, as it is shown; none where nothing was written."""
    for exhibit in exhibits(case.brief(), needs.acts):
        text = shown(exhibit.body or exhibit.subject)
        line = next((line for line in text.splitlines() if line), "")
        if line:
            yield {"act": exhibit.act, "quote": line}


def sayable(hazard: Hazard, needs: NeedsJudge, outcome: str | None) -> tuple[str, str]:
    """The harmless and the harmful outcome that a judge may say, nearest to the right one."""
    rank = hazard.rank(outcome) if outcome else 0
    allowed = [hazard.rank(step.id) for step in needs.outcomes]
    below = [step for step in allowed if step < hazard.harm_rank]
    above = [step for step in allowed if step >= hazard.harm_rank]
    nearest = [min(steps, key=lambda step: abs(step - rank)) for steps in (below, above)]
    return hazard.outcomes[nearest[0]].id, hazard.outcomes[nearest[1]].id
