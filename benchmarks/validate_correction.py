"""Coverage of rates corrected for the judge's errors, by simulated studies at fixed seeds.

Writes docs/validation_correction.json (every design) and docs/validation_correction.md (the tables
to read), and fails where a corrected interval covers less than it must. Part of `make validate`.
"""

import json
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from provenance import code_hash
from turncoat.stats import (
    LEVEL,
    Audited,
    Contrast,
    Estimate,
    NotEstimable,
    corrected_difference,
    count,
    draw,
    newcombe,
    prediction_powered,
    rate,
    rogan_gladen,
)

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "validation_correction.json"
PAGE = ROOT / "docs" / "validation_correction.md"

SEED = 20261128
REPEATS = 2000
REQUIRED = 0.93
# Rogan-Gladen's coverage is one of the studies that it did not refuse; fewer say too little.
ENOUGH = 200

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Subject:
    """One cell: how often its subject harms, and how its judge errs.

    Attributes:
        truth: true mean rate over forms.
        sensitivity: of the judge, where it looks.
        specificity: likewise.
    """

    truth: float
    sensitivity: float
    specificity: float


@dataclass(frozen=True, slots=True)
class Design:
    """One line of the table: a run, its subject (or treated and control), and the labels.

    Attributes:
        subjects: one for a rate, two for a difference.
        forms: forms of each cell.
        trials: trials a form.
        correlation: of the true outcomes of one form.
        labels: drawn from each cell.
        trouble: key of `TROUBLES`, what else goes wrong.
    """

    subjects: tuple[Subject, ...]
    forms: int
    trials: int
    correlation: float
    labels: int
    trouble: str = "none"


@dataclass(frozen=True, slots=True)
class Covered:
    """How the intervals of one method did.

    Attributes:
        coverage: share of intervals that hold the truth, among those given; 0 without any.
        width: their mean width; 0 without any.
        narrowest: the smallest width; 1 without any.
        given: studies in which the method gave an interval.
    """

    coverage: float
    width: float
    narrowest: float
    given: int


@dataclass(frozen=True, slots=True)
class Row:
    """What a design gave.

    Attributes:
        design: the design.
        powered: prediction-powered.
        gladen: Rogan-Gladen, among the studies in which it was not refused.
        raw: the judge's own rate, as a report shows it.
        oracle: the rate if every observation had been labeled rightly.
        repeats: simulated studies.
    """

    design: Design
    powered: Covered
    gladen: Covered
    raw: Covered
    oracle: Covered
    repeats: int


METHODS = ("powered", "gladen", "raw", "oracle")


# --- designs ------------------------------------------------------------------------------------

JUDGES = ((0.95, 0.98), (0.8, 0.9), (0.7, 0.95), (0.9, 0.7))
RATES = (0.0, 0.05, 0.3, 0.7, 1.0)
FEW, MANY = (50, 100, 200), (50, 100, 200, 300)
RUNS = (
    ("none", 20, 10, 0.0, FEW),
    ("none", 20, 10, 0.1, FEW),
    ("none", 200, 1, 0.0, FEW),
    ("none", 20, 50, 0.1, MANY),
    ("none", 400, 1, 0.0, MANY),
    ("none", 50, 8, 0.2, MANY),
    ("none", 1, 200, 0.0, (50, 100)),
    ("gate and gaps", 20, 10, 0.1, FEW),
    ("gate and gaps", 400, 1, 0.0, MANY),
    ("fooled on some forms", 20, 20, 0.1, MANY),
)
PAIRS = (
    (Subject(0.3, 0.7, 0.95), Subject(0.3, 0.9, 0.7)),
    (Subject(0.7, 0.8, 0.9), Subject(0.05, 0.95, 0.98)),
    (Subject(0.05, 0.9, 0.7), Subject(0.0, 0.95, 0.98)),
    (Subject(1.0, 0.7, 0.95), Subject(0.0, 0.8, 0.9)),
)


def designs() -> list[Design]:
    """Every line of the table, in its order."""
    return [*_rates(), *_differences()]


def _rates() -> Iterator[Design]:
    for trouble, forms, trials, correlation, labels in RUNS:
        for judge, truth, many in product(JUDGES, RATES, labels):
            cell = (Subject(truth, *judge),)
            yield Design(cell, forms, trials, correlation, many, trouble)


def _differences() -> Iterator[Design]:
    for pair, labels in product(PAIRS, (50, 100, 200)):
        yield Design(pair, 20, 20, 0.1, labels)
        yield Design(pair, 20, 20, 0.1, labels, "gate and gaps")


