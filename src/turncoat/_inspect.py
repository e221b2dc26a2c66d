"""What Inspect loads by entry point: tasks and the simulated models.

Every `inspect` command imports this module, so it imports nothing heavy.
"""

from inspect_ai.model import ModelAPI, modelapi

from turncoat.tasks import register_tasks

register_tasks()


@modelapi(name="sim")
def sim() -> type[ModelAPI]:
    """The simulated subjects and the simulated judge."""
    from turncoat.models.provider import Simulated

    return Simulated
