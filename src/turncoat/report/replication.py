"""The replication table: every published number that a study names, with ours beside it."""

from collections.abc import Iterator, Mapping, Sequence
from math import isnan

from turncoat.analysis.replication import Beside
from turncoat.analysis.study import StudyResult
from turncoat.design import Published
from turncoat.report.labels import UNKNOWN, known, percent
from turncoat.report.sheets import Entry, Sheet, points_text, rate_text, sections
from turncoat.report.study import interval_json, subject_text
from turncoat.stats.equivalence import EQUIVALENCE_LEVEL, MARGIN

_COLUMNS = ("published", "confidence", "ours", "difference", "answer", "power")
_SIMULATED = "A simulated subject replicates nothing: its lines show whether a rate that is known comes back."


def replication_sheets(lines: Sequence[Beside], result: StudyResult) -> list[Sheet]:
    """One sheet; none where the study names no published number."""
    if not lines:
        return []
    sources = {name: number for number, name in enumerate(_sources(lines), start=1)}
    entries = ((_heading(line), _entry(line, sources, result)) for line in lines)
    return [
        Sheet(
            "Beside the published numbers",
            _COLUMNS,
            tuple(sections(entries)),
            tuple(_notes(lines, sources)),
            first="published model",
            words=True,
        )
    ]


def _sources(lines: Sequence[Beside]) -> list[str]:
    return list(dict.fromkeys(line.number.source for line in lines if line.number))


def _heading(line: Beside) -> str:
    what = "share that states what the arm selects" if line.measure == "stated" else "harm"
    return f"{line.side.pack} · {line.side.arm} · {what}"


def _entry(line: Beside, sources: Mapping[str, int], result: StudyResult) -> Entry:
    number = line.number
    return Entry(
        _name(line, result),
        (
            published_text(number) if number else UNKNOWN,
            f"{number.confidence} (source {sources[number.source]})" if number else UNKNOWN,
            f"{rate_text(line.ours)} of {line.ours.n}" if line.ours else UNKNOWN,
            points_text(line.answer.difference if line.answer else None),
            _answer(line),
            UNKNOWN if isnan(line.power) else percent(line.power),
        ),
        (result.arm(line.side, line.subject).key,) if line.subject else (),
    )


def _name(line: Beside, result: StudyResult) -> str:
    own = subject_text(line.subject, result) if line.subject else ""
    if line.number is None:
        return f"(none): {own}"
    return f"{line.number.model}: {own}" if own else line.number.model


def published_text(number: Published) -> str:
    """`about 96% of 100`; what stands for a number of samples that is not printed is said."""
    if number.rate is None:
        low, high = (UNKNOWN if x is None else percent(x) for x in (number.low, number.high))
        shown = f"{low} to {high}"
    else:
        shown = percent(number.rate)
    about = "about " if number.approximate else ""
    if number.n is not None:
        return f"{about}{shown} of {number.n}"
    assumed = f" of {number.assumed_n} (assumed)" if number.assumed_n is not None else ""
    return f"{about}{shown}{assumed}"


def _answer(line: Beside) -> str:
    if line.answer is None:
        return f"none: {line.absent}" if line.absent else UNKNOWN
    return f"{line.answer.answer}{' (simulated)' if line.simulated else ''}"


def _notes(lines: Sequence[Beside], sources: Mapping[str, int]) -> Iterator[str]:
    if any(line.simulated for line in lines):
        yield _SIMULATED
    yield (
        f"difference: ours minus published, in percentage points, with both sampling errors; "
        f"replicated where its {percent(EQUIVALENCE_LEVEL)} interval lies within "
        f"{100 * MARGIN:.0f} points. Lines are not adjusted for their number."
    )
    yield (
        "power: the chance of `replicated` with this many samples, were our rate the published one; "
        "of two studies of one true rate fewer agree, since the published one has its error, too"
    )
    for number in dict.fromkeys(line.number for line in lines if line.number and line.number.note):
        yield f"{number.id}: {number.note}"
    for source, place in sources.items():
        yield f"source {place}: {source}"


def replication_json(lines: Sequence[Beside]) -> list[dict[str, object]]:
    """A line each; rates in [0, 1], null where nothing is known."""
    return [_line_json(line) for line in lines]


def _line_json(line: Beside) -> dict[str, object]:
    number = line.number
    return {
        "pack": line.side.pack,
        "arm": line.side.arm,
        "measure": line.measure,
        "published": _number_json(number) if number else None,
        "model": line.subject.model if line.subject else None,
        "judge": line.subject.judge if line.subject else None,
        "stands_for": line.stands_for,
        "simulated": line.simulated,
        "ours": {"n": line.ours.n if line.ours else 0, **interval_json(line.ours)},
        "difference": interval_json(line.answer.difference if line.answer else None),
        "margin": line.answer.margin if line.answer else None,
        "answer": line.answer.answer if line.answer else None,
        "power": known(line.power),
        "why": line.absent,
    }


def _number_json(number: Published) -> dict[str, object]:
    names = ("id", "model", "kind", "rate", "low", "high", "n", "assumed_n", "approximate")
    return {
        **{name: getattr(number, name) for name in names},
        "confidence": number.confidence,
        "source": number.source,
        "note": number.note,
    }
