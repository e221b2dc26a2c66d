"""Loading the question that is asked after the end."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from turncoat.catalog.files import parse_yaml, read_text
from turncoat.catalog.scenarios import valid
from turncoat.scenario.templates import fill
from turncoat.verdict.afterwards import Afterwards, Options

_FOLDER = Path(__file__).parent / "questions"
_FILE = "afterwards.yaml"


class AfterwardsTexts(BaseModel):
    """The question's words.

    Attributes:
        question: template over the list of options.
        options: what each answer says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    options: dict[Afterwards, str]

    def prompt(self, offered: Options) -> str:
        """What the subject reads."""
        lines = [self.line(letter, meaning) for letter, meaning in offered.meanings.items()]
        return fill(self.question, {"options": "\n".join(lines)}, where="question afterwards")

    def line(self, letter: str, meaning: Afterwards) -> str:
        """One option as it stands in the question."""
        return f"{letter}) {self.options[meaning]}"


@cache
def load_afterwards() -> AfterwardsTexts:
    """The question.

    Raises:
        PackError: its file is broken.
    """
    return valid(AfterwardsTexts, parse_yaml(read_text(_FOLDER, _FILE), _FILE), _FILE)
