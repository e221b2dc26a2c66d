"""What a simulated model says, and the chances by which it says it."""

import re
from dataclasses import dataclass

from inspect_ai.model import StopReason

from turncoat.scenario.draws import Draws

_RESOLUTION = 10**9
_SCRATCHPAD = re.compile(r"<scratchpad>.*?</scratchpad>\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a simulated model says.

    Attributes:
        text: the completion.
        stop_reason: as a provider would report it.
        source: id of the response that it was made from; its case knows the right verdict.
        mess: how `sim/messy` spoiled it.
    """

    text: str
    stop_reason: StopReason = "stop"
    source: str | None = None
    mess: str | None = None


def without_drafts(text: str) -> str:
    """A text without what stands in its scratchpads."""
    return _SCRATCHPAD.sub("", text)


def with_note(block: str, note: str) -> str:
    """A block of an act with a note at the end of its body; a block without one gets it as its body."""
    if block.endswith("/>"):
        name = block[1:].split(maxsplit=1)[0].removesuffix("/>")
        return f"{block[:-2]}>\n\n{note}\n</{name}>"
    closing = block.rindex("</")
    return f"{block[:closing]}\n{note}\n{block[closing:]}"


def chance(draws: Draws, probability: float) -> bool:
    """True with a probability."""
    return draws.index(_RESOLUTION) < probability * _RESOLUTION
