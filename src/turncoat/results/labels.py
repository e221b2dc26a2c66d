"""Labels that people gave to a run's observations, and the draw by which these were chosen.

One SQLite file in the run's folder. A draw is stored once and only grows, so that every annotator
reads the same transcripts; a label is a row that is never changed: the newest of an annotator counts.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

LABELS_FILE = "labels.sqlite"
HUMAN = "human"
"""Kind of every label of this store; those that ship with the catalog are `author`."""

_APPLICATION = 0x74636C62
_VERSION = 1
_BUSY_S = 30.0

_SCHEMA = """
CREATE TABLE draw (judge TEXT NOT NULL, seed INTEGER NOT NULL);
CREATE TABLE stratum (
  id INTEGER PRIMARY KEY,
  scenario TEXT NOT NULL, model TEXT NOT NULL, condition TEXT NOT NULL, name TEXT NOT NULL,
  drawn INTEGER NOT NULL,
  UNIQUE (scenario, model, condition, name)
);
CREATE TABLE member (
  id INTEGER PRIMARY KEY,
  stratum INTEGER NOT NULL REFERENCES stratum, place INTEGER NOT NULL,
  sample_id TEXT NOT NULL, epoch INTEGER NOT NULL, token TEXT NOT NULL UNIQUE, message_id TEXT,
  UNIQUE (stratum, place), UNIQUE (stratum, sample_id, epoch)
);
CREATE TABLE label (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  member INTEGER NOT NULL REFERENCES member, annotator TEXT NOT NULL,
  outcome TEXT, harm INTEGER, evidence TEXT NOT NULL, note TEXT NOT NULL,
  deception INTEGER NOT NULL, over_refusal INTEGER NOT NULL, outside_class INTEGER NOT NULL,
  saw_reasoning INTEGER NOT NULL,
  saved TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  CHECK ((outcome IS NULL) = (harm IS NULL))
);
CREATE INDEX label_of_annotator ON label (annotator, member, id);
"""

_LABELS = """
SELECT member.token, stratum.scenario, stratum.model, member.sample_id, member.epoch,
  label.annotator, label.outcome, label.harm, label.evidence, label.note, label.deception,
  label.over_refusal, label.outside_class, label.saw_reasoning, label.saved
FROM label JOIN member ON member.id = label.member JOIN stratum ON stratum.id = member.stratum
WHERE label.id IN (SELECT max(id) FROM label GROUP BY member, annotator)
ORDER BY label.id
"""

_STRATA = """
SELECT stratum.id, scenario, model, condition, name, drawn, sample_id, epoch, token, message_id
FROM stratum JOIN member ON member.stratum = stratum.id ORDER BY stratum.id, place
"""


class NoLabels(FileNotFoundError):
    """Nobody has labeled this run."""


class LabelsUnreadable(ValueError):
    """A file is no store of labels, or one of another version."""


class LabelsUnsaved(OSError):
    """The store cannot be written, or another process keeps it busy; what it held is unharmed."""


@dataclass(frozen=True, slots=True)
class Member:
    """An observation that could be drawn.

    Attributes:
        token: names it without telling anything of it.
        message_id: of the answer that was there when it was drawn; None where the table names none.
    """

    sample_id: str
    epoch: int
    token: str
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Stratum:
    """Observations of one cell among which all were equally likely to be drawn.

    Attributes:
        name: harm, no_harm, gate_closed or unscored, by the judge's verdicts when it was drawn.
        members: in random order; the first `drawn` of them are the draw.
    """

    scenario: str
    model: str
    condition: str
    name: str
    members: tuple[Member, ...]
    drawn: int

    @property
    def inclusion(self) -> float:
        """The probability with which each of the members was drawn."""
        return self.drawn / len(self.members)


@dataclass(frozen=True, slots=True)
class Draw:
    """What is labeled, drawn at random within strata of each cell.

    Attributes:
        judge: identity of the judge whose verdicts made the strata.
        seed: of the random orders.
    """

    judge: str
    seed: int
    strata: tuple[Stratum, ...]

    @property
    def size(self) -> int:
        """How many observations are to be labeled."""
        return sum(stratum.drawn for stratum in self.strata)

    @property
    def observations(self) -> tuple["Drawn", ...]:
        """Everything that could be drawn, with what was."""
        return tuple(
            Drawn(
                token=member.token,
                scenario=stratum.scenario,
                model=stratum.model,
                condition=stratum.condition,
                sample_id=member.sample_id,
                epoch=member.epoch,
                stratum=stratum.name,
                inclusion=stratum.inclusion,
                drawn=place < stratum.drawn,
                message_id=member.message_id,
            )
            for stratum in self.strata
            for place, member in enumerate(stratum.members)
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """An observation of the frame, with its chance and its luck.

    Attributes:
        inclusion: probability of being drawn.
        drawn: whether it was, and so is to be labeled.
        message_id: of the answer that labels are about; None where it is not known.
    """

    token: str
    scenario: str
    model: str
    condition: str
    sample_id: str
    epoch: int
    stratum: str
    inclusion: float
    drawn: bool
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What an annotator says of one transcript.

    Attributes:
        outcome: id of the pack's outcome; None for undecided.
        harm: whether that outcome is harm in the pack's order; None for undecided.
        evidence: passages of the agent's answer.
        deception, over_refusal, outside_class: marks beside the outcome.
        saw_reasoning: whether the page showed the agent's private reasoning.
    """

    outcome: str | None
    harm: bool | None
    evidence: tuple[str, ...] = ()
    note: str = ""
    deception: bool = False
    over_refusal: bool = False
    outside_class: bool = False
    saw_reasoning: bool = False

    @property
    def undecided(self) -> bool:
        """Whether the annotator could not tell."""
        return self.outcome is None


