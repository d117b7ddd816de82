"""Everything that somebody is shown: the replies of every route that can be looked at, bodies and headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from werkzeug.test import TestResponse

from api.app import routes
from api.kit.route import Route
from tests.api.calling import Caller
from tests.api.rights.asking import Wish, knock, parts_of, wish_for
from tests.api.rights.scene import Live

Place = tuple[str, str]
"""Route and situation."""

REVIEWS: Final = ("appeal", "targets", "few")
_CHOICES: Final = re.compile(
    r'"x-choices":\[[^\]]*\]|<select\b.*?</select>|<datalist\b.*?</datalist>|<fieldset\b.*?</fieldset>', re.DOTALL
)


def looked_at() -> tuple[Route, ...]:
    """Routes that can only be looked at, by somebody who is signed in."""
    return tuple(route for route in routes() if route.method == "GET" and not route.public)


def places(reviews: Iterable[str] = REVIEWS) -> Iterator[tuple[Route, str]]:
    for route in looked_at():
        if "review" in route.parts:
            yield from ((route, where) for where in reviews)
        elif "cycle" in route.parts:
            yield from ((route, where) for where in ("-", "third"))
        elif "fingerprint" in route.parts:
            yield from ((route, where) for where in ("-", "proposal"))
        else:
            yield route, "-"


def text_of(found: TestResponse) -> str:
    """A reply as it goes over the wire, its headers before its body."""
    return f"{found.status}\n{found.headers}\n{found.get_data(as_text=True)}"


def without_choices(text: str) -> str:
    """The text without the people that a form offers to choose from: whom one may look up, asked or not."""
    return _CHOICES.sub("", text)


def wishes(route: Route, live: Live, where: str) -> Iterator[Wish]:
    """The wish, and for a row of work that of everybody whom the review asks."""
    wish = wish_for(route, live, where)
    yield wish
    if "task" in route.parts and where == "appeal":
        for name in ("hear of p2", "peers of a2", "monthly"):
            yield replace(wish, parts={**wish.parts, "task": live.scene.ids[name]})


def shown(live: Live, caller: Caller, reviews: Iterable[str] = REVIEWS, lang: str = "en") -> dict[Place, str]:
    """What every place shows to the caller, beside the choices of forms."""
    headers, told = {"Accept-Language": lang}, {}
    for route, where in places(reviews):
        replies = [knock(caller, route, wish, headers) for wish in wishes(route, live, where)]
        told[route.name, where] = without_choices("".join(map(text_of, replies)))
    return told


__all__ = ["parts_of", "places", "shown", "text_of", "without_choices"]
