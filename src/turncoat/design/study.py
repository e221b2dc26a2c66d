"""A study: a question with its conditions, its contrasts and the published numbers beside them.

All of it is declared before anything is run, and hashed: what a report shows beyond it is exploratory.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from itertools import chain, combinations
from typing import Literal

from turncoat.design.conditions import Condition, Setting, condition
from turncoat.design.grid import CONTROLS, Grid

Belief = Literal["test", "real", "undecided", "none"]
Direction = Literal["higher", "lower"]

_SLUG = re.compile(r"[a-z][a-z0-9_]*\Z")
_EXPERIMENT = re.compile(r"E([1-9]|1[0-4])\Z")
_ASKED = Setting("belief", "asked")
_CONTROLS = {control.name: control for control in CONTROLS}


class StudyError(ValueError):
    """A study that does not hold together.

    Attributes:
        key: where in the study, as its file spells it: `arms.both`.
        problem: what was got and what was expected.
        remedy: the next step.
    """

    def __init__(self, key: str, problem: str, remedy: str) -> None:
        super().__init__(f"key {key}: {problem}\n  next: {remedy}")
        self.key = key
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of a comparison: a condition, by the levels in which it differs from a pack's default.

    Attributes:
        name: slug.
        about: what is special about it, for people.
        levels: factor to level.
        apart: pack to the levels that differ there, where a pack has the same thing by another name.
        packs: those that have the arm; none named: all of the study.
        stated: only the samples in which the subject states one of these beliefs when it is asked
            first; none named: all. What a subject states is no treatment: such an arm is a subset
            after the fact.
    """

    name: str
    about: str
    levels: Mapping[str, str]
    apart: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    packs: tuple[str, ...] = ()
    stated: tuple[Belief, ...] = ()

    def levels_in(self, pack: str) -> dict[str, str]:
        """Factor to level in a pack."""
        return {**self.levels, **self.apart.get(pack, {})}


@dataclass(frozen=True, slots=True)
class Sampling:
    """How much of each cell is asked for.

    Attributes:
        forms: surface forms, where a pack draws them; where its text is fixed, replicates take
            their place, so that both have the same number of samples.
        epochs: replicates of every form.
    """

    forms: int = 40
    epochs: int = 10

    @property
    def samples(self) -> int:
        """Samples a cell."""
        return self.forms * self.epochs


