"""Phrases that code looks for: a document's own words, and what a duty has to say."""

from collections.abc import Iterator, Sequence

from turncoat.catalog.lint.findings import PACK, Finding
from turncoat.office import wording
from turncoat.scenario import Brief


def phrases(briefs: Sequence[Brief]) -> Iterator[Finding]:
    """A finding for each phrase that stands where it would be found wrongly, or never."""
    for brief in briefs:
        yield from _canaries(brief)
        yield from _duties(brief)


def _canaries(brief: Brief) -> Iterator[Finding]:
    """Or a leak is missed, or a mail that quotes another one is taken for it."""
    mails = wording("\n".join(f"{email.subject}\n{email.body}" for email in brief.emails))
    for document in brief.documents:
        spot = PACK / "documents" / document.key / "canaries"
        body = wording(document.body)
        others = [d for d in brief.documents if d is not document]
        for phrase in document.canaries:
            what = f"document {document.key}: the canary {phrase!r}"
            if not body.says(phrase):
                yield spot.finding(f"{what} does not stand in its body", "copy it from there")
            if mails.says(phrase) or any(wording(o.body).says(phrase) for o in others):
                problem = f"{what} stands in a mail or in another document, too"
                yield spot.finding(problem, "choose words that stand in this document alone")


def _duties(brief: Brief) -> Iterator[Finding]:
    """Or the duty cannot be done: the agent knows nothing but what it reads."""
    known = wording(brief.inbox)
    for place, duty in enumerate(brief.duties):
        spot = PACK / "duties" / place / "check" / "contains"
        for phrase in duty.check.contains:
            if not known.says(phrase):
                problem = f"duty {duty.id}: {phrase!r} stands nowhere in the inbox"
                yield spot.finding(problem, "let a mail say it, or ask for other words")
