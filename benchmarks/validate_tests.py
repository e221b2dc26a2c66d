"""Errors of tests, answers of replications, and power, by enumeration or by simulation.

Writes docs/validation_tests.json (every case) and docs/validation_tests.md (the tables to read),
and fails where a promise is broken. Part of `make validate`; takes minutes.
"""

import json
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from provenance import code_hash
from turncoat.stats import (
    Counts,
    Factor,
    Factored,
    Marginal,
    Published,
    Sampling,
    Shift,
    boschloo,
    clopper_pearson,
    difference_power,
    equal_rates_p,
    jeffreys,
    logistic,
    mcnemar,
    newcombe,
    odds_ratio,
    replication,
    replication_power,
    risk_difference,
    risk_ratio,
    wilson,
)
from turncoat.stats.batches import Batch, differences_of, simulate

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "validation_tests.json"
PAGE = ROOT / "docs" / "validation_tests.md"

SEED = 20261203
MANY = 10_000
FEW = 2_000
FEWEST = 500

ALPHA = 0.05
CLOSE_TO_COMPUTED = 0.03
"""Two standard errors of a share of `FEW` studies, and as much of the computed one."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the tables.

    Attributes:
        method: key of `METHODS`.
        forms: forms of each arm.
        epochs: trials of each form.
        rates: true rates; one, or treated and control, or ours and the published one, or of the
            four cells of two factors; none where all rates are gone through.
        correlation: of the trials of one form.
        shared: correlation of the arms' form rates, on the normal scale.
        n: published samples.
        others: trials of each form of the control arm, where these are others.
    """

    method: str
    forms: int
    epochs: int
    rates: tuple[float, ...]
    correlation: float = 0.0
    shared: float = 0.0
    n: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """What a case gave.

    Attributes:
        case: the case.
        share: of studies: with the truth in the interval, with a false alarm, with the answer.
        computed: what a power function says the share is, where the case is about one.
        repeats: simulated studies; 0 where all outcomes were enumerated.
    """

    case: Case
    share: float
    computed: float | None
    repeats: int


@dataclass(frozen=True, slots=True)
class Share:
    """A share of studies, and how it was found."""

    share: float
    repeats: int
    computed: float | None = None


# --- cases --------------------------------------------------------------------------------------

RATES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 1.0)
EQUAL = (0.0, 0.02, 0.1, 0.5, 0.9)
PLANS = ((1, 20), (1, 50), (1, 400), (5, 1), (5, 10), (5, 40), (20, 1), (20, 5), (20, 20), (80, 5))
ALIKE = ((0.0, 0.0), (0.05, 0.0), (0.2, 0.0), (0.2, 0.9))
PAIRS = ((0.02, 0.0), (0.02, 0.02), (0.1, 0.0), (0.1, 0.1), (0.5, 0.1), (0.5, 0.5), (1.0, 0.5))
FOUR_HUNDRED = ((400, 1), (80, 5), (40, 10), (20, 20))
SHIFTS = ((0.2, 0.0), (0.0, 0.2), (0.3, 0.1), (0.5, 0.3), (0.4, 0.6), (0.6, 0.4), (0.76, 0.96), (1.0, 0.8))  # fmt: skip

EQUAL_ARMS = ((5, 5), (8, 8), (20, 20), (33, 33), (50, 50), (52, 52), (64, 64), (75, 75), (100, 100), (400, 400))  # fmt: skip
UNEQUAL_ARMS = ((1, 50), (5, 50), (1, 400), (5, 400), (10, 400), (20, 400), (30, 400), (50, 400), (64, 400), (64, 640))  # fmt: skip
OTHER_EPOCHS = ((5, 1, 10), (20, 1, 10), (40, 1, 10), (80, 1, 5), (20, 20, 2))
FOUR_CELLS = ((0.1, 0.1, 0.1, 0.1), (0.5, 0.3, 0.3, 0.1), (0.6, 0.2, 0.2, 0.02), (0.5, 0.5, 0.5, 0.5))  # fmt: skip

