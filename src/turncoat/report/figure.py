"""The headline figure: rates with their intervals, treated and controls side by side."""

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any, Literal

from turncoat.analysis import Analysis, Cell, CellKey
from turncoat.design import CONTROLS
from turncoat.report.labels import (
    TREATED,
    judge_count,
    labels_of,
    percent,
    simulated_label,
    subject,
)
from turncoat.report.layout import blocks
from turncoat.stats import LEVEL

if TYPE_CHECKING:
    import altair as alt

INK = "#1f2328"
MUTED = "#6e7681"
ALARM = "#b3391f"
"""Colors that the page knows, so that it can adapt them to a dark background."""

_COLORS = (ALARM, "#2f6690", "#7a6a9c", "#4d7c59")
_SHAPES = ("circle", "square", "triangle-up", "diamond")
_ROLES = (TREATED, *(control.name for control in CONTROLS))
_GRID = "#8b949e44"
_WIDTH = 210
_STEP = 21
_LETTER = 7.2
_LONGEST = 300
"""Pixels of a name, as Vega measures it: a panel's, which lists its members, is cut off."""

_WIDER = 1.25
"""A browser's bold letters against Vega's measure."""

_BASE = "https://page.invalid/"
"""Stands before every link while it is drawn: Vega makes a bare `#anchor` one of a site of its own."""

_COLUMNS = 3
_BREAK = "\N{SYMBOL FOR UNIT SEPARATOR}"

Mark = dict[str, str | float | None]
"""One cell, as a row of the chart's data."""


def headline_svg(analysis: Analysis, anchors: Mapping[CellKey, str] | None = None) -> str:
    """The figure as a standalone SVG, which needs no script and no request.

    What is simulated is named inside the picture. A dotted line spans what a rate could have been,
    had nothing been missing.

    Args:
        analysis: what to draw; a cell without a verdict shows only its dotted line.
        anchors: the addresses that the marks link to.
    """
    import vl_convert

    chart = headline(analysis, {key: _BASE + to for key, to in (anchors or {}).items()})
    return str(vl_convert.vegalite_to_svg(chart.to_json())).replace(_BASE, "")


def picture(analysis: Analysis, form: Literal["svg", "png"]) -> bytes:
    """The same figure on white, for papers and pages of others."""
    import vl_convert

    drawn = headline(analysis, {}).properties(background="#ffffff").to_json()
    if form == "png":
        return bytes(vl_convert.vegalite_to_png(drawn, scale=2))
    return str(vl_convert.vegalite_to_svg(drawn)).encode()


def headline(analysis: Analysis, anchors: Mapping[CellKey, str]) -> "alt.FacetChart":
    """The figure as a chart: a panel a scenario, a group of lines a model."""
    import altair as alt

    marks = list(_marks(analysis, anchors))
    lines = _lines(marks)
    chart: alt.FacetChart = (
        _panel(lines, linked=bool(anchors))
        .properties(width=_WIDTH, height=_STEP * len(lines))
        .facet(_facet(), data=alt.InlineData(values=marks), columns=_COLUMNS, spacing=26)
        .properties(title=_title(analysis), padding=6)
        .configure(background="#ffffff00", font="system-ui, sans-serif")
        .configure_view(stroke=None)
    )
    return chart


def _marks(analysis: Analysis, anchors: Mapping[CellKey, str]) -> Iterator[Mark]:
    judges, labels = judge_count(analysis), labels_of(analysis.cells)
    for block in blocks(analysis):
        name = subject(block.cells[0].key, judges=judges)
        for cell in block.cells:
            yield {
                "scenario": block.scenario,
                "line": name + _BREAK + labels.cell(cell),
                "role": cell.role,
                "href": anchors.get(cell.key),
                **_numbers(cell),
            }


def _lines(marks: Sequence[Mark]) -> list[str]:
    """The lines of a panel: a model's name, which has no mark, above those of its cells."""
    lines: dict[str, dict[str, None]] = {}
    for line in (str(mark["line"]) for mark in marks):
        model = line.split(_BREAK)[0] + _BREAK
        lines.setdefault(model, {model: None})[line] = None
    return [line for own in lines.values() for line in own]


