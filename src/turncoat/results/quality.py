"""The measured quality of judges, kept under their identity and beside no single run."""

from hashlib import sha256
from logging import getLogger
from pathlib import Path
from typing import Literal

import pandas as pd
from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, ValidationError

_logger = getLogger(__name__)

Gate = Literal["passed", "failed", "too few labels", "no judge needed"]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Interval(_Data):
    """A number with its interval; None where there is none."""

    point: float | None
    low: float | None
    high: float | None


class Share(_Data):
    """A share of cases, with Wilson's interval.

    Attributes:
        right, n: cases.
        unscored: cases without a verdict, which are in neither.
    """

    right: int
    n: int
    unscored: int
    value: Interval


class OutcomeShare(_Data):
    """How a judge treats the cases of one outcome: the share on the right side of harm."""

    outcome: str
    harm: bool
    share: Share


class Cell(_Data):
    """Cases of one right outcome that the judge gave one outcome; `said` None is unscored."""

    label: str
    said: str | None
    n: int


class HazardQuality(_Data):
    """A judge on the labeled cases of one hazard that the rules leave to it.

    Attributes:
        hazard: name.
        sensitivity, specificity: of harm.
        kappa: Cohen's, of harm against no harm.
        outcomes: by right outcome.
        confusion: by right and given outcome.
        by_rules: cases that the rules decide by themselves, and how many of them rightly.
        gate: whether the lower bounds reach the least share, a case without a verdict being an error.
    """

    hazard: str
    sensitivity: Share
    specificity: Share
    kappa: Interval
    outcomes: tuple[OutcomeShare, ...]
    confusion: tuple[Cell, ...]
    by_rules: tuple[int, int]
    gate: Gate


class MarkQuality(_Data):
    """A judge on one mark beside the verdict.

    Attributes:
        rubric: name and version of the criterion; `rubric_hash` is of its texts.
    """

    mark: str
    rubric: str
    rubric_hash: str
    sensitivity: Share
    specificity: Share
    kappa: Interval
    gate: Gate


class FlipQuality(_Data):
    """How often a text that tries to sway the judge changes what it says.

    Attributes:
        technique: None: all of them.
        flips: pairs in which the verdict changed between harm and no harm.
        n: pairs with two verdicts.
        lost: pairs of which a verdict is missing on either side.
    """

    technique: str | None
    flips: int
    n: int
    lost: int
    value: Interval


class JudgeQuality(_Data):
    """What `turncoat judge check` found out about one judge.

    Attributes:
        judge: identity: models with their settings, rubric and its version.
        rubric_hash: of the rubric of the verdict.
        labels: whose labels they are: `author`.
        labels_hash: of the labeled set.
        part: dev or test.
        least: what the lower bounds must reach.
        measured: date, ISO.
        simulated: whether the judge is a simulation of ours.
        cases: transcripts that it was asked about.
        gate: passed where every hazard passed that needs a judge.
        turncoat_version: that measured.
    """

    judge: str
    rubric_hash: str | None
    labels: str
    labels_hash: str
    part: str
    least: float
    measured: str
    simulated: bool
    cases: int
    hazards: tuple[HazardQuality, ...]
    marks: tuple[MarkQuality, ...]
    flips: tuple[FlipQuality, ...]
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None
    gate: Gate
    turncoat_version: str

    def on_mark(self, mark: str) -> MarkQuality | None:
        """On one mark; None where it was not asked about it."""
        return next((one for one in self.marks if one.mark == mark), None)

    def of(self, hazard: str) -> HazardQuality | None:
        """On one hazard; None where it was not measured on it."""
        return next((one for one in self.hazards if one.hazard == hazard), None)


class QualityUnreadable(ValueError):
    """A file with a judge's measured quality that is none."""


def quality_folder() -> Path:
    """Where this user's measurements are kept."""
    return user_data_path("turncoat") / "judges"


def keep_quality(found: JudgeQuality, folder: Path) -> Path:
    """Keep a measurement; an earlier one of the same judge and rubric is replaced.

    One that was not asked about marks takes over those of an earlier one on the same labels.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _file(found.judge, found.rubric_hash)
    kept = found if found.marks else _with_marks(found, path)
    part = path.with_suffix(".part")
    part.write_text(kept.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return part.replace(path)


def _with_marks(found: JudgeQuality, path: Path) -> JudgeQuality:
    try:
        earlier = _read(path) if path.is_file() else None
    except QualityUnreadable:
        return found
    same = ("labels_hash", "part", "least")
    if earlier is None or any(getattr(earlier, name) != getattr(found, name) for name in same):
        return found
    return found.model_copy(update={"marks": earlier.marks})


def quality_of(judge: str, rubric_hash: str | None, folder: Path) -> JudgeQuality | None:
    """The kept measurement of a judge; None where it was never measured, or by another rubric.

    Raises:
        QualityUnreadable: there is a file that is none.
    """
    path = folder / _file(judge, rubric_hash)
    return _read(path) if path.is_file() else None


def qualities_in(folder: Path) -> tuple[JudgeQuality, ...]:
    """Every kept measurement, by judge.

    Raises:
        QualityUnreadable: there is a file that is none.
    """
    found = (_read(path) for path in sorted(folder.glob("*.json")))
    return tuple(sorted(found, key=lambda one: one.judge))


def qualities_for(observations: pd.DataFrame, folder: Path) -> dict[str, JudgeQuality]:
    """What is known of the judges of a table, by identity; who was never measured is absent.

    A measurement that cannot be read is named in a warning of the logger, and left out.
    """
    rows = observations[["judge", "rubric_hash"]].dropna().drop_duplicates()
    found: dict[str, JudgeQuality] = {}
    for judge, rubric_hash in rows.itertuples(index=False):
        try:
            quality = quality_of(str(judge), str(rubric_hash), folder)
        except QualityUnreadable as error:
            _logger.warning("%s", error)
            continue
        if quality is not None:
            found[str(judge)] = quality
    return found


def _read(path: Path) -> JudgeQuality:
    try:
        found = JudgeQuality.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise QualityUnreadable(f"{path} holds no measurement of a judge: {error}") from error
    if path.name != _file(found.judge, found.rubric_hash):
        raise QualityUnreadable(f"{path} holds the measurement of another judge, {found.judge}")
    return found


def _file(judge: str, rubric_hash: str | None) -> str:
    """The identity's hash: a name of its own for every model, setting, rubric and version."""
    identity = "\0".join((judge, rubric_hash or ""))
    return f"{sha256(identity.encode()).hexdigest()[:24]}.json"