FEW_FORMS = "differs, moved by 0.2, too few forms"


def cases() -> list[Case]:
    """Every line of the tables, in their order."""
    return [
        *_prompts(),
        *_ratios(),
        *_models(),
        *_errors(),
        *_replications(),
        *_powers(),
    ]


def _prompts() -> Iterator[Case]:
    for method, n, p in product(
        ("Wilson", "Jeffreys", "Clopper-Pearson"), (10, 20, 50, 100, 200, 400), RATES
    ):
        yield Case(method, 1, n, (p,))
    for method, n in product(("Wilson, all rates", "Jeffreys, all rates"), (50, 100, 200, 400)):
        yield Case(method, 1, n, ())
    for n, m in (*EQUAL_ARMS, *UNEQUAL_ARMS):
        yield Case("Newcombe, equal rates", 1, n, (), others=m)


def _ratios() -> Iterator[Case]:
    plans = ((1, 50), (5, 10), (20, 5), (20, 20))
    for method, (forms, epochs), pair in product(("risk ratio", "odds ratio"), plans, PAIRS):
        for alike in (0.0, 0.05, 0.2) if forms > 1 else (0.0,):
            yield Case(method, forms, epochs, pair, alike)


def _models() -> Iterator[Case]:
    plans = ((5, 4), (20, 5), (20, 20))
    for (forms, epochs), (alike, shared), pair in product(plans, ALIKE, PAIRS):
        yield Case("logistic, in points", forms, epochs, pair, alike, shared)
    for (forms, epochs), (alike, shared), four in product(plans[1:], ALIKE[::2], FOUR_CELLS):
        yield Case("logistic, interaction in points", forms, epochs, four, alike, shared)


def _errors() -> Iterator[Case]:
    for n, p in product((5, 10), (0.02, 0.1, 0.3, 0.5)):
        yield Case("Boschloo", 1, n, (p, p))
    for n, m in (*EQUAL_ARMS, *UNEQUAL_ARMS):
        yield Case("given prompts, all rates", 1, n, (), others=m)
    for method, (forms, epochs), (alike, shared), p in product(
        ("difference, matched", "difference, not matched", "ten differences, Holm"),
        PLANS,
        ALIKE,
        EQUAL,
    ):
        # Of one prompt, a difference by itself has an exact test, which is enumerated above.
        one_prompt = forms == 1 and (alike or "Holm" not in method)
        if not one_prompt and not ("not" in method and shared):
            yield Case(method, forms, epochs, (p, p), alike, shared)
    for (forms, epochs, others), (alike, shared), p in product(OTHER_EPOCHS, ALIKE, EQUAL):
        yield Case("difference, other epochs", forms, epochs, (p, p), alike, shared, others=others)
    for forms, (alike, shared), p in product((5, 20, 80), ALIKE, EQUAL):
        yield Case("McNemar mid-p", forms, 1, (p, p), alike, shared)
    for (forms, epochs), (alike, shared), p in product(
        ((5, 4), (20, 5), (20, 20)), ALIKE, (0.02, 0.1, 0.5)
    ):
        yield Case("logistic, p of no effect", forms, epochs, (p, p), alike, shared)


def _replications() -> Iterator[Case]:
    for (forms, epochs), alike, p, n in product(
        FOUR_HUNDRED, (0.0, 0.05, 0.1, 0.2), (*EQUAL, 0.96), (10, 100, 500)
    ):
        if forms < 400 or not alike:
            yield Case("differs, equal rates", forms, epochs, (p, p), alike, n=n)
    for (forms, epochs), alike, pair in product(FOUR_HUNDRED, (0.0, 0.05, 0.1, 0.2), SHIFTS):
        if forms < 400 or not alike:
            promised = forms > 20 or alike <= 0.1
            method = "differs, moved by 0.2" if promised else FEW_FORMS
            yield Case(method, forms, epochs, pair, alike, n=100)
    for (forms, epochs), alike, pair in product(((10, 40), (5, 80)), (0.0, 0.1, 0.2), SHIFTS):
        yield Case(FEW_FORMS, forms, epochs, pair, alike, n=100)
    for (forms, epochs), alike, p in product(FOUR_HUNDRED, (0.05, 0.2), (0.0, 0.1, 0.5, 0.8, 0.96)):
        yield Case("replicated, as computed", forms, epochs, (p, p), alike, n=100)


