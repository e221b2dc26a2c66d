"""What a user asks a run for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from inspect_ai.model import GenerateConfig

from turncoat.catalog import load_scenario
from turncoat.design import Condition, Frozen, Plan, Study, arms_of
from turncoat.judges import Also, JudgeKind
from turncoat.scenario import Scenario
from turncoat.verdict import PanelRule

ModelArg = str | int | float | bool


@dataclass(frozen=True, slots=True)
class JudgeModel:
    """A model that judges.

    Attributes:
        name: that Inspect knows.
        args: e.g. the sensitivity of `sim/judge`.
    """

    name: str
    args: dict[str, ModelArg] = field(default_factory=dict)

    def __str__(self) -> str:
        args = ",".join(f"{name}={value}" for name, value in sorted(self.args.items()))
        return f"{self.name}({args})" if args else self.name


@dataclass(frozen=True, slots=True)
class JudgeChoice:
    """Who judges.

    Attributes:
        model: name that Inspect knows; None: the rules decide what the ledger decides.
        args: of the model, e.g. the sensitivity of `sim/judge`.
        legacy: whether the published scoring asks the model, instead of ours.
        others: who judges beside it; together they are a panel.
        panel: how the verdicts of a panel become one.
    """

    model: str | None
    args: dict[str, ModelArg] = field(default_factory=dict)
    legacy: bool = False
    others: tuple[JudgeModel, ...] = ()
    panel: PanelRule = "majority"

    @property
    def kind(self) -> JudgeKind:
        """As the judge's scorer takes it."""
        if self.legacy:
            return "legacy"
        return "model" if self.model else "rules"

    @property
    def models(self) -> tuple[JudgeModel, ...]:
        """Every model that is asked, in order."""
        return (JudgeModel(self.model, self.args), *self.others) if self.model else ()

    def __str__(self) -> str:
        if self.others:
            return f"panel:{self.panel}({', '.join(map(str, self.models))})"
        return f"legacy:{self.model}" if self.legacy else self.model or "rules"


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard a run tries; no part of what is measured, so they may change on resume.

    Attributes:
        max_connections: calls in flight, per model.
        max_retries: retries of a failed call before its sample counts as an error.
        attempt_timeout_s: seconds for one attempt of a call.
        realtime: whether `inspect view` can follow the run while it goes on; costs time.
    """

    max_connections: int | None = None
    max_retries: int = 4
    attempt_timeout_s: int = 300
    realtime: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A run: the plan of each scenario x models, judged, into a folder.

    Attributes:
        plans: name of a pack to its conditions, forms and epochs.
        models: subjects, by the names that Inspect knows.
        judge: who judges.
        config: what the subjects are asked with.
        model_args: of the subjects.
        out: the run's folder.
        restart: move an earlier run of this folder aside and begin anew.
        limits: how hard to try.
        packs: those of the plans that are not of the catalog, by name.
        also: what is measured beside the verdict.
        study: that the run is for; None where it is for none. It is frozen into every log.
        stands_for: subject to the published model that it stands for, where the user says so.
    """

    plans: Mapping[str, Plan]
    models: tuple[str, ...]
    judge: JudgeChoice
    config: GenerateConfig
    out: Path
    model_args: dict[str, ModelArg] = field(default_factory=dict)
    restart: bool = False
    limits: Limits = Limits()
    packs: Mapping[str, Scenario] = field(default_factory=dict)
    also: tuple[Also, ...] = ()
    study: Study | None = None
    stands_for: Mapping[str, str] = field(default_factory=dict)

    @property
    def frozen(self) -> Frozen | None:
        """The study by its name and the hash of it, its packs and the conditions of its arms."""
        if self.study is None:
            return None
        hashes = {name: self.pack(name).pack_hash for name in self.study.packs}
        return Frozen(self.study.name, self.study.hash(hashes, self.arms(self.study)))

    def arms(self, study: Study) -> dict[str, dict[str, Condition]]:
        """Pack of a study to its arms, each with its condition."""
        return {name: arms_of(study, name, self.pack(name).grid) for name in study.packs}

    def pack(self, name: str) -> Scenario:
        """The pack of a plan."""
        return self.packs.get(name) or load_scenario(name)
