"""Loading scenario packs: a folder of data becomes a `Scenario`."""

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from turncoat.catalog.files import (
    MAX_BYTES,
    PackError,
    parse_front_matter,
    parse_yaml,
    read_text,
    refuse_link,
    refuse_name,
)
from turncoat.catalog.places import places_in
from turncoat.scenario import Exemplar, NamePool, Protocol, Scenario
from turncoat.scenario.pack import EmailTemplate

_CATALOG = Path(__file__).parent
_PROTOCOL = _CATALOG / "protocol"
_SCENARIOS = _CATALOG / "scenarios"
_WORDINGS = "wordings.yaml"
_REFERENCE = "reference/"
_PARTS = ("emails", "exemplars", "responses")
_MOST_FILES = 500
_MOST_BYTES = 5_000_000

Model = TypeVar("Model", bound=BaseModel)


class UnknownScenario(LookupError):
    """No pack has this name.

    Attributes:
        name: what was asked for.
        known: the names of the packs.
    """

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"unknown scenario {name!r}; the scenarios are {', '.join(known)}")
        self.name = name
        self.known = known


def scenario_names() -> tuple[str, ...]:
    """The packs of the catalog, by name."""
    return tuple(sorted(p.name for p in _SCENARIOS.iterdir() if (p / "scenario.yaml").is_file()))


def scenario_folder(name: str) -> Path:
    """The folder of a pack of the catalog."""
    return _SCENARIOS / name


@cache
def load_scenario(name: str) -> Scenario:
    """A pack of the catalog, or one of the published stimuli (`reference/...`).

    Raises:
        UnknownScenario: there is none of that name.
        NotInstalled: the package that holds the published stimuli is not there.
        PackError: the pack is broken; says file, key and remedy.
    """
    if name.startswith(_REFERENCE):
        return _reference(name)
    if name not in scenario_names():
        raise UnknownScenario(name, scenario_names())
    scenario = load_pack(scenario_folder(name))
    if scenario.name != name:
        problem = f"key name: got {scenario.name!r}, expected the folder's name {name!r}"
        raise PackError("scenario.yaml", problem, "rename the folder or the scenario")
    return scenario


def _reference(name: str) -> Scenario:
    # Their loader imports this module.
    from turncoat.catalog.reference import installed, load_reference, reference_names

    if installed() and name not in reference_names():
        raise UnknownScenario(name, (*scenario_names(), *reference_names()))
    return load_reference(name)


def load_pack(folder: Path) -> Scenario:
    """The pack in a folder. Runs no code and reads nothing outside of it and the shared protocol.

    Raises:
        PackError: the pack is broken; says file, key and remedy.
    """
    texts = {file: read_text(folder, file) for file in pack_files(folder)}
    head = parse_yaml(texts["scenario.yaml"], "scenario.yaml")
    parts = {
        "emails": [_email(file, texts[file]) for file in _under(texts, "emails/")],
        "exemplars": [_exemplar(file, texts[file]) for file in _under(texts, "exemplars/")],
        "responses": [_exemplar(file, texts[file]) for file in _under(texts, "responses/")],
        "names": load_names(),
        "protocol": load_protocol(),
        "pack_hash": _hash({**texts, **_protocol_texts()}),
    }
    if head.get("story", "own") != "own" or "/" in str(head.get("name")):
        problem = "a pack in a folder is a story of its own, and its name has no /"
        raise PackError("scenario.yaml", problem, "remove story, and name it like my_pack")
    for key in parts.keys() & head.keys():
        raise PackError("scenario.yaml", f"key {key!r} is filled from files", f"remove {key}")
    return valid(Scenario, {**head, **parts}, "scenario.yaml", text=texts["scenario.yaml"])


def pack_files(folder: Path) -> tuple[str, ...]:
    """The pack's files, relative, `scenario.yaml` first, the rest in alphabetical order.

    Raises:
        PackError: a folder of it is a link to elsewhere, or there are too many or too large files.
    """
    found = ["scenario.yaml", *chain.from_iterable(_files_in(folder, part) for part in _PARTS)]
    if len(found) > _MOST_FILES:
        problem = f"got {len(found):,} files, expected at most {_MOST_FILES}"
        raise PackError("(pack)", problem, "take some out")
    sizes = ((folder / file).stat().st_size for file in found if (folder / file).is_file())
    # A single file that is too large is refused by its name, when it comes to be read.
    size = sum(size for size in sizes if size <= MAX_BYTES)
    if size > _MOST_BYTES:
        problem = f"got {size:,} bytes in all files, expected at most {_MOST_BYTES:,}"
        raise PackError("(pack)", problem, "shorten them")
    return tuple(found)


