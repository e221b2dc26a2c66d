"""Which models are of one family, and of which nothing is claimed."""

import pytest

from turncoat.catalog.families import Kinship, family_of, kinships


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("openai/gpt-4.1", "OpenAI"),
        ("openai/o3-mini", "OpenAI"),
        ("groq/openai/gpt-oss-120b", "OpenAI"),
        ("anthropic/claude-sonnet-4-5", "Anthropic"),
        ("bedrock/anthropic.claude-v2:1", "Anthropic"),
        ("openrouter/anthropic/claude-opus-4", "Anthropic"),
        ("google/gemini-2.5-pro", "Google"),
        ("ollama/llama3.1", "Meta"),
        ("together/meta-llama/Llama-3.3-70B-Instruct-Turbo", "Meta"),
        ("vllm/nvidia/Llama-3_1-Nemotron-51B", "NVIDIA"),
        ("openai-api/deepseek/deepseek-chat", "DeepSeek"),
        # Whose deployment that is, and who offers it, tells no family.
        ("azureai/my-deployment", None),
        ("openai/my-fine-tune", None),
        ("mockllm/model", None),
    ],
)
def test_a_name_tells_the_family_and_its_provider_does_not(model: str, family: str | None) -> None:
    assert family_of(model) == family


def test_kin_are_told_strangers_are_known_and_of_the_rest_nothing_is() -> None:
    subjects = ["openai/gpt-4.1", "sim/mixed"]
    judges = ["openai/o3", "google/gemini-2.5-pro", "azureai/mine", "openai/gpt-4.1", "sim/judge"]
    own = subjects[0]
    assert kinships(subjects, judges) == (
        Kinship(own, judges[0], "OpenAI", known=True),
        Kinship(own, judges[1], None, known=True),
        Kinship(own, judges[2], None, known=False),
        Kinship(own, own, own, known=True),
    )
