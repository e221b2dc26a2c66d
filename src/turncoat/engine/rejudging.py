"""New verdicts on the answers of a folder's logs: no subject is asked, and no log of theirs changes.

The verdicts of each judge are `.eval` logs in a folder of their own below the run's, and `eval_set`
goes on with them as it does with a run.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from inspect_ai import Task
from inspect_ai.log import EvalSample

from turncoat.agents import Answer, NoAnswer, answer_of
from turncoat.catalog import load_scenario
from turncoat.design import Condition, Sampled, SampleKey, sample_key
from turncoat.engine.attempt import Place, alone, cached, evaluate, forget, rare_collections
from turncoat.engine.judgefile import JudgeFile, judge_folder, open_judge
from turncoat.engine.models import judges_named, limited
from turncoat.engine.progress import Progress, Sink, listening
from turncoat.engine.request import JudgeChoice, Limits
from turncoat.engine.resume import Slot, Standing, standing, write_seed
from turncoat.engine.runfile import (
    LOGS,
    RunFile,
    read_run_file,
)
from turncoat.judges import ROLE, Also, Settings, identity_of, sits_on
from turncoat.replays import Answers, verdict_task
from turncoat.results import Log, Logged, chosen, logs_in, samples, verdicts_in
from turncoat.scenario import Scenario
from turncoat.tasks import briefs
from turncoat.verdict.later import ANSWER

REJUDGED = "rejudged"
"""Below the folder of a run, or of bare logs: a folder for each later judge."""

_PROMPT = "prompt_hash"


class NothingToJudge(LookupError):
    """The folder holds no answer."""


class SameJudge(ValueError):
    """The judge gave the folder's own verdicts, alone or on the panel that did.

    Attributes:
        judge: its identity.
    """

    def __init__(self, judge: str) -> None:
        super().__init__(f"{judge} judged these answers when they were given")
        self.judge = judge


class OtherPack(ValueError):
    """The pack at hand is not the one that the subjects were given.

    Attributes:
        scenario: its name.
        logged: hash of the pack in the log.
        found: hash of the pack at hand; None where there is none of that name.
    """

    def __init__(self, scenario: str, logged: str, found: str | None) -> None:
        super().__init__(f"pack {scenario}: the log's is {logged}, at hand is {found}")
        self.scenario = scenario
        self.logged = logged
        self.found = found


class NotPublished(ValueError):
    """The published scoring was asked for, for answers to something else.

    Attributes:
        scenario: its name.
    """

    def __init__(self, scenario: str) -> None:
        super().__init__(f"{scenario} is no published stimulus")
        self.scenario = scenario


class OtherPrompt(ValueError):
    """The pack at hand makes another prompt of a sample than the subject read."""


@dataclass(frozen=True, slots=True)
class Rejudging:
    """What is to be judged anew, and by whom.

    Attributes:
        folder: of a run, or of bare logs.
        judge: who judges.
        also: what is asked of the judge beside the verdict.
        limits: how hard to try.
        packs: those that the catalog has not, or not in the logs' version; by name.
    """

    folder: Path
    judge: JudgeChoice
    also: tuple[Also, ...] = ()
    limits: Limits = field(default_factory=Limits)
    packs: Mapping[str, Scenario] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejudged:
    """How an attempt ended.

    Attributes:
        judge: identity of who judged.
        logs: folder of its logs.
        progress: final counts.
        complete: whether every answer has been before the judge.
    """

    judge: str
    logs: Path
    progress: Progress
    complete: bool


@dataclass(frozen=True, slots=True)
class _Pair:
    """One subject's answers to one scenario.

    Attributes:
        entries: one a sample and epoch, clean.
        standing: what the judge's logs hold of them.
        stale: samples in the judge's logs whose answer is no longer the chosen one.
    """

    scenario: Scenario
    subject: str
    entries: tuple[Logged, ...]
    standing: Standing
    stale: int

    @property
    def plan(self) -> "_Replay":
        """The samples that the judge's log is to hold."""
        return _Replay(
            tuple(dict.fromkeys(e.id for e in self.entries)), max(e.epoch for e in self.entries)
        )


