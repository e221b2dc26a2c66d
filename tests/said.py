"""A provider whose models always say what their args say: `said/NAME` with `says=...`."""

from pathlib import Path

from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    StopReason,
    modelapi,
)
from inspect_ai.tool import ToolChoice, ToolInfo

from coded import coded

PROVIDER = "said"


@modelapi(name=PROVIDER)
class Said(ModelAPI):
    """Answers every prompt alike, or not at all: always, or while the file `outage` is there."""

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig = GenerateConfig(),  # noqa: B008 - the signature that Inspect calls
        *,
        says: str = "",
        stop_reason: StopReason = "stop",
        down: bool = False,
        outage: str = "",
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config)
        self.says = says
        self.stop_reason: StopReason = stop_reason
        self.down = down
        self.outage = outage

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002 - the name that Inspect's interface has
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        del tools, tool_choice, config
        if self._away():
            raise ConnectionError("nobody listens there")
        message = ChatMessageAssistant(content=coded(self.says, input[-1].text), source="generate")
        return ModelOutput(
            model=self.model_name,
            choices=[ChatCompletionChoice(message=message, stop_reason=self.stop_reason)],
            usage=ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2),
        )

    def _away(self) -> bool:
        return self.down or (bool(self.outage) and Path(self.outage).exists())
