"""The server: this machine only, until it is interrupted."""

import socket
from collections.abc import Callable
from contextlib import closing

import uvicorn

from turncoat.labeling.desk import Desk
from turncoat.labeling.guard import LOOPBACK, Access
from turncoat.labeling.site import site

_GRACE_S = 2


def serve(desk: Desk, *, port: int = 0, ready: Callable[[str], None]) -> None:
    """Serve the pages of a desk until Ctrl-C, and then return.

    Args:
        desk: the annotator's.
        port: on 127.0.0.1, the only address; 0 takes a free one.
        ready: called with the address to open, once connections are accepted.

    Raises:
        OSError: the port is taken.
    """
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as listening:
        # A server that was killed leaves its port waiting; nobody else can listen on it meanwhile.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        listening.listen()
        access = Access(listening.getsockname()[1])
        config = uvicorn.Config(
            site(desk, access),
            log_level="warning",
            access_log=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_S,
        )
        ready(access.url)
        try:
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:
            # The way to end it; uvicorn has let the last answers go out.
            return
