"""`.eval` logs to one tidy, checked table of observations, and to the transcripts behind it."""

from turncoat.results.choice import Logged, chosen, error_texts, samples
from turncoat.results.export import Format, write
from turncoat.results.logs import Arm, Log, OutcomeFact, TaskFacts, logs_in, simulated
from turncoat.results.run import (
    Planned,
    Run,
    complete_with_plan,
    planned_in,
    read_observations,
    read_run,
)
from turncoat.results.schema import ObservationsError, check, columns, observations
from turncoat.results.transcripts import Message, Transcript, read_transcripts

__all__ = [
    "Arm",
    "Format",
    "Log",
    "Logged",
    "Message",
    "ObservationsError",
    "OutcomeFact",
    "Planned",
    "Run",
    "TaskFacts",
    "Transcript",
    "check",
    "chosen",
    "columns",
    "complete_with_plan",
    "error_texts",
    "logs_in",
    "observations",
    "planned_in",
    "read_observations",
    "read_run",
    "read_transcripts",
    "samples",
    "simulated",
    "write",
]
