"""How far judges agree on the same answers, cell by cell, and what to read where they do not."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import combinations, groupby

import numpy as np
import pandas as pd

from turncoat.analysis.cells import UNSCORED
from turncoat.design import FACTORS, Condition, sample_key
from turncoat.stats import Estimate, count, rate
from turncoat.stats.agreement import Coefficient, kappa
from turncoat.verdict.verdicts import Unscored

_HARM, _NO_HARM = "harm", "no_harm"
_SAMPLE = ["scenario", "model", "sample_id", "epoch"]


@dataclass(frozen=True, slots=True)
class Rated:
    """What one judge found in a cell, those answers included that needed no judge.

    Attributes:
        judge: identity.
        member: whether it judged as a member of a panel.
        planned: answers that it was to judge.
        rate: share of harm among those that it scored.
    """

    judge: str
    member: bool
    planned: int
    rate: Estimate


@dataclass(frozen=True, slots=True)
class Pair:
    """Two judges on the answers of a cell that any judge was asked about.

    Attributes:
        first, second: identities.
        both: answers that both scored.
        one_only: answers that one of them scored and the other did not.
        disagreed: answers that one of them calls harm and the other no harm.
        raw: share of `both` on which they agree.
        kappa: the same beyond chance; NaN where only one verdict was ever given.
    """

    first: str
    second: str
    both: int
    one_only: int
    disagreed: int
    raw: Estimate
    kappa: Coefficient


@dataclass(frozen=True, slots=True)
class CellAgreement:
    """The judges of one cell.

    Attributes:
        simulated: whether the subject or any judge is.
        asked: answers that the rules left open, so that a judge was asked.
        rated: each judge's rate.
        pairs: every two of them.
    """

    scenario: str
    model: str
    condition: Condition
    simulated: bool
    asked: int
    rated: tuple[Rated, ...]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One judge's verdict on an answer.

    Attributes:
        row: label of its row in the table.
        found: id of the outcome, or why there is none.
    """

    row: int
    judge: str
    verdict: str
    found: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """An answer that one judge calls harm and another no harm."""

    scenario: str
    model: str
    condition: Condition
    form: int
    epoch: int
    said: tuple[Said, ...]

    @property
    def evenness(self) -> int:
        """How far the votes are from an even split; 0 is even."""
        votes = [said.verdict for said in self.said]
        return abs(votes.count(_HARM) - votes.count(_NO_HARM))


@dataclass(frozen=True, slots=True)
class Agreements:
    """Everything about judges that judged the same answers; empty where no answer has two.

    Attributes:
        cells: in the order of factors and levels.
        disputes: to be read first, the most even ones first.
    """

    cells: tuple[CellAgreement, ...] = ()
    disputes: tuple[Dispute, ...] = ()


def agreements_of(observations: pd.DataFrame) -> Agreements:
    """The agreement of every two judges that are no panel: of its members, and of later judges.

    What the rules decide is the same for every judge and says nothing of how far they agree: such
    answers are in the judges' rates, and in no pair.

    Args:
        observations: the table of results, one row per sample, epoch and judge.
    """
    crowded = _crowded(observations)
    grouped = crowded.groupby(["scenario", "model", "condition"], sort=False)
    cells = sorted((_cell(rows) for _, rows in grouped), key=_place)
    disputes = sorted(_disputes(crowded), key=lambda one: (one.evenness, *_place(one)))
    return Agreements(tuple(cells), tuple(disputes))


def dispute_labels(observations: pd.DataFrame) -> "pd.Series[str]":
    """`form 3, epoch 1` for the rows of answers that are disputed; missing for every other row."""
    disputed = _split(_crowded(observations))[_SAMPLE].drop_duplicates().assign(disputed=True)
    marked = observations[_SAMPLE].merge(disputed, on=_SAMPLE, how="left")["disputed"]
    form, epoch = (observations[name].astype(str) for name in ("form", "epoch"))
    return ("form " + form + ", epoch " + epoch).where(marked.notna().to_numpy()).astype("string")


def _crowded(observations: pd.DataFrame) -> pd.DataFrame:
    """The rows of judges that are no panel, on answers that several of them judged."""
    panels = set(observations["panel"].dropna())
    single = observations[~observations["judge"].isin(panels)]
    return single[single.groupby(_SAMPLE)["judge"].transform("nunique") > 1]


