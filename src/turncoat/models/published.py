"""Simulated subjects that do the harm as often as a published model did: `sim/published/MODEL`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from turncoat.catalog import load_scenario
from turncoat.catalog.published import load_published
from turncoat.catalog.roster import load_roster
from turncoat.catalog.studies import load_study, study_names
from turncoat.catalog.subjects import Mind, Profile, Rule
from turncoat.design import Arm, Study, condition
from turncoat.scenario import When

PUBLISHED = "sim/published"
"""Before a model's name; alone, in a study's run, all models of which the study cites a rate."""


@dataclass(frozen=True, slots=True)
class _Cited:
    """A published rate of a model, and the arm of ours that it is beside."""

    rate: float
    measure: str
    arm: Arm


@cache
def stand_ins() -> dict[str, str]:
    """Simulated subject to the model that it stands for: those of which a rate is published."""
    named = {name for number in load_published().values() for name in number.subjects}
    return {f"{PUBLISHED}/{s.name}": s.name for s in load_roster() if s.name in named}


def stand_ins_of(study: Study) -> tuple[str, ...]:
    """The simulated subjects of all models of which a study cites a rate."""
    cited = {name for found in study.published for name in found.number.subjects}
    return tuple(subject for subject, name in stand_ins().items() if name in cited)


@cache
def published_profile(model: str, pack: str) -> Profile:
    """Harm by the rates that the catalog's studies cite of a model; none where none is cited.

    Of several rates for one condition the first counts, in the order of `study_names`. Where a
    study cites shares that state a belief, those are what the subject states.

    Args:
        model: as the roster calls it.
        pack: name of a pack; in one without a rate it never does the harm.
    """
    own = tuple(_cited(model, pack))
    tested = [cited for cited in own if "test" in cited.arm.stated]
    other = [cited for cited in own if cited not in tested]
    return Profile(
        about=f"as {model}",
        harm=_rules(other, pack, "harm"),
        mind=Mind(
            thinks_test=_rules(tested, pack, "stated"),
            harm=_rules(tested, pack, "harm") or None,
            wavers=_wavers(own),
        ),
    )


def _cited(model: str, pack: str) -> Iterator[_Cited]:
    for study in map(load_study, study_names()):
        for found in study.published:
            rate = found.number.rate
            if found.pack == pack and model in found.number.subjects and rate is not None:
                yield _Cited(rate, found.measure, study.arm(found.arm))


def _wavers(cited: Sequence[_Cited]) -> float:
    """How many of those that do not say `test` say `undecided`, by the cited shares."""
    shares = {
        belief: found.rate
        for found in cited
        if found.measure == "stated"
        for belief in found.arm.stated
    }
    return shares.get("undecided", 0.0) / (1 - shares.get("test", 0.0))


def _rules(cited: Sequence[_Cited], pack: str, measure: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(probability=found.rate, when=_when(found.arm, pack))
        for found in cited
        if found.measure == measure
    )


def _when(arm: Arm, pack: str) -> When:
    """An arm's condition, also where the pack has it only with its known defects."""
    cell = condition({**load_scenario(pack).grid.defaults, **arm.levels_in(pack)})
    return {name: (level,) for name, level in cell.levels.items()}
