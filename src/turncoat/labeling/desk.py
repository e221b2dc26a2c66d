"""One annotator at work: which transcripts in which order, what is done, what is left."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import pandas as pd

from turncoat.design import sample_key
from turncoat.labeling.cases import Case, case_of
from turncoat.results import LabelStore, Run, read_observations, read_transcripts
from turncoat.results.labels import Draw, Finding, Label
from turncoat.scenario import Scenario, render

_KEY = ["scenario", "model", "sample_id", "epoch"]
_CASES = 64
"""In memory at a time; another is read from its log in some hundredths of a second."""


class OtherPack(ValueError):
    """The pack at hand is not the one that the run used, so that its facts may be others."""


class Gone(LookupError):
    """What was drawn is no longer in the run's logs."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an annotator is."""

    done: int
    of: int

    @property
    def left(self) -> int:
        """How many are not labeled."""
        return self.of - self.done


class Desk:
    """The transcripts of one annotator, in an order of its own."""

    def __init__(
        self, store: LabelStore, run: Run, packs: Mapping[str, Scenario], seat: "Seat"
    ) -> None:
        """Read what is to be labeled.

        Args:
            store: holds the draw, and takes the labels.
            run: the observations.
            packs: of each scenario of the run, by name.
            seat: who labels, and what of each transcript is shown.

        Raises:
            OtherPack: a pack is not the run's.
            Gone: a drawn observation is not in the logs.
        """
        draw = store.read().draw
        self.seat = seat
        self.run = run
        self.order = _order(draw, seat.annotator)
        self._store = store
        self._packs = packs
        self._rows = _rows(draw, run)
        refuse_other_packs(self._rows, packs)
        self.case = lru_cache(_CASES)(self._case)

    @property
    def labels(self) -> dict[str, Label]:
        """What this annotator has labeled of the draw, by token."""
        held = self._store.of(self.seat.annotator)
        return {token: held[token] for token in self.order if token in held}

    @property
    def progress(self) -> Progress:
        """How far the annotator is."""
        return Progress(len(self.labels), len(self.order))

    def __contains__(self, token: str) -> bool:
        return token in self._rows.index

    def save(self, token: str, finding: Finding) -> None:
        """Keep a label; see `LabelStore.save`."""
        self._store.save(token, self.seat.annotator, finding)

    def open_after(self, token: str | None = None) -> str | None:
        """The next transcript without a label, from one on and around; None if all have one."""
        labeled = self.labels
        start = self.order.index(token) + 1 if token else 0
        around = (*self.order[start:], *self.order[:start])
        return next((token for token in around if token not in labeled), None)

    def beside(self, token: str, step: int) -> str | None:
        """The transcript one step before (-1) or after (1) in this annotator's order."""
        place = self.order.index(token) + step
        return self.order[place] if 0 <= place < len(self.order) else None

    def _case(self, token: str) -> Case:
        row = self._rows.loc[token]
        key = sample_key(str(row["sample_id"]))
        scenario = str(row["scenario"])
        brief = render(self._packs[scenario], key.condition, key.form)
        rows = self._rows.loc[[token]].reset_index(drop=True)
        [transcript] = read_transcripts(self.run.log_dir, rows)
        facts = self.run.scenarios[scenario]
        return case_of(brief, facts, transcript, show_reasoning=self.seat.show_reasoning)


@dataclass(frozen=True, slots=True)
class Seat:
    """Who labels, and whether the page shows the agent's private reasoning."""

    annotator: str
    show_reasoning: bool = False


def refuse_other_packs(rows: pd.DataFrame, packs: Mapping[str, Scenario]) -> None:
    """Refuse rows that another pack than the one at hand made.

    Raises:
        OtherPack: the first of them.
    """
    for name, hashes in rows.groupby("scenario")["pack_hash"]:
        held = packs[str(name)].pack_hash
        other = [value for value in hashes.dropna().unique() if value != held]
        if other:
            raise OtherPack(f"pack {name}: the run's is {other[0][:12]}, the one here {held[:12]}")


def _order(draw: Draw, annotator: str) -> tuple[str, ...]:
    """Another order for everybody, the same at every start; what a draw gains mixes in."""
    tokens = [entry.token for entry in draw.observations if entry.drawn]
    return tuple(
        sorted(tokens, key=lambda token: sha256(f"{annotator}\0{token}".encode()).digest())
    )


def _rows(draw: Draw, run: Run) -> pd.DataFrame:
    """The table's rows of what is drawn, by token."""
    found = _found(draw, run.observations)
    # The run's last command may have asked for fewer rows than its logs hold.
    if found["log"].isna().any():
        found = _found(draw, read_observations(run.log_dir))
    gone = found[found["log"].isna()]
    if len(gone):
        first = gone.iloc[0]
        raise Gone(
            f"{len(gone)} of {len(found)} drawn observations are in no log, the first one "
            f"{first['scenario']} {first['model']} {first['sample_id']} epoch {first['epoch']}"
        )
    return found


def _found(draw: Draw, table: pd.DataFrame) -> pd.DataFrame:
    drawn = [entry for entry in draw.observations if entry.drawn]
    wanted = pd.DataFrame(
        [[getattr(entry, name) for name in _KEY] for entry in drawn], columns=_KEY
    )
    # Every judge's row leads to the same answer; a judge that came later may not be in this table.
    own = table["judge"] == draw.judge
    rows = pd.concat([table[own], table[~own]]).drop_duplicates(_KEY)
    found = wanted.merge(rows, on=_KEY, how="left", validate="one_to_one")
    found.index = pd.Index([entry.token for entry in drawn])
    return found
