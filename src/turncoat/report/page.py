"""The page: one self-contained HTML file that opens anywhere and asks for nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from json import dumps

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from turncoat.analysis import Analysis, Cell, CellKey
from turncoat.report import labels
from turncoat.report.agreement import agreement_part, said_text
from turncoat.report.awareness import sheets
from turncoat.report.correction import correction_sheets
from turncoat.report.effects import mixed_with
from turncoat.report.embedding import Limits, embed
from turncoat.report.figure import headline_svg
from turncoat.report.flips import flips_sheets, kappa_text
from turncoat.report.kinship import kinship_lines, kinships_in
from turncoat.report.layout import Block, blocks
from turncoat.report.marks import marks_sheets
from turncoat.report.models import model_sheets
from turncoat.report.parts import part, policy, trusted
from turncoat.report.provenance import Fact, facts_of, tokens_of
from turncoat.report.quality import judge_notes
from turncoat.report.sheets import Entry, rate_text
from turncoat.report.study import EXPLORATORY, StudyPart
from turncoat.results import Run, TaskFacts
from turncoat.stats import LEVEL


@dataclass(frozen=True, slots=True)
class Chapter:
    """One scenario of the page.

    Attributes:
        facts: title, outcomes and from where they count as harm.
        blocks: its models, as every table shows them.
        provenance: what was asked and what answered.
    """

    facts: TaskFacts
    blocks: tuple[Block, ...]
    provenance: tuple[Fact, ...]


def build_report(
    run: Run,
    analysis: Analysis,
    *,
    limits: Limits | None = None,
    study: StudyPart | None = None,
) -> str:
    """The page as HTML.

    Args:
        run: the observations, and the folder whose logs hold their transcripts.
        analysis: every number; the page computes none.
        limits: how many transcripts of a cell the page holds.
        study: what the run's study declared and what it answers; everything else is exploratory
            then. None where the run is for no study.

    Raises:
        FileNotFoundError: a log that the table names is gone.
    """
    anchors = {cell.key: f"c{number}" for number, cell in enumerate(analysis.cells, start=1)}
    embedded = embed(run, anchors, limits or Limits())
    script, style = part("page.js"), part("page.css")
    return (
        _environment(anchors, analysis.cells)
        .get_template("page.html")
        .render(
            csp=policy(script=script, style=style),
            script=trusted(script),
            style=trusted(style),
            data=_data(asdict(embedded), analysis, anchors),
            figure=_figure(analysis, anchors),
            chapters=_chapters(run, analysis),
            cells=analysis.cells,
            comparisons=analysis.comparisons,
            stories=analysis.stories,
            effects=analysis.effects,
            models=model_sheets(analysis),
            awareness=sheets(analysis),
            flips=flips_sheets(analysis),
            agreement=agreement_part(analysis),
            marks=marks_sheets(analysis),
            corrections=correction_sheets(analysis),
            judge_notes=judge_notes(run, analysis),
            kinship=tuple(kinship_lines(kinships_in(run.observations))),
            tokens=tokens_of(run.observations),
            simulated=labels.simulated_label(analysis.cells),
            study=study,
            exploratory=EXPLORATORY,
            names=labels.labels_of(analysis.cells),
            judges=labels.judge_count(analysis),
            samples=labels.sample_count(analysis),
            logs=sorted(run.observations["log"].dropna().unique()),
            level=labels.percent(LEVEL),
            prompts_only=labels.PROMPTS_ONLY,
        )
    )


def _environment(anchors: Mapping[CellKey, str], cells: Sequence[Cell]) -> Environment:
    environment = Environment(
        loader=PackageLoader("turncoat.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = (labels.percent, labels.points, labels.interval, labels.difference_interval)
    for show in (
        *shown,
        rate_text,
        said_text,
        labels.bounds,
        labels.words,
        labels.prompts_only,
        mixed_with,
        kappa_text,
    ):
        environment.filters[show.__name__] = show
    environment.globals["anchor"] = lambda key: anchors.get(key, "")
    environment.filters["anchor"] = environment.globals["anchor"]
    environment.filters["stands_in"] = _stands_in(cells)
    environment.globals["subject"] = labels.subject
    environment.globals["unknown"] = labels.UNKNOWN
    return environment


def _stands_in(cells: Sequence[Cell]) -> Callable[[Entry], bool]:
    """Whether what a line of a sheet tells of is simulated; of one without cells, all of the run."""
    simulated = {cell.key for cell in cells if cell.simulated}
    whole = len(simulated) == len(cells)
    return lambda entry: not simulated.isdisjoint(entry.keys) if entry.keys else whole


def _figure(analysis: Analysis, anchors: Mapping[CellKey, str]) -> Markup:
    if not analysis.cells:
        return Markup()
    return trusted(headline_svg(analysis, {key: f"#t/{a}" for key, a in anchors.items()}))


def _data(
    embedded: dict[str, object], analysis: Analysis, anchors: Mapping[CellKey, str]
) -> Markup:
    """The data block. Nothing in it can end the script element: `<` is written as an escape."""
    names, judges = labels.labels_of(analysis.cells), labels.judge_count(analysis)
    titles = {anchors[cell.key]: _title(cell, names, judges) for cell in analysis.cells}
    return trusted(dumps({**embedded, "titles": titles}).replace("<", "\\u003c"))


def _title(cell: Cell, names: labels.Labels, judges: int) -> str:
    return f"{cell.key.scenario} · {labels.subject(cell.key, judges=judges)} · {names.cell(cell)}"


def _chapters(run: Run, analysis: Analysis) -> list[Chapter]:
    found = blocks(analysis)
    rows = {str(name): held for name, held in run.observations.groupby("scenario", sort=False)}
    return [
        Chapter(
            facts=run.scenarios[name],
            blocks=tuple(block for block in found if block.scenario == name),
            provenance=facts_of(rows[name]),
        )
        for name in dict.fromkeys(block.scenario for block in found)
    ]
