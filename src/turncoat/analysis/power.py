"""What a plan can find, and which other plans could: forms and epochs of a cell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from turncoat.stats import (
    LEVEL,
    MIN_FORMS,
    Needed,
    Sampling,
    Shift,
    difference_power,
    epochs_needed,
    forms_needed,
)
from turncoat.stats.power import POWER

_EPOCHS = (1, 5, 10)
"""Of each form, in the alternatives with as many forms as it takes."""

_FORMS = 20
"""In the alternative with as many epochs as it takes, beside the plan's own."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be found, how surely.

    Attributes:
        detect: treated rate minus control rate.
        rate: of the control.
        power: chance of finding it.
        level: of the interval that must leave out 0.
        correlation: of the trials of one form, in [0, 1).

    Raises:
        ValueError: the treated rate would be above 1, or a number outside its range.
    """

    detect: float
    rate: float = 0.3
    power: float = POWER
    level: float = LEVEL
    correlation: float = 0.05

    def __post_init__(self) -> None:
        _ = self.shift

    @property
    def shift(self) -> Shift:
        """The two rates."""
        return Shift(treated=self.rate + self.detect, control=self.rate)


@dataclass(frozen=True, slots=True)
class Cell:
    """How every cell of some scenarios is sampled.

    Attributes:
        forms: how many.
        epochs: of each form.
        drawn: whether the scenarios have more forms; where their text is fixed, only epochs grow.
    """

    forms: int
    epochs: int
    drawn: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Forms and epochs of a cell.

    Attributes:
        forms: None where no number of forms that can be run is enough.
        epochs: None likewise.
        power: None with either.
    """

    forms: int | None
    epochs: int | None
    power: float | None

    @property
    def samples(self) -> int | None:
        """Of a cell."""
        return None if self.forms is None or self.epochs is None else self.forms * self.epochs


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a cell can find.

    Attributes:
        planned: the plan's own size.
        alternatives: sizes that reach the aim's power, the fewest samples that do in each shape.
    """

    cell: Cell
    planned: Choice
    alternatives: tuple[Choice, ...]


def prospect(aim: Aim, cell: Cell, rng: np.random.Generator) -> Prospect:
    """The power of a plan, and the plans that have the power that is wanted.

    Estimand: the chance that the interval of one treated cell's difference from its control leaves
    out 0, as the report gives it: over forms from `MIN_FORMS` forms on, and of these prompts below.
    Assumptions: every sample is scored, and rightly; forms differ by a beta distribution with the
    aim's correlation; both cells run on the same forms, and nothing is hoped for from their being
    alike. One contrast: what is corrected for several has less power.

    Args:
        aim: what is to be found.
        cell: of the plan.
        rng: source of randomness.
    """
    power = difference_power(aim.shift, _sampling(aim, cell), rng, level=aim.level)
    found = _drawn(aim, cell, rng) if cell.drawn else iter([_fixed(aim, rng)])
    return Prospect(cell, Choice(cell.forms, cell.epochs, power), tuple(found))


def _drawn(aim: Aim, cell: Cell, rng: np.random.Generator) -> Iterator[Choice]:
    for epochs in dict.fromkeys((*_EPOCHS, cell.epochs)):
        sampling = _sampling(aim, Cell(MIN_FORMS, epochs, drawn=True))
        needed = forms_needed(aim.shift, sampling, rng, power=aim.power, level=aim.level)
        yield _choice(needed, None, epochs)
    for forms in sorted({_FORMS, max(cell.forms, MIN_FORMS)}):
        # More than one epoch, or forms would be taken not to differ.
        sampling = _sampling(aim, Cell(forms, 2, drawn=True))
        needed = epochs_needed(aim.shift, sampling, rng, power=aim.power, level=aim.level)
        yield _choice(needed, forms, None)


def _fixed(aim: Aim, rng: np.random.Generator) -> Choice:
    sampling = _sampling(aim, Cell(1, 1, drawn=False))
    return _choice(
        epochs_needed(aim.shift, sampling, rng, power=aim.power, level=aim.level), 1, None
    )


def _choice(needed: Needed | None, forms: int | None, epochs: int | None) -> Choice:
    if needed is None:
        return Choice(forms, epochs, None)
    return Choice(needed.sampling.forms, needed.sampling.epochs, needed.power)


def _sampling(aim: Aim, cell: Cell) -> Sampling:
    """A cell as it is simulated; of so few forms the rate is that of these prompts, which are given."""
    given = cell.forms < MIN_FORMS
    # A form of one trial is an independent trial, however much forms differ.
    correlation = 0.0 if given or cell.epochs == 1 else aim.correlation
    return Sampling(cell.forms, cell.epochs, correlation, matched=not given)


def cells_of(sizes: Sequence[tuple[str, Cell]]) -> dict[Cell, tuple[str, ...]]:
    """Each size to the scenarios that have it, in order."""
    found: dict[Cell, tuple[str, ...]] = {}
    for name, cell in sizes:
        found[cell] = (*found.get(cell, ()), name)
    return found
