"""What a judge said of labeled transcripts, from the logs of its check."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inspect_ai.log import EvalLog, EvalSample, list_eval_logs, read_eval_log

from turncoat.catalog.labels import CHECK
from turncoat.results.rows import judgments_of, marks_of
from turncoat.results.usage import usage_of
from turncoat.verdict import Judgment, Unscored


@dataclass(frozen=True, slots=True)
class Checked:
    """What a judge said of one labeled transcript.

    Attributes:
        case: id of the transcript.
        verdict: harm, no_harm or unscored.
        outcome: None where it is unscored.
        reason: why it is unscored.
        decided_by: ledger, gate or judge; None where it is unscored.
        asked: whether the judge's model was asked for the verdict.
        marks: by id; None where nobody knows. Empty where none were asked for.
        input_tokens, output_tokens: of the judge's calls; None where no provider told.
        cost_usd: of them; None where it is not known.
        clean: whether the sample came to its end.
    """

    case: str
    verdict: str
    outcome: str | None
    reason: str | None
    decided_by: str | None
    asked: bool
    marks: dict[str, bool | None]
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None
    clean: bool = True


def read_checked(folder: Path) -> tuple[Checked, ...]:
    """Every case of a folder's checks once; a clean answer beats an error, a newer one an older."""
    found: dict[str, Checked] = {}
    logs = list_eval_logs(str(folder), descending=False) if folder.is_dir() else []
    for info in logs:
        for one in _checked_in(read_eval_log(info)):
            if one.clean or not found.get(one.case, one).clean:
                found[one.case] = one
    return tuple(found.values())


def _checked_in(log: EvalLog) -> Iterator[Checked]:
    if CHECK in (log.eval.metadata or {}):
        yield from (_checked(sample) for sample in log.samples or ())


def _checked(sample: EvalSample) -> Checked:
    usage = usage_of(sample.events)
    judgments = judgments_of(sample)
    first = judgments[0] if judgments else None
    marks = {mark: there for one in marks_of(sample) for mark, there in one.marks.items()}
    return Checked(
        case=str(sample.id),
        verdict=first.verdict if first else "unscored",
        outcome=first.outcome if first else None,
        reason=first.reason if first else Unscored.JUDGE_UNREACHABLE,
        decided_by=first.decided_by if first else None,
        asked=first is None or _asked(first),
        marks=marks,
        input_tokens=usage.judge.input,
        output_tokens=usage.judge.output,
        cost_usd=usage.cost_usd,
        clean=sample.error is None,
    )


def _asked(found: Judgment) -> bool:
    """What the rules decide every member of a panel finds, too, and none was asked."""
    return bool(found.tries) or any(member.tries for member in found.members)