@dataclass(frozen=True, slots=True)
class _Replay:
    """Which samples a judge's log is to hold."""

    ids: tuple[str, ...]
    epochs: int

    def sample_keys(self) -> Iterator[SampleKey]:
        """Every sample once."""
        return map(sample_key, self.ids)


def verdicts_folder(folder: Path, judge: str) -> Path:
    """Where a judge's later verdicts lie."""
    return judge_folder(folder / REJUDGED, judge)


def rejudge(asked: Rejudging, sink: Sink) -> Rejudged:
    """Judge what this judge has not judged yet; the same request goes on where it stopped.

    Args:
        asked: what, and by whom.
        sink: is told of every change of the progress.

    Raises:
        ModelUnavailable: the judge cannot be used; nothing was spent.
        NothingToJudge: the folder holds no answer.
        SameJudge: these are the folder's own verdicts, or those of a member of its panel.
        OtherPack: an answer was given to another pack than the one at hand.
        OtherPrompt: the pack at hand makes another prompt.
        NotPublished: the published scoring cannot judge them.
        PlanConflict: the judge's folder holds verdicts that were asked for with something else.
        FolderUnusable: it cannot be written, or another attempt is at work in it.
        KeyboardInterrupt: the user stopped it; what is finished is in the logs.
    """
    roles = judges_named(asked.judge, config=limited(asked.limits))
    judge = identity_of(asked.judge.kind, roles.get(ROLE), asked.judge.panel)
    out = verdicts_folder(asked.folder, judge)
    groups = _groups(asked, judge)
    packs = {name: _pack(asked, name, logs) for name, logs in _logs_by_scenario(groups).items()}
    with alone(out):
        opened = open_judge(out, judge, asked.also)
        pairs = list(_pairs(groups, packs, out))
        progress = Progress(
            total=sum(len(pair.entries) for pair in pairs),
            kept=sum(len(pair.standing.held) for pair in pairs),
        )
        tasks = _tasks(asked, [pair for pair in pairs if pair.standing.missing], opened)
        with listening(progress, sink), cached(opened.run_id), rare_collections():
            if tasks:
                place = Place(out, opened.run_id, realtime=asked.limits.realtime)
                evaluate(tasks, place, roles)
        complete = not any(pair.standing.missing for pair in _pairs(groups, packs, out))
        if complete:
            forget(opened.run_id)
    return Rejudged(judge, out, progress, complete)


_Groups = dict[tuple[str, str], list[Logged]]
"""Scenario and subject to the samples whose answers are judged."""


def _groups(asked: Rejudging, judge: str) -> _Groups:
    """The answers of a folder: each once, from the log that speaks for it."""
    opened = read_run_file(asked.folder)
    groups: _Groups = {}
    for entry in _entries(asked.folder / LOGS if opened else asked.folder, opened):
        if any(judge == held or sits_on(judge, held) for held in entry.judges):
            raise SameJudge(judge)
        groups.setdefault((entry.log.facts.scenario, entry.log.model), []).append(entry)
    if not groups:
        raise NothingToJudge(f"{asked.folder} holds no answer of a subject")
    return groups


def _entries(folder: Path, opened: RunFile | None) -> Iterator[Logged]:
    """Samples with an answer, of a run only those that its last command asked for."""
    held = chosen(logs_in(folder)) if folder.is_dir() else []
    asked = (
        {(p.scenario, p.model, p.key.id, p.epoch) for p in opened.asked.rows()} if opened else None
    )
    # A log that was judged anew by Inspect stands beside the one that it was made from.
    once = {
        (e.log.facts.scenario, e.log.model, e.id, e.epoch): e
        for e in reversed(held)
        if e.clean or e.judges
    }
    for slot, entry in reversed(once.items()):
        if asked is None or slot in asked:
            yield entry


def _logs_by_scenario(groups: _Groups) -> dict[str, list[Log]]:
    found: dict[str, list[Log]] = {}
    for (scenario, _), entries in groups.items():
        found.setdefault(scenario, []).extend({e.log.path: e.log for e in entries}.values())
    return found


