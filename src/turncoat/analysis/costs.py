"""What a plan costs: calls times tokens times prices. What is not known is None, never 0."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from turncoat.analysis.lengths import Length, Range
from turncoat.analysis.measured import Bench, Mean, Measured
from turncoat.analysis.planning import Calls, Purpose, Role

Basis = Literal["measured", "simulated", "estimate", "unknown"]
"""Where tokens come from; `simulated` is measured on simulated models, which count words, and stands
only where whoever is called is simulated and costs nothing."""

_FREE = "sim/"
_SIMULATED = "the run's counts are of simulated models, words and not tokens, and have no price"
_MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens."""

    input: float
    output: float


@dataclass(frozen=True, slots=True)
class Tokens:
    """What some calls take together.

    Attributes:
        calls: which.
        input: read, all together; None where it is not known.
        output: written.
        basis: where it comes from.
        told: how it was measured, or why it was not; empty where nothing was to be measured.
    """

    calls: tuple[Calls, ...]
    input: Range | None
    output: Range | None
    basis: Basis
    told: str

    @property
    def models(self) -> tuple[str, ...]:
        """Who is called; several where what each of a panel took is not told apart."""
        return tuple(dict.fromkeys(call.model for call in self.calls))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the tokens of calls.

    Attributes:
        measured: scenario to what was measured there.
        lengths: scenario to the estimated tokens of one call by purpose.
    """

    lengths: Mapping[str, Mapping[Purpose, Length]]
    measured: Mapping[str, Measured]


@dataclass(frozen=True, slots=True)
class Cost:
    """A line of the bill: one role of one model, or of a panel, for some purposes.

    Attributes:
        usd: None where a price or the tokens are missing.
        unpriced: models without a price.
    """

    models: tuple[str, ...]
    role: Role
    purposes: tuple[Purpose, ...]
    least: int
    most: int
    input: Range | None
    output: Range | None
    usd: Range | None
    unpriced: tuple[str, ...]
    basis: tuple[Basis, ...]
    told: tuple[str, ...]

    @property
    def free(self) -> bool:
        """Whether nobody in it ever costs anything."""
        return _free(self.models)


@dataclass(frozen=True, slots=True)
class Bill:
    """All lines, and their sum.

    Attributes:
        usd: of all lines; None where any is missing.
        partial: of the lines that have a price, where others are missing; None where none has.
        missing: the lines without a cost.
        uncalled: models that have a price and that nothing calls.
    """

    lines: tuple[Cost, ...]
    usd: Range | None
    partial: Range | None
    missing: tuple[Cost, ...]
    uncalled: tuple[str, ...]


def bill_of(calls: Sequence[Calls], known: Known, prices: Mapping[str, Price]) -> Bill:
    """What calls cost.

    Args:
        calls: of a plan.
        known: what is known of their tokens.
        prices: by model; one that is absent is not priced. Simulated models cost nothing.
    """
    tokens = list(tokens_of(calls, known))
    groups: dict[object, list[Tokens]] = {}
    for one in tokens:
        purposes = tuple(dict.fromkeys(call.purpose for call in one.calls))
        groups.setdefault((one.calls[0].role, one.models, purposes), []).append(one)
    lines = tuple(_cost(group, prices) for group in groups.values())
    missing = tuple(line for line in lines if line.usd is None)
    # What costs nothing anyway is no part of a sum that lacks the rest.
    priced = [line.usd for line in lines if line.usd is not None and not line.free]
    called = {named(model) for line in lines for model in line.models}
    return Bill(
        lines=lines,
        usd=None if missing else _sum(priced),
        partial=_sum(priced) if missing and priced else None,
        missing=missing,
        uncalled=tuple(model for model in prices if model not in called),
    )


def _free(models: Iterable[str]) -> bool:
    return all(model.startswith(_FREE) for model in models)


def _cost(group: Sequence[Tokens], prices: Mapping[str, Price]) -> Cost:
    calls = [call for one in group for call in one.calls]
    models = group[0].models
    unpriced = tuple(m for m in models if named(m) not in prices and not m.startswith(_FREE))
    read, written = _known_sum(one.input for one in group), _known_sum(one.output for one in group)
    usd = None
    if not unpriced and read is not None and written is not None:
        usd = _usd(read, written, [prices.get(named(model), Price(0, 0)) for model in models])
    return Cost(
        models=models,
        role=calls[0].role,
        purposes=tuple(dict.fromkeys(call.purpose for call in calls)),
        least=sum(call.least for call in calls),
        most=sum(call.most for call in calls),
        input=read,
        output=written,
        usd=usd,
        unpriced=unpriced,
        basis=tuple(dict.fromkeys(one.basis for one in group)),
        told=tuple(dict.fromkeys(one.told for one in group if one.told)),
    )


def named(model: str) -> str:
    """The model that is paid for: what it is called with makes another judge, and no other price."""
    return model.partition("(")[0]


def _usd(read: Range, written: Range, prices: Sequence[Price]) -> Range:
    """At the lowest and at the highest of the prices: nobody knows which of them took how much."""
    reading = Range(min(p.input for p in prices), max(p.input for p in prices))
    writing = Range(min(p.output for p in prices), max(p.output for p in prices))
    return (read * reading + written * writing) * Range(1 / _MILLION, 1 / _MILLION)


def _known_sum(ranges: Iterable[Range | None]) -> Range | None:
    found = list(ranges)
    known = [one for one in found if one is not None]
    return _sum(known) if len(known) == len(found) else None


def _sum(ranges: Sequence[Range]) -> Range:
    return sum(ranges, Range(0, 0))


# --- tokens -------------------------------------------------------------------------------------


def tokens_of(calls: Sequence[Calls], known: Known) -> Iterator[Tokens]:
    """The tokens of calls: as measured where the run did the same, else as estimated."""
    for (scenario, _), group in groupby(calls, lambda call: (call.scenario, call.subject)):
        own, found = list(group), known.measured.get(scenario)
        absent = f"estimate: the run has no {scenario}" if known.measured and not found else ""
        lengths = _Lengths(known.lengths.get(scenario, {}), absent)
        for part in (_answers, _verdicts, _later):
            yield from part(own, found, lengths)


@dataclass(frozen=True, slots=True)
class _Lengths:
    """Purpose to the estimated tokens of one call, and why these must do for all of a scenario."""

    of: Mapping[Purpose, Length]
    why: str


def _answers(calls: Sequence[Calls], found: Measured | None, lengths: _Lengths) -> Iterator[Tokens]:
    answer = [call for call in calls if call.purpose == "answer"]
    afterwards = [call for call in calls if call.purpose == "afterwards"]
    if found is None or not found.answers:
        yield from _estimates([*answer, *afterwards], lengths, "")
    elif found.afterwards == bool(afterwards):
        yield from _taken([*answer, *afterwards], _Means(found.answers), lengths)
    elif afterwards:
        yield from _taken(answer, _Means(found.answers), lengths)
        yield from _estimates(afterwards, lengths, "the run did not ask afterwards")
    else:
        yield from _estimates(answer, lengths, "the run asked afterwards too")


def _verdicts(
    calls: Sequence[Calls], found: Measured | None, lengths: _Lengths
) -> Iterator[Tokens]:
    asked = [call for call in calls if call.role == "judge" and call.purpose != "rejudge"]
    if not asked:
        return
    verdicts = [call for call in asked if call.purpose == "verdict"]
    marks = {call.purpose for call in asked} - {"verdict"}
    legacy = any(call.least for call in verdicts)
    bench = found.bench if found else None
    problem = _unlike(bench, marks, legacy=legacy, members=len(verdicts)) if found else ""
    if bench is None or problem:
        yield from _estimates(asked, lengths, problem)
    else:
        share = 1.0 if marks else len(verdicts) / bench.members
        yield from _taken(asked, _Means.of(bench, share), lengths)


def _later(calls: Sequence[Calls], found: Measured | None, lengths: _Lengths) -> Iterator[Tokens]:
    asked = [call for call in calls if call.purpose == "rejudge"]
    bench = found.bench if found else None
    problem = _unlike(bench, set(), legacy=False, members=1) if found else ""
    for call in asked:
        if bench is None or problem:
            yield from _estimates([call], lengths, problem)
        else:
            yield from _taken([call], _Means.of(bench, 1 / bench.members), lengths)


def _unlike(bench: Bench | None, marks: AbstractSet[Purpose], *, legacy: bool, members: int) -> str:
    """In what a run's judging was another one than the plan's; empty where in nothing."""
    if bench is None:
        return "no judge's tokens are known in the run"
    if bench.legacy != legacy:
        return "the run was scored otherwise"
    if bench.marks != marks:
        return f"the run's judge was asked for {', '.join(sorted(bench.marks)) or 'no marks'}"
    if marks and members not in (0, bench.members):
        return f"the run had {bench.members} judges, whose marks and verdicts are not told apart"
    return ""


@dataclass(frozen=True, slots=True)
class _Means:
    """What was measured of a sample.

    Attributes:
        by: subject to its mean.
        share: of what was measured that some calls take.
        whose: what else is to be told of the measurement.
    """

    by: Mapping[str, Mean]
    share: float = 1
    whose: str = ""

    @classmethod
    def of(cls, bench: Bench, share: float) -> "_Means":
        """What was measured of a judge."""
        return cls(bench.tokens, share, f", judged by {bench.judge}")

    def usable(self, calls: Sequence[Calls]) -> Mapping[str, Mean]:
        """Those of the calls' own subject, or else of all; a price takes tokens, and not words."""
        subject = calls[0].subject
        own = {subject: self.by[subject]} if subject in self.by else self.by
        if _free(call.model for call in calls):
            return own
        return {name: mean for name, mean in own.items() if not mean.simulated}


