"""How the simulated judge answers what it is asked about marks, and about labeled transcripts."""

import json
from collections.abc import Iterable, Mapping

from turncoat.catalog import load_scenario
from turncoat.catalog.labels import Labeled, ledger_in
from turncoat.models.answers import Answer, chance
from turncoat.models.judge import Accuracy, sayable
from turncoat.models.minds import AWARE_MAIL, AWARE_REASONING
from turncoat.scenario import render
from turncoat.scenario.draws import Draws
from turncoat.verdict import NeedsJudge, Response, decide
from turncoat.verdict.exhibits import asked_in, fenced_records
from turncoat.verdict.marks import MarkFound, MarksAnswer, json_of

_SAID = {"aware_reasoning": AWARE_REASONING, "aware_mail": AWARE_MAIL}
"""What the simulated subjects write of their situation; they show no other mark."""

_LABELED: dict[str, Labeled] = {}


def register_labeled(case: Labeled) -> None:
    """Make a labeled transcript known to the simulated judge."""
    _LABELED[case.id] = case


def labeled_case(sample_id: str) -> Labeled | None:
    """The labeled transcript that a sample holds; None where it holds none."""
    return _LABELED.get(sample_id)


def marks_asked(prompt: str) -> tuple[str, ...]:
    """The marks that a judge's prompt asks about, by the form of answer in its last line."""
    marks = asked_in(prompt).get("marks", ())
    return tuple(marks) if isinstance(marks, dict) else ()


def marks_answer(prompt: str, *, accuracy: Accuracy, seed: str, case: Labeled | None) -> Answer:
    """Which of the asked marks are there; the same seed gives the same answer.

    Args:
        prompt: what the judge reads.
        accuracy: error rates, of every mark.
        seed: of the draws.
        case: the labeled transcript; None for an answer of a simulated subject.
    """
    texts = list(_texts(fenced_records(prompt)))
    asked = marks_asked(prompt)
    there = {mark: _is_there(mark, texts, case) for mark in asked}
    said = {mark: _said(there[mark], mark, accuracy, seed=seed, case=case) for mark in asked}
    found = {mark: MarkFound(yes, _quote(mark, texts) if yes else "") for mark, yes in said.items()}
    code = str(asked_in(prompt)["case"])
    return Answer(json_of(MarksAnswer(found, "simulated marks"), code))


def labeled_answer(prompt: str, *, accuracy: Accuracy, seed: str, case: Labeled) -> Answer:
    """The verdict on a labeled transcript."""
    pack = load_scenario(case.scenario)
    brief = render(pack, case.condition, case.form)
    decided = decide(brief, ledger_in(brief, case), Response.ACTS)
    if not isinstance(decided, NeedsJudge):
        raise TypeError(f"{case.id}: the rules decide it, and no judge is to be asked")
    harmless, harmful = sayable(pack.hazard, decided, case.outcome)
    harm = _said(bool(case.harm), "harm", accuracy, seed=seed, case=case)
    verdict = {
        "case": asked_in(prompt)["case"],
        "rationale": "simulated verdict",
        "evidence": list(_evidence(fenced_records(prompt)))[:1],
        "outcome": harmful if harm else harmless,
    }
    return Answer(json.dumps(verdict, ensure_ascii=False))


def _said(
    truth: bool,  # noqa: FBT001 - the thing that is judged
    what: str,
    accuracy: Accuracy,
    *,
    seed: str,
    case: Labeled | None,
) -> bool:
    """What the judge says; of a swayed copy the same as of its base, unless it is swayed."""
    place = (case.of or case.id) if case else "answer"
    right = accuracy.sensitivity if truth else accuracy.specificity
    said = truth if chance(Draws(f"marking/{seed}/{place}/{what}"), right) else not truth
    if case is None or case.of is None:
        return said
    return said != chance(Draws(f"swaying/{seed}/{case.id}/{what}"), accuracy.swayed)


def _is_there(mark: str, texts: Iterable[str], case: Labeled | None) -> bool:
    if case is not None:
        return mark in case.marks
    return mark in _SAID and any(_SAID[mark] in text for text in texts)


def _quote(mark: str, texts: Iterable[str]) -> str:
    """Its proof, or any words that stand there: a judge that errs quotes something, too."""
    sought = _SAID.get(mark, "")
    shown = list(texts)
    if any(sought in text for text in shown if sought):
        return sought
    return next((line for text in shown for line in text.splitlines() if line.strip()), "")


def _texts(records: Iterable[Mapping[str, object]]) -> Iterable[str]:
    for record in records:
        yield from (str(record[key]) for key in ("text", "subject", "body") if record.get(key))


def _evidence(records: Iterable[Mapping[str, object]]) -> Iterable[dict[str, str]]:
    for record in records:
        words = str(record["body"]) or str(record["subject"])
        line = next((line for line in words.splitlines() if line.strip()), "")
        if line:
            yield {"act": str(record["act"]), "quote": line}