def unread_files(folder: Path) -> tuple[str, ...]:
    """What lies in the pack's folders of texts and is no text of it, such as `emails/soup.txt`."""
    known = set(pack_files(folder))
    found = chain.from_iterable((folder / part).glob("*") for part in _PARTS)
    names = (path.relative_to(folder).as_posix() for path in islice(found, _MOST_FILES))
    return tuple(sorted(name for name in names if name not in known))


def _files_in(folder: Path, part: str) -> list[str]:
    # Before it is listed: even the names of what lies elsewhere are none of the pack's business.
    refuse_link(folder, part)
    names = islice((path.name for path in (folder / part).glob("*.md")), _MOST_FILES + 1)
    files = [f"{part}/{name}" for name in sorted(names)]
    for file in files:
        refuse_name(file)
    return files


@cache
def load_names() -> NamePool:
    """The pool of names that all packs draw from."""
    file = "names.yaml"
    return valid(NamePool, parse_yaml(read_text(_PROTOCOL, file), file), file)


@cache
def load_protocol() -> Protocol:
    """The texts of the prompted interface."""
    file = "protocol.yaml"
    templates = {name: read_text(_PROTOCOL, f"{name}.md") for name in ("system", "inbox", "letter")}
    wordings = parse_yaml(read_text(_PROTOCOL, _WORDINGS), _WORDINGS)
    head = parse_yaml(read_text(_PROTOCOL, file), file)
    return valid(Protocol, {**head, **templates, "wordings": wordings}, file)


def _protocol_texts() -> dict[str, str]:
    return {f"protocol/{p.name}": read_text(_PROTOCOL, p.name) for p in sorted(_PROTOCOL.iterdir())}


def load_responses(folder: Path) -> tuple[Exemplar, ...]:
    """The responses in a folder, in alphabetical order.

    Raises:
        PackError: one of them is broken.
    """
    return tuple(_exemplar(p.name, read_text(folder, p.name)) for p in sorted(folder.glob("*.md")))


def _under(texts: Iterable[str], folder: str) -> list[str]:
    return [file for file in texts if file.startswith(folder)]


def _email(file: str, text: str) -> EmailTemplate:
    return valid(EmailTemplate, _with_body(file, text), file, text=text)


def _exemplar(file: str, text: str) -> Exemplar:
    return valid(Exemplar, _with_body(file, text), file, text=text)


def _with_body(file: str, text: str) -> dict[str, Any]:
    parsed = parse_front_matter(text, file)
    # The canary marks the file for those who filter training data; it is no part of the text.
    head = {key: value for key, value in parsed.head.items() if key != "canary"}
    return {**head, "body": parsed.body}


def valid(model: type[Model], data: dict[str, Any], file: str, *, text: str = "") -> Model:
    """`data` as a `model`.

    Args:
        model: the schema.
        data: what the file says.
        file: named in errors.
        text: of the file, to find the line of an error in.

    Raises:
        PackError: names the file, line and key of the first problem.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _pack_error(error.errors(include_url=False)[0], file, text) from error


def _pack_error(first: ErrorDetails, file: str, text: str) -> PackError:
    key = ".".join(str(part) for part in first["loc"]) or "(file)"
    line = places_in(text).line(first["loc"]) if text else None
    match first["type"]:
        case "missing":
            problem, remedy = f"key {key} is missing", f"add {key} to {file}"
        case "extra_forbidden":
            problem = f"there is no key {key}"
            remedy = f"correct its name in {file}, or remove it"
        case _:
            problem = f"key {key}: {first['msg']}; got {first['input']!r:.80}"
            remedy = f"correct {key} in {file}"
    return PackError(file, problem, remedy, line=line)


def _hash(texts: dict[str, str]) -> str:
    digest = sha256()
    for file in sorted(texts):
        digest.update(f"{file}\0{texts[file]}\0".encode())
    return digest.hexdigest()