@dataclass(frozen=True, slots=True)
class Label:
    """The newest finding of one annotator on one observation.

    Attributes:
        saved: ISO time, UTC.
    """

    token: str
    scenario: str
    model: str
    sample_id: str
    epoch: int
    annotator: str
    finding: Finding
    saved: str


@dataclass(frozen=True, slots=True)
class Labels:
    """What a store holds."""

    draw: Draw
    labels: tuple[Label, ...]

    @property
    def annotators(self) -> tuple[str, ...]:
        """Everybody who labeled anything, in alphabetical order."""
        return tuple(sorted({label.annotator for label in self.labels}))

    def of(self, annotator: str) -> dict[str, Label]:
        """The labels of one annotator, by token, the oldest first."""
        return {label.token: label for label in self.labels if label.annotator == annotator}


def read_labels(folder: str | Path) -> Labels:
    """The draw of a run, and the newest label of every annotator on everything that they labeled.

    Args:
        folder: the run's, which holds `labels.sqlite`.

    Raises:
        NoLabels: there is no such file.
        LabelsUnreadable: the file is no store of labels, or one of another version.
    """
    return LabelStore(Path(folder) / LABELS_FILE).read()


class LabelStore:
    """The store of one run; any number of processes may use it at once.

    Each call opens the file and closes it: what a call has returned from is on the disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, draw: Draw) -> Draw:
        """Store a draw where there is none yet.

        Returns:
            The draw that holds: the one that was stored first.

        Raises:
            LabelsUnreadable: the file is no store of labels.
            LabelsUnsaved: it cannot be written.
        """
        with self._writing(create=True) as db:
            if _is_empty(db):
                _create(db)
                _insert(db, draw)
            _refuse_other(db, self.path)
        return self.read().draw

    def extend(self, draw: Draw) -> Draw:
        """Let a draw grow within its strata; what was drawn stays drawn.

        Args:
            draw: as stored, with other numbers of what is drawn; smaller ones change nothing.

        Raises:
            NoLabels, LabelsUnreadable, LabelsUnsaved: as above.
        """
        with self._writing() as db:
            _refuse_other(db, self.path)
            for stratum in draw.strata:
                db.execute(
                    "UPDATE stratum SET drawn = max(drawn, ?) "
                    "WHERE scenario = ? AND model = ? AND condition = ? AND name = ?",
                    (
                        min(stratum.drawn, len(stratum.members)),
                        *(stratum.scenario, stratum.model, stratum.condition, stratum.name),
                    ),
                )
        return self.read().draw

    def save(self, token: str, annotator: str, finding: Finding) -> None:
        """Add a label in one transaction; it is on the disk when this returns.

        Raises:
            KeyError: nothing has this token.
            NoLabels, LabelsUnreadable, LabelsUnsaved: as above.
        """
        with self._writing() as db:
            _refuse_other(db, self.path)
            found = db.execute("SELECT id FROM member WHERE token = ?", (token,)).fetchone()
            if found is None:
                raise KeyError(token)
            db.execute(
                "INSERT INTO label (member, annotator, outcome, harm, evidence, note, deception, "
                "over_refusal, outside_class, saw_reasoning) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (found[0], annotator, *_values(finding)),
            )

    def read(self) -> Labels:
        """Everything that counts.

        Raises:
            NoLabels, LabelsUnreadable: as for `read_labels`.
        """
        with self._reading() as db:
            _refuse_other(db, self.path)
            judge, seed = db.execute("SELECT judge, seed FROM draw").fetchone()
            strata = tuple(_strata(db.execute(_STRATA)))
            labels = tuple(_label(row) for row in db.execute(_LABELS))
        return Labels(Draw(judge, seed, strata), labels)

    def of(self, annotator: str) -> dict[str, Label]:
        """The labels of one annotator, by token, the oldest first; the draw is not read again.

        Raises:
            NoLabels, LabelsUnreadable: as for `read_labels`.
        """
        with self._reading() as db:
            _refuse_other(db, self.path)
            found = map(_label, db.execute(_LABELS))
            return {label.token: label for label in found if label.annotator == annotator}

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(self._connection()) as db:
                # One transaction: what is read belongs to one moment.
                db.execute("BEGIN")
                yield db
        except sqlite3.OperationalError as error:
            raise LabelsUnreadable(f"{self.path} cannot be read: {error}") from error
        except sqlite3.DatabaseError as error:
            raise LabelsUnreadable(f"{self.path} is no SQLite file: {error}") from error

    @contextmanager
    def _writing(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        try:
            with closing(self._connection(create=create)) as db:
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise LabelsUnsaved(f"{self.path} cannot be written: {error}") from error
        except sqlite3.DatabaseError as error:
            raise LabelsUnreadable(f"{self.path} is no SQLite file: {error}") from error

    def _connection(self, *, create: bool = False) -> sqlite3.Connection:
        if not (create or self.path.is_file()):
            raise NoLabels(f"no {self.path.name} in {self.path.parent}: nothing is labeled there")
        # Never read-only: the reader after a crash is the one that rolls back.
        uri = f"{self.path.resolve().as_uri()}?mode={'rwc' if create else 'rw'}"
        db = sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None)
        db.execute("PRAGMA foreign_keys = ON")
        # One file at rest, and a label is on the disk before the page says so.
        db.execute("PRAGMA synchronous = FULL")
        return db


def _is_empty(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def _create(db: sqlite3.Connection) -> None:
    # Not `executescript`, which would commit the transaction.
    for statement in filter(str.strip, _SCHEMA.split(";")):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {_APPLICATION}")
    db.execute(f"PRAGMA user_version = {_VERSION}")


def _refuse_other(db: sqlite3.Connection, path: Path) -> None:
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if application != _APPLICATION:
        raise LabelsUnreadable(f"{path} is a SQLite file of something else, not of labels")
    if version != _VERSION:
        raise LabelsUnreadable(
            f"{path} has version {version} of the labels' format, and this turncoat reads {_VERSION}"
        )


def _insert(db: sqlite3.Connection, draw: Draw) -> None:
    db.execute("INSERT INTO draw (judge, seed) VALUES (?, ?)", (draw.judge, draw.seed))
    for number, stratum in enumerate(draw.strata, start=1):
        cell = (stratum.scenario, stratum.model, stratum.condition, stratum.name)
        db.execute("INSERT INTO stratum VALUES (?, ?, ?, ?, ?, ?)", (number, *cell, stratum.drawn))
        db.executemany(
            "INSERT INTO member (stratum, place, sample_id, epoch, token, message_id) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            _rows(number, stratum.members),
        )


def _rows(stratum: int, members: Sequence[Member]) -> Iterator[tuple[object, ...]]:
    for place, member in enumerate(members):
        yield stratum, place, member.sample_id, member.epoch, member.token, member.message_id


def _strata(rows: Iterable[tuple[object, ...]]) -> Iterator[Stratum]:
    for (_, *cell, drawn), members in groupby(rows, key=lambda row: row[:6]):
        scenario, model, condition, name = map(str, cell)
        held = tuple(map(_member, members))
        yield Stratum(scenario, model, condition, name, held, int(str(drawn)))


def _member(row: Sequence[object]) -> Member:
    sample_id, epoch, token, message_id = row[6:]
    told = None if message_id is None else str(message_id)
    return Member(str(sample_id), int(str(epoch)), str(token), told)


def _values(finding: Finding) -> tuple[object, ...]:
    return (
        finding.outcome,
        finding.harm,
        json.dumps(finding.evidence, ensure_ascii=False),
        finding.note,
        *(finding.deception, finding.over_refusal, finding.outside_class, finding.saw_reasoning),
    )


def _label(row: Sequence[object]) -> Label:
    token, scenario, model, sample_id, epoch, annotator, outcome, harm, evidence, note = row[:10]
    deception, over_refusal, outside_class, saw_reasoning = map(bool, row[10:14])
    finding = Finding(
        outcome=None if outcome is None else str(outcome),
        harm=None if harm is None else bool(harm),
        evidence=tuple(json.loads(str(evidence))),
        note=str(note),
        deception=deception,
        over_refusal=over_refusal,
        outside_class=outside_class,
        saw_reasoning=saw_reasoning,
    )
    where = (str(token), str(scenario), str(model), str(sample_id), int(str(epoch)))
    return Label(*where, str(annotator), finding, str(row[14]))
