"""`turncoat models`: the paper's models, and the simulated ones."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from turncoat.cli.arguments import json_option

if TYPE_CHECKING:
    from turncoat.catalog.roster import Subject

_AS_OFTEN = "does the harm, where a rate is published, as often as"


@click.command()
@json_option
def command(as_json: bool) -> None:
    """List the models of the paper, and the simulated ones, which need no key.

    `--model paper` of `turncoat run` stands for those of the paper's main part that can be had or of
    which nobody has established it. A snapshot is named only where it is established which dated
    version the paper used.

    \b
    --json prints one object:
      paper      list of {name, developer, model, snapshot, available, since, source, part,
                 included}; snapshot is null where it is not established, source is who says what
                 is available, included tells whether `--model paper` asks it
      simulated  list of {model, about}

    \b
    Examples:
      turncoat models
      turncoat models --json
    """
    from turncoat.catalog.roster import load_roster, paper_subjects

    included = set(paper_subjects())
    if as_json:
        paper = [{**s.model_dump(), "included": s in included} for s in load_roster()]
        click.echo(json.dumps({"paper": paper, "simulated": _simulated()}, indent=2))
        return
    click.echo("\n".join(_text(list(load_roster()), included)))


def _simulated() -> list[dict[str, str]]:
    from turncoat.catalog.subjects import load_profiles
    from turncoat.models.published import stand_ins

    subjects = [(f"sim/{name}", profile.about) for name, profile in load_profiles().items()]
    subjects += [(name, f"{_AS_OFTEN} {model} did") for name, model in stand_ins().items()]
    judge = ("sim/judge", "the simulated judge: -J sensitivity, specificity, swayed")
    return [{"model": model, "about": about} for model, about in (*subjects, judge)]


def _text(roster: "list[Subject]", included: "set[Subject]") -> Iterator[str]:
    from turncoat.models.published import PUBLISHED

    yield "The paper's models (* asked by --model paper):"
    for subject in roster:
        mark = "*" if subject in included else " "
        snapshot = subject.snapshot or "not established"
        had = {"yes": "can be had", "no": "withdrawn", "unknown": "not known whether it can be had"}
        yield f"{mark} {subject.name:<18} {subject.developer:<10} {subject.model}"
        yield f"    snapshot: {snapshot}"
        yield f"    {had[subject.available]}: {subject.since}"
    yield "\nSimulated, which need no key:"
    for simulated in _simulated():
        if not simulated["model"].startswith(f"{PUBLISHED}/"):
            yield f"  {simulated['model']:<18} {simulated['about']}"
    yield f"  {PUBLISHED}/NAME {_AS_OFTEN} NAME did, which is one of those above"
