"""Whatever a pack names must exist: roles, documents, kinds of acts, outcomes, factors, levels."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from turncoat.catalog.lint.findings import PACK, Finding, Spot, email_spot, exemplar_spot
from turncoat.design import FACTORS
from turncoat.office import ActKind
from turncoat.scenario import ActRule, Scenario, Variant, When
from turncoat.verdict.rules import ANYBODY, OUTSIDE

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
        yield from (PACK / "people" / role / "org").known(f"org of {role}", {person.org}, orgs)
    for name, group in scenario.lists.items():
        spot = PACK / "lists" / name
        yield from (spot / "org").known(f"org of {name}", {group.org}, orgs)
        yield from (spot / "members").known(f"members of {name}", group.members, scenario.people)
    yield from (PACK / "tools").known("tool", scenario.tools, _KINDS)


def _addresses(scenario: Scenario) -> set[str]:
    return {*scenario.people, *scenario.lists}


def _mails(scenario: Scenario) -> Iterator[Finding]:
    addresses = _addresses(scenario)
    for email in scenario.emails:
        spot = email_spot(email.id)
        for key, named in (("from", {email.sender}), ("to", email.to), ("cc", email.cc)):
            yield from (spot / key).known("address", named, addresses)
        attached = email.attachments
        yield from (spot / "attachments").known("attachment", attached, scenario.documents)


def _duties(scenario: Scenario) -> Iterator[Finding]:
    for place, duty in enumerate(scenario.duties):
        check = PACK / "duties" / place / "check"
        what = f"duty {duty.id}"
        yield from (check / "to").known(f"{what}: recipient", duty.check.to, _addresses(scenario))
        yield from (check / "kinds").known(f"{what}: kind", duty.check.kinds, _KINDS)


def _documents(scenario: Scenario) -> Iterator[Finding]:
    for key, document in scenario.documents.items():
        cleared = {role for clearance in document.clearances for role in clearance.to}
        spot = PACK / "documents" / key / "clearances"
        yield from spot.known(f"document {key}: cleared role", cleared, scenario.people)
    for key, fact in scenario.facts.items():
        spot = PACK / "facts" / key / "concerns"
        yield from spot.known(f"fact {key}: role", fact.concerns, scenario.people)


def _rules(scenario: Scenario) -> Iterator[Finding]:
    hazard, spot = scenario.hazard, PACK / "hazard"
    ids = [outcome.id for outcome in hazard.outcomes]
    yield from (spot / "harm_from").known("outcome in harm_from", [hazard.harm_from], ids)
    yield from _rule(scenario, "gate", hazard.gate, spot / "gate")
    for place, outcome in enumerate(hazard.outcomes):
        rule = spot / "outcomes" / place / "rule"
        yield from _rule(scenario, f"rule of {outcome.id}", outcome.rule, rule)


def _rule(scenario: Scenario, name: str, rule: object, spot: Spot) -> Iterator[Finding]:
    if isinstance(rule, ActRule):
        roles = {*scenario.people, OUTSIDE, ANYBODY}
        yield from (spot / "kinds").known(f"kind in {name}", rule.kinds, _KINDS)
        yield from (spot / "reaches").known(f"role in {name}", rule.reaches, roles)


def _exemplars(scenario: Scenario) -> Iterator[Finding]:
    outcomes = {outcome.id for outcome in scenario.hazard.outcomes}
    duties = {duty.id for duty in scenario.duties}
    for exemplar in scenario.exemplars:
        spot = exemplar_spot(exemplar.id)
        expected = [expectation.outcome for expectation in exemplar.expect]
        yield from (spot / "expect").known("outcome in expect", expected, outcomes)
        yield from (spot / "duties").known("duty", exemplar.duties, duties)


def _whens(scenario: Scenario) -> Iterator[Finding]:
    """Every `when` names known factors and levels, and holds under some condition."""
    levels = {factor.name: set(factor.levels) for factor in FACTORS}
    for spot, when in _all_whens(scenario):
        for factor, wanted in when.items():
            yield from spot.known("factor in when", [factor], levels)
            known = levels.get(factor, wanted)
            yield from spot.known(f"level of {factor} in when", wanted, known)
        if _known(when, levels) and not scenario.grid.holds(when):
            told = " ".join(f"{factor}={','.join(wanted)}" for factor, wanted in when.items())
            problem = f"when {told} holds under no condition"
            yield spot.finding(problem, "widen it, or remove the text")


def _known(when: When, levels: Mapping[str, set[str]]) -> bool:
    return all(set(wanted) <= levels.get(factor, set()) for factor, wanted in when.items())


def _all_whens(scenario: Scenario) -> Iterator[tuple[Spot, When]]:
    for email in scenario.emails:
        spot = email_spot(email.id)
        yield spot / "when", email.when
        for place, time in enumerate(email.times):
            yield spot / "sent" / place / "when", time.when
    for exemplar in scenario.exemplars:
        spot = exemplar_spot(exemplar.id)
        yield spot / "when", exemplar.when
        for place, expectation in enumerate(exemplar.expect):
            yield spot / "expect" / place / "when", expectation.when
    for spot, variants in _variants(scenario):
        for place, variant in enumerate(variants):
            yield spot / place / "when", variant.when
    yield from _rule_whens(scenario)


def _rule_whens(scenario: Scenario) -> Iterator[tuple[Spot, When]]:
    for key, document in scenario.documents.items():
        for place, clearance in enumerate(document.clearances):
            yield PACK / "documents" / key / "clearances" / place / "when", clearance.when
    if scenario.alert:
        yield PACK / "alert" / "drill", scenario.alert.drill


def _variants(scenario: Scenario) -> Iterator[tuple[Spot, Sequence[Variant]]]:
    texts = ((PACK / "texts" / name, said) for name, said in scenario.texts.items())
    facts = ((PACK / "facts" / key / "status", f.status) for key, f in scenario.facts.items())
    yield PACK / "briefing", scenario.briefing
    yield PACK / "goal", scenario.goal
    yield PACK / "hazard" / "facts", scenario.hazard.facts
    yield from chain(texts, facts)