# --- simulated studies --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The same cell of many studies, a study in each row; shape (repeats, forms * trials)."""

    truth: NDArray[np.bool_]
    judged: Floats
    strata: Integers


JUDGED_NO, JUDGED_YES, CLOSED, UNSCORED = range(4)


def _plain(cells: Cells, design: Design, rng: np.random.Generator) -> Cells:  # noqa: ARG001 - one of three alike
    return cells


def _gate_and_gaps(cells: Cells, design: Design, rng: np.random.Generator) -> Cells:  # noqa: ARG001 - one of three alike
    """A gate that closes on harm in 3 of 100, and a judge that fails on half of the harm."""
    closed = rng.random(cells.truth.shape) < np.where(cells.truth, 0.03, 0.5)
    unscored = ~closed & (rng.random(cells.truth.shape) < np.where(cells.truth, 0.5, 0.1))
    judged = np.where(unscored, np.nan, np.where(closed, 0.0, cells.judged))
    strata = np.where(unscored, UNSCORED, np.where(closed, CLOSED, cells.strata))
    return Cells(cells.truth, judged, strata)


def _fooled(cells: Cells, design: Design, rng: np.random.Generator) -> Cells:
    """On each third form the judge tosses a coin."""
    tossed = (np.arange(cells.truth.shape[1]) // design.trials) % 3 == 0
    coin = rng.random(cells.truth.shape) < 0.5
    judged = np.where(tossed, coin, cells.judged).astype(np.float64)
    return Cells(cells.truth, judged, judged.astype(np.int64))


TROUBLES: dict[str, Callable[[Cells, Design, np.random.Generator], Cells]] = {
    "none": _plain,
    "gate and gaps": _gate_and_gaps,
    "fooled on some forms": _fooled,
}


def _cells(design: Design, subject: Subject, repeats: int, rng: np.random.Generator) -> Cells:
    rates = _form_rates(design, subject.truth, repeats, rng).repeat(design.trials, axis=1)
    truth = rng.random(rates.shape) < rates
    says = np.where(truth, subject.sensitivity, 1 - subject.specificity)
    judged = rng.random(rates.shape) < says
    cells = Cells(truth, judged.astype(np.float64), judged.astype(np.int64))
    return TROUBLES[design.trouble](cells, design, rng)


def _form_rates(design: Design, p: float, repeats: int, rng: np.random.Generator) -> Floats:
    size = (repeats, design.forms)
    if design.correlation == 0 or p in {0, 1}:
        return np.full(size, p)
    scale = 1 / design.correlation - 1
    return rng.beta(p * scale, (1 - p) * scale, size)


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """One cell of one study, with its labels, and the truth that only a simulation knows."""

    audited: Audited
    truth: NDArray[np.bool_]


def _studies(design: Design, repeats: int) -> Iterator[tuple[Study, ...]]:
    seed = zlib.crc32(json.dumps(asdict(design)).encode())
    rng = np.random.default_rng([SEED, seed])
    cells = [_cells(design, subject, repeats, rng) for subject in design.subjects]
    forms = np.arange(design.forms).repeat(design.trials)
    for repeat in range(repeats):
        yield tuple(_study(cell, repeat, forms, design.labels, rng) for cell in cells)


def _study(
    cells: Cells, repeat: int, forms: Integers, labels: int, rng: np.random.Generator
) -> Study:
    truth, strata = cells.truth[repeat], cells.strata[repeat]
    drawn = draw(strata, labels, rng)
    read = np.full(forms.size, np.nan)
    read[drawn.places] = truth[drawn.places]
    return Study(Audited(forms, cells.judged[repeat], strata, read, drawn.inclusion), truth)


# --- methods ------------------------------------------------------------------------------------

Interval = Estimate | Contrast


def _raw(study: Study) -> Estimate:
    scored = study.audited.scored
    return rate(count(study.audited.forms[scored], study.audited.judged[scored] == 1))


def _oracle(study: Study) -> Estimate:
    return rate(count(study.audited.forms, study.truth))


def _powered(study: Study) -> Estimate:
    return prediction_powered(study.audited)


def _gladen(study: Study) -> Estimate:
    return rogan_gladen(study.audited)


def _interval(method: str, studies: tuple[Study, ...]) -> Interval | None:
    """The interval of one study, or None where it was refused."""
    try:
        arms = [OF_STUDY[method](study) for study in studies]
    except NotEstimable:
        return None
    if len(arms) == 1:
        return arms[0]
    return (corrected_difference if method in {"powered", "gladen"} else newcombe)(*arms)


OF_STUDY: dict[str, Callable[[Study], Estimate]] = {
    "powered": _powered,
    "gladen": _gladen,
    "raw": _raw,
    "oracle": _oracle,
}


# --- coverage -----------------------------------------------------------------------------------


def row_of(design: Design, repeats: int = REPEATS) -> Row:
    """Coverage and width of every method in one design."""
    found: dict[str, list[Interval]] = {method: [] for method in METHODS}
    for studies in _studies(design, repeats):
        for method in METHODS:
            interval = _interval(method, studies)
            if interval is not None:
                found[method].append(interval)
    first, *second = design.subjects
    truth = first.truth - (second[0].truth if second else 0)
    covered = {method: _covered(found[method], truth) for method in METHODS}
    return _row(design, covered, repeats)


def _row(design: Design, covered: dict[str, Covered], repeats: int) -> Row:
    return Row(
        design=design,
        powered=covered["powered"],
        gladen=covered["gladen"],
        raw=covered["raw"],
        oracle=covered["oracle"],
        repeats=repeats,
    )


def _covered(intervals: Sequence[Interval], truth: float) -> Covered:
    if not intervals:
        return Covered(0.0, 0.0, 1.0, 0)
    low, high = np.array([(i.low, i.high) for i in intervals]).T
    # A limit that equals the truth but for rounding holds it.
    covers = (low <= truth + 1e-12) & (truth - 1e-12 <= high)
    width = high - low
    return Covered(
        coverage=round(float(covers.mean()), 4),
        width=round(float(width.mean()), 4),
        narrowest=round(float(width.min()), 4),
        given=len(intervals),
    )


def failures(rows: Iterable[Row]) -> list[Row]:
    """Rows in which a corrected interval covers too little, or has no width."""
    return [row for row in rows if not (_holds(row.powered) and _holds(row.gladen))]


def _holds(covered: Covered) -> bool:
    return (covered.given < ENOUGH or covered.coverage >= REQUIRED) and covered.narrowest > 0


# --- the tables ---------------------------------------------------------------------------------


def _json(rows: Sequence[Row]) -> str:
    lines = ",\n".join(f"  {json.dumps(asdict(row))}" for row in rows)
    head = f'"code": "{code_hash(Path(__file__))}",\n"seed": {SEED},\n"level": {LEVEL},\n'
    return f'{{\n{head}"rows": [\n{lines}\n]\n}}\n'


def rows_from_json(text: str) -> list[Row]:
    """The rows of a committed table."""
    return [_row_from_json(flat) for flat in json.loads(text)["rows"]]


def _row_from_json(flat: dict[str, Any]) -> Row:
    design = dict(flat["design"])
    subjects = tuple(Subject(**one) for one in design.pop("subjects"))
    covered = {method: Covered(**flat[method]) for method in METHODS}
    return _row(Design(subjects, **design), covered, flat["repeats"])


HEAD = f"""# Validation of the correction for judge error

Made by `make validate` (benchmarks/validate_correction.py); every line is in
validation_correction.json. `make test` fails when the statistics or the simulation have changed
since. Everything here is simulated.

Each line summarizes designs of {REPEATS} studies. In a study a subject with a known true rate runs
forms x trials, a judge of known sensitivity and specificity gives its verdicts, and labels are
drawn from that run by `turncoat.stats.draw` within the strata judge yes, judge no, gate closed and
unscored. **Promised, and checked here: corrected 95 % intervals hold the true rate in at least
{REQUIRED} of the studies in every design**, and never have a width of zero. Judges:
{", ".join(f"{a:g}/{b:g}" for a, b in JUDGES)} (sensitivity/specificity); true rates:
{", ".join(f"{p:g}" for p in RATES)}. The standard error of a coverage is about 0.005.

Columns: *corrected* is prediction-powered; *Rogan-Gladen* is over the studies in which it was not
refused (no harmful or no harmless label, or sensitivity + specificity of at most 1.1), with the
share refused; at true rates of 0 and 1 it is always refused. *Raw* is the interval of the judge's
own rate; *oracle* the interval if every observation had been labeled rightly: what no correction
can beat. Widths are means; that of Rogan-Gladen is given as a multiple of the corrected one in
the same designs.

Trouble: *gate and gaps*: half of the harmless observations and 3 % of the harmful ones are closed
by the gate and never judged, and the judge gives no verdict on 10 % of the harmless and half of
the harmful rest. *Fooled on some forms*: on each third form the verdict is a coin's. Lines with
one form are about that prompt alone.
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of the page: which rows, and what its lines group them by.

    Attributes:
        title: heading.
        keys: names of the first columns.
        group: a row's values of these.
        rows: the rows.
    """

    title: str
    keys: tuple[str, ...]
    group: Callable[[Row], tuple[str, ...]]
    rows: list[Row]


NUMBERS = (
    "corrected: lowest coverage",
    "at",
    "mean",
    "Rogan-Gladen: lowest coverage",
    "refused",
    "raw: lowest coverage",
    "mean",
    "width: corrected",
    "Rogan-Gladen, times corrected",
    "raw",
    "oracle",
)


def page(rows: Sequence[Row]) -> str:
    """The tables to read, as Markdown."""
    return "\n".join([HEAD, *(_table(sheet) for sheet in _sheets(rows))])


def _sheets(rows: Sequence[Row]) -> list[Sheet]:
    single = [row for row in rows if len(row.design.subjects) == 1]
    double = [row for row in rows if len(row.design.subjects) == 2]
    plan = ("trouble", "forms", "trials a form", "correlation", "labels")
    return [
        Sheet("Rates, by run and labels", plan, _plan_of, single),
        Sheet("Rates, by judge and true rate", ("judge", "true rate"), _cell_of, single),
        Sheet("Widths, by labels and true rate", ("labels", "true rate"), _size_of, single),
        Sheet("Differences", ("trouble", "labels of each", "true rates"), _pair_of, double),
    ]


def _plan_of(row: Row) -> tuple[str, ...]:
    d = row.design
    return d.trouble, f"{d.forms}", f"{d.trials}", f"{d.correlation:g}", _labels_of(d)


def _labels_of(design: Design) -> str:
    return "all" if design.labels == design.forms * design.trials else f"{design.labels}"


def _cell_of(row: Row) -> tuple[str, ...]:
    subject = row.design.subjects[0]
    return f"{subject.sensitivity:g}/{subject.specificity:g}", f"{subject.truth:g}"


def _size_of(row: Row) -> tuple[str, ...]:
    return f"{row.design.labels}", f"{row.design.subjects[0].truth:g}"


def _pair_of(row: Row) -> tuple[str, ...]:
    return row.design.trouble, f"{row.design.labels}", _where(row)


def _where(row: Row) -> str:
    cells = (f"{s.truth:g} ({s.sensitivity:g}/{s.specificity:g})" for s in row.design.subjects)
    return ", ".join(cells)


def _table(sheet: Sheet) -> str:
    columns = (*sheet.keys, *NUMBERS)
    head = [f"## {sheet.title}\n", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in sheet.rows:
        groups.setdefault(sheet.group(row), []).append(row)
    lines = (f"| {' | '.join((*key, *_numbers(rows)))} |" for key, rows in groups.items())
    return "\n".join([*head, *lines]) + "\n"


def _numbers(rows: Sequence[Row]) -> Iterator[str]:
    worst = min(rows, key=lambda row: row.powered.coverage)
    yield from (f"{worst.powered.coverage:.3f}", _where(worst))
    yield _mean(row.powered.coverage for row in rows)
    given = [row for row in rows if row.gladen.given >= ENOUGH]
    yield f"{min(row.gladen.coverage for row in given):.3f}" if given else ""
    yield _mean(1 - row.gladen.given / row.repeats for row in rows)
    yield f"{min(row.raw.coverage for row in rows):.3f}"
    yield _mean(row.raw.coverage for row in rows)
    yield _mean(row.powered.width for row in rows)
    yield _mean(row.gladen.width / row.powered.width for row in given)
    yield from (_mean(row.raw.width for row in rows), _mean(row.oracle.width for row in rows))


def _mean(numbers: Iterable[float]) -> str:
    values = list(numbers)
    return f"{np.mean(values):.3f}" if values else ""


def main() -> int:
    """Write both files; 1 where a promise is broken."""
    with ProcessPoolExecutor(max_workers=2) as pool:
        rows = list(pool.map(row_of, designs(), chunksize=4))
    TABLE.write_text(_json(rows), encoding="utf-8")
    PAGE.write_text(page(rows), encoding="utf-8")
    broken = failures(rows)
    print(f"{len(rows)} designs; {len(broken)} break the promise; see {PAGE.relative_to(ROOT)}")
    for row in broken:
        print(row)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
