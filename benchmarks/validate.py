"""Coverage of every interval that a report uses, by enumeration or by simulation at fixed seeds.

Writes docs/validation.json (every design) and docs/validation.md (the tables to read), and fails
where an interval over forms covers less than it must. Takes minutes: `make validate`.
"""

import json
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr, stdtrit
from scipy.stats import binom

from provenance import code_hash
from turncoat.design import FACTORS, Grid, TwoLevels, condition, fraction
from turncoat.stats import (
    LEVEL,
    Contrast,
    Counts,
    Estimate,
    Trials,
    main_effects,
    newcombe,
    rate,
    risk_difference,
    wilson,
)

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "validation.json"
PAGE = ROOT / "docs" / "validation.md"

SEED = 20261124
REPEATS = 4000
PAIRED_REPEATS = 2000
REQUIRED = 0.93
# The largest correlation at which coverage is promised; larger ones are shown as a limit.
REQUIRED_CORRELATION = 0.2

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Design:
    """One line of the table: a method, a plan, and a truth.

    Attributes:
        method: key of `METHODS`.
        forms: forms of each arm.
        trials: planned trials a form.
        kept: probability that a trial is scored; below 1 the forms are unequal.
        correlation: of the trials of one form.
        shape: how rates differ between forms: `beta`, or `two` (most forms at 0, the rest at one
            high rate).
        shared: correlation of the two arms' forms, on the normal scale.
        truth: true rate, or the true rates of treated and control.
    """

    method: str
    forms: int
    trials: int
    truth: tuple[float, ...]
    kept: float = 1.0
    correlation: float = 0.0
    shape: str = "beta"
    shared: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """What a design gave.

    Attributes:
        design: the design.
        coverage: share of intervals that hold the truth; exact where `repeats` is 0.
        width: mean width of the intervals.
        narrowest: smallest width of an interval that occurred.
        repeats: simulated data sets; 0 where all outcomes were enumerated.
    """

    design: Design
    coverage: float
    width: float
    narrowest: float
    repeats: int


@dataclass(frozen=True, slots=True)
class Interval:
    """The limits of one data set."""

    low: float
    high: float


# --- designs ------------------------------------------------------------------------------------

RATES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.98, 1.0)
PAIRS = (
    (0.0, 0.0),
    (0.02, 0.0),
    (0.02, 0.02),
    (0.1, 0.0),
    (0.1, 0.02),
    (0.1, 0.1),
    (0.5, 0.0),
    (0.5, 0.1),
    (0.5, 0.5),
    (0.8, 0.2),
    (1.0, 0.0),
    (1.0, 0.5),
    (0.98, 0.9),
    (1.0, 1.0),
)
PLANS = ((5, 1), (5, 4), (5, 10), (5, 40), (8, 2), (20, 1), (20, 5), (20, 20), (50, 1), (50, 2))
PAIRED_PLANS = ((5, 1), (5, 4), (5, 10), (20, 1), (20, 5), (50, 1))
UNEQUAL = ((6, 5), (20, 3))
# With one trial a form, a trial that is lost takes its form with it.
FORMS_LOST = ((20, 1), (50, 1))
PAIRED = "difference over forms, paired"
EFFECT = "main effect of one of eight factors, in sixteen conditions"
EFFECT_FORMS = (5, 10, 20, 36)
EFFECTS = ((0.0, 0.0), (0.02, 0.02), (0.1, 0.0), (0.1, 0.1), (0.5, 0.4), (0.5, 0.5), (0.9, 0.98))
ALIKE = ((0.0, 0.0), (0.05, 0.5), (0.2, 0.0), (0.2, 0.5), (0.2, 0.9))


def designs() -> list[Design]:
    """Every line of the table, in its order."""
    return [
        *_given_prompts(),
        *_over_forms("rate over forms", PLANS),
        *_paired(PAIRED, PAIRED_PLANS),
        *_lost(),
        *_apart(),
        *_effects(),
        *_over_forms("t on form means (not used)", ((5, 1), (5, 10), (20, 1), (20, 5))),
        *_paired("t on differences (not used)", ((20, 1), (20, 5))),
    ]


