"""The pages: one transcript at a time, its form, and the end."""

from collections.abc import Callable, Mapping
from importlib.resources import files
from secrets import compare_digest
from urllib.parse import parse_qs

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from turncoat.labeling.desk import Desk
from turncoat.labeling.entry import Entry, entry_from, entry_of, finding, problems
from turncoat.labeling.guard import Access, Guard
from turncoat.labeling.showing import plain, shown
from turncoat.results.labels import LabelsUnreadable, LabelsUnsaved, NoLabels

_PACKAGE = "turncoat.labeling"
_PARTS = {"label.css": "text/css", "label.js": "text/javascript"}
_MOST_BYTES = 1_000_000
_MOST_FIELDS = 500
_FORM = "application/x-www-form-urlencoded"


class BadForm(ValueError):
    """A request that no form of ours sends.

    Attributes:
        status: of the answer.
    """

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status = status


def site(desk: Desk, access: Access) -> ASGIApp:
    """The app of one annotator, behind its guard."""
    pages = _Pages(desk, access)
    routes = [
        Route("/", pages.start, methods=["GET"]),
        Route("/end", pages.end, methods=["GET"]),
        Route("/t/{token}", pages.show, methods=["GET"]),
        Route("/t/{token}", pages.save, methods=["POST"]),
        *(Route(f"/{name}", _part(name, kind), methods=["GET"]) for name, kind in _PARTS.items()),
    ]
    away = dict.fromkeys((NoLabels, LabelsUnreadable, LabelsUnsaved), _away)
    return Guard(Starlette(routes=routes, exception_handlers=away), access)


def _away(request: Request, error: Exception) -> Response:
    """Somebody moved the file, or a disk is full: the page keeps what was typed."""
    del request
    return PlainTextResponse(f"503: {error}\n", status_code=503)


def _part(name: str, kind: str) -> Callable[[Request], Response]:
    text = files(_PACKAGE).joinpath(name).read_text(encoding="utf-8")

    def part(request: Request) -> Response:
        del request
        return Response(text, media_type=kind)

    return part


class _Pages:
    def __init__(self, desk: Desk, access: Access) -> None:
        self._desk = desk
        self._access = access
        self._templates = Environment(
            loader=PackageLoader(_PACKAGE, "."),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["shown"] = shown
        self._templates.filters["plain"] = plain

    def start(self, request: Request) -> Response:
        """To where the annotator stopped."""
        del request
        return self._onward(None)

    def end(self, request: Request) -> Response:
        """All is labeled, or what is left."""
        del request
        return self._page("end.html", last=self._desk.order[-1] if self._desk.order else None)

    def show(self, request: Request) -> Response:
        """One transcript, with what was saved of it."""
        token = str(request.path_params["token"])
        if token not in self._desk:
            return _not_found()
        saved = self._desk.labels.get(token)
        return self._case(token, entry_of(saved.finding) if saved else Entry())

    async def save(self, request: Request) -> Response:
        """Keep a label and go on, or say what is wrong with it."""
        token = str(request.path_params["token"])
        try:
            fields = await _fields(request)
        except BadForm as error:
            return PlainTextResponse(f"{error.status}: {error}\n", status_code=error.status)
        given = fields.get("csrf", [""])[0].encode("utf-8", "replace")
        if not compare_digest(given, self._access.csrf.encode()):
            return PlainTextResponse("403: this form is of another server\n", status_code=403)
        return await run_in_threadpool(self._save, token, entry_from(fields))

    def _save(self, token: str, entry: Entry) -> Response:
        if token not in self._desk:
            return _not_found()
        case = self._desk.case(token)
        wrong = problems(entry, case)
        if wrong:
            return self._case(token, entry, wrong=wrong, status=422)
        label = finding(entry, case, saw_reasoning=self._desk.seat.show_reasoning)
        try:
            self._desk.save(token, label)
        except LabelsUnsaved as error:
            told = f"Not saved: {error}. Nothing that you typed is lost: try again."
            return self._case(token, entry, wrong=(told,), status=503)
        return self._onward(token)

    def _onward(self, token: str | None) -> Response:
        following = self._desk.open_after(token)
        return RedirectResponse(f"/t/{following}" if following else "/end", status_code=303)

    def _case(
        self, token: str, entry: Entry, *, wrong: tuple[str, ...] = (), status: int = 200
    ) -> Response:
        labeled = token in self._desk.labels
        return self._page(
            "case.html",
            status=status,
            case=self._desk.case(token),
            token=token,
            entry=entry,
            wrong=wrong,
            labeled=labeled,
            before=self._desk.beside(token, -1),
            after=self._desk.beside(token, 1) if labeled else None,
            csrf=self._access.csrf,
        )

    def _page(self, name: str, *, status: int = 200, **context: object) -> Response:
        seat, progress = self._desk.seat, self._desk.progress
        html = self._templates.get_template(name).render(
            annotator=seat.annotator, progress=progress, **context
        )
        return HTMLResponse(html.encode("utf-8", "replace"), status_code=status)


def _not_found() -> Response:
    return PlainTextResponse("404: there is no such transcript\n", status_code=404)


async def _fields(request: Request) -> Mapping[str, list[str]]:
    """The fields of a form.

    Raises:
        BadForm: too large, or no form.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise BadForm(415, f"expected {_FORM}")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            raise BadForm(413, f"more than {_MOST_BYTES:,} bytes")
    try:
        text = body.decode("ascii", "replace")
        return parse_qs(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise BadForm(400, "this is no form of ours") from error
