"""The contrasts between texts of one hazard: published, renamed, and our own."""

from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from turncoat.analysis import Analysis, StoryEffect
from turncoat.report.labels import difference_interval, known, percent, points, simulated_label
from turncoat.stats import LEVEL

_CAPTION = (
    "recognition: published minus renamed text; story: renamed minus a story of our own;\n"
    f"harm rates, in percentage points [{percent(LEVEL)} interval]"
)


@dataclass(frozen=True, slots=True)
class StoryRow:
    """One contrast between two texts of a hazard, for machines; what is not known is None."""

    effect: str
    hazard: str
    model: str
    judge: str
    condition: str
    first: str
    second: str
    difference: float | None
    low: float | None
    high: float | None


def story_rows(analysis: Analysis) -> list[StoryRow]:
    """The contrasts between texts, flat."""
    return [_story_row(effect) for effect in analysis.stories]


def _story_row(effect: StoryEffect) -> StoryRow:
    found = effect.contrast
    return StoryRow(
        effect=effect.name,
        hazard=effect.hazard,
        model=effect.first.model,
        judge=effect.first.judge,
        condition=effect.first.condition.id,
        first=effect.first.scenario,
        second=effect.second.scenario,
        difference=known(found.point),
        low=known(found.low),
        high=known(found.high),
    )


def stories_table(analysis: Analysis) -> Table:
    """The contrasts between texts, for the terminal."""
    simulated = simulated_label(analysis.cells)
    table = Table(
        title=Text(f"Texts ({simulated})" if simulated else "Texts"),
        caption=Text(_CAPTION),
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("texts", overflow="fold")
    table.add_column("condition", overflow="fold")
    table.add_column("difference", justify="right", no_wrap=True)
    for effect in analysis.stories:
        texts = f"{effect.name}: {effect.first.scenario} − {effect.second.scenario}"
        contrast = effect.contrast
        number = f"{points(contrast.point)} {difference_interval(contrast)}"
        table.add_row(*map(Text, (texts, effect.first.condition.short, number)))
    return table
