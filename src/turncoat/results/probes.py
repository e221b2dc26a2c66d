"""The answers to a recognition probe, from its logs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inspect_ai.log import EvalLog, EvalSample, list_eval_logs, read_eval_log

from turncoat.results.logs import SIMULATED
from turncoat.verdict.recognition import PROBE_TASK


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """One question about one passage.

    Attributes:
        story: whose text it is: own, published or renamed.
        recognized: None where the answer shows nothing; `reason` says why.
        names: of the published source that were named.
        run: longest run of the true continuation, in words.
        identity: of the probe's texts, questions and settings.
    """

    model: str
    scenario: str
    story: str
    question: str
    passage: int
    recognized: bool | None
    reason: str | None
    names: tuple[str, ...]
    run: int
    identity: str = ""

    @property
    def simulated(self) -> bool:
        """Whether the subject is a simulation of ours."""
        return self.model.startswith(SIMULATED)


def read_probes(folder: Path) -> tuple[ProbeRow, ...]:
    """Every row of the probes in a folder; of several logs of one probe the newest counts.

    Samples that no log has, because the run was interrupted, are absent.
    """
    found: dict[tuple[str, str, str, str, int], ProbeRow] = {}
    for info in list_eval_logs(str(folder), descending=False):
        log = read_eval_log(info)
        for row in _rows(log):
            key = (row.identity, row.model, row.scenario, row.question, row.passage)
            if key not in found or row.reason != "subject_error":
                found[key] = row
    return tuple(found.values())


def _rows(log: EvalLog) -> Iterator[ProbeRow]:
    facts = (log.eval.metadata or {}).get(PROBE_TASK)
    if facts:
        samples = log.samples or ()
        yield from (_row(log.eval.model, facts["identity"], sample) for sample in samples)


def _row(model: str, identity: str, sample: EvalSample) -> ProbeRow:
    asked = sample.metadata
    score = next(iter((sample.scores or {}).values()), None)
    shown = (score.metadata or {}) if score else {}
    recognized = score.value == 1 if score and not score.reason else None
    reason = score.reason if score else "subject_error"
    return ProbeRow(
        model=model,
        scenario=asked["scenario"],
        story=asked["story"],
        question=asked["question"],
        passage=asked["number"],
        recognized=recognized,
        reason=reason,
        names=tuple(shown.get("names", ())),
        run=int(shown.get("run", 0)),
        identity=identity,
    )
