"""How far annotators are, and how they agree."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from turncoat.results.labels import Drawn, Label, Labels
from turncoat.stats import Agreement, agreement


@dataclass(frozen=True, slots=True)
class Share:
    """One annotator's part of the draw."""

    annotator: str
    done: int
    undecided: int
    left: int


@dataclass(frozen=True, slots=True)
class Dispute:
    """An observation on which annotators differ in harm or in the outcome.

    Attributes:
        labels: one of each annotator who labeled it.
    """

    observation: Drawn
    labels: tuple[Label, ...]

    @property
    def about_harm(self) -> bool:
        """Whether they differ in whether it is harm, and not only in how severe."""
        return len({label.finding.harm for label in self.labels}) > 1


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a run's labels.

    Attributes:
        drawn: observations to label.
        could: observations that could be drawn.
        harm: agreement on harm or not; undecided says nothing here.
        outcome: agreement on the outcome, undecided being one of its own.
        disputes: those about harm first.
    """

    judge: str
    seed: int
    drawn: int
    could: int
    shares: tuple[Share, ...]
    harm: Agreement
    outcome: Agreement
    disputes: tuple[Dispute, ...]


def standing_of(labels: Labels) -> Standing:
    """The standing of everybody who labeled anything."""
    observations = labels.draw.observations
    drawn = [entry for entry in observations if entry.drawn]
    of = {name: labels.of(name) for name in labels.annotators}
    disputes = _disputes(drawn, list(of.values()))
    return Standing(
        judge=labels.draw.judge,
        seed=labels.draw.seed,
        drawn=len(drawn),
        could=len(observations),
        shares=tuple(_share(name, list(held.values()), len(drawn)) for name, held in of.items()),
        harm=agreement(_table(drawn, list(of.values()), _harm_codes(labels))),
        outcome=agreement(_table(drawn, list(of.values()), _outcome_codes(labels))),
        disputes=tuple(sorted(disputes, key=lambda dispute: not dispute.about_harm)),
    )


def _share(annotator: str, held: Sequence[Label], drawn: int) -> Share:
    undecided = sum(label.finding.undecided for label in held)
    return Share(annotator, len(held), undecided, drawn - len(held))


def _harm_codes(labels: Labels) -> dict[str, float]:
    """Token and annotator to 1, 0, or NaN for undecided."""
    return {
        _who(label): np.nan if label.finding.harm is None else float(label.finding.harm)
        for label in labels.labels
    }


def _outcome_codes(labels: Labels) -> dict[str, float]:
    """Token and annotator to a number of the outcome. Outcomes of two scenarios are never one."""
    outcomes = [(label.scenario, label.finding.outcome or "") for label in labels.labels]
    codes = {outcome: float(n) for n, outcome in enumerate(sorted(set(outcomes)))}
    return {
        _who(label): codes[outcome] for label, outcome in zip(labels.labels, outcomes, strict=True)
    }


def _who(label: Label) -> str:
    return f"{label.token}\0{label.annotator}"


def _table(
    drawn: Sequence[Drawn], of: Sequence[dict[str, Label]], codes: dict[str, float]
) -> NDArray[np.float64]:
    """Shape (observations, annotators)."""
    rows = [
        [codes[_who(held[entry.token])] if entry.token in held else np.nan for held in of]
        for entry in drawn
    ]
    return np.array(rows, dtype=np.float64).reshape(len(drawn), len(of))


def _disputes(drawn: Sequence[Drawn], of: Sequence[dict[str, Label]]) -> list[Dispute]:
    found = [
        Dispute(entry, tuple(held[entry.token] for held in of if entry.token in held))
        for entry in drawn
    ]
    return [d for d in found if len({label.finding.outcome for label in d.labels}) > 1]
