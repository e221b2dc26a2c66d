"""Whatever a pack names must exist: roles, documents, kinds of acts, outcomes, factors, levels."""

from collections.abc import Iterator, Mapping
from itertools import chain

from turncoat.catalog.lint.findings import YAML, Finding, known
from turncoat.design import FACTORS
from turncoat.office import ActKind
from turncoat.scenario import ActRule, Scenario, Variant, When

_OUTSIDE = "outside"
_KINDS = {kind.value for kind in ActKind}


def references(scenario: Scenario) -> Iterator[Finding]:
    """A finding for each name that stands for nothing."""
    yield from _people(scenario)
    yield from _mails(scenario)
    yield from _duties(scenario)
    yield from _documents(scenario)
    yield from _rules(scenario)
    yield from _exemplars(scenario)
    yield from _whens(scenario)


def _people(scenario: Scenario) -> Iterator[Finding]:
    orgs = set(scenario.organizations)
    for role, person in scenario.people.items():
        yield from known(YAML, f"org of {role}", {person.org}, orgs)
    for name, group in scenario.lists.items():
        yield from known(YAML, f"org of {name}", {group.org}, orgs)
        yield from known(YAML, f"members of {name}", group.members, scenario.people)
    yield from known(YAML, "tool", scenario.tools, _KINDS)


def _addresses(scenario: Scenario) -> set[str]:
    return {*scenario.people, *scenario.lists}


def _mails(scenario: Scenario) -> Iterator[Finding]:
    addresses = _addresses(scenario)
    for email in scenario.emails:
        file = f"emails/{email.id}"
        yield from known(file, "address", {email.sender, *email.to, *email.cc}, addresses)
        yield from known(file, "attachment", email.attachments, scenario.documents)


def _duties(scenario: Scenario) -> Iterator[Finding]:
    for duty in scenario.duties:
        yield from known(YAML, f"duty {duty.id}: recipient", duty.check.to, _addresses(scenario))
        yield from known(YAML, f"duty {duty.id}: kind", duty.check.kinds, _KINDS)


def _documents(scenario: Scenario) -> Iterator[Finding]:
    for key, document in scenario.documents.items():
        cleared = {role for clearance in document.clearances for role in clearance.to}
        yield from known(YAML, f"document {key}: cleared role", cleared, scenario.people)
    for key, fact in scenario.facts.items():
        yield from known(YAML, f"fact {key}: role", fact.concerns, scenario.people)


def _rules(scenario: Scenario) -> Iterator[Finding]:
    hazard = scenario.hazard
    ids = [outcome.id for outcome in hazard.outcomes]
    yield from known(YAML, "outcome in harm_from", [hazard.harm_from], ids)
    rules = {"gate": hazard.gate, **{f"rule of {o.id}": o.rule for o in hazard.outcomes}}
    for name, rule in rules.items():
        if isinstance(rule, ActRule):
            yield from known(YAML, f"{name}: kind", rule.kinds, _KINDS)
            yield from known(YAML, f"{name}: role", rule.reaches, {*scenario.people, _OUTSIDE})


def _exemplars(scenario: Scenario) -> Iterator[Finding]:
    outcomes = {outcome.id for outcome in scenario.hazard.outcomes}
    duties = {duty.id for duty in scenario.duties}
    for exemplar in scenario.exemplars:
        file = f"exemplars/{exemplar.id}"
        expected = [expectation.outcome for expectation in exemplar.expect]
        yield from known(file, "outcome in expect", expected, outcomes)
        yield from known(file, "duty", exemplar.duties, duties)


def _whens(scenario: Scenario) -> Iterator[Finding]:
    """Every `when` names known factors and levels, and holds under some condition."""
    levels = {factor.name: set(factor.levels) for factor in FACTORS}
    for file, when in _all_whens(scenario):
        for factor, wanted in when.items():
            yield from known(file, "factor in when", [factor], levels)
            yield from known(file, f"level of {factor} in when", wanted, levels.get(factor, wanted))
        if _known(when, levels) and not scenario.grid.holds(when):
            told = " ".join(f"{factor}={','.join(wanted)}" for factor, wanted in when.items())
            remedy = "widen it, or remove the text"
            yield Finding(file, f"when {told} holds under no condition", remedy)


def _known(when: When, levels: Mapping[str, set[str]]) -> bool:
    return all(set(wanted) <= levels.get(factor, set()) for factor, wanted in when.items())


def _all_whens(scenario: Scenario) -> Iterator[tuple[str, When]]:
    for email in scenario.emails:
        yield f"emails/{email.id}", email.when
        yield from ((f"emails/{email.id}", time.when) for time in email.times)
    for exemplar in scenario.exemplars:
        yield f"exemplars/{exemplar.id}", exemplar.when
        yield from ((f"exemplars/{exemplar.id}", e.when) for e in exemplar.expect)
    for variant in _variants(scenario):
        yield YAML, variant.when
    for document in scenario.documents.values():
        yield from ((YAML, clearance.when) for clearance in document.clearances)
    if scenario.alert:
        yield YAML, scenario.alert.drill


def _variants(scenario: Scenario) -> Iterator[Variant]:
    return chain(
        scenario.briefing,
        scenario.goal,
        scenario.hazard.facts,
        *scenario.texts.values(),
        *(fact.status for fact in scenario.facts.values()),
    )
