"""Every study of the paper with simulated subjects at the published rates, and what comes back of them.

Runs `turncoat study run` of each, with a judge that does not err, and writes docs/recovery.json (every
number) and docs/recovery.md (the tables to read); fails where the published rates are not recovered.
Part of `make validate`; about twenty minutes. An attempt that was stopped goes on: its samples are kept
in runs/recovery.
"""

import hashlib
import json
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from provenance import code_hash
from turncoat.catalog.studies import load_study, study_names
from turncoat.design import Sampling, Study
from turncoat.models.published import stand_ins_of

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "recovery.json"
PAGE = ROOT / "docs" / "recovery.md"
RUNS = ROOT / "runs" / "recovery"

_SOURCE = ROOT / "src" / "turncoat"
MADE_BY = (
    _SOURCE / "analysis" / "replication.py",
    _SOURCE / "analysis" / "study.py",
    _SOURCE / "models" / "published.py",
)
SAMPLED_BY = (_SOURCE / "models" / "published.py", _SOURCE / "catalog" / "published" / "rates.yaml")

MOST_DIFFER = 0.05
LEAST_HELD = 0.9
FAR = 3.0
"""Standard deviations from what the power says; the lines of one cell go together."""

SIZES: Mapping[str, Sampling] = {
    "e2_coercion_threat_alone": Sampling(10, 10),
    "e3_leak_conflict_alone": Sampling(10, 10),
    "e4_control": Sampling(5, 10),
    "e5_leak_goal_values": Sampling(10, 10),
    "e6_ambiguous_conflict": Sampling(10, 10),
    "e7_lethal_both": Sampling(10, 10),
    "e12_restriction": Sampling(10, 10),
    "e13_one_motive": Sampling(10, 10),
}
"""What is run in place of the study's plan, so that all of it takes minutes and not hours."""

SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "e5_leak_goal_values": ("Claude Opus 4",),
    "e6_ambiguous_conflict": ("Claude Opus 4",),
    "e12_restriction": ("Gemini 2.5 Flash", "Claude Sonnet 3.7"),
    "e13_one_motive": ("Claude Opus 3",),
}
"""Those whose numbers no other study has; of the others they cite what E1 to E4 and E7 are about."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a study was run.

    Attributes:
        packs: those beside which a number was published.
        forms: surface forms, or as many times more replicates of a fixed text.
        epochs: replicates of every form.
        declared: samples a cell of the study's plan.
    """

    study: str
    experiment: str
    packs: tuple[str, ...]
    subjects: tuple[str, ...]
    forms: int
    epochs: int
    declared: int

    @property
    def samples(self) -> int:
        """Samples a cell."""
        return self.forms * self.epochs


@dataclass(frozen=True, slots=True)
class Line:
    """A published number with the simulated subject's beside it; rates in [0, 1].

    Attributes:
        number: id of the published number.
        aimed: whether the subject was set to this number; of several numbers for one cell it is set
            to the first.
        n: published samples, or what stands for them.
        low: of the 95 % interval of ours.
        difference: ours minus published, with its 90 % interval.
        power: the chance of `replicated` with this many samples, were our rate the published one.
    """

    study: str
    pack: str
    arm: str
    measure: str
    model: str
    number: str
    aimed: bool
    published: float
    n: int
    ours: float
    samples: int
    low: float
    high: float
    difference: float
    difference_low: float
    difference_high: float
    answer: str
    power: float

    @property
    def holds(self) -> bool:
        """Whether our interval holds the published rate; a limit that equals it but for rounding does."""
        return self.low - 1e-9 <= self.published <= self.high + 1e-9

    @property
    def cell(self) -> tuple[str, ...]:
        """Where it was measured."""
        return self.study, self.pack, self.arm, self.measure, self.model


# --- what is run --------------------------------------------------------------------------------


def studies() -> list[Ran]:
    """The paper's studies that cite a number which can be compared."""
    named = map(load_study, study_names())
    return [ran_of(study) for study in named if study.experiment and _compared(study)]


def ran_of(study: Study) -> Ran:
    """How a study is run here."""
    names = SUBJECTS.get(study.name)
    subjects = tuple(f"sim/published/{n}" for n in names) if names else stand_ins_of(study)
    size = SIZES.get(study.name, study.plan)
    return Ran(
        study=study.name,
        experiment=study.experiment or "",
        packs=_compared(study),
        subjects=subjects,
        forms=size.forms,
        epochs=size.epochs,
        declared=study.plan.samples,
    )


def _compared(study: Study) -> tuple[str, ...]:
    found = {cited.pack for cited in study.published if cited.number.comparable}
    return tuple(pack for pack in study.packs if pack in found)


