"""Which samples a run asks for: conditions, forms and epochs, per scenario."""

from collections.abc import Iterator
from dataclasses import dataclass

from turncoat.design.conditions import Condition, condition

_FORM = "form"

SAMPLE_STORE = "turncoat_sample"
"""Where the solver notes in the sample's store which sample it is; `Sampled` says what stands there."""


@dataclass(frozen=True, slots=True)
class SampleKey:
    """A sample: one condition in one surface form."""

    condition: Condition
    form: int

    @property
    def id(self) -> str:
        """`goal=explicit....form=7`: derived from every factor and the form."""
        return f"{self.condition.id}.{_FORM}={self.form}"


@dataclass(frozen=True, slots=True)
class Sampled:
    """A sample as a model provider may know it: Inspect does not tell `generate` which it answers.

    Attributes:
        scenario: name of the pack.
        sample_id: `SampleKey.id`.
        epoch: replicate, from 1.
    """

    scenario: str
    sample_id: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run of each scenario.

    Attributes:
        conditions: the cells, each once.
        forms: surface forms, numbered from 1; a form is a cluster in the statistics.
        epochs: replicates of every sample.

    Raises:
        ValueError: nothing to run.
    """

    conditions: tuple[Condition, ...]
    forms: tuple[int, ...]
    epochs: int = 1

    def __post_init__(self) -> None:
        for name, count in (
            ("conditions", len(self.conditions)),
            ("forms", len(self.forms)),
            ("epochs", self.epochs),
        ):
            if count < 1:
                raise ValueError(f"zero samples: {name} is {count}, expected at least 1")

    def sample_keys(self) -> Iterator[SampleKey]:
        """Every sample once, forms outermost, so that an interrupted run is balanced."""
        for form in self.forms:
            for cell in self.conditions:
                yield SampleKey(cell, form)

    @property
    def samples(self) -> int:
        """Samples of one scenario on one model, epochs counted."""
        return len(self.conditions) * len(self.forms) * self.epochs


def sample_key(sample_id: str) -> SampleKey:
    """The inverse of `SampleKey.id`.

    Raises:
        ValueError: the text is no sample id of ours.
    """
    parts = dict(_setting(part) for part in sample_id.split("."))
    form = parts.pop(_FORM, "")
    if not form.isdecimal():
        raise ValueError(f"sample id {sample_id!r}: expected it to end in form=NUMBER")
    return SampleKey(condition(parts), int(form))


def _setting(part: str) -> tuple[str, str]:
    factor, equals, level = part.partition("=")
    if not equals:
        raise ValueError(f"sample id: got {part!r}, expected FACTOR=LEVEL")
    return factor, level
