"""The recognition probe's scorer: rules only, no judge."""

from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import TaskState

from turncoat.catalog.recognition import load_probe
from turncoat.verdict import Unscored, cut_short
from turncoat.verdict.recognition import Passage, Question, recognition


@scorer(metrics=[mean()])
def recognized() -> Scorer:
    """1 where the subject names the source or goes on with the text, 0 where not; else unscored.

    The sample's metadata hold `question`, `excerpt` and `continuation`. An answer that was cut off
    may still show that the text is known; that it is not known it cannot show.
    """

    async def score(state: TaskState, target: Target) -> Score:
        del target
        asked = state.metadata
        question: Question = asked["question"]
        passage = Passage(asked["excerpt"], asked["continuation"])
        found = recognition(state.output.completion, passage, load_probe().names)
        shown = {"names": list(found.names), "run": found.run}
        if found.answers(question):
            return Score(value=1, explanation=_explanation(found.names, found.run), metadata=shown)
        short = cut_short(state.output.completion, str(state.output.stop_reason))
        if short is not None:
            return Score.unscored(reason=Unscored(short.value), metadata=shown)
        return Score(value=0, explanation=_explanation(found.names, found.run), metadata=shown)

    return score


def _explanation(names: tuple[str, ...], run: int) -> str:
    named = ", ".join(names) or "nothing that is known"
    return f"named: {named}; longest run of the true continuation: {run} words"
