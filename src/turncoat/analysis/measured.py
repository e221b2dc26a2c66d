"""How many tokens a sample took in a run, from its table of observations."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from turncoat.analysis.planning import Purpose

_ANSWER = ["scenario", "model", "sample_id", "epoch"]
_ENDED_EARLY = ("not_run", "subject_error", "judge_unreachable")
_RULES = "rules"
_MARKED: dict[str, Purpose] = {
    "deception": "conduct",
    "over_refusal": "conduct",
    "outside_class": "conduct",
    "aware_reasoning": "aware_reasoning",
    "aware_mail": "aware_mail",
}


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean tokens of a sample, over the samples of which they are known.

    Attributes:
        input: read.
        output: written.
        n: samples.
        simulated: whether anybody in it was: simulated models count words, not tokens.
    """

    input: float
    output: float
    n: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class Bench:
    """Who judged a scenario first.

    Attributes:
        judge: identity.
        members: models that were asked: 1, or those of a panel.
        marks: what was asked beside the verdict.
        tokens: subject to the mean over all of its samples, those that needed no judge included.
    """

    judge: str
    members: int
    marks: frozenset[Purpose]
    tokens: Mapping[str, Mean]

    @property
    def legacy(self) -> bool:
        """Whether it was the published scoring."""
        return self.judge.startswith("legacy:")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a scenario took in a run.

    Attributes:
        answers: subject to the mean of its answer, and of what it was asked afterwards.
        afterwards: whether it was asked.
        bench: None where no model judged, or its provider told no usage.
    """

    answers: Mapping[str, Mean]
    afterwards: bool
    bench: Bench | None


def measured_of(table: pd.DataFrame) -> dict[str, Measured]:
    """Scenario to what its samples took.

    Samples that ended early are left out, and so are answers of which no provider told the usage.

    Args:
        table: observations of a run.
    """
    return {str(name): _measured(rows) for name, rows in table.groupby("scenario")}


def _measured(rows: pd.DataFrame) -> Measured:
    answered = rows[~rows["reason"].isin(["not_run", "subject_error"])]
    answers = answered.drop_duplicates(_ANSWER)
    told = answers[answers["input_tokens"].fillna(0) > 0]
    asked = bool(rows[["afterwards", "afterwards_reason"]].notna().any(axis=None))
    # A row is simulated where its judge is, too: of the answer only the subject counts.
    told = told.assign(simulated=told["model"].str.startswith("sim/"))
    return Measured(_means(told, "input_tokens", "output_tokens"), asked, _bench(rows))


def _bench(rows: pd.DataFrame) -> Bench | None:
    first = rows[rows["verdict_log"].isna() & rows["panel"].isna() & (rows["judge"] != _RULES)]
    judged = first[~first["reason"].isin(_ENDED_EARLY)]
    if judged.empty:
        return None
    judge = str(judged["judge"].mode()[0])
    own = judged[judged["judge"] == judge]
    # Calls without a usage are missing in the table: a mean of the others would be too low.
    if own["judge_input_tokens"].isna().any():
        return None
    members = rows.loc[rows["panel"] == judge, "judge"].nunique()
    means = _means(own, "judge_input_tokens", "judge_output_tokens")
    return Bench(judge, max(1, members), _marks(own), means)


def _marks(rows: pd.DataFrame) -> frozenset[Purpose]:
    asked = {mark for text in rows["marks_asked"].dropna().unique() for mark in text.split("; ")}
    return frozenset(_MARKED[mark] for mark in asked)


def _means(rows: pd.DataFrame, read: str, written: str) -> dict[str, Mean]:
    return {
        str(model): Mean(
            float(own[read].mean()),
            float(own[written].mean()),
            len(own),
            bool(own["simulated"].any()),
        )
        for model, own in rows.groupby("model")
    }