def _given_prompts() -> Iterator[Design]:
    for n, p in product((5, 10, 20, 50, 100), RATES):
        yield Design("rate of one prompt", 1, n, (p,))
    for n, rates in product((5, 10, 20), ((0.0, 0.1, 0.2), (0.0, 0.0, 0.9), (0.5, 0.5, 0.5))):
        yield Design("rate of three prompts", 3, n, rates)
    for n, pair in product((5, 10, 20, 50), PAIRS):
        yield Design("difference of one prompt", 1, n, pair)


def _over_forms(method: str, plans: Iterable[tuple[int, int]]) -> Iterator[Design]:
    for (forms, trials), alike, shape, p in product(plans, (0.0, 0.05, 0.2, 0.5), SHAPES, RATES):
        if _distinct(alike, trials, shape):
            yield Design(method, forms, trials, (p,), 1.0, alike, shape)
    for (forms, trials), shape, p in product(UNEQUAL, SHAPES, RATES):
        yield Design(method, forms, trials, (p,), 0.7, 0.2, shape)


def _distinct(alike: float, trials: int, shape: str) -> bool:
    """Without correlation, or with one trial a form, there is one truth and not several."""
    return (alike > 0 and trials > 1) or (alike == 0 and shape == "beta")


def _paired(method: str, plans: Iterable[tuple[int, int]]) -> Iterator[Design]:
    for (forms, trials), (alike, shared), shape, pair in product(plans, ALIKE, SHAPES, PAIRS):
        if alike > 0 or shape == "beta":
            yield Design(method, forms, trials, pair, 1.0, alike, shape, shared)
    for (forms, trials), shape, pair in product(UNEQUAL, SHAPES, PAIRS):
        yield Design(method, forms, trials, pair, 0.7, 0.2, shape, 0.5)


def _lost() -> Iterator[Design]:
    for plan, shape, shared, pair in product((*UNEQUAL, *FORMS_LOST), SHAPES, (0.5, 0.9), PAIRS):
        if plan in FORMS_LOST or shared == 0.9:
            yield Design(PAIRED, *plan, pair, 0.7, 0.2, shape, shared)


def _apart() -> Iterator[Design]:
    for (forms, trials), alike, shape, pair in product(
        ((5, 4), (20, 1)), (0.0, 0.2), SHAPES, PAIRS
    ):
        if _distinct(alike, trials, shape):
            yield Design("difference over forms, unpaired", forms, trials, pair, 1.0, alike, shape)


def _effects() -> Iterator[Design]:
    half = len(RUNS) // 2
    for forms, (alike, shared), shape, pair in product(EFFECT_FORMS, ALIKE, SHAPES, EFFECTS):
        if alike > 0 or shape == "beta":
            yield Design(EFFECT, forms, half, pair, 1.0, alike, shape, shared)


def _runs() -> Integers:
    """The signs of eight factors in sixteen conditions, shape (16, 8)."""
    plain = [
        f for f in FACTORS if len(f.levels) > 1 and f.name not in ("leverage", "twin", "value")
    ]
    two = [TwoLevels(f.name, f.levels[0], f.levels[1]) for f in plain[:8]]
    cells = fraction(two, 16, Grid(), condition()).conditions
    return np.array([[1 if cell[t.factor] == t.high else -1 for t in two] for cell in cells])


RUNS = _runs()
OTHERS = np.array([0.3, -0.25, 0.2, -0.15, 0.1, 0.0, 0.0])
"""Effects of the other seven factors, as shares of what the rates leave room for."""


# --- truth and data -----------------------------------------------------------------------------


def _beta_rates(place: Floats, p: float, correlation: float) -> Floats:
    scale = 1 / correlation - 1
    return np.asarray(betaincinv(p * scale, (1 - p) * scale, place), dtype=np.float64)


def _two_rates(place: Floats, p: float, correlation: float) -> Floats:
    high = p + correlation * (1 - p)
    return np.where(place > 1 - p / high, high, 0.0)


SHAPES: dict[str, Callable[[Floats, float, float], Floats]] = {
    "beta": _beta_rates,
    "two": _two_rates,
}


def _form_rates(design: Design, place: Floats, p: float) -> Floats:
    if design.correlation == 0 or p in (0, 1):
        return np.full(place.shape, p)
    return SHAPES[design.shape](place, p, design.correlation)


