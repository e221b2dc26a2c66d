"""Numbers and conditions in words, the same in tables, figure and page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isnan

from turncoat.analysis import Analysis, Cell, CellKey
from turncoat.design import CONTROLS, FACTORS, Condition
from turncoat.stats import Bounds, Contrast, Estimate

UNKNOWN = "—"
TREATED = "treated"

PROMPTS_ONLY = "* fewer than five forms: the rate of these prompts, and of no others"

_IMPLIED = {control.name: control.levels for control in CONTROLS}


def percent(share: float) -> str:
    """`55%`; one decimal where rounding would make a rare thing look like never or always."""
    if isnan(share):
        return UNKNOWN
    near_edge = 0 < share < 0.01 or 0.99 < share < 1
    return f"{100 * share:.{1 if near_edge else 0}f}%"


def points(difference: float) -> str:
    """`+50` percentage points, with its sign; `0` has none."""
    if isnan(difference):
        return UNKNOWN
    whole = round(100 * difference)
    return f"{whole:+d}".replace("-", "−") if whole else "0"


def interval(estimate: Estimate) -> str:
    """`[32%, 77%]`."""
    return _pair(percent(estimate.low), percent(estimate.high))


def prompts_only(estimate: Estimate) -> str:
    """`*` where an interval speaks of the prompts that were run, and of no other form."""
    return "*" if estimate.known and estimate.clusters is None else ""


def difference_interval(contrast: Contrast) -> str:
    """`[+19, +72]`."""
    return _pair(points(contrast.low), points(contrast.high))


def bounds(found: Bounds) -> str:
    """`50% to 60%`, best case to worst case; unknown where nothing was planned."""
    return UNKNOWN if isnan(found.low) else f"{percent(found.low)} to {percent(found.high)}"


def known(number: float) -> float | None:
    """A number for machines: what is not known is None, and never NaN."""
    return None if isnan(number) else number


def words(slug: str) -> str:
    """`judge_unreachable` as people write it."""
    return slug.replace("_", " ")


def _pair(low: str, high: str) -> str:
    return UNKNOWN if UNKNOWN in (low, high) else f"[{low}, {high}]"


@dataclass(frozen=True, slots=True)
class Labels:
    """Short names of conditions: only what sets a cell apart from the treated ones is said.

    Attributes:
        shared: levels that all treated cells have in common.
    """

    shared: dict[str, str]

    def cell(self, cell: Cell) -> str:
        """`treated`, `motive control`, and behind a colon what else sets the cell apart."""
        implied = _IMPLIED.get(cell.role, {})
        apart = self._apart(cell.key.condition, implied)
        role = TREATED if cell.role == TREATED else f"{cell.role} control"
        return f"{role}: {apart}" if apart else role

    def _apart(self, condition: Condition, implied: Mapping[str, str]) -> str:
        known = {**self.shared, **implied}
        apart = [setting for setting in condition if known.get(setting.factor) != setting.level]
        return ", ".join(f"{setting.factor} {setting.level}" for setting in apart)


def labels_of(cells: Iterable[Cell]) -> Labels:
    """The labels that fit a report's cells."""
    treated = [cell.key.condition for cell in cells if cell.role == TREATED]
    levels = {f.name: {condition[f.name] for condition in treated} for f in FACTORS}
    return Labels({name: next(iter(found)) for name, found in levels.items() if len(found) == 1})


def subject(key: CellKey, *, judges: int) -> str:
    """The model, and its judge where a report has several."""
    return key.model if judges == 1 else f"{key.model} · {key.judge}"


def judge_count(analysis: Analysis) -> int:
    """How many judges a report compares."""
    return len({cell.key.judge for cell in analysis.cells})


def sample_count(analysis: Analysis) -> int:
    """How many answers a report is about, however many judges read each of them."""
    planned: dict[tuple[str, str, Condition], int] = {}
    for cell in analysis.cells:
        where = (cell.key.scenario, cell.key.model, cell.key.condition)
        planned[where] = max(planned.get(where, 0), cell.planned)
    return sum(planned.values())


def simulated_label(cells: Iterable[Cell]) -> str:
    """What must stand on every output of simulated rows; empty if nothing is simulated."""
    marked = [(cell.simulated, cell.key.model.startswith("sim/")) for cell in cells]
    subjects = [simulated and own for simulated, own in marked]
    if any(subjects):
        return "simulated subjects" if all(subjects) else "includes simulated subjects"
    return "simulated judge" if any(simulated for simulated, _ in marked) else ""
