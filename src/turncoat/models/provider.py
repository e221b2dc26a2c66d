"""The simulated models as an Inspect provider: `sim/loyal`, ..., `sim/judge`."""

from collections.abc import Mapping, Sequence

from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
)
from inspect_ai.tool import ToolChoice, ToolInfo
from inspect_ai.util import store

from turncoat.catalog import load_scenario
from turncoat.catalog.subjects import Profile, load_profiles
from turncoat.design import SAMPLE_STORE, Sampled, sample_key
from turncoat.models.answers import Answer
from turncoat.models.cases import Case, case_of, pack_named
from turncoat.models.judge import Accuracy, judge_answer
from turncoat.models.marking import labeled_answer, labeled_case, marks_answer, marks_asked
from turncoat.models.published import PUBLISHED, published_profile, stand_ins
from turncoat.models.recall import recall
from turncoat.models.subjects import answer, answer_afterwards
from turncoat.scenario import prompt_hash
from turncoat.verdict.recognition import PROBE_STORE, Probed

JUDGE = "judge"

_SIM = "sim/"
_SEED = "seed"
_RATES = ("sensitivity", "specificity", "swayed")
_OWN_ARGS = {JUDGE: _RATES}


def simulated_names() -> tuple[str, ...]:
    """The names after `sim/`: the subjects, those at published rates, then the judge."""
    return (*load_profiles(), *(name.removeprefix(_SIM) for name in stand_ins()), JUDGE)


class Simulated(ModelAPI):
    """Answers without a network from what is known of the registered prompts.

    Args of the model (`-M` in Inspect): `seed`, a whole number (default 0); for `sim/judge` also
    `sensitivity`, `specificity` and `swayed`. The usage counts words. The output's metadata say that
    it is simulated and from which response of the pack it was made; no judge sees them.

    Attributes:
        judges: whether it is the judge; the others are subjects.

    Raises:
        ValueError: no such model, an unknown arg, or an arg out of its range.
    """

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig = GenerateConfig(),  # noqa: B008 - the signature that Inspect calls
        **model_args: object,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config)
        self.judges = model_name == JUDGE
        _refuse_unknown(model_name)
        _check_names(model_name, model_args)
        self.seed = _seed(model_name, model_args.get(_SEED, 0))
        self.accuracy = Accuracy(
            **{name: _rate(name, model_args[name]) for name in _RATES if name in model_args}
        )

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002 - the name that Inspect's interface has
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """The answer to a registered prompt.

        Raises:
            ValueError: a subject is asked something that no scenario of this process rendered, or
                the judge something that holds no fenced acts.
        """
        del tools, tool_choice, config
        system = "\n".join(m.text for m in input if m.role == "system")
        users = [m.text for m in input if m.role == "user"]
        user = "\n".join(users)
        said = self._judge(user) if self.model_name == JUDGE else self._subject(system, users)
        return _output(
            f"sim/{self.model_name}", said, words=len(system.split()) + len(user.split())
        )

    def max_connections(self) -> int:
        """Answers are immediate; more in flight would only hold memory."""
        return 32

    def _subject(self, system: str, users: Sequence[str]) -> Answer:
        probed = store().get(PROBE_STORE)
        if probed:
            return self._recall(Probed(**probed))
        prompt = prompt_hash(system, users[0] if users else "")
        case = case_of(prompt)
        seed = self._drawn(_sampled(), prompt)
        said = _said(self._profile(case.scenario.name), case, users, seed) if case else None
        if said is None:
            raise ValueError(
                f"sim/{self.model_name} answers only prompts that a turncoat scenario rendered in "
                "this process; this prompt is none of them"
            )
        return said

    def _profile(self, pack: str) -> Profile:
        model = stand_ins().get(f"{_SIM}{self.model_name}")
        return published_profile(model, pack) if model else load_profiles()[self.model_name]

    def _recall(self, asked: Probed) -> Answer:
        place = f"{asked.scenario}/{asked.question}/{asked.number}"
        seed = f"{self.seed}/{self.model_name}/{place}"
        return recall(self._profile(asked.scenario), asked, seed)

    def _judge(self, user: str) -> Answer:
        sampled = _sampled()
        labeled = labeled_case(sampled.sample_id) if sampled else None
        # A swayed copy is a sample of its own, and draws what its case draws.
        seed = self._drawn(None if labeled else sampled, "no sample")
        if marks_asked(user):
            return marks_answer(user, accuracy=self.accuracy, seed=seed, case=labeled)
        if labeled:
            return labeled_answer(user, accuracy=self.accuracy, seed=seed, case=labeled)
        case = _case(sampled) if sampled else None
        return judge_answer(user, accuracy=self.accuracy, seed=seed, case=case)

    def _drawn(self, sampled: Sampled | None, otherwise: str) -> str:
        """The seed of one answer."""
        if sampled is None:
            return f"{self.seed}/{self.model_name}/{otherwise}"
        place = f"{sampled.scenario}/{sampled.sample_id}/{sampled.epoch}"
        return f"{self.seed}/{self.model_name}/{place}"


def _said(profile: Profile, case: Case, users: Sequence[str], seed: str) -> Answer | None:
    """What is asked in a sample's conversation: the brief, and a question after the end."""
    match users:
        case [_]:
            return answer(profile, case, seed)
        case [_, question]:
            return answer_afterwards(profile, case, question, seed)
        case _:
            return None


def _refuse_unknown(name: str) -> None:
    if name not in simulated_names():
        full = f"{_SIM}{name}"
        known = stand_ins() if full.startswith(PUBLISHED) else _expected()
        raise ValueError(f"unknown simulated model {full}; expected one of {', '.join(known)}")


def _expected() -> tuple[str, ...]:
    plain = tuple(f"{_SIM}{name}" for name in (*load_profiles(), JUDGE))
    return (*plain, f"{PUBLISHED}/MODEL")


def _check_names(model: str, args: Mapping[str, object]) -> None:
    known = (_SEED, *_OWN_ARGS.get(model, ()))
    for name in args.keys() - set(known):
        raise ValueError(f"sim/{model}: unknown arg {name!r}; expected {', '.join(known)}")


def _seed(model: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"sim/{model}: seed is {value!r}, expected a whole number")  # noqa: TRY004 - a user's value, not a program's
    return value


def _rate(name: str, value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError(f"sim/{JUDGE}: {name} is {value!r}, expected a number from 0 to 1")  # noqa: TRY004 - a user's value, not a program's
    return float(value)


def _sampled() -> Sampled | None:
    """Which sample this call belongs to; None outside of a sample."""
    noted = store().get(SAMPLE_STORE)
    return Sampled(**noted) if noted else None


def _case(sampled: Sampled) -> Case:
    key = sample_key(sampled.sample_id)
    pack = pack_named(sampled.scenario) or load_scenario(sampled.scenario)
    return Case(pack, key.condition, key.form)


def _output(model: str, said: Answer, *, words: int) -> ModelOutput:
    """With usage: without it Inspect would fetch a tokenizer."""
    message = ChatMessageAssistant(content=said.text, model=model, source="generate")
    answered = len(said.text.split())
    return ModelOutput(
        model=model,
        choices=[ChatCompletionChoice(message=message, stop_reason=said.stop_reason)],
        usage=ModelUsage(input_tokens=words, output_tokens=answered, total_tokens=words + answered),
        metadata={"simulated": True, "source": said.source, "mess": said.mess},
    )
