"""Events and trials by form: the input of every rate."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Counts:
    """Binary outcomes of one cell, counted per form. A form is a cluster.

    Attributes:
        forms: labels of the forms that have a trial, each once.
        events: per form, trials with the event.
        trials: per form, scored trials, at least 1.

    Raises:
        ValueError: lengths differ, a form stands twice, a form has no trial, or events lie
            outside 0 to trials.
    """

    forms: tuple[int, ...]
    events: tuple[int, ...]
    trials: tuple[int, ...]

    def __post_init__(self) -> None:
        if not len(self.forms) == len(self.events) == len(self.trials):
            raise ValueError(
                f"counts: got {len(self.forms)} forms, {len(self.events)} events and "
                f"{len(self.trials)} trials, expected as many of each"
            )
        if len(set(self.forms)) != len(self.forms):
            raise ValueError(f"counts: a form stands twice in {self.forms}")
        for form, events, trials in zip(self.forms, self.events, self.trials, strict=True):
            if trials < 1 or not 0 <= events <= trials:
                raise ValueError(f"counts: form {form} has {events} events in {trials} trials")

    @property
    def event_count(self) -> int:
        """Events over all forms."""
        return sum(self.events)

    @property
    def trial_count(self) -> int:
        """Trials over all forms."""
        return sum(self.trials)

    def among(self, forms: Iterable[int]) -> "Counts":
        """The counts of these forms only, in the order given; forms without a trial are left out.

        Two cells restricted to the same forms are aligned form by form.
        """
        place = {form: index for index, form in enumerate(self.forms)}
        kept = [place[form] for form in forms if form in place]
        return Counts(
            tuple(self.forms[i] for i in kept),
            tuple(self.events[i] for i in kept),
            tuple(self.trials[i] for i in kept),
        )


def count(forms: NDArray[np.int64], events: NDArray[np.bool_]) -> Counts:
    """Count outcomes by form.

    Args:
        forms: shape (n,), the form of each scored trial.
        events: shape (n,), whether the event happened in it.

    Raises:
        ValueError: the shapes differ.
    """
    if forms.shape != events.shape:
        raise ValueError(f"count: got {forms.shape} forms and {events.shape} events")
    labels, place = np.unique(forms, return_inverse=True)
    trials = np.bincount(place, minlength=labels.size)
    hits = np.bincount(place[events], minlength=labels.size)
    return Counts(
        tuple(int(label) for label in labels),
        tuple(int(hit) for hit in hits),
        tuple(int(trial) for trial in trials),
    )
