"""Our numbers beside the published ones that a study names: replicated, different, or open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from turncoat.analysis.study import ArmCell, StudyResult, Subject, too_much_missing
from turncoat.design import Citation, Published, Side
from turncoat.stats import (
    MIN_FORM_CORRELATION,
    Counts,
    Estimate,
    Replication,
    Sampling,
    rate,
    replication,
    replication_power,
)
from turncoat.stats import Published as PublishedRate

_SEED = 20251124
"""Of the simulation of power: the same table is the same table."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Ours beside a published number; or one of them alone.

    Attributes:
        side: pack and arm of ours.
        measure: `harm`, or `stated` for the share that states what the arm selects.
        number: None where ours has no published number beside it.
        subject: of ours; None where no model of the run stands for the published one.
        stands_for: the published model that the subject stands for; None where it is none.
        ours: None where nothing was scored, or nothing stands for the published model.
        answer: None where `absent` says why.
        power: the chance that this many samples say `replicated`, were our rate the published one;
            NaN without an answer.
        simulated: whether subject or judge are simulated.
        absent: why there is no answer; None where there is one.
    """

    side: Side
    measure: str
    number: Published | None
    subject: Subject | None
    stands_for: str | None
    ours: Estimate | None
    answer: Replication | None
    power: float
    simulated: bool
    absent: str | None


def replications(result: StudyResult, stands_for: Mapping[str, str]) -> tuple[Beside, ...]:
    """Every published number that the study names, with ours beside it where there is one.

    Of each arm those with ours come first, then ours without a published number, then the others.
    Not adjusted for their number: each line is an answer of its own.

    Args:
        result: of the study's run.
        stands_for: model of the run to the published model that it is, or is to stand for.
    """
    return tuple(
        line
        for (side, measure), cited in _by_place(result.declared.study.published).items()
        for line in sorted(
            (
                *(line for one in cited for line in _of_number(one, result, stands_for)),
                *_without_number(side, measure, cited, result, stands_for),
            ),
            key=lambda line: line.subject is None,
        )
    )


def _by_place(published: Sequence[Citation]) -> dict[tuple[Side, str], list[Citation]]:
    places: dict[tuple[Side, str], list[Citation]] = {}
    for cited in published:
        places.setdefault((Side(cited.pack, cited.arm), cited.measure), []).append(cited)
    return places


def _of_number(
    cited: Citation, result: StudyResult, stands_for: Mapping[str, str]
) -> Iterator[Beside]:
    names = cited.number.subjects
    fitting = [s for s in result.subjects if stands_for.get(s.model) in names]
    for subject in fitting:
        yield _beside(cited, result.arm(Side(cited.pack, cited.arm), subject), result, stands_for)
    if not fitting:
        yield _number_alone(cited)


def _beside(
    cited: Citation, cell: ArmCell, result: StudyResult, stands_for: Mapping[str, str]
) -> Beside:
    ours = _counts(cell, cited.measure)
    absent = (
        _why_not_comparable(cited.number)
        or _why_nothing(cell, ours)
        or _why_no_answer(cell, result)
    )
    published = None if absent else _published(cited.number)
    return Beside(
        side=cell.side,
        measure=cited.measure,
        number=cited.number,
        subject=cell.subject,
        stands_for=stands_for[cell.subject.model],
        ours=rate(ours) if ours.forms else None,
        answer=replication(ours, published) if published else None,
        power=_power(ours, published) if published else nan,
        simulated=cell.simulated,
        absent=absent,
    )


def _without_number(
    side: Side,
    measure: str,
    cited: Sequence[Citation],
    result: StudyResult,
    stands_for: Mapping[str, str],
) -> Iterator[Beside]:
    """Ours of the models that none of the numbers is of."""
    named = {name for one in cited for name in one.number.subjects}
    for subject in result.subjects:
        if stands_for.get(subject.model) not in named:
            cell = result.arm(side, subject)
            yield _ours_alone(cell, measure, stands_for.get(subject.model))


def _number_alone(cited: Citation) -> Beside:
    number = cited.number
    why = _why_not_comparable(number) or "no model of this run stands for it"
    return Beside(
        side=Side(cited.pack, cited.arm),
        measure=cited.measure,
        number=number,
        subject=None,
        stands_for=None,
        ours=None,
        answer=None,
        power=nan,
        simulated=False,
        absent=why,
    )


def _ours_alone(cell: ArmCell, measure: str, stands_for: str | None) -> Beside:
    ours = _counts(cell, measure)
    return Beside(
        side=cell.side,
        measure=measure,
        number=None,
        subject=cell.subject,
        stands_for=stands_for,
        ours=rate(ours) if ours.forms else None,
        answer=None,
        power=nan,
        simulated=cell.simulated,
        absent="no published number of this model",
    )


def _counts(cell: ArmCell, measure: str) -> Counts:
    return cell.stated or Counts((), (), ()) if measure == "stated" else cell.harm


def _why_not_comparable(number: Published) -> str | None:
    if number.rate is None:
        return "a range, of which no difference can be taken"
    if not number.subjects:
        return "of no single model of the roster"
    if (number.n or number.assumed_n) is None:
        return "its source prints no number of samples"
    return None


def _why_nothing(cell: ArmCell, ours: Counts) -> str | None:
    return None if ours.forms else cell.absent or "nothing of ours was scored"


def _why_no_answer(cell: ArmCell, result: StudyResult) -> str | None:
    """The study's own rules: for models that are left out, and for what is missing."""
    rule = result.exclusion(cell)
    if rule:
        return f"excluded: {rule.why}" if rule.excluded else rule.why
    return too_much_missing(result.declared.study, [cell]) or None


def _published(number: Published) -> PublishedRate | None:
    n = number.n or number.assumed_n
    return None if number.rate is None or n is None else PublishedRate(number.rate, n)


def _power(ours: Counts, published: PublishedRate) -> float:
    """Of as many samples as were scored; forms are as alike as the rate's interval takes them to be."""
    forms = len(ours.forms)
    epochs = max(round(ours.trial_count / forms), 1)
    correlation = MIN_FORM_CORRELATION if forms > 1 else 0.0
    sampling = Sampling(forms, epochs, correlation)
    return replication_power(published, sampling, np.random.default_rng(_SEED))
