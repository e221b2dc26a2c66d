"""What was asked and what answered: the provenance block of the page."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from turncoat.report.labels import UNKNOWN


@dataclass(frozen=True, slots=True)
class Fact:
    """A property with every value that the rows have; more than one is worth a look."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of a model's rows; None where no provider told. Cached answers count once."""

    model: str
    subject_input: int | None
    subject_output: int | None
    judge_input: int | None
    judge_output: int | None
    cost_usd: float | None


_FACTS = {
    "judge": "judge",
    "model_returned": "model that answered",
    "temperature": "temperature",
    "max_tokens": "token limit",
    "reasoning_settings": "reasoning settings",
    "pack_hash": "pack",
    "rubric_hash": "rubric",
    "turncoat_version": "turncoat",
    "inspect_version": "Inspect",
}
_HASHES = ("pack_hash", "rubric_hash")
_SAMPLE = ["scenario", "model", "sample_id", "epoch"]


def facts_of(rows: pd.DataFrame) -> tuple[Fact, ...]:
    """The provenance of some rows."""
    return tuple(Fact(title, tuple(_values(rows, name))) for name, title in _FACTS.items())


def tokens_of(rows: pd.DataFrame) -> tuple[Tokens, ...]:
    """What each model's samples took; what several rows tell of one log's sample counts once."""
    return tuple(_tokens(str(model), held) for model, held in rows.groupby("model", sort=False))


def _tokens(model: str, rows: pd.DataFrame) -> Tokens:
    once, judged = rows.drop_duplicates(_SAMPLE), _judged(rows)
    return Tokens(
        model,
        _sum(once["input_tokens"]),
        _sum(once["output_tokens"]),
        _sum(judged["judge_input_tokens"]),
        _sum(judged["judge_output_tokens"]),
        None if judged["cost_usd"].isna().any() else float(judged["cost_usd"].sum()),
    )


def _judged(rows: pd.DataFrame) -> pd.DataFrame:
    """A row for each log that holds a verdict on a sample; later judges have logs of their own."""
    told = rows.sort_values("judge_input_tokens", na_position="last", kind="stable")
    once = told.drop_duplicates([*_SAMPLE, "verdict_log"])
    # A later verdict that needed no judge cost nothing, and has no price either.
    return once[once["verdict_log"].isna() | (once["judge_input_tokens"] != 0)]


def _values(rows: pd.DataFrame, name: str) -> Iterator[str]:
    ran = rows[rows["log"].notna()]
    for value in ran[name].drop_duplicates():
        if pd.isna(value):
            yield UNKNOWN
        elif name in _HASHES:
            yield str(value)[:12]
        else:
            yield f"{value:g}" if isinstance(value, float) else str(value)


def _sum(counts: "pd.Series[int]") -> int | None:
    return int(counts.sum()) if counts.notna().any() else None