def lines_of(ran: Ran, out: Path) -> list[Line]:
    """A study through the command that a user types; what is there already is not run again.

    Args:
        ran: what is run.
        out: its folder.

    Raises:
        ValueError: the command failed.
    """
    command = Path(sysconfig.get_path("scripts")) / "turncoat"
    words = ("study", "run", ran.study, "--out", str(out), "--json", *_options(ran))
    done = subprocess.run([command, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"{ran.study} ended with {done.returncode}: {done.stderr[-2000:]}")
    return list(_lines(ran.study, json.loads(done.stdout)["study"]["replication"]))


def _options(ran: Ran) -> Iterator[str]:
    # Each study draws its own samples: the same cell in two of them has other answers.
    yield from ("-M", f"seed={ran.experiment.removeprefix('E')}")
    yield from ("--judge", "sim/judge", "-J", "sensitivity=1", "-J", "specificity=1")
    yield from ("--forms", str(ran.forms), "--epochs", str(ran.epochs))
    for pack in ran.packs:
        yield from ("--pack", pack)
    for subject in ran.subjects:
        yield from ("--model", subject)


def _lines(study: str, told: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    first: dict[tuple[str, ...], float] = {}
    for line in told:
        if line["answer"]:
            place = (line["pack"], line["arm"], line["measure"], line["stands_for"])
            rate = first.setdefault(place, line["published"]["rate"])
            yield _line(study, line, aimed=line["published"]["rate"] == rate)


def _line(study: str, told: Mapping[str, Any], *, aimed: bool) -> Line:
    published, ours, difference = told["published"], told["ours"], told["difference"]
    return Line(
        study=study,
        pack=told["pack"],
        arm=told["arm"],
        measure=told["measure"],
        model=told["stands_for"],
        number=published["id"],
        aimed=aimed,
        published=published["rate"],
        n=published["n"] or published["assumed_n"],
        ours=round(ours["point"], 4),
        samples=ours["n"],
        low=round(ours["low"], 4),
        high=round(ours["high"], 4),
        difference=round(difference["point"], 4),
        difference_low=round(difference["low"], 4),
        difference_high=round(difference["high"], 4),
        answer=told["answer"],
        power=round(told["power"], 4),
    )


def _folder(ran: Ran) -> Path:
    """Of a study's samples; another one where other samples would be drawn."""
    digest = hashlib.sha256()
    for path in (*SAMPLED_BY, _SOURCE / "catalog" / "studies" / f"{ran.study}.yaml"):
        digest.update(path.read_bytes())
    return RUNS / f"{ran.study}-{digest.hexdigest()[:12]}"


# --- what is promised ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Totals:
    """Over the numbers that a subject was set to.

    Attributes:
        lines: numbers.
        replicated: lines that say so.
        expected: how many should, by their power.
        spread: standard deviation of that.
        cells: where they were measured; several numbers may stand beside one.
        held: cells whose 95 % interval holds the published rate.
    """

    lines: int
    replicated: int
    cannot_tell: int
    differs: int
    expected: float
    spread: float
    cells: int
    held: int


def totals(lines: Sequence[Line]) -> Totals:
    """What the page says of all lines, or of those of a study."""
    aimed = [line for line in lines if line.aimed]
    cells = {line.cell: line.holds for line in aimed}
    said = [line.answer for line in aimed]
    return Totals(
        lines=len(aimed),
        replicated=said.count("replicated"),
        cannot_tell=said.count("cannot tell"),
        differs=said.count("differs"),
        expected=sum(line.power for line in aimed),
        spread=sqrt(sum(line.power * (1 - line.power) for line in aimed)),
        cells=len(cells),
        held=sum(cells.values()),
    )


def failures(lines: Sequence[Line]) -> list[str]:
    """Which promises are broken."""
    found = totals(lines)
    broken = {
        f"{found.differs} of {found.lines} differ": found.differs > MOST_DIFFER * found.lines,
        f"{found.held} of {found.cells} intervals hold": found.held < LEAST_HELD * found.cells,
        f"{found.replicated} replicated, {found.expected:.1f} expected": abs(
            found.replicated - found.expected
        )
        > FAR * found.spread + 1,
    }
    return [what for what, is_broken in broken.items() if is_broken]


# --- what is written ----------------------------------------------------------------------------

HEAD = """# Published rates that come back

Made by `python benchmarks/recover.py`; every number is in recovery.json. `make test` fails when the
subjects, the answers or the statistics behind them have changed since. **All subjects here are
simulated:** each does the harm exactly as often as a published model did, and a simulated judge does
not err. Nothing here says anything of a real model, and nothing is replicated: what is shown is that
`turncoat study run` gives back rates that are known, from the subject's answer to the last column.

Each study is run in the packs that have published numbers, with a subject for every model of which it
cites one; E5, E6, E12 and E13 only with the models whose numbers no other study has. Where fewer samples
are run than the study declares, the table says so: all of it takes about twenty minutes of one core.
The answers of a study are its own draws: the same cell in two studies has other answers.
"""


def page(ran: Sequence[Ran], lines: Sequence[Line]) -> str:
    """The page to read, as Markdown."""
    return "\n".join([HEAD, _summary(lines), _overview(ran, lines), *_tables(ran, lines)])


def _summary(lines: Sequence[Line]) -> str:
    found, others = totals(lines), [line for line in lines if not line.aimed]
    harmful = totals([line for line in lines if line.published > 0])
    said = sum(line.answer == "differs" for line in others)
    return f"""## In all

- {found.lines} published numbers, each with a simulated subject set to it: {found.replicated} say
  *replicated*, {found.cannot_tell} *cannot tell*, {found.differs} *differs*. By their power
  {found.expected:.1f} should say *replicated* (standard deviation {found.spread:.1f}).
- {found.held} of {found.cells} cells have a 95 % interval that holds the published rate; of those whose
  rate is not 0, {harmful.held} of {harmful.cells}.
- {len(others)} more numbers stand beside a cell whose subject is set to another number of the same
  model and condition, most of them of ten samples; {said} of them say *differs*. They are marked, and
  count in no total.
"""


def _overview(ran: Sequence[Ran], lines: Sequence[Line]) -> str:
    rows = [
        "## By study\n",
        "| study | subjects (simulated) | samples a cell (declared) | numbers | replicated | by power | differs | intervals that hold |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        *(_study_row(one, totals([x for x in lines if x.study == one.study])) for one in ran),
    ]
    return "\n".join(rows) + "\n"


def _study_row(ran: Ran, found: Totals) -> str:
    return (
        f"| {ran.experiment} `{ran.study}` | {len(ran.subjects)} | {ran.samples} ({ran.declared}) | "
        f"{found.lines} | {found.replicated} | {found.expected:.1f} | {found.differs} | "
        f"{found.held} of {found.cells} |"
    )


def _tables(ran: Sequence[Ran], lines: Sequence[Line]) -> Iterator[str]:
    yield "Rates in percent with 95 % intervals; ours minus published in points with 90 % intervals.\n"
    for one in ran:
        yield f"### {one.experiment} `{one.study}` (simulated subjects)\n"
        yield "| pack, arm | number | published | ours | difference | answer | power |"
        yield "|---|---|---:|---:|---:|---|---:|"
        yield from (_number_row(line) for line in lines if line.study == one.study)
        yield ""


def _number_row(line: Line) -> str:
    what = ", stated" if line.measure == "stated" else ""
    mark = "" if line.aimed else " (subject set to another number)"
    interval = f"[{_percent(line.low)}, {_percent(line.high)}]"
    difference = f"{_points(line.difference)} [{_points(line.difference_low)}, {_points(line.difference_high)}]"
    return (
        f"| {line.pack}, {line.arm}{what} | {line.model}: `{line.number}`{mark} | "
        f"{_percent(line.published)} of {line.n} | {_percent(line.ours)} {interval} of {line.samples} | "
        f"{difference} | {line.answer} | {_percent(line.power)} |"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0")


def _points(share: float) -> str:
    return f"{round(100 * share, 1) + 0:+.1f}".replace("-", "−")


def ran_from_json(text: str) -> list[Ran]:
    """How the studies of a committed table were run."""
    return [
        Ran(**{**one, "packs": tuple(one["packs"]), "subjects": tuple(one["subjects"])})
        for one in json.loads(text)["studies"]
    ]


def lines_from_json(text: str) -> list[Line]:
    """The lines of a committed table."""
    return [Line(**line) for line in json.loads(text)["lines"]]


def _json(ran: Sequence[Ran], lines: Sequence[Line]) -> str:
    runs, found = (",\n".join(json.dumps(asdict(x)) for x in many) for many in (ran, lines))
    code = code_hash(Path(__file__), *MADE_BY)
    return (
        f'{{"code": "{code}",\n"simulated": true,\n"studies": [\n{runs}\n],\n'
        f'"lines": [\n{found}\n]}}\n'
    )


def main() -> int:
    """Write both files; 1 where a promise is broken."""
    ran = studies()
    with ThreadPoolExecutor(max_workers=2) as pool:
        found = pool.map(lambda one: lines_of(one, _folder(one)), ran)
        lines = [line for held in found for line in held]
    TABLE.write_text(_json(ran, lines), encoding="utf-8")
    PAGE.write_text(page(ran, lines), encoding="utf-8")
    broken = failures(lines)
    print(f"{len(lines)} numbers of {len(ran)} studies; see {PAGE.relative_to(ROOT)}")
    for what in broken:
        print(what)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
