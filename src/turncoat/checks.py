"""A judge's check as Inspect tasks: labeled transcripts, put before it as any answer is."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import (
    ChatMessageAssistant,
    ChatMessageTool,
    ModelOutput,
    get_model,
)
from inspect_ai.tool import ToolCall, ToolCallError

from turncoat.agents import Answer, answer_of, answered
from turncoat.catalog import load_scenario
from turncoat.catalog.labels import CHECK, Labeled
from turncoat.judges import Settings, scorers_of
from turncoat.models import register_labeled
from turncoat.office import Act, Call, Office, Reply, called
from turncoat.scenario import Brief, render


def check_task(scenario: str, cases: Sequence[Labeled], settings: Settings, *, judge: str) -> Task:
    """The labeled transcripts of a pack before a judge; nobody else is asked.

    Args:
        scenario: the pack.
        cases: those to judge, of this pack.
        settings: who judges, and the key of its fence.
        judge: identity of who judges, for the log.
    """
    known = {case.id: case for case in cases}
    brief = briefs(known)
    for case in cases:
        register_labeled(case)
    pack = load_scenario(scenario)
    return Task(
        name=f"check_{scenario}",
        version=pack.pack_hash[:12],
        dataset=MemoryDataset([_sample(case) for case in cases]),
        solver=answered(lambda sampled: _answer(known[sampled.sample_id], brief)),
        scorer=scorers_of(pack, brief, settings),
        model=get_model("none/labeled"),
        fail_on_error=True,
        continue_on_fail=True,
        metadata={CHECK: {"scenario": scenario, "judge": judge}},
        display_name=f"{pack.title} (labeled transcripts)",
    )


def briefs(cases: Mapping[str, Labeled]) -> Callable[[str], Brief]:
    """The brief behind a case's id."""

    @lru_cache(maxsize=1024)
    def brief(case_id: str) -> Brief:
        case = cases[case_id]
        return render(load_scenario(case.scenario), case.condition, case.form)

    return brief


def _sample(case: Labeled) -> Sample:
    return Sample(
        id=case.id,
        input=f"(a labeled transcript: {case.id})",
        metadata={"scenario": case.scenario},
    )


def _answer(case: Labeled, briefs: Callable[[str], Brief]) -> Answer:
    said, results = chat(case, briefs(case.id))
    output = ModelOutput.from_message(said, stop_reason=case.stop_reason)
    return answer_of([said, *results], output, {})


def chat(case: Labeled, brief: Brief) -> tuple[ChatMessageAssistant, list[ChatMessageTool]]:
    """The answer in its notation, and the results that the office gives to its calls."""
    if case.notation == "text":
        return ChatMessageAssistant(id=f"{case.id}#1", content=case.answer), []
    said, office = called(case.answer), Office(brief)
    office.carry_out(said.text, message_id=case.id)
    ids = [f"c{number}" for number in range(1, len(said.calls) + 1)]
    made = [_call(id_, call) for id_, call in zip(ids, said.calls, strict=True)]
    results = [
        _result(id_, office.call(call, message_id=case.id))
        for id_, call in zip(ids, said.calls, strict=True)
    ]
    answer = ChatMessageAssistant(id=f"{case.id}#1", content=said.text, tool_calls=made or None)
    return answer, results


def _call(id_: str, call: Call) -> ToolCall:
    return ToolCall(id=id_, function=call.name, arguments=dict(call.arguments))


def _result(id_: str, reply: Reply) -> ChatMessageTool:
    refused = None if isinstance(reply.result, Act) else ToolCallError("unknown", reply.text)
    return ChatMessageTool(tool_call_id=id_, content=reply.text, error=refused)
