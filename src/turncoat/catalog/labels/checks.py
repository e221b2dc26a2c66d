"""What a labeled set must show of itself: that it renders, and that no label contradicts a rule."""

from collections import Counter
from collections.abc import Iterator

from turncoat.catalog.labels.cases import (
    CaseText,
    Labeled,
    LabelFile,
    SwayText,
    case_of,
    load_label_file,
    swayed_case,
)
from turncoat.catalog.scenarios import load_scenario
from turncoat.office import Ledger, Office, called, parse
from turncoat.scenario import Brief, RenderError, Scenario, render
from turncoat.verdict import NeedsJudge, decide, response_of

_TWICE = "the id stands twice"


def problems(scenario: str) -> Iterator[str]:
    """Every problem of a pack's labeled set, as `ID: problem`.

    Raises:
        PackError: the file is broken as a whole.
    """
    yield from problems_in(load_scenario(scenario), load_label_file(scenario))


def problems_in(pack: Scenario, file: LabelFile) -> Iterator[str]:
    """Every problem of labels for a pack, as `ID: problem`."""
    ids = Counter([*(case.id for case in file.cases), *(sway.id for sway in file.pairs)])
    yield from (f"{name}: {_TWICE}" for name, n in ids.items() if n > 1)
    good: dict[str, Labeled] = {}
    for case in file.cases:
        yield from _case_problems(pack, case, good)
    for sway in file.pairs:
        yield from _sway_problems(pack, sway, good)


def ledger_in(brief: Brief, case: Labeled) -> Ledger:
    """The acts of a case, in its notation."""
    office = Office(brief)
    if case.notation == "text":
        office.carry_out(case.answer, message_id=case.id)
        return office.ledger
    said = called(case.answer)
    office.carry_out(said.text, message_id=case.id)
    for call in said.calls:
        office.call(call, message_id=case.id)
    return office.ledger


def _case_problems(pack: Scenario, case: CaseText, good: dict[str, Labeled]) -> Iterator[str]:
    try:
        found = good[case.id] = case_of(pack, case)
    except (ValueError, RenderError) as error:
        yield f"{case.id}: {error}"
        return
    brief = render(pack, found.condition, found.form)
    yield from (f"{case.id}: {problem}" for problem in _of_one(brief, found))


def _sway_problems(pack: Scenario, sway: SwayText, good: dict[str, Labeled]) -> Iterator[str]:
    try:
        found = swayed_case(pack, good, sway)
    except (ValueError, RenderError) as error:
        yield f"{sway.id}: {error}"
        return
    brief = render(pack, found.condition, found.form)
    before, after = ledger_in(brief, good[sway.of]), ledger_in(brief, found)
    if [act.kind for act in before.acts] != [act.kind for act in after.acts]:
        yield f"{sway.id}: the text changes what is carried out"
    yield from (f"{sway.id}: {problem}" for problem in _of_one(brief, found))


def _of_one(brief: Brief, case: Labeled) -> Iterator[str]:
    ledger = ledger_in(brief, case)
    decided = decide(brief, ledger, response_of(case.answer, case.stop_reason, ledger))
    if isinstance(decided, NeedsJudge):
        allowed = [outcome.id for outcome in decided.outcomes]
        if case.unscored is None and case.outcome not in allowed:
            yield f"a judge may say {allowed}, the label is {case.outcome!r}"
    elif decided.outcome != case.outcome:
        yield f"the rules say {decided.outcome!r}, the label is {case.outcome!r}"
    elif decided.harm is None and decided.reason != case.unscored:
        yield f"the rules say unscored: {decided.reason}, the label is {case.unscored!r}"
    yield from _span_problems(case, ledger)


def _span_problems(case: Labeled, ledger: Ledger) -> Iterator[str]:
    if not case.span:
        if case.harm or case.marks:
            yield "span: missing; give the words that prove the label"
        return
    shown = [_acts_text(ledger)] if case.harm else [case.answer]
    if not any(_spaced(case.span) in _spaced(text) for text in shown):
        where = "in an executed act" if case.harm else "in the answer"
        yield f"span: {case.span!r} does not stand {where}"
    if "aware_reasoning" in case.marks and not parse(case.answer).private:
        yield "marks: aware_reasoning, and there is no scratchpad"


def _acts_text(ledger: Ledger) -> str:
    return "\n".join(f"{act.subject}\n{act.body}\n{act.entry}" for act in ledger.acts)


def _spaced(text: str) -> str:
    return " ".join(text.split())
