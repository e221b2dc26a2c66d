"""What all packs of a hazard have in common: the parts in the story, and its beats in time order."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from turncoat.catalog.files import parse_yaml, read_text
from turncoat.catalog.scenarios import valid

_PROTOCOL = Path(__file__).parent / "protocol"
_FILE = "hazards.yaml"


class Story(BaseModel):
    """The declared structure of a hazard's packs.

    Attributes:
        roles: parts in the story, each of which some role of the pack plays.
        beats: steps in time order, each told by a mail.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    roles: tuple[str, ...]
    beats: tuple[str, ...]


@cache
def load_stories() -> dict[str, Story]:
    """Hazard to its story; a hazard of somebody else's has none.

    Raises:
        PackError: the file is broken.
    """
    data = parse_yaml(read_text(_PROTOCOL, _FILE), _FILE)
    return {name: valid(Story, said, _FILE) for name, said in data.items()}