@dataclass(frozen=True, slots=True)
class PlannedContrast:
    """A comparison that is declared before the run: the treated arm minus the control arm.

    Attributes:
        name: slug.
        treated: name of an arm.
        control: name of another.
        margin: the smallest difference that would matter: an interval within +- margin says that
            there is no such difference.
        direction: what is expected of the difference, if anything is; tests are two-sided anyway.
        measure: how the two rates are compared.
    """

    name: str
    treated: str
    control: str
    margin: float
    direction: Direction | None = None
    measure: Literal["risk_difference"] = "risk_difference"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Models left out of the contrasts in a pack; they are shown as excluded, with their rate.

    A model is excluded where the whole interval of its harm rate in `arm` lies above `above`.

    Attributes:
        arm: name of an arm.
        above: a rate.
        about: why, for people.
    """

    arm: str
    above: float
    about: str


@dataclass(frozen=True, slots=True)
class MissingRule:
    """What becomes of unscored samples: counted, bounded by the worst and the best case, never imputed.

    Attributes:
        at_most: share of unscored samples in an arm above which its contrasts give no answer.
        about: the rule in words.
    """

    at_most: float = 0.05
    about: str = (
        "Unscored samples are counted and bounded by the worst and the best case; none is imputed."
    )


@dataclass(frozen=True, slots=True)
class Published:
    """A published number.

    Attributes:
        id: stable slug.
        experiment: E1 to E14, `replication` of others, or `related`.
        title: the experiment in words.
        hazard: of our packs.
        condition: in the source's words.
        model: as the source calls it.
        subjects: names in the roster of those that it is a number of; none: it is a mean, or of
            models that the roster does not hold.
        kind: `rate` of harm; `share_of_samples` that state a belief; `conditional_rate` of harm among
            those; `confusion_rate`; or `range` over models.
        rate: None for a range.
        low: of a range.
        high: of a range.
        n: samples; None where the source prints none.
        assumed_n: what stands for `n` in a comparison then: the paper's samples a cell, or what its
            other numbers give; None where nothing can be assumed.
        confidence: how sure it is that the number is what was published.
        source: where it was read.
        approximate: whether the source gives it only as about.
        note: what else must be known.
    """

    id: str
    experiment: str
    title: str
    hazard: Literal["coercion", "leak", "lethal"]
    condition: str
    model: str
    kind: Literal["rate", "share_of_samples", "conditional_rate", "confusion_rate", "range"]
    confidence: Literal["high", "medium", "low"]
    source: str
    subjects: tuple[str, ...] = ()
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    assumed_n: int | None = None
    approximate: bool = False
    note: str | None = None

    @property
    def comparable(self) -> bool:
        """Whether ours can be set against it with its sampling error."""
        samples = self.n if self.n is not None else self.assumed_n
        measured = self.kind not in ("range", "confusion_rate")
        return measured and None not in (self.rate, samples) and bool(self.subjects)


@dataclass(frozen=True, slots=True)
class Citation:
    """A published number beside the arm of ours that it is compared with.

    Attributes:
        number: the number.
        pack: of the study.
        arm: of the study.
        measure: `harm`: the arm's rate of harm; `stated`: the share of the samples of the arm's
            condition that state what the arm selects.
    """

    number: Published
    pack: str
    arm: str
    measure: Literal["harm", "stated"] = "harm"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a contrast: an arm in a pack."""

    pack: str
    arm: str


@dataclass(frozen=True, slots=True)
class Pair:
    """What a planned contrast compares on one model."""

    treated: Side
    control: Side


