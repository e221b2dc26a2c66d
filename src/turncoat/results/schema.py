"""The table of observations: its columns, what each may hold, and the check.

One row per sample, epoch and judge. What was not measured is missing, never 0 or "".
"""

from functools import cache

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from turncoat.design import CONTROLS, FACTORS
from turncoat.verdict.afterwards import Afterwards
from turncoat.verdict.belief import Belief
from turncoat.verdict.marks import MARKS
from turncoat.verdict.verdicts import Response, Unscored

KEY = ["scenario", "model", "sample_id", "epoch", "judge"]
"""What makes a row unique."""

TEXT = pd.StringDtype(na_value=np.nan)
COUNT = pd.Int64Dtype()
REAL = pd.Float64Dtype()
BOOLEAN = pd.BooleanDtype()

VERDICTS = ("harm", "no_harm", "unscored")
ROLES = ("treated", *(control.name for control in CONTROLS))
DECIDERS = ("ledger", "judge", "gate")

_SHOWN = 5
_EXPECTED = {
    "not_nullable": "a value, this column has no missing ones",
    "multiple_fields_uniqueness": f"each {', '.join(KEY)} once",
    "column_in_dataframe": "this column, which is missing",
    "column_in_schema": "no such column",
    "column_ordered": "the columns in their order",
}


_NOT_NEGATIVE = pa.Check.ge(0, error="0 or more")
_FROM_ONE = pa.Check.ge(1, error="1 or more")


class ObservationsError(ValueError):
    """A table is no table of observations; the message names columns, values and rows."""


@cache
def schema() -> pa.DataFrameSchema:
    """The schema, strict about columns, their order and their types."""
    return pa.DataFrameSchema(
        {column.name: column for column in _columns()},
        checks=[
            pa.Check(_reasons_fit, error="an unscored row has a reason, and no other row has one"),
            pa.Check(_outcomes_fit, error="a scored row has an outcome, and no other row has one"),
        ],
        strict=True,
        ordered=True,
        unique=KEY,
    )


def columns() -> list[str]:
    """Names of the columns, in order."""
    return list(schema().columns)


def observations(rows: list[dict[str, object]]) -> pd.DataFrame:
    """The checked table of these rows, sorted by key; a key that a row lacks is missing in it.

    Raises:
        ObservationsError: a row does not fit the schema.
    """
    dtypes = {name: column.dtype.type for name, column in schema().columns.items()}
    table = pd.DataFrame(
        {name: pd.array([row.get(name) for row in rows], dtype=dtypes[name]) for name in dtypes}
    )
    return check(table.sort_values(KEY, ignore_index=True))


def check(table: pd.DataFrame) -> pd.DataFrame:
    """The table itself, once it has passed.

    Raises:
        ObservationsError: a column is missing, unknown or of another type, or a value or a
            combination is not allowed.
    """
    try:
        schema().validate(table, lazy=True)
    except SchemaErrors as failure:
        raise ObservationsError(_explain(failure.failure_cases)) from failure
    return table


def _columns() -> list[pa.Column]:
    return [*_what(), *_verdict(), *_marks(), *_beliefs(), *_amounts(), *_provenance()]


def _what() -> list[pa.Column]:
    return [
        _text("model"),
        _text("scenario"),
        *(_choice(factor.name, factor.levels) for factor in FACTORS),
        _text("condition"),
        _choice("role", ROLES),
        pa.Column("int64", _FROM_ONE, name="form"),
        pa.Column("int64", _FROM_ONE, name="epoch"),
        _text("judge"),
        _text("panel", missing=True),
    ]


def _verdict() -> list[pa.Column]:
    return [
        _choice("verdict", VERDICTS),
        _text("outcome", missing=True),
        _count("outcome_rank"),
        _choice("reason", tuple(Unscored), missing=True),
        _choice("decided_by", DECIDERS, missing=True),
        _choice("response", tuple(Response), missing=True),
    ]