def _arms(design: Design, repeats: int) -> Iterator[tuple[Counts, ...]]:
    """Simulated data sets: the counts of each arm."""
    seed = zlib.crc32(json.dumps(asdict(design)).encode())
    rng = np.random.default_rng([SEED, seed])
    size = (repeats, design.forms)
    common = rng.standard_normal(size)
    arms = [_arm(design, p, common, rng) for p in design.truth]
    for repeat in range(repeats):
        yield tuple(_counts(events[repeat], trials[repeat]) for events, trials in arms)


def _arm(
    design: Design, p: float, common: Floats, rng: np.random.Generator
) -> tuple[Integers, Integers]:
    own = rng.standard_normal(common.shape)
    place = ndtr(np.sqrt(design.shared) * common + np.sqrt(1 - design.shared) * own)
    trials = rng.binomial(design.trials, design.kept, common.shape)
    return rng.binomial(trials, _form_rates(design, place, p)), trials


def _studies(design: Design, repeats: int) -> Iterator[Trials]:
    """Simulated studies of eight factors: every form once under each condition.

    The forms differ as in the two arms of a difference, the conditions of an arm by the other
    factors' effects, which are as large as rates within [0, 1] allow.
    """
    seed = zlib.crc32(json.dumps(asdict(design)).encode())
    rng = np.random.default_rng([SEED, seed])
    common, high, low = rng.standard_normal((3, repeats, design.forms))
    room = min(*design.truth, *(1 - p for p in design.truth))
    shift = np.round(RUNS[:, 1:] @ OTHERS, 9) * room
    rates = np.empty((repeats, design.forms, len(RUNS)))
    for run, sign in enumerate(RUNS[:, 0]):
        arm, p = (high, design.truth[0]) if sign > 0 else (low, design.truth[1])
        place = ndtr(np.sqrt(design.shared) * common + np.sqrt(1 - design.shared) * arm)
        rates[:, :, run] = _form_rates(design, place, float(np.clip(p + shift[run], 0, 1)))
    events = rng.random(rates.shape) < rates
    forms, signs = np.arange(design.forms).repeat(len(RUNS)), np.tile(RUNS, (design.forms, 1))
    for study in events:
        # An effect is a matter of its own column alone.
        yield Trials(("first",), signs[:, :1], study.ravel(), forms)


def _counts(events: Integers, trials: Integers) -> Counts:
    scored = np.flatnonzero(trials)
    return Counts(
        tuple(scored.tolist()), tuple(events[scored].tolist()), tuple(trials[scored].tolist())
    )


# --- methods ------------------------------------------------------------------------------------


def _unpaired_difference(treated: Counts, control: Counts) -> Contrast:
    return newcombe(rate(treated), rate(control))


def _t_rate(counts: Counts) -> Interval:
    return _t(np.asarray(counts.events) / np.asarray(counts.trials), 0)


def _t_difference(treated: Counts, control: Counts) -> Interval:
    shared = sorted(set(treated.forms) & set(control.forms))
    arms = [arm.among(shared) for arm in (treated, control)]
    a, b = (np.asarray(arm.events) / np.asarray(arm.trials) for arm in arms)
    return _t(a - b, -1)


def _t(values: Floats, least: float) -> Interval:
    half = float(stdtrit(values.size - 1, (1 + LEVEL) / 2) * values.std(ddof=1))
    half /= float(np.sqrt(values.size))
    return Interval(max(values.mean() - half, least), min(values.mean() + half, 1.0))


METHODS: dict[str, Callable[..., Estimate | Contrast | Interval]] = {
    "rate over forms": rate,
    "t on form means (not used)": _t_rate,
    PAIRED: risk_difference,
    "t on differences (not used)": _t_difference,
    "difference over forms, unpaired": _unpaired_difference,
}


# --- coverage -----------------------------------------------------------------------------------


def row_of(design: Design) -> Row:
    """Coverage and width of one design."""
    if design.method == "difference of one prompt":
        return _enumerated_difference(design)
    if design.method in ("rate of one prompt", "rate of three prompts"):
        return _enumerated_rate(design)
    return _simulated_effect(design) if design.method == EFFECT else _simulated(design)


