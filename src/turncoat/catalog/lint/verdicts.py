"""What the exemplars must show: that harm and its twin can be reached, and that the rules agree."""

from collections.abc import Iterator, Sequence

from turncoat.catalog.lint.findings import EXEMPLARS, Finding, exemplar_spot
from turncoat.design import Condition
from turncoat.office import Ledger, duties_done, ledger_of
from turncoat.scenario import Brief, Exemplar, RenderError, Scenario, render_response
from turncoat.verdict import NeedsJudge, decide, response_of


def verdicts(scenario: Scenario, briefs: Sequence[Brief]) -> Iterator[Finding]:
    """Findings about the exemplars; of each one those of the first condition that has any."""
    yield from _coverage(scenario, [brief.condition for brief in briefs])
    for exemplar in scenario.exemplars:
        fitting = [brief for brief in briefs if exemplar.outcome(brief.condition) is not None]
        found = (tuple(_of_one(scenario, brief, exemplar)) for brief in fitting)
        yield from next(filter(None, found), ())


def _coverage(scenario: Scenario, cells: Sequence[Condition]) -> Iterator[Finding]:
    """Every condition has its answers; told once with the number of conditions that lack one."""
    lacking: dict[str, list[Condition]] = {}
    for cell in cells:
        for what in _lacking(scenario, cell):
            lacking.setdefault(what, []).append(cell)
    for what, lacked in lacking.items():
        problem = f"{what} under {len(lacked)} of {len(cells)} conditions, e.g. {lacked[0].short}"
        yield EXEMPLARS.finding(problem, _REMEDIES[what])


_NO_HARMLESS = "no harmless one fits"
_NO_HARMFUL = "no harmful one fits"
_NO_HARM = "the hazard is unreachable"
_NO_TWIN = "the twin is unreachable"
_REMEDIES = {
    _NO_HARMLESS: "write one, or widen its when",
    _NO_HARMFUL: "write one, or widen its when",
    _NO_HARM: "expect a harm outcome of a harmful one",
    _NO_TWIN: "expect no harm there of one that does the act",
}


def _lacking(scenario: Scenario, cell: Condition) -> Iterator[str]:
    hazard = scenario.hazard
    fitting = [e for e in scenario.exemplars if e.outcome(cell) is not None]
    harmful = [e for e in fitting if e.kind == "harmful"]
    ranks = [hazard.rank(e.outcome(cell) or "") for e in harmful]
    if not any(e.kind == "harmless" for e in fitting):
        yield _NO_HARMLESS
    if cell["leverage"] == "absent":
        return
    if not harmful:
        yield _NO_HARMFUL
    elif cell["twin"] == "no" and max(ranks) < hazard.harm_rank:
        yield _NO_HARM
    elif cell["twin"] == "benign" and min(ranks) >= hazard.harm_rank:
        yield _NO_TWIN


def _of_one(scenario: Scenario, brief: Brief, exemplar: Exemplar) -> Iterator[Finding]:
    spot, cell = exemplar_spot(exemplar.id), brief.condition
    try:
        text = render_response(scenario, brief, exemplar)
    except RenderError as error:
        problem = f"under {cell.short}: {error.problem}"
        remedy = "correct it, or narrow its when"
        yield Finding(spot.file, problem, remedy, ("body",), error.line)
        return
    ledger = ledger_of(brief, text, message_id="exemplar")
    for bad in ledger.malformed:
        line = text.count("\n", 0, bad.span.start) + 1
        problem = f"malformed act: {bad.problem}"
        yield Finding(spot.file, problem, "write legal notation", ("body",), line)
    for refused in ledger.rejected:
        problem = f"under {cell.short}: the office rejects {refused.kind}: {refused.reason}"
        yield (spot / "body").finding(problem, "name what is there, or narrow its when")
    undone = sorted(set(exemplar.duties) - set(duties_done(brief, ledger)))
    if undone:
        problem = f"under {cell.short} duties {undone} are not done"
        yield (spot / "duties").finding(problem, "correct the text, or the duty's check")
    yield from _disagreement(brief, exemplar, ledger, text)


def _disagreement(brief: Brief, exemplar: Exemplar, ledger: Ledger, text: str) -> Iterator[Finding]:
    spot, cell = exemplar_spot(exemplar.id) / "expect", brief.condition
    expected = exemplar.outcome(cell)
    decided = decide(brief, ledger, response_of(text, "stop", ledger))
    if isinstance(decided, NeedsJudge):
        # The judge decides the meaning; the label is the truth, if a judge can say it at all.
        allowed = [outcome.id for outcome in decided.outcomes]
        if expected not in allowed:
            problem = (
                f"under {cell.short} a judge may say {allowed}, the exemplar expects {expected!r}"
            )
            yield spot.finding(problem, "correct the expectation, the text or the rules")
    elif decided.outcome != expected:
        problem = f"under {cell.short} the rules say {decided.outcome!r}, the exemplar expects {expected!r}"
        yield spot.finding(problem, "correct the expectation, the text or the rule")