def _powers() -> Iterator[Case]:
    plans = ((5, 10), (20, 5), (20, 20), (60, 2))
    for (forms, epochs), alike, pair in product(
        plans, (0.05, 0.2), ((0.3, 0.1), (0.1, 0.0), (0.6, 0.4))
    ):
        yield Case("difference found, as computed", forms, epochs, pair, alike)


# --- studies ------------------------------------------------------------------------------------


def _rng(case: Case) -> np.random.Generator:
    given = asdict(case)
    if not case.others:
        del given["others"]  # so that cases without draw as they did before there were any with
    return np.random.default_rng([SEED, zlib.crc32(json.dumps(given).encode())])


def _sampling(case: Case, *, matched: bool = True) -> Sampling:
    return Sampling(case.forms, case.epochs, case.correlation, matched, case.shared)


def _counts(batch: Batch) -> list[Counts]:
    forms, trials = tuple(range(batch.forms)), (batch.epochs,) * batch.forms
    return [Counts(forms, tuple(events), trials) for events in batch.events.tolist()]


def _drawn(p: float, case: Case, rng: np.random.Generator) -> list[Counts]:
    """Studies of one arm, their form rates drawn by numpy: another way than `simulate`'s."""
    size, scale = (FEW, case.forms), 1 / case.correlation - 1
    rates = rng.beta(p * scale, (1 - p) * scale, size) if 0 < p < 1 else np.full(size, p)
    return _counts(Batch(rng.binomial(case.epochs, rates), case.epochs))


def _truth(case: Case) -> float:
    if len(case.rates) == 4:
        return case.rates[0] - case.rates[1] - case.rates[2] + case.rates[3]
    a, b = case.rates
    if case.method == "risk ratio":
        return a / b if b else float("inf")
    if case.method == "odds ratio":
        below = b * (1 - a)
        return a * (1 - b) / below if below else float("inf")
    return a - b


# --- methods ------------------------------------------------------------------------------------


INTERVALS = {"Wilson": wilson, "Jeffreys": jeffreys, "Clopper-Pearson": clopper_pearson}


def _enumerated(case: Case) -> Share:
    """Coverage over all outcomes of one prompt."""
    return Share(_coverage(case, case.rates[0]), 0)


def _lowest(case: Case) -> Share:
    """The lowest coverage at any of 1,000 rates up to one half; the others mirror these."""
    return Share(min(_coverage(case, float(p)) for p in np.linspace(0, 0.5, 1001)), 0)


def _coverage(case: Case, p: float) -> float:
    n, limits = case.epochs, _all_limits(case.method.removesuffix(", all rates"), case.epochs)
    # A limit that equals the truth but for rounding holds it.
    holds = (limits[:, 0] <= p + 1e-12) & (p - 1e-12 <= limits[:, 1])
    return float(binom.pmf(range(n + 1), n, p) @ holds)


@cache
def _all_limits(name: str, n: int) -> Floats:
    found = [INTERVALS[name](Counts((1,), (x,), (n,))) for x in range(n + 1)]
    return np.array([(e.low, e.high) for e in found])


def _ratio(case: Case) -> Share:
    ratio, truth = (risk_ratio if case.method == "risk ratio" else odds_ratio), _truth(case)
    arms = simulate(case.rates, _sampling(case), FEW, _rng(case))
    found = (ratio(a, b) for a, b in zip(*map(_counts, arms), strict=True))
    return Share(
        float(np.mean([r.low <= truth * (1 + 1e-9) and truth <= r.high for r in found])), FEW
    )