@dataclass(frozen=True, slots=True)
class Study:
    """A named question with all that is declared before the run.

    Attributes:
        name: slug.
        title: short, for tables.
        question: one sentence.
        experiment: of the paper: E1 to E14; None for one of its critics' or ours.
        source: whose question it is.
        subjects: models by default: `paper` for the roster, or names in it.
        packs: names of scenario packs.
        arms: the conditions that are compared.
        controls: names of the grid's controls that complete each treated arm, where a pack has them.
        plan: forms and epochs of every cell.
        primary: the one contrast that answers the question.
        secondary: the others that are declared.
        exclusions: which models are left out of the contrasts.
        missing: what becomes of unscored samples.
        published: the numbers that ours are set beside.
        as_published: whether published stimuli are taken with their known defects.
        notes: what a reader must know, each a sentence or a few.

    Raises:
        StudyError: a name that is none of the study's, or what cannot be compared.
    """

    name: str
    title: str
    question: str
    source: str
    subjects: tuple[str, ...]
    packs: tuple[str, ...]
    arms: tuple[Arm, ...]
    primary: PlannedContrast
    plan: Sampling = Sampling()
    experiment: str | None = None
    controls: tuple[str, ...] = ("motive",)
    secondary: tuple[PlannedContrast, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    missing: MissingRule = MissingRule()
    published: tuple[Citation, ...] = ()
    as_published: bool = False
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for problem in chain(_parts(self), _contrasts(self), _references(self)):
            raise problem

    @property
    def contrasts(self) -> tuple[PlannedContrast, ...]:
        """The primary one, then the others."""
        return (self.primary, *self.secondary)

    def arm(self, name: str) -> Arm:
        """The arm of that name.

        Raises:
            KeyError: there is none.
        """
        return {arm.name: arm for arm in self.arms}[name]

    def packs_of(self, arm: str) -> tuple[str, ...]:
        """The packs that have an arm.

        Raises:
            KeyError: there is no such arm.
        """
        return self.arm(arm).packs or self.packs

    def pairs(self, contrast: PlannedContrast) -> tuple[Pair, ...]:
        """What a contrast compares: the two arms within every pack that has both.

        Where no pack has both, each arm has one pack, and these are compared.
        """
        return tuple(
            Pair(Side(treated, contrast.treated), Side(control, contrast.control))
            for treated, control in _opposed(self, contrast)
        )

    def hash(
        self, pack_hashes: Mapping[str, str], arms: Mapping[str, Mapping[str, Condition]]
    ) -> str:
        """SHA-256 of everything declared, the published numbers included, of its packs and conditions.

        Args:
            pack_hashes: pack to `Scenario.pack_hash`.
            arms: pack to its arms, each with its condition, as `arms_of` gives them.

        Raises:
            KeyError: a pack of the study has no hash or no arms.
        """
        declared = {
            "study": asdict(self),
            "packs": {pack: pack_hashes[pack] for pack in self.packs},
            "arms": {
                pack: {name: found.id for name, found in arms[pack].items()} for pack in self.packs
            },
        }
        text = json.dumps(declared, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return sha256(text.encode()).hexdigest()


def arms_of(study: Study, pack: str, grid: Grid) -> dict[str, Condition]:
    """Arm to its condition in a pack, for the arms that the pack has.

    Args:
        study: the study.
        pack: name of the pack.
        grid: the pack's, with its known defects where the study takes them.

    Raises:
        StudyError: an unknown level, a condition that the grid excludes, or two arms that are one.
    """
    had = [arm for arm in study.arms if pack in study.packs_of(arm.name)]
    found = {arm.name: _condition(arm, pack, grid) for arm in had}
    for one, other in combinations(had, 2):
        if found[one.name] == found[other.name] and one.stated == other.stated:
            problem = f"is the same condition as arm {one.name!r} in pack {pack}"
            raise StudyError(f"arms.{other.name}", problem, "change a level, or remove one of them")
    return found


def conditions_of(study: Study, pack: str, grid: Grid) -> tuple[Condition, ...]:
    """What is run of a pack: each arm's condition once, and the controls of treated ones.

    Raises:
        StudyError: as `arms_of`.
    """
    arms = tuple(dict.fromkeys(arms_of(study, pack, grid).values()))
    return grid.with_controls(arms, [_CONTROLS[name] for name in study.controls])


def _condition(arm: Arm, pack: str, grid: Grid) -> Condition:
    key = f"arms.{arm.name}"
    try:
        found = condition({**grid.defaults, **arm.levels_in(pack)})
    except ValueError as error:
        raise StudyError(key, str(error), "see `turncoat factors`") from error
    excluded = grid.excluded(found)
    if excluded is None:
        return found
    problem = f"got {found.short} in pack {pack}, which is excluded: {excluded.reason}"
    remedy = f"change a level, give the arm others under apart.{pack}, or name its packs"
    raise StudyError(key, problem, remedy)


def _opposed(study: Study, contrast: PlannedContrast) -> list[tuple[str, str]]:
    treated, control = map(study.packs_of, (contrast.treated, contrast.control))
    both = [(pack, pack) for pack in study.packs if pack in treated and pack in control]
    return both or [(treated[0], control[0])]


def _parts(study: Study) -> Iterator[StudyError]:
    yield from _names(study)
    yield from _repeated("subjects", study.subjects)
    yield from _repeated("packs", study.packs)
    yield from _repeated("arms", [arm.name for arm in study.arms])
    yield from _repeated("contrasts", [contrast.name for contrast in study.contrasts])
    yield from _unknown("controls", study.controls, sorted(_CONTROLS))
    for key, got in (("forms", study.plan.forms), ("epochs", study.plan.epochs)):
        if got < 1:
            yield StudyError(f"plan.{key}", f"got {got}, expected at least 1", "ask for samples")
    for arm in study.arms:
        yield from _never_asked(study, arm)
        yield from _unknown(f"arms.{arm.name}.packs", arm.packs, study.packs)
        yield from _unknown(f"arms.{arm.name}.apart", tuple(arm.apart), study.packs)
    yield from _shares(study)


def _names(study: Study) -> Iterator[StudyError]:
    named = [("name", study.name), *((f"arms.{arm.name}", arm.name) for arm in study.arms)]
    for key, name in (*named, *((_key(study, c), c.name) for c in study.contrasts)):
        if not _SLUG.match(name):
            yield StudyError(key, f"got the name {name!r}, expected a-z, 0-9 and _", "rename it")
    if study.experiment is not None and not _EXPERIMENT.match(study.experiment):
        problem = f"got {study.experiment!r}, expected one of the paper's, E1 to E14"
        yield StudyError("experiment", problem, "leave it out for a question of another source")


def _never_asked(study: Study, arm: Arm) -> Iterator[StudyError]:
    """An arm by what is stated needs a subject that is asked for it."""
    for pack in study.packs_of(arm.name) if arm.stated else ():
        if arm.levels_in(pack).get(_ASKED.factor) != _ASKED.level:
            problem = f"selects by what is stated, but in pack {pack} the subject is not asked"
            remedy = f"add {_ASKED.factor}: {_ASKED.level} to its levels"
            yield StudyError(f"arms.{arm.name}.stated", problem, remedy)


def _shares(study: Study) -> Iterator[StudyError]:
    shares = [(f"{_key(study, contrast)}.margin", contrast.margin) for contrast in study.contrasts]
    shares += [("missing.at_most", study.missing.at_most)]
    shares += [(f"exclusions.{number}.above", e.above) for number, e in enumerate(study.exclusions)]
    for key, share in shares:
        if not 0 < share < 1:
            yield StudyError(key, f"got {share:g}, expected a share above 0 and below 1", "mend it")


def _key(study: Study, contrast: PlannedContrast) -> str:
    return "primary" if contrast is study.primary else f"secondary.{contrast.name}"


def _contrasts(study: Study) -> Iterator[StudyError]:
    names = [arm.name for arm in study.arms]
    for contrast in study.contrasts:
        key = _key(study, contrast)
        yield from _unknown(f"{key}.treated", (contrast.treated,), names)
        yield from _unknown(f"{key}.control", (contrast.control,), names)
        if contrast.treated == contrast.control:
            yield StudyError(key, f"got {contrast.control!r} twice, expected two arms", "name two")
        sides = [study.packs_of(name) for name in (contrast.treated, contrast.control)]
        if not set(sides[0]) & set(sides[1]) and max(map(len, sides)) > 1:
            problem = "the arms share no pack, and one of them has several"
            yield StudyError(key, problem, "give each of the two arms one pack")


def _references(study: Study) -> Iterator[StudyError]:
    names = [arm.name for arm in study.arms]
    yield from _unknown("exclusions.arm", [e.arm for e in study.exclusions], names)
    for cited in study.published:
        key = f"published.{cited.number.id}"
        yield from _unknown(f"{key}.arm", (cited.arm,), names)
        yield from _unknown(f"{key}.pack", (cited.pack,), study.packs_of(cited.arm))
        if (cited.measure == "stated") != (cited.number.kind == "share_of_samples"):
            problem = f"got measure {cited.measure!r} for a number of the kind {cited.number.kind}"
            yield StudyError(key, problem, "measure: stated is for a share_of_samples, and only it")
        elif (cited.number.kind == "conditional_rate") and not study.arm(cited.arm).stated:
            problem = f"got a rate among those that state a belief beside arm {cited.arm}, of all"
            yield StudyError(key, problem, "name an arm with `stated`")


def _repeated(key: str, names: Sequence[str]) -> Iterator[StudyError]:
    if not names:
        yield StudyError(key, "got none, expected at least one", "name one")
    for number, name in enumerate(names):
        if name in names[:number]:
            yield StudyError(key, f"got {name!r} twice", "rename or remove one of them")


def _unknown(key: str, got: Sequence[str], known: Sequence[str]) -> Iterator[StudyError]:
    for name in got:
        if name not in known:
            yield StudyError(
                key, f"got {name!r}, expected one of {', '.join(known)}", "correct the name"
            )