def _simulated(design: Design) -> Row:
    repeats = REPEATS if len(design.truth) == 1 else PAIRED_REPEATS
    method = METHODS[design.method]
    seen: dict[object, Estimate | Contrast | Interval] = {}
    limits = []
    for arms in _arms(design, repeats):
        if arms not in seen:
            seen[arms] = method(*arms)
        limits.append(seen[arms])
    truth = design.truth[0] - (design.truth[1] if len(design.truth) > 1 else 0)
    weights = np.full(repeats, 1 / repeats)
    return _row(design, limits, weights, truth=truth, repeats=repeats)


def _simulated_effect(design: Design) -> Row:
    limits = [main_effects(study)[0] for study in _studies(design, PAIRED_REPEATS)]
    weights = np.full(PAIRED_REPEATS, 1 / PAIRED_REPEATS)
    truth = design.truth[0] - design.truth[1]
    return _row(design, limits, weights, truth=truth, repeats=PAIRED_REPEATS)


def _enumerated_rate(design: Design) -> Row:
    weights = np.ones(1)
    for p in design.truth:
        weights = np.convolve(weights, binom.pmf(np.arange(design.trials + 1), design.trials, p))
    limits = [wilson(_pooled(events, design)) for events in range(weights.size)]
    return _row(design, limits, weights, truth=float(np.mean(design.truth)), repeats=0)


def _pooled(events: int, design: Design) -> Counts:
    return Counts((1,), (events,), (design.forms * design.trials,))


def _enumerated_difference(design: Design) -> Row:
    outcomes = range(design.trials + 1)
    arms = [wilson(_pooled(events, design)) for events in outcomes]
    limits = [newcombe(a, b) for a, b in product(arms, arms)]
    treated, control = (binom.pmf(outcomes, design.trials, p) for p in design.truth)
    truth = design.truth[0] - design.truth[1]
    return _row(design, limits, np.outer(treated, control).ravel(), truth=truth, repeats=0)


def _row(
    design: Design,
    limits: Sequence[Estimate | Contrast | Interval],
    weights: Floats,
    *,
    truth: float,
    repeats: int,
) -> Row:
    low = np.array([interval.low for interval in limits])
    high = np.array([interval.high for interval in limits])
    # A limit that equals the truth but for rounding holds it.
    covers = (low <= truth + 1e-12) & (truth - 1e-12 <= high)
    width = high - low
    return Row(
        design,
        round(float(weights @ covers), 4),
        round(float(weights @ width), 4),
        round(float(width[weights > 0].min()), 4),
        repeats,
    )


# --- the tables ---------------------------------------------------------------------------------


def promised(row: Row) -> bool:
    """Whether coverage of at least `REQUIRED` is promised for this row."""
    over_forms = row.design.method in (*METHODS, EFFECT) and "not used" not in row.design.method
    return over_forms and row.design.correlation <= REQUIRED_CORRELATION


def failures(rows: Iterable[Row]) -> list[Row]:
    """Promised rows that cover too little, and rows of ours without a width."""
    return [
        row
        for row in rows
        if (promised(row) and row.coverage < REQUIRED)
        or (row.narrowest <= 0 and "not used" not in row.design.method)
    ]


def _json(rows: Sequence[Row]) -> str:
    lines = ",\n".join(f"  {json.dumps(_flat(row))}" for row in rows)
    head = f'"code": "{code_hash(Path(__file__))}",\n"seed": {SEED},\n"level": {LEVEL},\n'
    return f'{{\n{head}"rows": [\n{lines}\n]\n}}\n'


def _flat(row: Row) -> dict[str, object]:
    """One line: what was given and differs from its default, and what came out."""
    default = {field.name: field.default for field in fields(Design)}
    given = {k: v for k, v in asdict(row.design).items() if v != default[k]}
    return {**given, **{k: v for k, v in asdict(row).items() if k != "design"}}


def rows_from_json(text: str) -> list[Row]:
    """The rows of a committed table."""
    rows = []
    for flat in json.loads(text)["rows"]:
        kept = {name: flat.pop(name) for name in ("coverage", "width", "narrowest", "repeats")}
        design = Design(**{**flat, "truth": tuple(flat["truth"])})
        rows.append(Row(design, **kept))
    return rows