def _split(crowded: pd.DataFrame) -> pd.DataFrame:
    """The rows of answers that one judge calls harm and another no harm."""
    given = crowded["verdict"].where(crowded["verdict"] != UNSCORED)
    return crowded[given.groupby([crowded[name] for name in _SAMPLE]).transform("nunique") > 1]


def _cell(rows: pd.DataFrame) -> CellAgreement:
    first = rows.iloc[0]
    asked = _asked(rows)
    judges = sorted(rows["judge"].unique())
    return CellAgreement(
        scenario=str(first["scenario"]),
        model=str(first["model"]),
        condition=sample_key(str(first["sample_id"])).condition,
        simulated=bool(rows["simulated"].any()),
        asked=asked.groupby(_SAMPLE).ngroups,
        rated=tuple(_rated(rows[rows["judge"] == judge]) for judge in judges),
        pairs=tuple(_pair(asked, one, two) for one, two in combinations(judges, 2)),
    )


def _asked(rows: pd.DataFrame) -> pd.DataFrame:
    """The answers that any judge was asked about."""
    looked = (rows["decided_by"] == "judge") | (rows["reason"] == Unscored.JUDGE_MALFORMED)
    return rows[
        looked.fillna(value=False).groupby([rows[name] for name in _SAMPLE]).transform("any")
    ]


def _rated(rows: pd.DataFrame) -> Rated:
    scored = rows[rows["verdict"] != UNSCORED]
    forms = scored["form"].to_numpy(dtype=np.int64)
    harm = (scored["verdict"] == _HARM).to_numpy(dtype=np.bool_)
    return Rated(
        judge=str(rows["judge"].iloc[0]),
        member=bool(rows["panel"].notna().any()),
        planned=len(rows),
        rate=rate(count(forms, harm)),
    )


def _pair(rows: pd.DataFrame, first: str, second: str) -> Pair:
    one, two = (
        rows.loc[rows["judge"] == judge, [*_SAMPLE, "form", "verdict"]] for judge in (first, second)
    )
    paired = one.merge(two, on=[*_SAMPLE, "form"], suffixes=("_one", "_two"))
    scored = paired[["verdict_one", "verdict_two"]] != UNSCORED
    both = paired[scored.all(axis=1)]
    same = (both["verdict_one"] == both["verdict_two"]).to_numpy(dtype=np.bool_)
    return Pair(
        first=first,
        second=second,
        both=len(both),
        one_only=int((scored.sum(axis=1) == 1).sum()),
        disagreed=int((~same).sum()),
        raw=rate(count(both["form"].to_numpy(dtype=np.int64), same)),
        kappa=kappa(_table(both)),
    )


def _table(both: pd.DataFrame) -> list[list[int]]:
    """Shape (2, 2): the first judge's verdicts in rows, the second's in columns."""
    verdicts = (_HARM, _NO_HARM)
    return [
        [
            int(((both["verdict_one"] == one) & (both["verdict_two"] == two)).sum())
            for two in verdicts
        ]
        for one in verdicts
    ]


def _disputes(crowded: pd.DataFrame) -> Iterator[Dispute]:
    names = [*_SAMPLE, "form", "judge", "verdict", "outcome", "reason"]
    split = _split(crowded)[names].rename_axis("row").reset_index()
    records = split.sort_values([*_SAMPLE, "judge"]).to_dict("records")
    for _, held in groupby(records, key=lambda record: tuple(record[name] for name in _SAMPLE)):
        yield _dispute(list(held))


def _dispute(records: list[dict[Hashable, object]]) -> Dispute:
    first = records[0]
    return Dispute(
        scenario=str(first["scenario"]),
        model=str(first["model"]),
        condition=sample_key(str(first["sample_id"])).condition,
        form=int(str(first["form"])),
        epoch=int(str(first["epoch"])),
        said=tuple(map(_said, records)),
    )


def _said(record: dict[Hashable, object]) -> Said:
    verdict = str(record["verdict"])
    found = record["reason"] if verdict == UNSCORED else record["outcome"]
    return Said(int(str(record["row"])), str(record["judge"]), verdict, str(found))


def _place(one: CellAgreement | Dispute) -> tuple[object, ...]:
    levels = tuple(factor.levels.index(one.condition[factor.name]) for factor in FACTORS)
    where = (one.scenario, one.model, levels)
    return where if isinstance(one, CellAgreement) else (*where, one.form, one.epoch)
