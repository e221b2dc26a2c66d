"""Two runs side by side: what differs in their numbers, and what differs in how they were made."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isnan

from rich.table import Table
from rich.text import Text

from turncoat.analysis.changes import Change
from turncoat.analysis.compare import Across, Compared, Measured, Pair, Unmatched
from turncoat.design import CONTROLS
from turncoat.report.labels import (
    PROMPTS_ONLY,
    TREATED,
    UNKNOWN,
    Labels,
    difference_interval,
    interval,
    known,
    labels_of,
    percent,
    points,
    prompts_only,
    simulated_label,
    words,
)
from turncoat.report.sheets import INTERVAL
from turncoat.stats import Estimate

OTHER_PACK = "‡"

_ROLES = (TREATED, *(control.name for control in CONTROLS))


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be shown.

    Attributes:
        compared: the numbers.
        changes: between the runs.
        event: what the rates are of: harm, or a score.
        unit: what cells are paired by: form, or sample id.
        simulated: what must be said of the numbers; empty if nothing is.
    """

    compared: Compared
    changes: Sequence[Change]
    event: str
    unit: str

    @property
    def simulated(self) -> str:
        """What must stand on the output; empty if nothing is simulated."""
        found = self.compared
        lone = (*found.before_only, *found.after_only, *found.refused)
        cells = [*(c for p in found.pairs for c in (p.before, p.after)), *(u.cell for u in lone)]
        ours = [cell.cell for cell in cells if cell.cell]
        return simulated_label(ours) or ("simulated" if any(c.simulated for c in cells) else "")


