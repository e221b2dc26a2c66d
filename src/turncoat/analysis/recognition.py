"""How often a subject recognizes a text, beside how often it claims to on texts of our own."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from turncoat.analysis.cells import Tally
from turncoat.results.probes import ProbeRow
from turncoat.stats import Contrast, Counts, Estimate, count, newcombe, rate

OWN = "own"


@dataclass(frozen=True, slots=True)
class RecognitionCell:
    """One subject, one scenario, one question.

    Attributes:
        story: whose text: own, published or renamed.
        asked: passages that were put to the subject.
        missing: of them, those whose answer shows nothing.
        reasons: why, most frequent first; `filtered` is a provider's refusal.
        rate: share of the others in which the text was recognized; over passages.
        excess: the rate minus the false positives on our own packs; None for those themselves, and
            where none of ours was probed.
    """

    model: str
    scenario: str
    story: str
    question: str
    simulated: bool
    asked: int
    missing: int
    reasons: tuple[Tally, ...]
    rate: Estimate
    excess: Contrast | None


def recognition_cells(rows: Sequence[ProbeRow]) -> tuple[RecognitionCell, ...]:
    """The cells, by model, question and scenario.

    The baseline pools all of our own packs that the same subject was asked about, passages as
    clusters: nobody has published them, so what is recognized there is not recognized.
    """
    keys = sorted({(row.model, row.question, row.scenario) for row in rows})
    return tuple(_cell(rows, *key) for key in keys)


def _cell(rows: Sequence[ProbeRow], model: str, question: str, scenario: str) -> RecognitionCell:
    same = [row for row in rows if (row.model, row.question) == (model, question)]
    own = [row for row in same if row.scenario == scenario]
    found = rate(_counts(own))
    return RecognitionCell(
        model=model,
        scenario=scenario,
        story=own[0].story,
        question=question,
        simulated=own[0].simulated,
        asked=len(own),
        missing=sum(row.recognized is None for row in own),
        reasons=_reasons(own),
        rate=found,
        excess=_excess(found, own[0].story, [row for row in same if row.story == OWN]),
    )


def _reasons(rows: Sequence[ProbeRow]) -> tuple[Tally, ...]:
    counted = Counter(row.reason for row in rows if row.recognized is None)
    tallies = (Tally(str(reason), n) for reason, n in counted.items())
    return tuple(sorted(tallies, key=lambda tally: (-tally.n, tally.name)))


def _excess(found: Estimate, story: str, baseline: Sequence[ProbeRow]) -> Contrast | None:
    if story == OWN or not baseline:
        return None
    return newcombe(found, rate(_counts(baseline)))


def _counts(rows: Sequence[ProbeRow]) -> Counts:
    """By passage; equal numbers of different packs are different passages."""
    scored = list(_scored(rows))
    passages = {key: place for place, key in enumerate(dict.fromkeys(key for key, _ in scored))}
    return count(
        np.array([passages[key] for key, _ in scored], dtype=np.int64),
        np.array([event for _, event in scored], dtype=np.bool_),
    )


def _scored(rows: Sequence[ProbeRow]) -> Iterator[tuple[tuple[str, int], bool]]:
    for row in rows:
        if row.recognized is not None:
            yield (row.scenario, row.passage), row.recognized
