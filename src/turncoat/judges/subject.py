"""Whose answer a sample holds."""

from inspect_ai.solver import TaskState

from turncoat.verdict.later import SUBJECT


def subject_of(state: TaskState) -> str:
    """The model that gave the answer; a replayed answer says whose it is, as no model was asked."""
    return str(state.metadata.get(SUBJECT, state.model))
