"""Runs a plan over Inspect's `eval_set`: progress, resume, and growth of a run."""

from turncoat.engine.models import ModelUnavailable
from turncoat.engine.progress import Progress, Sink
from turncoat.engine.request import JudgeChoice, JudgeModel, Limits, Request
from turncoat.engine.run import Done, run
from turncoat.engine.runfile import FolderUnusable, PlanConflict, RunFile, read_run_file

__all__ = [
    "Done",
    "FolderUnusable",
    "JudgeChoice",
    "JudgeModel",
    "Limits",
    "ModelUnavailable",
    "PlanConflict",
    "Progress",
    "Request",
    "RunFile",
    "Sink",
    "read_run_file",
    "run",
]
