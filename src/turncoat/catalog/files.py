"""Reading catalog files: strict YAML, bounded sizes, nothing outside the folder, no code."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 1_000_000
_MAX_DEPTH = 20
# What no editor shows, moves a terminal's cursor, turns the order of letters around, or is no text.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_FILE_NAME = re.compile(r"[\w][\w. +-]*\.md", re.ASCII)
FRONT_MATTER = re.compile(r"\A---\n(?P<head>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)


class PackError(ValueError):
    """A file of the catalog that a person can repair.

    Attributes:
        file: path relative to the pack's folder.
        problem: what is wrong, what was got and what was expected.
        remedy: the next step.
        line: of the file; None where it is not known.
    """

    def __init__(self, file: str, problem: str, remedy: str, *, line: int | None = None) -> None:
        self.file = file
        self.problem = problem
        self.remedy = remedy
        self.line = line
        super().__init__(f"{self.place}: {problem}\n  next: {remedy}")

    @property
    def place(self) -> str:
        """`FILE:LINE`, or the file alone."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A Markdown file with YAML front matter."""

    head: dict[str, Any]
    body: str


class Loader(yaml.SafeLoader):
    """YAML 1.2's plain scalars: `no` is a level's name and `15:40` a time, neither is a number."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Plain data only: no alias, no tag, and no deeper than a pack can be."""
        # The types of PyYAML leave this method out.
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        self._refuse(event)
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise _refused(event, f"it is nested deeper than {_MAX_DEPTH}")
        node = super().compose_node(parent, index)
        self.depth -= 1
        # Escapes in quotes (`"\\e[2J"`) bring what the file itself may not hold.
        control = _CONTROL.search(node.value) if isinstance(node, yaml.ScalarNode) else None
        if control:
            raise _refused(event, f"got the control character U+{ord(control[0]):04X}")
        return node

    def _refuse(self, event: yaml.Event) -> None:
        # A few lines of aliases stand for gigabytes.
        if isinstance(event, yaml.AliasEvent):
            raise _refused(event, "an alias is not allowed")
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise _refused(event, f"the tag {tag!r} is not allowed")


def _refused(event: yaml.Event, problem: str) -> yaml.YAMLError:
    # The types of PyYAML give events the marks of another class.
    return yaml.composer.ComposerError(None, None, problem, event.start_mark)  # type: ignore[arg-type]


# The parent's resolvers must go before ours come: PyYAML copies them at the first addition. Longer
# numbers are text: Python would refuse to read one of thousands of digits.
Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("int", r"^[-+]?(?:0|[1-9][0-9]{0,17})$", "-+0123456789"),
    ("float", r"^[-+]?[0-9]{1,18}\.[0-9]{1,18}$", "-+0123456789"),
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _mapping(loader: Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if not isinstance(key, str):
            raise _bad_key(key_node, f"got the key {key!r}, expected text")
        if key in seen:
            raise _bad_key(key_node, f"key {key!r} stands twice")
        seen.add(key)
    return loader.construct_mapping(node)


def _bad_key(node: yaml.Node, problem: str) -> yaml.YAMLError:
    return yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_text(folder: Path, file: str) -> str:
    """A text file inside `folder`.

    Raises:
        PackError: missing, a link out of the folder, too large, or no plain UTF-8 text.
    """
    path = folder / file
    refuse_link(folder, file)
    if not path.is_file():
        raise PackError(file, "the file is missing", f"create {file} in {folder.name or '.'}/")
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise PackError(file, f"got {size:,} bytes, expected at most {MAX_BYTES:,}", "shorten it")
    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise PackError(
            file, f"the file is not UTF-8 ({error.reason})", "save it as UTF-8"
        ) from error
    except OSError as error:
        raise PackError(
            file, f"it cannot be read ({error.strerror})", "make it readable"
        ) from error
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        problem = f"got the control character U+{ord(control[0]):04X}"
        raise PackError(file, problem, "remove it", line=line)
    return text


def refuse_name(file: str) -> None:
    """Refuse a name that a terminal or another machine would not show as it is.

    Raises:
        PackError: it holds other characters than letters, digits and `. _ + -`.
    """
    folder, _, name = file.rpartition("/")
    if not _FILE_NAME.fullmatch(name):
        problem = f"got the file name {name!a:.80}"
        raise PackError(f"{folder}/", problem, "rename it: letters, digits, `.`, `_`, `+` and `-`")


def refuse_link(folder: Path, file: str) -> None:
    """Refuse what leads out of a folder.

    Raises:
        PackError: `file`, or a folder that it lies in, is a link to elsewhere.
    """
    try:
        inside = (folder / file).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link to itself
        inside = False
    if not inside:
        raise PackError(
            file, "the file is a link that leads out of the pack", "copy the file instead"
        )


def parse_yaml(text: str, file: str, *, first_line: int = 1) -> dict[str, Any]:
    """A YAML mapping; strict: no key twice, keys are text, no aliases, no tags that run code.

    Args:
        text: the YAML.
        file: named in errors.
        first_line: number of the text's first line in the file.

    Raises:
        PackError: bad syntax, what is not allowed, or no mapping.
    """
    try:
        # Loader is a SafeLoader: it builds plain data and runs no code.
        data = yaml.load(text, Loader=Loader)  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + first_line if mark else None
        problem = getattr(error, "problem", None) or " ".join(str(error).split())
        remedy = "repair the syntax at this line"
        raise PackError(file, f"bad YAML: {problem}", remedy, line=line) from error
    except ValueError as error:  # PyYAML, of an escape that stands for no character
        raise PackError(file, f"bad YAML: {error}", "repair its escapes") from error
    if not isinstance(data, dict):
        got = type(data).__name__
        raise PackError(file, f"got {got}, expected a mapping of keys", "write `key: value` lines")
    return data


def each_named(entries: object) -> object:
    """The mappings of a mapping, each told its key as `name`; what is none stays as it is."""
    if not isinstance(entries, dict):
        return entries
    return {
        name: {"name": name, **entry} if isinstance(entry, dict) else entry
        for name, entry in entries.items()
    }


def parse_front_matter(text: str, file: str) -> FrontMatter:
    """The YAML head and the body of a Markdown file.

    Raises:
        PackError: no front matter, or bad YAML in it.
    """
    match = FRONT_MATTER.match(text)
    if match is None:
        raise PackError(
            file, "no front matter found", "begin with ---, keys, --- and then the text"
        )
    # The first line is the mark above the head.
    return FrontMatter(parse_yaml(match["head"], file, first_line=2), match["body"].strip())
