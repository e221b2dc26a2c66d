"""Rows of verdicts that were given later, on answers that other logs hold."""

from collections.abc import Iterator, Mapping, Sequence

from turncoat.results.choice import chosen, samples
from turncoat.results.logs import SIMULATED, Log
from turncoat.results.rows import Row, rows_of
from turncoat.verdict import Unscored
from turncoat.verdict.marks import MARKS

VERDICT = (
    *("judge", "rubric_hash", "verdict", "outcome", "outcome_rank", "reason", "decided_by"),
    *("judge_input_tokens", "judge_output_tokens", "cost_usd"),
)
"""Columns that are the judge's own, as those of marks are; every other one is about the answer, and
stays as it was."""

_MARKED = (*MARKS, "marks_asked", "marks_judge")

_Slot = tuple[str, str, str, int]
"""Scenario, model, sample and epoch of a row."""


def later_rows(answers: Sequence[Row], verdicts: Sequence[Log]) -> list[Row]:
    """For every answer of a scenario that a later judge was given: one row with its verdict.

    An answer that this judge has not got is unscored with the reason `not_run`; a sample that has no
    answer stays what it is, under this judge's name.

    Args:
        answers: rows of the logs that hold the answers, in the order in which they win.
        verdicts: logs of later verdicts, newest first.
    """
    found: list[Row] = []
    for judge in dict.fromkeys(log.verdicts.judge for log in verdicts if log.verdicts):
        own = [log for log in verdicts if log.verdicts and log.verdicts.judge == judge]
        scenarios = {log.facts.scenario for log in own}
        given = _given(own)
        bench = _bench(judge, given)
        asked = (row for row in _once(answers) if row["scenario"] in scenarios)
        for row in asked:
            told = given.get(str(row["sample_uuid"]), [])
            found += [_joined(row, told, judge, panel) for judge, panel in bench.items()]
    # Who was asked alone as well as on a panel has verdicts of its own, whichever came later.
    return sorted(found, key=lambda row: row["panel"] is not None)


def _given(logs: Sequence[Log]) -> dict[str, list[Row]]:
    """The uuid of an answer to the rows of its verdicts: a panel's, and its members'."""
    entries = [entry for entry in chosen(logs) if entry.answer]
    told = {(e.log.path, e.id, e.epoch): str(e.answer) for e in entries}
    return {
        told[log.path, str(sample.id), sample.epoch]: list(rows_of(log, sample))
        for log, sample in samples(entries)
    }


def _bench(judge: str, given: Mapping[str, Sequence[Row]]) -> dict[str, object]:
    """The judge, and the members of a panel, each with its panel."""
    rows = [row for rows in given.values() for row in rows if row["judge"] is not None]
    return {judge: None, **{str(row["judge"]): row.get("panel") for row in rows}}


def _once(rows: Sequence[Row]) -> Iterator[Row]:
    """A row of each answer; where an answer has several judges, the first."""
    first: dict[_Slot, Row] = {}
    for row in rows:
        slot = (
            str(row["scenario"]),
            str(row["model"]),
            str(row["sample_id"]),
            int(str(row["epoch"])),
        )
        first.setdefault(slot, row)
    yield from first.values()


def _joined(answer: Row, told: Sequence[Row], judge: str, panel: object) -> Row:
    simulated = any(SIMULATED in name for name in (str(answer["model"]), judge))
    who = {"judge": judge, "panel": panel, "simulated": simulated}
    # Marks are a judge's, too: those of another are no finding of this one, asked of them or not.
    base = {**answer, **dict.fromkeys((*VERDICT, *_MARKED)), **who}
    given = next((row for row in told if row["judge"] in (judge, None)), None)
    if given is None:
        return {**base, "verdict": "unscored", "reason": _without(answer)}
    own = {name: given[name] for name in VERDICT if given.get(name) is not None}
    own |= {name: given[name] for name in _MARKED if name in given}
    return {**base, **own, **who, "message_id": _proof(answer, given), "verdict_log": given["log"]}


def _proof(answer: Row, given: Row) -> object:
    """The message that proves the verdict; without one, the answer's."""
    return given.get("message_id") or answer.get("message_id")


def _without(answer: Row) -> str:
    """Why there is no verdict: nobody gave an answer, or this judge has not got it."""
    left = answer.get("reason")
    ended = answer["judge"] is None and left == Unscored.SUBJECT_ERROR
    return Unscored.SUBJECT_ERROR.value if ended else Unscored.NOT_RUN.value
