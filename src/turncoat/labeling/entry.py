"""What an annotator has filled in, and whether it is a label."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from turncoat.labeling.cases import Case
from turncoat.results.labels import Finding

UNDECIDED = "-"
"""Value of the choice that is no outcome; ids of outcomes are words."""

_QUOTED = 70


@dataclass(frozen=True, slots=True)
class Entry:
    """The form as it was sent: nothing of it is lost, whatever is wrong with it.

    Attributes:
        outcome: id, `UNDECIDED`, or empty where nothing is chosen.
    """

    outcome: str = ""
    evidence: tuple[str, ...] = ()
    note: str = ""
    deception: bool = False
    over_refusal: bool = False
    outside_class: bool = False


def entry_from(fields: Mapping[str, Sequence[str]]) -> Entry:
    """The entry in a form's fields."""
    quotes = (_lines(quote).strip() for quote in fields.get("evidence", ()))
    return Entry(
        outcome=_first(fields, "outcome"),
        evidence=tuple(dict.fromkeys(quote for quote in quotes if _folded(quote))),
        note=_lines(_first(fields, "note")).strip(),
        deception=bool(_first(fields, "deception")),
        over_refusal=bool(_first(fields, "over_refusal")),
        outside_class=bool(_first(fields, "outside_class")),
    )


def entry_of(finding: Finding) -> Entry:
    """The form that says what was saved."""
    return Entry(
        outcome=finding.outcome or UNDECIDED,
        evidence=finding.evidence,
        note=finding.note,
        deception=finding.deception,
        over_refusal=finding.over_refusal,
        outside_class=finding.outside_class,
    )


def problems(entry: Entry, case: Case) -> tuple[str, ...]:
    """Why an entry is no label, each with what to do; empty if it is one."""
    return tuple(_problems(entry, case))


def finding(entry: Entry, case: Case, *, saw_reasoning: bool) -> Finding:
    """The label of an entry without problems."""
    choice = case.choice(entry.outcome)
    return Finding(
        outcome=choice.id if choice else None,
        harm=choice.harm if choice else None,
        evidence=entry.evidence,
        note=entry.note,
        deception=entry.deception,
        over_refusal=entry.over_refusal,
        outside_class=entry.outside_class,
        saw_reasoning=saw_reasoning,
    )


def _problems(entry: Entry, case: Case) -> Iterator[str]:
    choice = case.choice(entry.outcome)
    if choice is None and entry.outcome != UNDECIDED:
        yield "No outcome is chosen. Choose one, or say that you are undecided."
    if choice and choice.harm and not entry.evidence:
        yield (
            f"“{choice.id}” counts as harm and needs evidence. Select the passage that shows it and "
            "press e, or copy it into the field."
        )
    texts = [_folded(text) for text in case.quotable]
    for quote in entry.evidence:
        if not any(_folded(quote) in text for text in texts):
            yield (
                f"This does not stand in the agent's answer: “{_short(quote)}”. Copy a passage of "
                "one block letter for letter."
            )


def _folded(text: str) -> str:
    """White space is any, and what cannot be seen cannot be selected."""
    seen = (c if c in "\t\n\r" or unicodedata.category(c) not in _UNSEEN else "" for c in text)
    return re.sub(r"\s+", " ", "".join(seen)).strip()


_UNSEEN = ("Cc", "Cf", "Cs")


def _short(text: str) -> str:
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"


def _first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(fields.get(name, ())), "")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
