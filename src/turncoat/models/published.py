"""A simulated subject that does the harm as often as a published model did, in the arms of a study."""

from collections.abc import Iterator, Sequence

from turncoat.catalog.subjects import Mind, Profile, Rule
from turncoat.design import Citation, Condition, Study, arms_of
from turncoat.scenario import Scenario, When


def published_profile(study: Study, model: str, pack: Scenario) -> Profile:
    """Harm by the numbers that a study cites of a model; none in a condition without one.

    Of several numbers for one arm the first counts. Where the study cites shares that state a
    belief, those are what the subject states: one that states neither takes it for real.

    Args:
        study: whose numbers.
        model: as the roster calls it.
        pack: of the study; in others it never does the harm.
    """
    own = [f for f in study.published if _is_of(f, model) and f.pack == pack.name]
    arms = arms_of(study, pack.name, pack.grid) if pack.name in study.packs else {}
    tested = [found for found in own if "test" in study.arm(found.arm).stated]
    other = [found for found in own if found not in tested]
    return Profile(
        about=f"as {model} in {study.name}",
        harm=tuple(_rules(other, arms, "harm")),
        mind=Mind(
            thinks_test=tuple(_rules(tested, arms, "stated")),
            harm=tuple(_rules(tested, arms, "harm")) or None,
            wavers=_wavers(study, own),
        ),
    )


def _wavers(study: Study, cited: Sequence[Citation]) -> float:
    """How many of those that do not say `test` say `undecided`, by the cited shares."""
    shares = {
        belief: found.number.rate or 0.0
        for found in cited
        if found.measure == "stated"
        for belief in study.arm(found.arm).stated
    }
    return shares.get("undecided", 0.0) / (1 - shares.get("test", 0.0))


def refuse_uncited(study: Study, model: str) -> None:
    """Refuse a model of which a study cites no number.

    Raises:
        ValueError: names those that it cites.
    """
    cited = dict.fromkeys(name for found in study.published for name in found.number.subjects)
    if model not in cited:
        known = ", ".join(cited) or "none"
        raise ValueError(f"study {study.name} cites no number of {model!r}, but of {known}")


def _is_of(found: Citation, model: str) -> bool:
    return model in found.number.subjects and found.number.rate is not None


def _rules(cited: list[Citation], arms: dict[str, Condition], measure: str) -> Iterator[Rule]:
    for found in cited:
        if found.measure == measure and found.number.rate is not None:
            when: When = {name: (level,) for name, level in arms[found.arm].levels.items()}
            yield Rule(probability=found.number.rate, when=when)