def _pack(asked: Rejudging, name: str, logs: Sequence[Log]) -> Scenario:
    """The pack that the subjects were given: with other outcomes a verdict is another verdict."""
    pack = asked.packs.get(name)
    if pack is None:
        try:
            pack = load_scenario(name)
        except LookupError as error:
            raise OtherPack(name, logs[0].facts.pack_hash, None) from error
    if asked.judge.legacy and pack.story != "published":
        raise NotPublished(name)
    for log in logs:
        if log.facts.pack_hash != pack.pack_hash:
            raise OtherPack(name, log.facts.pack_hash, pack.pack_hash)
    return pack


def _pairs(groups: _Groups, packs: Mapping[str, Scenario], out: Path) -> Iterator[_Pair]:
    held = verdicts_in(out, root=out)
    for (scenario, subject), entries in groups.items():
        own = [log for log in held if (log.facts.scenario, log.model) == (scenario, subject)]
        pair = _Pair(
            packs[scenario], subject, tuple(entries), Standing(None, (), frozenset(), 0), 0
        )
        yield _standing(pair, own)


def _standing(pair: _Pair, logs: list[Log]) -> _Pair:
    """How far a judge is: a verdict on an answer that another one replaced does not count."""
    found = standing(logs, pair.plan)
    answers = {Slot(entry.id, entry.epoch): entry.uuid for entry in pair.entries}
    fresh = tuple(e for e in found.held if answers.get(Slot(e.id, e.epoch)) == e.answer)
    missing = frozenset(answers) - {Slot(entry.id, entry.epoch) for entry in fresh}
    return replace(
        pair,
        standing=replace(found, held=fresh, missing=missing),
        stale=len(found.held) - len(fresh),
    )


def _tasks(asked: Rejudging, pairs: Sequence[_Pair], opened: JudgeFile) -> list[Task]:
    """A task for each pair, with the answers that it lacks; the logs are made to go on from."""
    settings = Settings(
        opened.key,
        judge=asked.judge.kind,
        panel=asked.judge.panel,
        also=asked.also,
        config=limited(asked.limits),
    )
    # Before anything is written: a prompt that has changed refuses the whole.
    tasks = [_task(pair, settings, opened.judge) for pair in pairs]
    for pair in pairs:
        if pair.standing.needs_seed or pair.stale:
            write_seed(pair.standing, pair.plan)
    return tasks


def _task(pair: _Pair, settings: Settings, judge: str) -> Task:
    missing = [e for e in pair.entries if Slot(e.id, e.epoch) in pair.standing.missing]
    held = dict(_answers(missing))
    _refuse_other_prompts(pair, held)

    def recorded(sampled: Sampled) -> Answer:
        slot = Slot(sampled.sample_id, sampled.epoch)
        if slot not in held:
            raise NoAnswer(f"{pair.subject} gave no answer to {slot.id}, epoch {slot.epoch}")
        return held[slot]

    answers = Answers(pair.subject, pair.plan.ids, pair.plan.epochs, recorded)
    return verdict_task(pair.scenario, answers, settings, judge=judge)


def _answers(entries: Sequence[Logged]) -> Iterator[tuple[Slot, Answer]]:
    """What was said, and where it is written; each sample is read once."""
    for log, sample in samples(entries):
        yield Slot(str(sample.id), sample.epoch), _answer(log, sample)


def _answer(log: Log, sample: EvalSample) -> Answer:
    source = {
        ANSWER: sample.uuid or "",
        "log": log.name,
        _PROMPT: str(sample.metadata.get(_PROMPT, "")),
    }
    return answer_of(sample.messages, sample.output, source)


def _refuse_other_prompts(pair: _Pair, answers: Mapping[Slot, Answer]) -> None:
    """The words of a prompt change with its condition: one form of each is enough to look at."""
    brief = briefs(pair.scenario)
    seen: set[Condition] = set()
    for slot, answer in answers.items():
        cell = sample_key(slot.id).condition
        if cell not in seen and answer.metadata[_PROMPT] not in ("", brief(slot.id).prompt_hash):
            raise OtherPrompt(f"{pair.scenario.name} under {cell.short}")
        seen.add(cell)
