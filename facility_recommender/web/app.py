"""The page's addresses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from facility_recommender.alerts import Action
from facility_recommender.errors import StorageError
from facility_recommender.web import present, render
from facility_recommender.web.guard import Guarded, same_origin
from facility_recommender.web.live import Live

FORM_BYTES = 4096
"""The longest form that is read; ours has a hundred; [C]."""

Act = Callable[[str, Action], Awaitable[bool]]
"""Does something about an alert; tells whether there is such an alert; raises StorageError if it cannot be kept."""


def build(live: Live, act: Act, names: Sequence[str]) -> Starlette:
    """Build the application; `names` are the host names it is reached by.

    Any other name is refused: a stranger's name that is made to point here could read the page from a visitor's
    browser.
    """

    async def page(_request: Request) -> Response:
        return HTMLResponse(render.page(live.now, live.sections, live.stamp()))

    async def now(_request: Request) -> Response:
        return JSONResponse(present.jsonable(live.now, live.stamp().true_at))

    async def stream(_request: Request) -> Response:
        return StreamingResponse(live.events(), media_type="text/event-stream")

    async def alerts(request: Request) -> Response:
        if not same_origin(request.headers):
            return PlainTextResponse("Only the page itself may do this: open it and press the button there.", 403)
        form = await _form(request)
        try:
            known = await act(form["alert"], Action(form["action"]))
        except (KeyError, ValueError):
            return PlainTextResponse("Go back to the page and press the button there.", 400)
        except StorageError as error:
            return PlainTextResponse(str(error), 503)
        return (
            RedirectResponse("/", 303) if known else PlainTextResponse("That alert is over. Go back to the page.", 404)
        )

    return Starlette(
        routes=[
            Route("/", page),
            Route("/live", stream),
            Route("/api/now", now),
            Route("/alerts", alerts, methods=["POST"]),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
        ],
        middleware=[Middleware(Guarded), Middleware(TrustedHostMiddleware, allowed_hosts=list(names))],
    )


async def _form(request: Request) -> dict[str, str]:
    """The fields of a short form; of a long one nothing."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > FORM_BYTES:
            return {}
    return {name: values[0] for name, values in parse_qs(body.decode(errors="replace")).items()}
