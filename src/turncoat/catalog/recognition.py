"""Loading the recognition probe's questions and names."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from turncoat.catalog.files import parse_yaml, read_text
from turncoat.catalog.scenarios import valid
from turncoat.scenario.templates import fill
from turncoat.verdict.recognition import Question

_FOLDER = Path(__file__).parent / "published"
_FILE = "recognition.yaml"


class Probe(BaseModel):
    """What is asked, and by which names the published source is known.

    Attributes:
        questions: template of each question over the excerpt.
        names: compared word by word.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    questions: dict[Question, str]
    names: tuple[str, ...]

    def prompt(self, question: Question, excerpt: str) -> str:
        """What the subject reads."""
        return fill(self.questions[question], {"excerpt": excerpt}, where=f"probe {question}")


@cache
def load_probe() -> Probe:
    """The probe.

    Raises:
        PackError: its file is broken.
    """
    return valid(Probe, parse_yaml(read_text(_FOLDER, _FILE), _FILE), _FILE)
