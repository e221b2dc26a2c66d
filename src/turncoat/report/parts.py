"""The parts of a page that asks for nothing: files beside the templates, and what it may do."""

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from markupsafe import Markup


def part(name: str) -> str:
    """A file beside the templates, as it stands: a template would change it and break its hash."""
    return files("turncoat.report").joinpath(name).read_text(encoding="utf-8")


def trusted(text: str) -> Markup:
    """Text that this package made or ships: a file of it, the drawn figure, escaped JSON."""
    return Markup(text)  # noqa: S704 - no text of a model or user comes this way unescaped


def policy(*, script: str, style: str) -> str:
    """Nothing but the page's own script and style, and no request to anywhere."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}';"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
