"""`.eval` logs to one tidy, checked table of observations, and to the transcripts behind it."""

from turncoat.results.choice import Logged, chosen, error_texts, samples
from turncoat.results.export import Format, write
from turncoat.results.labels import Labels, LabelStore, LabelsUnreadable, NoLabels, read_labels
from turncoat.results.logs import (
    Arm,
    Log,
    OutcomeFact,
    TaskFacts,
    Verdicts,
    logs_in,
    simulated,
    verdicts_in,
)
from turncoat.results.run import (
    Planned,
    Run,
    complete_with_plan,
    planned_in,
    read_observations,
    read_run,
    read_verdicts,
)
from turncoat.results.schema import ObservationsError, check, columns, observations
from turncoat.results.transcripts import Message, Transcript, read_transcripts

__all__ = [
    "Arm",
    "Format",
    "LabelStore",
    "Labels",
    "LabelsUnreadable",
    "Log",
    "Logged",
    "Message",
    "NoLabels",
    "ObservationsError",
    "OutcomeFact",
    "Planned",
    "Run",
    "TaskFacts",
    "Transcript",
    "Verdicts",
    "check",
    "chosen",
    "columns",
    "complete_with_plan",
    "error_texts",
    "logs_in",
    "observations",
    "planned_in",
    "read_labels",
    "read_observations",
    "read_run",
    "read_transcripts",
    "read_verdicts",
    "samples",
    "simulated",
    "verdicts_in",
    "write",
]
