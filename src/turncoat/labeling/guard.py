"""Who may talk to the server: this machine, with the printed address, from the server's own page.

Every website that is open in a browser can send requests to 127.0.0.1, and a name that it controls
can point there. So every request names this very server as its host and holds a secret, and what
changes anything comes from the server's own page.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from secrets import compare_digest, token_urlsafe

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = "127.0.0.1"

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def _secret() -> str:
    return token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Access:
    """The secrets of one server.

    Attributes:
        port: on which it listens.
        token: in the printed address, where a browser gets the session for it.
        session: in the browser's cookie.
        csrf: in the server's own forms.
    """

    port: int
    token: str = field(default_factory=_secret)
    session: str = field(default_factory=_secret)
    csrf: str = field(default_factory=_secret)

    @property
    def origin(self) -> str:
        """Of the server's pages."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def url(self) -> str:
        """The address to open."""
        return f"{self.origin}/?token={self.token}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a request may call this server."""
        return (f"{LOOPBACK}:{self.port}", f"localhost:{self.port}")

    @property
    def cookie(self) -> str:
        """Name of the cookie; cookies do not tell ports apart, and several servers may run."""
        return f"turncoat_label_{self.port}"


class Guard:
    """An ASGI app that lets nothing else through to another, and adds headers to every answer."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let the app do it."""
        if scope["type"] != "http":
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        refusal = self._answer(Request(scope))
        await (refusal or self._app)(scope, receive, sending)

    def _answer(self, request: Request) -> Response | None:
        """The guard's own answer; None for a request that may pass."""
        access = self._access
        if request.headers.getlist("host") not in [[host] for host in access.hosts]:
            return _refused("the request does not name this server as its host")
        if request.method not in {"GET", "HEAD", "POST"}:
            return PlainTextResponse("405: only GET and POST\n", status_code=405)
        if request.method == "POST" and not self._is_own(request):
            return _refused("the request does not come from this server's own page")
        if request.url.path == "/" and "token" in request.query_params:
            return self._exchange(request.query_params.getlist("token"))
        if not _same(request.cookies.get(access.cookie, ""), access.session):
            return _refused("open the address that `turncoat label` has printed")
        return None

    def _is_own(self, request: Request) -> bool:
        """By what a browser says of a request and no page can change.

        A page without referrers sends its own forms with the origin `null`; then what is known of
        the site decides, which browsers send to loopback addresses.
        """
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
        if site is not None and site != "same-origin":
            return False
        if origin is None or origin == "null":
            return site == "same-origin"
        return origin in {f"http://{host}" for host in self._access.hosts}

    def _exchange(self, tokens: Iterable[str]) -> Response:
        if not all(_same(token, self._access.token) for token in tokens):
            return _refused("open the address that `turncoat label` has printed")
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(
            self._access.cookie, self._access.session, httponly=True, samesite="strict"
        )
        return answer


def _refused(why: str) -> Response:
    return PlainTextResponse(f"403: {why}\n", status_code=403)


def _same(given: str, secret: str) -> bool:
    return compare_digest(given.encode("utf-8", "replace"), secret.encode())