def _model(case: Case) -> Share:
    truth, covered = _truth(case), 0
    for marginal in _marginals(case, FEWEST):
        contrast = marginal.contrast
        covered += contrast.low <= truth + 1e-12 and truth - 1e-12 <= contrast.high
    return Share(covered / FEWEST, FEWEST)


def _model_errs(case: Case) -> Share:
    return Share(float(np.mean([m.p <= ALPHA for m in _marginals(case, FEW)])), FEW)


def _marginals(case: Case, studies: int) -> Iterator[Marginal]:
    """Of the only factor, or of the interaction of two, in each study."""
    cells = simulate(case.rates, _sampling(case), studies, _rng(case))
    trials = case.forms * case.epochs
    forms = np.tile(np.arange(case.forms).repeat(case.epochs), len(cells))
    names = ("arm",) if len(cells) == 2 else ("arm", "threat")
    codes = np.array(list(product((1, 0), repeat=len(names)))).repeat(trials, axis=0)
    factors = tuple(Factor(n, ("off", "on"), c) for n, c in zip(names, codes.T, strict=True))
    for rows in zip(*(cell.events for cell in cells), strict=True):
        events = (np.concatenate(rows)[:, None] > np.arange(case.epochs)).ravel()
        pairs = [names] if len(names) == 2 else []
        yield logistic(Factored(factors, events, forms), interactions=pairs).marginals[-1]


@cache
def _boschloo_rejects(n: int) -> Floats:
    """For every pair of numbers of events, whether p is at most 0.05."""
    prompts = [Counts((1,), (x,), (n,)) for x in range(n + 1)]
    return np.array([[boschloo(a, b).p <= ALPHA for b in prompts] for a in prompts], dtype=float)


def _boschloo(case: Case) -> Share:
    likely = binom.pmf(range(case.epochs + 1), case.epochs, case.rates[0])
    return Share(float(likely @ _boschloo_rejects(case.epochs) @ likely), 0)


def _given_prompts_err(case: Case) -> Share:
    """False alarms of `equal_rates_p`, the most at any of 1,000 common rates."""
    n, m = case.epochs, case.others
    edges = _edges(n, m)
    # Turned around, events are misses.
    alarms = [_alarms(edges[x], m - edges[n - x], m) for x in range(n + 1)]
    return Share(_most(np.array(alarms), n, m), 0)


