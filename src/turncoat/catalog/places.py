"""Where in a file of a pack something stands: the line of a key, and of a word in its text."""

from dataclasses import dataclass

import yaml

from turncoat.catalog.files import FRONT_MATTER, Loader

Key = tuple[str | int, ...]
"""Keys and places in lists, from the top; `("body",)` is the text under a front matter."""


@dataclass(frozen=True, slots=True)
class Places:
    """The lines of one file.

    Attributes:
        root: the YAML's nodes; None where it has none.
        above: lines of the file above the YAML.
        body: line on which the text under the front matter begins; None without one.
    """

    root: yaml.Node | None
    above: int
    body: int | None

    def line(self, key: Key, within: int | None = None) -> int | None:
        """The line of a key, or of the nearest thing around it that is there.

        Args:
            key: what is looked for.
            within: line of the text that stands at the key, from 1.
        """
        if key == ("body",) and self.body is not None:
            return self.body + (within or 1) - 1
        if self.root is None:
            return None
        found = self._found(key)
        if found is None:
            return None
        # The first line of a literal block is the one below its mark.
        literal = isinstance(found.value, yaml.ScalarNode) and found.value.style == "|"
        line = found.value.start_mark.line + 1 + within if literal and within else found.line
        return self.above + line

    def _found(self, key: Key) -> "_Entry | None":
        entry, node = None, self.root
        for part in key:
            step = _step(node, part) if node is not None else None
            if step is not None:
                entry, node = step, step.value
        return entry


@dataclass(frozen=True, slots=True)
class _Entry:
    line: int
    value: yaml.Node


def _step(node: yaml.Node, part: str | int) -> _Entry | None:
    """Into a mapping or list; None for what is not there, such as pydantic's names of types."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return _Entry(key.start_mark.line + 1, value)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        value = node.value[part]
        return _Entry(value.start_mark.line + 1, value)
    return None


def places_in(text: str) -> Places:
    """The places of a YAML file, or of a Markdown file with front matter; none in what is broken."""
    match = FRONT_MATTER.match(text)
    if match is None:
        return Places(_composed(text), 0, None)
    body = match["body"]
    blank = len(body) - len(body.lstrip())
    start = text.count("\n", 0, match.start("body")) + body.count("\n", 0, blank) + 1
    return Places(_composed(match["head"]), 1, start)


def _composed(text: str) -> yaml.Node | None:
    try:
        # Loader is a SafeLoader, and composing builds no object.
        node: yaml.Node | None = yaml.compose(text, Loader=Loader)
    except (yaml.YAMLError, RecursionError):
        return None
    return node
