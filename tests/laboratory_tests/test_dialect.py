"""How the two wire formats are read."""

import json

import pytest

from laboratory import Prompt, Turn
from laboratory.dialect import ANTHROPIC, OPENAI

CONVERSATION = (
    Turn("system", "rules"),
    Turn("user", "first"),
    Turn("assistant", "reply"),
    Turn("user", "second\nthird"),
)
TURNS = [
    {"role": "user", "content": "first"},
    {"role": "assistant", "content": "reply"},
    {"role": "user", "content": [{"type": "text", "text": t} for t in ("second", "third")]},
]


@pytest.mark.parametrize("role", ["system", "developer"])
def test_a_chat_is_read(role: str) -> None:
    body = {"model": "m", "messages": [{"role": role, "content": "rules"}, *TURNS], "n": 1}
    assert OPENAI.read(json.dumps(body).encode()) == Prompt("openai", "m", CONVERSATION, {"n": 1})


@pytest.mark.parametrize("system", ["rules", [{"type": "text", "text": "rules"}]])
def test_messages_are_read(system: object) -> None:
    body = {"model": "m", "system": system, "messages": TURNS, "max_tokens": 5}
    assert ANTHROPIC.read(json.dumps(body).encode()) == Prompt(
        "anthropic", "m", CONVERSATION, {"max_tokens": 5}
    )


def test_a_prompt_gives_its_texts_by_role() -> None:
    prompt = Prompt("openai", "m", CONVERSATION)
    assert prompt.system == "rules"
    assert prompt.users == ("first", "second\nthird")
    assert prompt.user == "first\n\nsecond\nthird"
    assert prompt.tokens == 5


def test_the_hash_knows_roles_and_borders_but_no_provider_model_or_setting() -> None:
    def told(*turns: Turn) -> str:
        return Prompt("openai", "m", turns).hash

    other = Prompt("anthropic", "n", CONVERSATION, {"seed": 1})
    assert told(*CONVERSATION) == other.hash
    assert told(Turn("user", "a"), Turn("user", "b")) != told(Turn("user", "ab"))
    assert told(Turn("user", "a")) != told(Turn("system", "a"))