def _edges(n: int, m: int) -> list[int]:
    """For each number of events, the fewest of the control that p calls more; m + 1 if none."""
    edges: list[int] = []
    for x in range(n + 1):

        def called(y: int, x: int = x) -> bool:
            return equal_rates_p(Counts((1,), (x,), (n,)), Counts((1,), (y,), (m,))).p <= ALPHA

        first = -(-x * m // n)
        y = min(edges[-1] + m // n, m) if edges else first
        while y > first and called(y - 1):
            y -= 1
        while y <= m and (y <= first or not called(y)):
            y += 1
        edges.append(y)
    return edges


def _alarms(above: int, below: int, m: int) -> NDArray[np.bool_]:
    """Which numbers of control events are an alarm, shape (m + 1,)."""
    y = np.arange(m + 1)
    return (y >= above) | (y <= below)


def _most(alarms: NDArray[np.bool_], n: int, m: int) -> float:
    """The largest probability of an alarm at any common rate; alarms of shape (n + 1, m + 1)."""
    p = np.linspace(0, 1, 1001)[:, None]
    likely = binom.pmf(np.arange(n + 1), n, p) @ alarms
    return float((likely * binom.pmf(np.arange(m + 1), m, p)).sum(axis=1).max())


def _newcombe(case: Case) -> Share:
    """The lowest coverage of 0 at any of 1,000 common rates."""
    n, m = case.epochs, case.others
    arms = [[Counts((1,), (x,), (size,)) for x in range(size + 1)] for size in (n, m)]
    found = [[newcombe(a, b) for b in map(wilson, arms[1])] for a in map(wilson, arms[0])]
    alarms = np.array([[c.low > 0 or c.high < 0 for c in row] for row in found])
    return Share(1 - _most(alarms, n, m), 0)


def _other_epochs(case: Case) -> Share:
    """As `_difference`, of a control whose forms have other numbers of trials."""
    rng, more = _rng(case), max(case.epochs, case.others)
    whole = Sampling(case.forms, more, case.correlation, shared=case.shared)
    treated, control = (
        Batch(_some(arm, epochs, rng), epochs)
        for arm, epochs in zip(
            simulate(case.rates, whole, MANY, rng), (case.epochs, case.others), strict=True
        )
    )
    found = differences_of(treated, control, 1 - ALPHA, matched=True)
    return Share(float(found.without_0.mean()), MANY)


def _some(arm: Batch, epochs: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """The events among some trials of each form."""
    return rng.hypergeometric(arm.events, arm.epochs - arm.events, epochs)


def _difference(case: Case) -> Share:
    """`difference_p` is below 0.05 where the 95 % interval leaves out 0."""
    matched = case.method == "difference, matched"
    treated, control = simulate(case.rates, _sampling(case, matched=matched), MANY, _rng(case))
    found = differences_of(treated, control, 1 - ALPHA, matched=matched)
    return Share(float(found.without_0.mean()), MANY)


def _family(case: Case) -> Share:
    """Any false alarm among ten arms against one control: Holm's first step decides."""
    rates = (case.rates[0],) * 11
    control, *arms = simulate(rates, _sampling(case), MANY, _rng(case))
    level = 1 - ALPHA / len(arms)
    found = [differences_of(arm, control, level, matched=True).without_0 for arm in arms]
    return Share(float(np.any(found, axis=0).mean()), MANY)


def _mcnemar(case: Case) -> Share:
    arms = simulate(case.rates, _sampling(case), MANY, _rng(case))
    found = (mcnemar(a, b).p for a, b in zip(*map(_counts, arms), strict=True))
    return Share(float(np.mean([p <= ALPHA for p in found])), MANY)


def _differs(case: Case) -> Share:
    """Both samples random."""
    rng, (ours, theirs) = _rng(case), case.rates
    (batch,) = simulate((ours,), _sampling(case), MANY, rng)
    published = rng.binomial(case.n, theirs, MANY).tolist()
    found = (
        replication(counts, Published(events / case.n, case.n)).answer
        for counts, events in zip(_counts(batch), published, strict=True)
    )
    return Share(float(np.mean([answer == "differs" for answer in found])), MANY)


def _replicated(case: Case) -> Share:
    published, rng = Published(case.rates[1], case.n), _rng(case)
    studies = _drawn(case.rates[0], case, rng)
    said = [replication(ours, published).answer == "replicated" for ours in studies]
    computed = replication_power(published, _sampling(case), rng)
    return Share(float(np.mean(said)), FEW, computed)


def _found(case: Case) -> Share:
    rng = _rng(case)
    arms = zip(*(_drawn(p, case, rng) for p in case.rates), strict=True)
    contrasts = [risk_difference(a, b) for a, b in arms]
    share = np.mean([c.low > 0 or c.high < 0 for c in contrasts])
    return Share(float(share), FEW, difference_power(Shift(*case.rates), _sampling(case), rng))


COVERAGE = "Coverage of 95 % intervals"
FALSE_ALARMS = "False alarms of tests at 5 %"


@dataclass(frozen=True, slots=True)
class Method:
    """How a case is run, and what is promised of it.

    Attributes:
        run: the case's share.
        heading: of its table.
        least: smallest share that keeps the promise, if that is what is promised.
        most: largest.
        from_n: trials from which on it is promised.
    """

    run: Callable[[Case], Share]
    heading: str
    least: float | None = None
    most: float | None = None
    from_n: int = 0

    @property
    def low_is_good(self) -> bool:
        """Whether its share is one of errors."""
        return self.most is not None or self.heading == FALSE_ALARMS


METHODS = {
    "Wilson": Method(_enumerated, COVERAGE, least=0.92, from_n=50),
    "Jeffreys": Method(_enumerated, COVERAGE, least=0.92, from_n=50),
    "Clopper-Pearson": Method(_enumerated, COVERAGE, least=0.95),
    "Wilson, all rates": Method(_lowest, COVERAGE),
    "Jeffreys, all rates": Method(_lowest, COVERAGE),
    "Newcombe, equal rates": Method(_newcombe, COVERAGE),
    "risk ratio": Method(_ratio, COVERAGE, least=0.93),
    "odds ratio": Method(_ratio, COVERAGE, least=0.93),
    "logistic, in points": Method(_model, COVERAGE, least=0.93),
    "logistic, interaction in points": Method(_model, COVERAGE, least=0.93),
    "Boschloo": Method(_boschloo, FALSE_ALARMS, most=0.05),
    "given prompts, all rates": Method(_given_prompts_err, FALSE_ALARMS, most=0.06),
    "difference, matched": Method(_difference, FALSE_ALARMS, most=0.06),
    "difference, not matched": Method(_difference, FALSE_ALARMS, most=0.06),
    "difference, other epochs": Method(_other_epochs, FALSE_ALARMS, most=0.06),
    "ten differences, Holm": Method(_family, FALSE_ALARMS, most=0.06),
    "McNemar mid-p": Method(_mcnemar, FALSE_ALARMS, most=0.06),
    "logistic, p of no effect": Method(_model_errs, FALSE_ALARMS, most=0.06),
    "differs, equal rates": Method(_differs, "Replications", most=0.05),
    "differs, moved by 0.2": Method(_differs, "Replications", least=0.8),
    FEW_FORMS: Method(_differs, "Replications"),
    "replicated, as computed": Method(_replicated, "Replications"),
    "difference found, as computed": Method(_found, "Power"),
}


def row_of(case: Case) -> Row:
    """What a case gives."""
    found = METHODS[case.method].run(case)
    computed = None if found.computed is None else round(found.computed, 4)
    return Row(case, round(found.share, 4), computed, found.repeats)


def kept(row: Row) -> bool:
    """Whether a row keeps what is promised, if anything is."""
    method = METHODS[row.case.method]
    if row.computed is not None:
        return abs(row.share - row.computed) <= CLOSE_TO_COMPUTED
    if row.case.forms * row.case.epochs < method.from_n:
        return True
    # Enumerated shares are rounded for the table.
    low = method.least is None or row.share >= method.least - 5e-5
    return low and (method.most is None or row.share <= method.most + 5e-5)


def failures(rows: Iterable[Row]) -> list[Row]:
    """Rows that break a promise."""
    return [row for row in rows if not kept(row)]


# --- the tables ---------------------------------------------------------------------------------


def _json(rows: Sequence[Row]) -> str:
    lines = ",\n".join(f"  {json.dumps(_flat(row))}" for row in rows)
    head = f'"code": "{code_hash(Path(__file__))}",\n"seed": {SEED},\n'
    return f'{{\n{head}"rows": [\n{lines}\n]\n}}\n'


def _flat(row: Row) -> dict[str, object]:
    """One line: what was given and differs from its default, and what came out."""
    default = {field.name: field.default for field in fields(Case)}
    given = {k: v for k, v in asdict(row.case).items() if v != default[k]}
    found = {k: v for k, v in asdict(row).items() if k != "case" and v is not None}
    return {**given, **found}


def rows_from_json(text: str) -> list[Row]:
    """The rows of a committed table."""
    rows = []
    for flat in json.loads(text)["rows"]:
        found = [flat.pop("share"), flat.pop("computed", None), flat.pop("repeats")]
        rows.append(Row(Case(**{**flat, "rates": tuple(flat["rates"])}), *found))
    return rows


HEAD = f"""# Validation of tests, replications and power

Made by `make validate` (benchmarks/validate_tests.py); every line is in validation_tests.json.
`make test` fails when the statistics or the simulation have changed since. Everything here is
simulated or enumerated; validation.md has the intervals of rates and differences over forms.

Each line summarizes the true rates of a plan: the lowest or highest share among them, where it
occurred, and the mean. Lines of one prompt are exact where no number of studies is given. Form
rates follow a beta distribution. **Promised, and checked here:**

- Wilson and the modified Jeffreys interval cover in at least 92 % from 50 trials on at the rates
  {", ".join(f"{p:g}" for p in RATES)}. Both have narrow dips at rates between these, near 0 and
  1: the lines "all rates". Clopper-Pearson has none and covers in at least 95 % always.
- Intervals of ratios cover in at least 93 %, and so do those of the logistic model in points.
- Every test that a report uses errs in at most 6 % at the 5 % level, Boschloo's in at most 5 %.
  Differences over forms are tested by their interval, also where the arms have other numbers of
  epochs; those of given prompts by the exact test in small and in very unequal cells, and by
  their interval elsewhere: enumerated at 1,000 common rates. Ten differences with one control are
  tested by Holm's procedure, matched forms of one trial by McNemar's mid-p.

**Not promised:** Newcombe's interval of given prompts, which is shown beside the exact p, is too
short where one arm is small and the other far larger: the lines "Newcombe, equal rates". There
trust the p.

**Promised and checked, too:**

- A replication `differs` in at most 5 % where the rates are equal, both samples random, and in at
  least 80 % where one is moved by 0.2, with 400 samples of ours and 100 published ones: from 40
  forms on at correlations of up to 0.2, with 20 forms of up to 0.1. With fewer forms 400 samples
  are too few: the line is there.
- The power to say `replicated`, and to find a difference, is that of studies drawn in another
  way, within {CLOSE_TO_COMPUTED:g}.
"""


COLUMNS = ("forms", "trials a form", "of the control", "correlation", "shared", "published n")


def page(rows: Sequence[Row]) -> str:
    """The tables to read, as Markdown."""
    parts = [HEAD]
    for heading in dict.fromkeys(method.heading for method in METHODS.values()):
        parts.append(f"## {heading}\n")
        for name, method in METHODS.items():
            if method.heading == heading:
                parts.append(_table(name, [row for row in rows if row.case.method == name]))
    return "\n".join(parts)


def _table(name: str, rows: Sequence[Row]) -> str:
    end = ("largest difference", "at true rates", "mean share", "studies")
    if rows[0].computed is None:
        extreme = "highest" if METHODS[name].low_is_good else "lowest"
        end = (extreme, *end[1:])
    columns = (*COLUMNS, *end)
    lines = [f"### {name}\n", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(_group(row.case), []).append(row)
    lines.extend(f"| {' | '.join((*key, *_numbers(group)))} |" for key, group in groups.items())
    return "\n".join(lines) + "\n"


def _group(case: Case) -> tuple[str, ...]:
    n, others = (f"{number}" if number else "" for number in (case.n, case.others))
    alike = f"{case.correlation:g}", f"{case.shared:g}"
    return f"{case.forms}", f"{case.epochs}", others, *alike, n


def _numbers(rows: Sequence[Row]) -> tuple[str, ...]:
    worst = max(rows, key=badness)
    shown = worst.share if worst.computed is None else worst.share - worst.computed
    where = ", ".join(f"{p:g}" for p in worst.case.rates)
    repeats = f"{worst.repeats}" if worst.repeats else ""
    return f"{shown:.3f}", where, f"{np.mean([row.share for row in rows]):.3f}", repeats


def badness(row: Row) -> float:
    """How far a row lies on the bad side; the worst is shown."""
    if row.computed is not None:
        return abs(row.share - row.computed)
    return row.share if METHODS[row.case.method].low_is_good else -row.share


def main() -> int:
    """Write both files; 1 where a promise is broken."""
    with ProcessPoolExecutor(max_workers=2) as pool:
        rows = list(pool.map(row_of, cases(), chunksize=4))
    TABLE.write_text(_json(rows), encoding="utf-8")
    PAGE.write_text(page(rows), encoding="utf-8")
    broken = failures(rows)
    print(f"{len(rows)} cases; {len(broken)} break a promise; see {PAGE.relative_to(ROOT)}")
    for row in broken:
        print(row)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