HEAD = f"""# Validation of the intervals

Made by `make validate` (benchmarks/validate.py); every line is in validation.json. `make test`
fails when the statistics or the simulation have changed since.

Share of 95 % intervals that hold the true value. **Promised, and checked here: at least
{REQUIRED} for every interval over forms**, at every true rate tested (from 0 to 1), with
correlations of up to {REQUIRED_CORRELATION} between the trials of one form, and never a width of
zero. The tables show the lowest coverage over the true rates and over two shapes of the
differences between forms (a beta distribution; or most forms at 0 and the rest at one high rate),
and where it occurred. Simulated lines have a standard error of about 0.004 ({REPEATS} data sets)
or 0.005 ({PAIRED_REPEATS}); lines of one or three prompts are exact.

How to read it: Wilson and Newcombe intervals for given prompts are right on average, and at some
combinations of n and rate cover less than 95 % (at a rate of 2 %, 0.90 for 5 trials and 0.92 for
50): they are the field's standard and short. Where one arm has few trials and the other many, the
Newcombe interval covers far less: validation_tests.md. Intervals over forms cover too much rather than too
little, most of all with few forms and near 0 and 1. Where trials of one form are far more alike
than 0.2 and every form has many, a rate near 0 or 1 can look certain because the rare other forms
were not drawn: no interval from the same data can see them, and more forms with fewer epochs are
the cure. Where trials are lost, both arms keep all forms that
they scored, and are paired by those that they share. A main effect is the paired difference between the halves of a fractional design, whose
conditions differ by the other factors' effects. The t intervals are here to show why they are not used.
"""


COLUMNS = (
    "forms",
    "trials a form",
    "correlation in a form",
    "shared by arms",
    "lowest coverage",
    "at true rate",
    "mean coverage",
    "mean width",
    "narrowest",
)


def page(rows: Sequence[Row]) -> str:
    """The tables to read, as Markdown."""
    methods = dict.fromkeys(row.design.method for row in rows)
    tables = [_table(method, [r for r in rows if r.design.method == method]) for method in methods]
    return "\n".join([HEAD, *tables])


def _table(method: str, rows: Sequence[Row]) -> str:
    lines = [
        f"## {method[0].upper()}{method[1:]}\n",
        f"| {' | '.join(COLUMNS)} |",
        "|---" * len(COLUMNS) + "|",
    ]
    groups = dict.fromkeys(_group(row) for row in rows)
    lines.extend(_line(group, [row for row in rows if _group(row) == group]) for group in groups)
    return "\n".join(lines) + "\n"


def _group(row: Row) -> tuple[str, ...]:
    design = row.design
    trials = f"{design.trials}" if design.kept == 1 else f"up to {design.trials}"
    alike = "any" if _irrelevant(design) else f"{design.correlation:g}"
    shared = f"{design.shared:g}" if len(design.truth) == 2 and design.forms > 1 else ""
    return f"{design.forms}", trials, alike, shared


def _irrelevant(design: Design) -> bool:
    """With one trial a form and one arm, or with given prompts, forms cannot be alike."""
    return design.forms in (1, 3) or (design.trials == 1 and len(design.truth) == 1)


def _line(group: tuple[str, ...], rows: Sequence[Row]) -> str:
    worst = min(rows, key=lambda row: row.coverage)
    where = ", ".join(f"{p:g}" for p in worst.design.truth)
    where += f" ({worst.design.shape})" if worst.design.correlation else ""
    mean = np.mean([row.coverage for row in rows])
    width = np.mean([row.width for row in rows])
    narrowest = min(row.narrowest for row in rows)
    numbers = f"{worst.coverage:.3f} | {where} | {mean:.3f} | {width:.3f} | {narrowest:.3f}"
    return f"| {' | '.join(group)} | {numbers} |"


def main() -> int:
    """Write both files; 1 where a promise is broken."""
    with ProcessPoolExecutor(max_workers=2) as pool:
        rows = list(pool.map(row_of, designs(), chunksize=8))
    TABLE.write_text(_json(rows), encoding="utf-8")
    PAGE.write_text(page(rows), encoding="utf-8")
    broken = failures(rows)
    print(f"{len(rows)} designs; {len(broken)} break the promise; see {PAGE.relative_to(ROOT)}")
    for row in broken:
        print(row)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