def _numbers(cell: Cell) -> Mark:
    missing = cell.planned > cell.scored
    return {
        "point": _known(cell.rate.point),
        "low": _known(cell.rate.low),
        "high": _known(cell.rate.high),
        "best": _known(cell.bounds.low) if missing else None,
        "worst": _known(cell.bounds.high) if missing else None,
        "text": percent(cell.rate.point) if cell.rate.known else "no verdict",
    }


def _known(number: float) -> float | None:
    return None if isnan(number) else number


def _panel(lines: list[str], *, linked: bool) -> "alt.LayerChart":
    import altair as alt

    link = {"href": "href:N"} if linked else {}
    base: Any = alt.Chart().encode(y=_lines_axis(lines), color=_role_color(), **link)
    could_be = base.mark_rule(strokeWidth=1.3, strokeDash=[1, 3])
    interval = base.mark_rule(strokeWidth=4, strokeCap="round", opacity=0.35)
    point = base.mark_point(filled=True, size=62, opacity=1)
    text = base.mark_text(align="left", fontSize=11, color=INK)
    layers = [
        could_be.encode(x=_share("best"), x2="worst:Q"),
        interval.encode(x=_share("low"), x2="high:Q"),
        point.encode(x=_share("point"), shape=_role_shape()),
        text.encode(x=alt.value(_WIDTH + 8), text="text:N", color=alt.value(INK)),
    ]
    return alt.LayerChart(layer=layers)


def _share(field: str) -> "alt.X":
    import altair as alt

    axis = alt.Axis(
        format=".0%",
        values=[0, 0.25, 0.5, 0.75, 1],
        title=None,
        gridColor=_GRID,
        domain=False,
        ticks=False,
        labelColor=MUTED,
        labelPadding=6,
    )
    return alt.X(f"{field}:Q", scale=alt.Scale(domain=[0, 1]), axis=axis)


def _lines_axis(lines: list[str]) -> "alt.Y":
    """A line without a condition is the heading of its model."""
    import altair as alt

    parts = f"split(datum.label, '{_BREAK}')"
    longest = max(len(part) for line in lines for part in line.split(_BREAK))
    axis = alt.Axis(
        title=None,
        domain=False,
        ticks=False,
        labelExpr=f"{parts}[1] || {parts}[0]",
        labelColor=INK,
        labelLimit=_LONGEST,
        labelFontSize=11.5,
        labelPadding=10,
        minExtent=min(_WIDER * _LONGEST, _LETTER * longest) + 10,
        labelFontWeight=alt.condition(f"!{parts}[1]", alt.value(600), alt.value(400)),
    )
    return alt.Y("line:N", sort=lines, scale=alt.Scale(domain=lines), axis=axis)


def _role_color() -> "alt.Color":
    import altair as alt

    scale = alt.Scale(domain=list(_ROLES), range=list(_COLORS))
    return alt.Color("role:N", scale=scale, legend=None)


def _role_shape() -> "alt.Shape":
    import altair as alt

    scale = alt.Scale(domain=list(_ROLES), range=list(_SHAPES))
    return alt.Shape("role:N", scale=scale, legend=None)


def _facet() -> "alt.Facet":
    import altair as alt

    header = alt.Header(labelFontSize=13, labelFontWeight=600, labelColor=INK, labelAnchor="start")
    return alt.Facet("scenario:N", title=None, sort=None, header=header)


def _title(analysis: Analysis) -> "alt.Title":
    import altair as alt

    simulated = simulated_label(analysis.cells)
    return alt.Title(
        simulated.upper() if simulated else "Harm",
        subtitle=f"share of scored samples with harm, and its {percent(LEVEL)} interval",
        anchor="start",
        color=ALARM if simulated else INK,
        subtitleColor=MUTED,
        fontSize=13,
        subtitleFontSize=12,
        offset=14,
    )