def _taken(calls: Sequence[Calls], means: _Means, lengths: _Lengths) -> Iterator[Tokens]:
    used = means.usable(calls)
    if used:
        yield _as_measured(calls, used, means)
    else:
        yield from _estimates(calls, lengths, _SIMULATED)


def _as_measured(calls: Sequence[Calls], used: Mapping[str, Mean], means: _Means) -> Tokens:
    """All samples at the mean of a sample: of this subject, or else between those of the others.

    Args:
        calls: about one subject's answers to one scenario.
        used: the means by subject.
        means: that they are of.
    """
    number = calls[0].samples * means.share
    scale = Range(number, number)
    n = sum(mean.n for mean in used.values())
    other = "" if calls[0].subject in used else "other subjects: "
    simulated = any(mean.simulated for mean in used.values())
    words = " (simulated: words, not tokens)" if simulated else ""
    return Tokens(
        tuple(calls),
        Range(min(m.input for m in used.values()), max(m.input for m in used.values())) * scale,
        Range(min(m.output for m in used.values()), max(m.output for m in used.values())) * scale,
        "simulated" if simulated else "measured",
        f"measured on {n} samples of {other}{', '.join(used)}{means.whose}{words}",
    )


def _estimates(calls: Sequence[Calls], lengths: _Lengths, problem: str) -> Iterator[Tokens]:
    told = f"estimate in {calls[0].scenario}: {problem}" if problem else lengths.why
    for call in calls:
        length = lengths.of.get(call.purpose)
        if length is None:
            unknown = f"unknown in {call.scenario}: no answer of the pack leads to such a prompt"
            yield Tokens((call,), None, None, "unknown", unknown)
        else:
            number = Range(call.least, call.most)
            yield Tokens((call,), length.input * number, length.output * number, "estimate", told)