def _marks() -> list[pa.Column]:
    """What the answer shows beside its outcome: true, false, or missing where nobody knows.

    `marks_asked` names those that were asked for: of the others nobody tried to know.
    """
    return [
        *(pa.Column(BOOLEAN, name=mark, nullable=True) for mark in MARKS),
        _text("marks_asked", missing=True),
        _text("marks_judge", missing=True),
    ]


def _beliefs() -> list[pa.Column]:
    """What the subject says of its situation: when it is asked first, and when all is over."""
    return [
        _choice("stated_belief", tuple(Belief), missing=True),
        _choice("afterwards", tuple(Afterwards), missing=True),
        _choice("afterwards_reason", tuple(Unscored), missing=True),
    ]


def _amounts() -> list[pa.Column]:
    return [
        *(_count(name) for name in ("acts", "malformed", "rejected", "duties_done", "duties")),
        *(
            _count(f"{whose}{way}_tokens")
            for whose in ("", "judge_")
            for way in ("input", "output")
        ),
        pa.Column(REAL, _NOT_NEGATIVE, name="cost_usd", nullable=True),
    ]


def _provenance() -> list[pa.Column]:
    return [
        pa.Column(REAL, _NOT_NEGATIVE, name="temperature", nullable=True),
        _count("max_tokens"),
        *(_text(name, missing=True) for name in ("reasoning_settings", "model_returned")),
        *(_text(name, missing=True) for name in ("stop_reason", "prompt_hash")),
        *(_text(name, missing=True) for name in ("pack_hash", "rubric_hash")),
        *(_text(name, missing=True) for name in ("turncoat_version", "inspect_version")),
        pa.Column("bool", name="simulated"),
        _text("log", missing=True),
        _text("verdict_log", missing=True),
        _text("sample_id"),
        *(_text(name, missing=True) for name in ("sample_uuid", "message_id")),
    ]


def _text(name: str, *, missing: bool = False) -> pa.Column:
    return pa.Column(TEXT, name=name, nullable=missing)


def _choice(name: str, allowed: tuple[str, ...], *, missing: bool = False) -> pa.Column:
    values = [str(value) for value in allowed]
    one_of = pa.Check.isin(values, error=f"one of {', '.join(values)}")
    return pa.Column(TEXT, one_of, name=name, nullable=missing)


def _count(name: str) -> pa.Column:
    return pa.Column(COUNT, _NOT_NEGATIVE, name=name, nullable=True)


def _reasons_fit(table: pd.DataFrame) -> "pd.Series[bool]":
    return (table["verdict"] == "unscored").eq(table["reason"].notna())


def _outcomes_fit(table: pd.DataFrame) -> "pd.Series[bool]":
    scored = table["verdict"] != "unscored"
    return scored.eq(table["outcome"].notna()) & scored.eq(table["outcome_rank"].notna())


def _explain(failures: pd.DataFrame) -> str:
    groups = failures.groupby(["schema_context", "column", "check"], sort=False, dropna=False)
    lines = dict.fromkeys(_line(case) for _, case in groups)
    return "this is no table of observations:\n" + "\n".join(f"  {line}" for line in lines)


def _line(failure: pd.DataFrame) -> str:
    """One failed check: where, what it got in which rows, what was expected."""
    first = failure.iloc[0]
    expected = f"expected {_EXPECTED.get(first['check'], first['check'])}"
    rows = [str(row) for row in failure["index"].dropna().astype(int).unique()]
    where = (
        f" (rows {', '.join(rows[:_SHOWN])}{' ...' if len(rows) > _SHOWN else ''})" if rows else ""
    )
    if first["schema_context"] == "Column" or not rows:
        got = ", ".join(dict.fromkeys(map(_shown, failure["failure_case"][:_SHOWN])))
        column = first["column"] if first["schema_context"] == "Column" else "columns"
        return f"{column}: got {got}{where}, {expected}"
    return f"{expected}{where}"


def _shown(value: object) -> str:
    return repr(value.item() if isinstance(value, np.generic) else value)
