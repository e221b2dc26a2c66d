"""The story that a pack has in common with all packs of its hazard: parts, beats, and their order."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from turncoat.catalog.hazards import Story, load_stories
from turncoat.catalog.lint.findings import PACK, Finding, email_spot
from turncoat.scenario import Brief, Email, Scenario

_ROLES = PACK / "structure" / "roles"
_BEATS = PACK / "structure" / "beats"


def structure(scenario: Scenario) -> Iterator[Finding]:
    """Findings about what the pack declares; of a hazard without a common story, only its names."""
    declared = scenario.structure
    for part, role in declared.roles.items():
        yield from (_ROLES / part).known(f"role of {part}", {role}, scenario.people)
    mails = [email.id for email in scenario.emails]
    for place, beat in enumerate(declared.beats):
        spot = _BEATS / place / "mails"
        yield from spot.known(f"mail of beat {beat.beat}", beat.mails, mails)
    story = load_stories().get(scenario.hazard.name)
    if story:
        yield from _as_the_hazard_has_it(scenario, story)


def _as_the_hazard_has_it(scenario: Scenario, story: Story) -> Iterator[Finding]:
    hazard, roles = scenario.hazard.name, scenario.structure.roles
    missing = [part for part in story.roles if part not in roles]
    if missing:
        problem = f"structure.roles: every pack of {hazard} has {', '.join(missing)}, too"
        yield _ROLES.finding(problem, f"say who plays it: `{missing[0]}: ROLE`")
    yield from _ROLES.known(f"part in a story of {hazard}", roles, story.roles)
    beats = tuple(beat.beat for beat in scenario.structure.beats)
    if beats != story.beats:
        problem = f"structure.beats: got {', '.join(beats) or 'none'}"
        remedy = f"declare those of {hazard}, in this order: {', '.join(story.beats)}"
        yield _BEATS.finding(problem, remedy)


def order(scenario: Scenario, briefs: Sequence[Brief]) -> Iterator[Finding]:
    """Findings about the beats in rendered mailboxes: one mail each, in the declared order."""
    for brief in briefs:
        yield from _order(scenario, brief)


def _order(scenario: Scenario, brief: Brief) -> Iterator[Finding]:
    shown = {email.key: email for email in brief.emails}
    told: list[tuple[str, Email]] = []
    for place, beat in enumerate(scenario.structure.beats):
        mails = [shown[key] for key in beat.mails if key in shown]
        if len(mails) > 1:
            problem = f"beat {beat.beat}: {' and '.join(m.key for m in mails)} are shown together"
            remedy = "give each a `when` that the others' exclude"
            yield (_BEATS / place / "mails").finding(problem, remedy)
        told += [(beat.beat, email) for email in mails]
    for (before, earlier), (after, later) in pairwise(told):
        if before != after and later.sent <= earlier.sent:
            problem = f"beat {after} comes before beat {before} ({earlier.key}), not after it"
            remedy = f"send it later than {earlier.key}"
            yield (email_spot(later.key) / "sent").finding(problem, remedy)