def compare_table(shown: Shown) -> Table:
    """Every pair of cells, with the rates of both runs and their difference."""
    found = shown.compared
    title = f"{shown.event[0].upper()}{shown.event[1:]}, B against A"
    table = Table(
        title=Text(f"{title} ({shown.simulated})" if shown.simulated else title),
        caption=Text("\n".join(_notes(shown))),
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("cell", overflow="fold")
    for name in ("n", "A", "B", "B − A", "p, Holm"):
        table.add_column(name, justify="right")
    names, judges = _labels(found), len({pair.after.place.judge for pair in found.pairs})
    for heading, pairs in _by_heading(found, judges=judges):
        table.add_row(Text(heading, style="bold"))
        for pair in pairs:
            table.add_row(Text(f"  {_name(pair.after, names)}{_mark(pair)}"), *_numbers(pair))
        table.add_section()
    return table


def changes_table(shown: Shown) -> Table:
    """What was changed between the runs."""
    table = Table(title=Text("What changed from A to B"), title_justify="left")
    for name in ("what", "A", "B"):
        table.add_column(name, overflow="fold")
    for change in shown.changes:
        if change.changed:
            table.add_row(*map(Text, (change.name, _values(change.before), _values(change.after))))
    return table


def same_line(shown: Shown) -> str:
    """What the runs have in common of how they were made."""
    same = [change.name for change in shown.changes if not change.changed]
    return f"The same in A and B: {', '.join(same) or 'nothing'}."


def compare_lines(shown: Shown) -> Iterator[str]:
    """What must be said beside the tables: missing data, what is in one run only, other packs."""
    found = shown.compared
    names = _labels(found)
    for pair in found.pairs:
        yield from _pair_lines(pair, _called(pair.after, names), shown.unit)
    for side, lone in (("A", found.before_only), ("B", found.after_only)):
        for heading, cells in _together(lone, names).items():
            yield f"only in {side}: {heading}: {'; '.join(cells)}."
    for why in dict.fromkeys(one.why for one in found.refused):
        yield f"not compared: {why}: subjects read other texts (--across-packs compares anyway)."


def compare_json(shown: Shown) -> dict[str, object]:
    """The same for machines; numbers that are not known are null."""
    found = shown.compared
    return {
        "simulated": shown.simulated,
        "event": shown.event,
        "across": _across_json(found.across),
        "pairs": [_pair_json(pair) for pair in found.pairs],
        "only_in_a": [_lone_json(one) for one in found.before_only],
        "only_in_b": [_lone_json(one) for one in found.after_only],
        "refused": [_lone_json(one) for one in found.refused],
        "changes": [
            {
                "what": change.name,
                "a": list(change.before),
                "b": list(change.after),
                "changed": change.changed,
            }
            for change in shown.changes
        ],
    }


def _notes(shown: Shown) -> Iterator[str]:
    found = shown.compared
    yield f"{shown.event}: share of scored samples {INTERVAL}; B − A in percentage points"
    if found.across:
        yield f"A and B differ in {found.across.name}: {found.across.before}, {found.across.after}"
    matched = sum(pair.matched for pair in found.pairs)
    if matched:
        once = f"; p is McNemar's mid-p where each {shown.unit} has one sample in A and in B"
        yield f"paired by {shown.unit}: {matched} of {len(found.pairs)}{once}"
    if matched < len(found.pairs):
        yield f"not paired (†): fewer than five shared {shown.unit}s, or most are in one run only"
    if len(found.pairs) > 1:
        yield f"p is adjusted for {len(found.pairs)} comparisons"
    if any(pair.other_pack for pair in found.pairs):
        yield f"{OTHER_PACK} THE SUBJECTS READ DIFFERENT PACKS: the texts may explain the difference"
    if any(prompts_only(rate) for p in found.pairs for rate in (p.before_rate, p.after_rate)):
        yield PROMPTS_ONLY.replace("form", shown.unit)


def _labels(found: Compared) -> Labels:
    lone = (*found.after_only, *found.before_only)
    cells = [*(pair.after for pair in found.pairs), *(one.cell for one in lone)]
    return labels_of(cell.cell for cell in cells if cell.cell)


def _by_heading(found: Compared, *, judges: int) -> Iterator[tuple[str, list[Pair]]]:
    headings: dict[str, list[Pair]] = {}
    for pair in found.pairs:
        headings.setdefault(_heading(pair, found.across, judges=judges), []).append(pair)
    for heading, pairs in headings.items():
        yield heading, sorted(pairs, key=_order)


def _heading(pair: Pair, across: Across | None, *, judges: int) -> str:
    place = pair.after.place
    parts = {"scenario": place.scenario, "model": place.model}
    if judges > 1:
        parts["judge"] = place.judge
    if across and across.name in ("model", "judge"):
        parts[across.name] = f"{across.before} → {across.after}"
    return " · ".join(parts.values())


def _order(pair: Pair) -> int:
    """The treated cells first, then the controls, the motive first."""
    return _ROLES.index(pair.after.cell.role) if pair.after.cell else 0


def _name(cell: Measured, names: Labels) -> str:
    if cell.cell:
        return names.cell(cell.cell)
    return cell.title or "all samples"


def _called(cell: Measured, names: Labels) -> str:
    place = cell.place
    return f"{place.scenario} · {place.model} · {_name(cell, names)} · {place.judge}"


def _together(lone: Sequence[Unmatched], names: Labels) -> dict[str, list[str]]:
    """Cells without a partner by what they share, the reason among it."""
    held: dict[str, list[str]] = {}
    for one in lone:
        place = one.cell.place
        heading = f"{place.scenario} · {place.model} · {place.judge} ({one.why})"
        held.setdefault(heading, []).append(_name(one.cell, names))
    return held


def _mark(pair: Pair) -> str:
    return ("" if pair.matched else " †") + (f" {OTHER_PACK}" if pair.other_pack else "")


def _numbers(pair: Pair) -> Iterable[Text]:
    contrast = pair.contrast
    n = f"{pair.before_rate.n}\n{pair.after_rate.n}"
    texts = (n, _rate(pair.before_rate), _rate(pair.after_rate))
    yield from map(Text, texts)
    yield Text(
        f"{points(contrast.point)}\n{difference_interval(contrast)}" if contrast.known else UNKNOWN
    )
    yield Text(_p(pair.adjusted))


def _rate(estimate: Estimate) -> str:
    """In two lines, so that two rates and their difference fit a terminal."""
    if not estimate.known:
        return UNKNOWN
    return f"{percent(estimate.point)}{prompts_only(estimate)}\n{interval(estimate)}"


def _p(p: float) -> str:
    if isnan(p):
        return UNKNOWN
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _values(values: tuple[str, ...]) -> str:
    return "\n".join(values) or UNKNOWN


def _pair_lines(pair: Pair, name: str, unit: str) -> Iterator[str]:
    missing = pair.bounds.missing
    if missing:
        low, high = points(pair.bounds.low), points(pair.bounds.high)
        told = "; ".join(_missing(side, cell) for side, cell in _sides(pair))
        yield f"{name}: missing in {told}; that could make B − A {low} to {high}."
    if pair.units.left_out:
        yield (
            f"{name}: {pair.units.left_out} scored samples are in no pair, "
            f"since the other run has nothing scored of their {unit}."
        )


def _sides(pair: Pair) -> Iterator[tuple[str, Measured]]:
    """Those of which something is missing."""
    for side, cell in (("A", pair.before), ("B", pair.after)):
        if cell.missing:
            yield side, cell


def _missing(side: str, cell: Measured) -> str:
    why = ", ".join(f"{tally.n} {words(tally.name)}" for tally in cell.missing)
    return f"{side} {why} (of {cell.planned})"


def _across_json(across: Across | None) -> dict[str, str] | None:
    if across is None:
        return None
    return {"what": across.name, "a": across.before, "b": across.after}


def _pair_json(pair: Pair) -> dict[str, object]:
    contrast, place = pair.contrast, pair.after.place
    return {
        "scenario": place.scenario,
        "condition": place.condition,
        "role": pair.after.cell.role if pair.after.cell else None,
        "a": _side_json(pair.before, pair.before_rate),
        "b": _side_json(pair.after, pair.after_rate),
        "difference": known(contrast.point),
        "low": known(contrast.low),
        "high": known(contrast.high),
        "level": contrast.level,
        "method": contrast.method,
        "paired": pair.matched,
        "pairs": pair.units.shared,
        "rose": pair.units.rose,
        "fell": pair.units.fell,
        "left_out": pair.units.left_out,
        "p": known(pair.p.p),
        "p_method": pair.p.method,
        "p_holm": known(pair.adjusted),
        "worst_low": known(pair.bounds.low),
        "worst_high": known(pair.bounds.high),
        "other_pack": pair.other_pack,
    }


def _side_json(cell: Measured, estimate: Estimate) -> dict[str, object]:
    return {
        "model": cell.place.model,
        "judge": cell.place.judge,
        "condition": cell.place.condition,
        "planned": cell.planned,
        "scored": cell.counts.trial_count,
        "missing": {tally.name: tally.n for tally in cell.missing},
        "n": estimate.n,
        "rate": known(estimate.point),
        "low": known(estimate.low),
        "high": known(estimate.high),
        "method": estimate.method,
    }


def _lone_json(one: Unmatched) -> dict[str, object]:
    place = one.cell.place
    return {
        "scenario": place.scenario,
        "condition": place.condition,
        "model": place.model,
        "judge": place.judge,
        "why": one.why,
    }
