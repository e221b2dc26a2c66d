"""What subjects believe of their situation: one sheet a measure, in the terminal, page and JSON."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from turncoat.analysis import Analysis, CellKey
from turncoat.analysis.awareness import (
    AskedAfterwards,
    FrameEffect,
    HarmByBelief,
    Place,
    Stated,
    Unprompted,
)
from turncoat.design import Condition, factor_named
from turncoat.report.labels import UNKNOWN, judge_count, simulated_label, subject, words
from turncoat.report.sheets import (
    INTERVAL,
    Entry,
    Sheet,
    plain,
    points_text,
    rate_text,
    sections,
    sheet_table,
)

NOT_CAUSAL = (
    "A rate by stated belief is not a causal effect: who states a belief may differ in other ways, "
    "too. Only what a run manipulates (the frame) has an effect that is causal."
)
ASKING = "Asking is itself a treatment: asked minus unasked says what it does to harm."
HIDDEN = "Reasoning that is not shown is missing, and not unaware."
DEMAND = (
    "Asked afterwards, a subject may say that it was a test because it is asked: the share on the "
    "benign twin, where nothing is at stake, and the effect of the order of the options say how far."
)
NOT_ASKED = "not in this run"


def sheets(analysis: Analysis) -> list[Sheet]:
    """The tables of the measures that a run has; none where it has none."""
    found = (_frames(analysis), _stated(analysis), _harm(analysis))
    every = (*found, _unprompted(analysis), _afterwards(analysis))
    return [sheet for sheet in every if sheet.sections]


def awareness_tables(analysis: Analysis) -> list[Table]:
    """The same for the terminal; each says so where anything is simulated."""
    simulated = simulated_label(analysis.cells)
    return [sheet_table(sheet, simulated) for sheet in sheets(analysis)]


def awareness_json(analysis: Analysis) -> dict[str, object]:
    """The same for machines, with the sentences that belong to the numbers; nothing is NaN."""
    told = plain(analysis.awareness)
    notes = dict.fromkeys(note for sheet in sheets(analysis) for note in sheet.notes)
    return {**(told if isinstance(told, dict) else {}), "notes": list(notes)}


def _frames(analysis: Analysis) -> Sheet:
    """Harm by frame, each contrast beside its manipulation check."""
    found = analysis.awareness
    judges = judge_count(analysis)
    entries = [(_subject(e.where, judges), _frame_entry(e, analysis)) for e in found.framed]
    unchecked = tuple(
        f"{gap.scenario} · {gap.model}: the manipulation was not checked at frame "
        f"{', '.join(gap.levels)}: no belief was asked there (belief asked)."
        for gap in found.unchecked
    )
    if not entries and unchecked:
        entries = [
            (f"{g.scenario} · {g.model}", _unchecked_entry(g.levels)) for g in found.unchecked
        ]
    notes = (
        f"harm: difference of harm rates between two frames, in percentage points {INTERVAL}",
        f"states test: the manipulation check, difference of the shares that state it {INTERVAL}",
        *unchecked,
    )
    columns = ("harm", "states test")
    return Sheet("Harm by what is told (frame)", columns, tuple(sections(entries)), notes)


def _unchecked_entry(levels: Sequence[str]) -> Entry:
    return Entry(f"frame {', '.join(levels)} alone", (UNKNOWN, "not checked"))


def _frame_entry(effect: FrameEffect, analysis: Analysis) -> Entry:
    key = effect.where
    name = f"{effect.high} − {effect.low}{_apart(key.condition, ('frame',))}"
    low = CellKey(key.scenario, key.model, key.judge, key.condition.replace({"frame": effect.low}))
    return Entry(name, (points_text(effect.contrast), _check(effect, analysis)), (key, low))


def _check(effect: FrameEffect, analysis: Analysis) -> str:
    """The check in the same condition, where the belief is asked."""
    asked = effect.where.condition.replace({"belief": "asked"})
    for check in analysis.awareness.checks:
        same = (check.where.scenario, check.where.model, check.where.condition, check.low)
        if same == (effect.where.scenario, effect.where.model, asked, effect.low):
            return points_text(check.contrast)
    return "not checked"


def _stated(analysis: Analysis) -> Sheet:
    entries = [
        (_place(found.place, ("frame", "belief")), entry)
        for found in analysis.awareness.stated
        for entry in _stated_entries(found, analysis)
    ]
    notes = (
        f"share of the answers that state it where the subject is asked first {INTERVAL}",
        "none: no line as asked; missing: empty, filtered, cut off before the line, or not run",
    )
    return Sheet("Stated belief, by frame", ("n", "share"), tuple(sections(entries)), notes)


def _stated_entries(found: Stated, analysis: Analysis) -> Iterator[Entry]:
    keys = _keys(found.place, analysis)
    for share in found.shares:
        yield Entry(f"states {share.name}", (str(share.n), rate_text(share.rate)), keys)
    if found.missing:
        yield Entry("missing", (str(found.missing), ""))


def _harm(analysis: Analysis) -> Sheet:
    judges = judge_count(analysis)
    entries = [
        (
            f"{_subject(found.key, judges)} · frame {found.key.condition['frame']}{_apart(found.key.condition)}",
            entry,
        )
        for found in analysis.awareness.by_belief
        for entry in _harm_entries(found)
    ]
    notes = (
        f"harm: share of scored samples that state it {INTERVAL}; neither: undecided or none",
        NOT_CAUSAL,
        ASKING,
    )
    columns = ("n", "harm", "difference")
    return Sheet("Harm by stated belief", columns, tuple(sections(entries)), notes)


def _harm_entries(found: HarmByBelief) -> Iterator[Entry]:
    for group in found.groups:
        yield Entry(f"states {group.name}", (str(group.n), rate_text(group.rate), ""), (found.key,))
    yield Entry("test − real", ("", "", points_text(found.test_real)))
    yield Entry("neither − real", ("", "", points_text(found.neither_real)))
    yield Entry(
        "all that are asked", (str(found.asked.n), rate_text(found.asked), ""), (found.key,)
    )
    if found.unasked is None or found.asking is None:
        yield Entry("the same cell unasked", ("", NOT_ASKED, ""))
        return
    unasked = CellKey(
        found.key.scenario,
        found.key.model,
        found.key.judge,
        found.key.condition.replace({"belief": "absent"}),
    )
    numbers = (str(found.unasked.n), rate_text(found.unasked), "")
    yield Entry("the same cell unasked", numbers, (unasked,))
    yield Entry("asked − unasked", ("", "", points_text(found.asking)))


def _unprompted(analysis: Analysis) -> Sheet:
    judges = judge_count(analysis)
    entries = [
        (_subject(found.key, judges), _unprompted_entry(found))
        for found in analysis.awareness.unprompted
    ]
    notes = (
        f"aware: share of the answers that speak of a test, though nobody asks {INTERVAL}",
        "a judge that sees no acts reads the reasoning; what counts in a mail is what is written there",
        HIDDEN,
    )
    columns = ("n", "missing", "aware")
    return Sheet("Unprompted awareness", columns, tuple(sections(entries)), notes)


def _unprompted_entry(found: Unprompted) -> Entry:
    name = f"{found.key.condition.short}, in the {found.where}"
    numbers = (str(found.planned - found.missing), str(found.missing), rate_text(found.rate))
    return Entry(name, numbers, (found.key,))


def _afterwards(analysis: Analysis) -> Sheet:
    entries = [
        (_place(found.place, ("frame",)), entry)
        for found in analysis.awareness.afterwards
        for entry in _afterwards_entries(found, analysis)
    ]
    notes = (
        f"share of the answers {INTERVAL}; differences in percentage points",
        DEMAND,
    )
    columns = ("n", "share", "difference")
    return Sheet("Asked afterwards: was it a test?", columns, tuple(sections(entries)), notes)


def _afterwards_entries(found: AskedAfterwards, analysis: Analysis) -> Iterator[Entry]:
    keys = _keys(found.place, analysis)
    for share in found.shares:
        yield Entry(f"says {share.name}", (str(share.n), rate_text(share.rate), ""), keys)
    for tally in found.missing:
        yield Entry(f"missing: {words(tally.name)}", (str(tally.n), "", ""))
    if found.place.condition["twin"] != "benign":
        yield from _twin_entries(found, analysis)
    for name, rate in (("test", found.test_first), ("real", found.real_first)):
        yield Entry(f"says test, {name} offered first", (str(rate.n), rate_text(rate), ""))
    yield Entry("effect of the order", ("", "", points_text(found.order)))


def _twin_entries(found: AskedAfterwards, analysis: Analysis) -> Iterator[Entry]:
    if found.twin is None or found.excess is None:
        yield Entry("says test on the benign twin", ("", NOT_ASKED, ""))
        return
    keys = _keys(found.place.at({"twin": "benign"}), analysis)
    numbers = (str(found.twin.n), rate_text(found.twin), "")
    yield Entry("says test on the benign twin", numbers, keys)
    yield Entry("above the twin", ("", "", points_text(found.excess)))


def _keys(place: Place, analysis: Analysis) -> tuple[CellKey, ...]:
    """A cell of the place; those of other judges hold the same answers."""
    of = (place.scenario, place.model, place.condition)
    keys = (cell.key for cell in analysis.cells)
    return tuple(key for key in keys if (key.scenario, key.model, key.condition) == of)[:1]


def _place(place: Place, own: Sequence[str]) -> str:
    frame = f"frame {place.frame}{_apart(place.condition, own)}"
    return f"{place.scenario} · {place.model} · {frame}"


def _subject(key: CellKey, judges: int) -> str:
    return f"{key.scenario} · {subject(key, judges=judges)}"


def _apart(cell: Condition, own: Sequence[str] = ("frame", "belief")) -> str:
    """What else sets a condition apart from the default one, the sheet's own factors aside."""
    apart = cell.replace({name: factor_named(name).default for name in own}).short
    return "" if apart == "default" else f", {apart}"
