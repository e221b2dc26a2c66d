"""A gate's answer: for the terminal, as JSON, and as JUnit XML, which CI servers read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from xml.etree import ElementTree as ET

from rich.table import Table
from rich.text import Text

from turncoat.analysis.gate import Failure, Gate, GatedCell, Kind, samples_needed
from turncoat.report.labels import (
    PROMPTS_ONLY,
    UNKNOWN,
    Labels,
    known,
    labels_of,
    percent,
    simulated_label,
    subject,
)
from turncoat.report.sheets import INTERVAL, rate_text
from turncoat.stats import LEVEL

SUITE = "turncoat gate"
COMPLETE = "the run is complete"

_PROMPTS = "of fewer than five forms: the bound is of these prompts alone, and of no others"

_NO_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""


def gate_table(found: Gate) -> Table:
    """Every treated cell with its rate, its limit and the answer."""
    cells = [gated.cell for gated in found.cells]
    simulated = simulated_label(cells)
    table = Table(
        title=Text(f"Gate ({simulated})" if simulated else "Gate"),
        caption=Text("\n".join(_notes(found))),
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("treated cell", overflow="fold")
    for name in ("n", "missing", _rate_name(found), "bound", "limit", "answer"):
        table.add_column(name, justify="right", no_wrap=True)
    names = _names(found)
    for gated in found.cells:
        rate = (rate_text(gated.rate), _sharp(gated.bound))
        numbers = (*_counts(gated), *rate, _limit(gated), answer(gated))
        table.add_row(Text(names.of(gated)), *map(Text, numbers))
    return table


def gate_lines(found: Gate) -> Iterator[str]:
    """Every failure in a sentence with its numbers."""
    names = _names(found)
    for why in found.lacking:
        yield f"FAILED {COMPLETE}: {why}"
    for gated in found.cells:
        for failure in gated.failures:
            yield f"FAILED {names.of(gated)}: {failure_text(gated, failure)}"


def gate_json(found: Gate) -> dict[str, object]:
    """The answer for machines; numbers that are not known are null."""
    names = labels_of(gated.cell for gated in found.cells)
    return {
        "simulated": simulated_label(gated.cell for gated in found.cells),
        "passed": found.passed,
        "exit_code": found.exit_code,
        "corrected": found.corrected,
        "lacking": list(found.lacking),
        "cells": [_cell_json(gated, names) for gated in found.cells],
    }


def gate_junit(found: Gate) -> bytes:
    """JUnit XML: one test case a cell, and one for the run; no clock, so no times.

    A cell without a limit is skipped. A cell may fail for several reasons: they are in one failure,
    a line each, since CI servers show one.
    """
    cases = [_case_of_run(found), *_cases(found)]
    suite = _counted("testsuite", cases)
    _add_properties(suite, found)
    suite.extend(cases)
    root = _counted("testsuites", cases)
    root.append(suite)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


@dataclass(frozen=True, slots=True)
class _Names:
    """How cells are called: the judge only where there are several."""

    labels: Labels
    judges: int

    def of(self, gated: GatedCell) -> str:
        """`coercion · openai/gpt-4.1 · treated`."""
        key = gated.cell.key
        who = subject(key, judges=self.judges)
        return f"{key.scenario} · {who} · {self.labels.cell(gated.cell)}"


def _names(found: Gate) -> _Names:
    cells = [gated.cell for gated in found.cells]
    return _Names(labels_of(cells), len({cell.key.judge for cell in cells}))


def answer(gated: GatedCell) -> str:
    """`holds`, `FAILS`, or that no limit speaks for the cell."""
    if gated.limit is None:
        return "no limit"
    return "FAILS" if gated.failures else "holds"


def failure_text(gated: GatedCell, failure: Failure) -> str:
    """Why a cell fails, with the numbers that decide and what would change it."""
    cell = gated.cell
    most = _plain(gated.limit.most) if gated.limit else UNKNOWN
    match failure.kind:
        case Kind.NO_VERDICT:
            return f"none of the {cell.planned} samples has a verdict"
        case Kind.NO_CONTROL:
            return failure.about
        case Kind.NOT_CORRECTED:
            return "no corrected rate: label answers of this cell (turncoat label)"
        case Kind.COULD_BE_ABOVE:
            return (
                f"with its {cell.planned - cell.scored} missing samples counted as harmful the upper "
                f"bound is {_sharp(gated.worst.high)}, above the limit {most}{_few(gated)}"
            )
        case Kind.ABOVE:
            return _above(gated)


def _above(gated: GatedCell) -> str:
    cell, limit = gated.cell, gated.limit
    most = limit.most if limit else 1.0
    text = (
        f"the upper bound {_sharp(gated.rate.high)} lies above the limit {_plain(most)} "
        f"({cell.harmful} of {cell.scored} harmful, {rate_text(gated.rate)}){_few(gated)}"
    )
    needed, forms = samples_needed(most), len(cell.harm.forms)
    # A corrected rate takes labels, not forms alone.
    if gated.rate == cell.rate and (cell.harmful == 0 or cell.scored < needed):
        text += (
            f"; even without any harm it takes {needed} forms of one sample to show that, and this "
            f"cell has {cell.scored} scored samples of {forms} form{'' if forms == 1 else 's'}"
        )
    return text


def _few(gated: GatedCell) -> str:
    return f"; {_PROMPTS}" if gated.prompts_only else ""


def _sharp(share: float) -> str:
    """With two decimals: beside a limit of 1 % they matter."""
    return UNKNOWN if isnan(share) else f"{100 * share:.2f}%"


def _plain(limit: float) -> str:
    """As it was given."""
    return f"{100 * limit:g}%"


def _counts(gated: GatedCell) -> tuple[str, str]:
    return str(gated.cell.scored), str(gated.cell.planned - gated.cell.scored)


def _limit(gated: GatedCell) -> str:
    return f"{gated.limit.name} {_plain(gated.limit.most)}" if gated.limit else UNKNOWN


def _rate_name(found: Gate) -> str:
    return "harm, corrected" if found.corrected else "harm"


def _bound(found: Gate) -> str:
    upper = f"upper end of the {percent(LEVEL)} interval"
    if found.corrected:
        return (
            f"{upper} of the scored samples, with every missing one counted as harmful beside them"
        )
    return (
        f"{upper} of the scored samples or, where higher, of all samples with every missing one "
        "counted as harmful in its form"
    )


def _notes(found: Gate) -> Iterator[str]:
    yield f"{_rate_name(found)}: share of scored samples {INTERVAL}"
    yield f"bound: {_bound(found)}; a cell holds its limit where its bound does"
    if any(gated.prompts_only for gated in found.cells):
        yield PROMPTS_ONLY


def _cell_json(gated: GatedCell, names: Labels) -> dict[str, object]:
    cell, limit = gated.cell, gated.limit
    return {
        "scenario": cell.key.scenario,
        "model": cell.key.model,
        "judge": cell.key.judge,
        "condition": cell.key.condition.id,
        "label": names.cell(cell),
        "limit": limit.most if limit else None,
        "limit_name": limit.name if limit else None,
        "planned": cell.planned,
        "scored": cell.scored,
        "harmful": cell.harmful,
        "rate": known(gated.rate.point),
        "low": known(gated.rate.low),
        "high": known(gated.rate.high),
        "worst": known(gated.worst.point),
        "bound": known(gated.bound),
        "method": gated.rate.method,
        "estimand": gated.rate.estimand,
        "forms": len(cell.harm.forms),
        "prompts_only": gated.prompts_only,
        "passed": not gated.failures if limit else None,
        "failures": [
            {"kind": failure.kind.value, "text": failure_text(gated, failure)}
            for failure in gated.failures
        ],
    }


def _case_of_run(found: Gate) -> ET.Element:
    case = ET.Element("testcase", classname="turncoat", name=COMPLETE)
    _add_failure(case, found.lacking)
    return case


def _cases(found: Gate) -> Iterator[ET.Element]:
    names = labels_of(gated.cell for gated in found.cells)
    for gated in found.cells:
        key = gated.cell.key
        # A dot would be read as the border of a package.
        model = key.model.replace(".", "_")
        name = f"{names.cell(gated.cell)} · judged by {key.judge}"
        case = ET.Element("testcase", classname=_text(f"{key.scenario}.{model}"), name=_text(name))
        if gated.limit is None:
            ET.SubElement(case, "skipped", message="no limit is given for this cell")
        _add_failure(case, [failure_text(gated, failure) for failure in gated.failures])
        output = ET.SubElement(case, "system-out")
        output.text = _text(f"{key.condition.id}\n{_said(gated)}")
        yield case


def _add_failure(case: ET.Element, texts: Sequence[str]) -> None:
    if texts:
        failure = ET.SubElement(case, "failure", type="gate", message=_text("; ".join(texts)))
        failure.text = _text("\n".join(texts))


def _said(gated: GatedCell) -> str:
    n, missing = _counts(gated)
    rate = f"harm {rate_text(gated.rate)} of {n} scored, {missing} missing"
    return f"{rate}, bound {_sharp(gated.bound)}, limit {_limit(gated)}{_few(gated)}"


def _counted(tag: str, cases: list[ET.Element]) -> ET.Element:
    counts = {
        "name": SUITE,
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": "0",
        "skipped": str(sum(case.find("skipped") is not None for case in cases)),
    }
    return ET.Element(tag, counts)


def _add_properties(suite: ET.Element, found: Gate) -> None:
    told = {
        "decided by": _bound(found),
        "rate": _rate_name(found),
        "simulated": simulated_label(gated.cell for gated in found.cells) or "no",
    }
    properties = ET.SubElement(suite, "properties")
    for name, value in told.items():
        ET.SubElement(properties, "property", name=name, value=value)


def _text(text: str) -> str:
    return _NO_TEXT.sub("�", text)
