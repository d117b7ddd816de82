"""Makes a page from a template: the words, the frame around it, and what a fault looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from flask import g, has_request_context, request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from api.kit.ask import Ask, Reply
from api.pages.asset_files import address
from api.pages.dates import when_text
from api.pages.form import asked_for
from api.pages.saying import machine_time, said_list, word
from api.refusals import Fault
from engine.operations.seeing import Named, named
from engine.review.roles import AUDITOR, HR
from engine.store import people
from engine.words.book import say

TEMPLATES: Final = Path(__file__).parent / "templates"
LANG_COOKIE: Final = "reviewcycle_lang"
LANG_SECONDS: Final = 366 * 24 * 3600
OTHER: Final = {"en": "zh", "zh": "en"}


@dataclass(frozen=True, slots=True)
class Frame:
    """Who is signed in and what she may use: what the bar at the top shows. units: those an HR is for, else empty."""

    person: Named | None
    hr: bool
    units: tuple[str, ...]
    auditor: bool
    zone: str
    demo: bool = False

    @property
    def whole_hr(self) -> bool:
        """HR of the whole organisation, who alone publishes, opens and imports."""
        return self.hr and not self.units


NOBODY: Final = Frame(None, False, (), False, "UTC")


@cache
def environment() -> Environment:
    """The templates, read once; a name that nobody gave is an error and never an empty place."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(default=True), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False, cache_size=-1,
    )  # fmt: skip
    made.filters["machine"] = machine_time
    return made


def frame_of(ask: Ask) -> Frame:
    """One look at who is signed in; nobody on a public page."""
    demo = bool(ask.settings.get("demo"))
    if ask.actor.person is None:
        return Frame(None, False, (), False, "UTC", demo)
    with ask.rt.database.read() as tx:
        found = people.by_id(tx, [ask.actor.person])[ask.actor.person]
        places = people.places_of(tx, ask.actor.person, ask.rt.clock.now())
    hr, auditor = HR in places.groups, AUDITOR in places.groups
    return Frame(named(found), hr, places.hr_of, auditor, found.timezone or "UTC", demo)


def show(ask: Ask, template: str, *, status: int | None = None, place: str = "", **values: Any) -> Reply:
    """The page as a reply. place: which entry of the bar it belongs to. A language that was asked for is remembered."""
    frame = values.pop("frame", None) or frame_of(ask)
    text = written(template, ask.lang, ask.nonce, frame, place=place, **values)
    asked = ask.query.get("lang")
    cookies = {LANG_COOKIE: (asked, LANG_SECONDS)} if asked else {}
    return Reply(text, status=status, cookies=cookies)


def written(template: str, lang: str, nonce: str, frame: Frame, **values: Any) -> str:
    """The text of a page."""

    def t(code: str, **more: object) -> str:
        return say(lang, f"pages.{code}", **more)

    def counted(code: str, count: int, **more: object) -> str:
        return say(lang, f"pages.{code}.{'one' if count == 1 else 'many'}", count=count, **more)

    known = {
        "t": t, "counted": counted, "when": lambda instant: when_text(lang, instant, frame.zone), "lang": lang,
        "nonce": nonce, "frame": frame, "asset": address, "place": "",
        "other_lang": OTHER[lang], "other_address": _here(lang=OTHER[lang]), "here": _here,
        "this": request.path if has_request_context() else "/",
        "word": lambda area, key: word(lang, area, key), "asked_for": lambda one: asked_for(lang, one),
        "join": lambda texts: said_list(lang, texts),
    }  # fmt: skip
    return environment().get_template(template).render({**known, **values})


def _here(**more: str | None) -> str:
    """The address of this page with some parameters changed; None takes one out."""
    if not has_request_context():
        return "?" + urlencode({name: value for name, value in more.items() if value is not None})
    known = {name: value for name, value in request.args.items() if name != "lang"}
    wanted = {name: value for name, value in {**known, **more}.items() if value is not None}
    return request.path + ("?" + urlencode(wanted) if wanted else "")


def fault_page(fault: Fault, document: Mapping[str, Any]) -> str:
    """A fault as a page: what is wrong, why, and where to go on; nothing of the house is looked up for it."""
    return written(
        "fault.html", g.lang, g.nonce, NOBODY, fault=fault, title=document["title"], detail=document["detail"],
        reasons=[one["text"] for one in document.get("reasons", ())], errors=document.get("errors", ()),
        request_id=document["request"],
    )  # fmt: skip


def go(location: str, done: str | None = None) -> Reply:
    """Sends the browser on after something was done; `done` says what, on the next page."""
    parts = urlsplit(location)
    query = "&".join(one for one in (parts.query, urlencode({"done": done}) if done else "") if one)
    target = parts.path + (f"?{query}" if query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    return Reply("", status=303, location=target)


def local_path(text: str | None) -> str:
    """An address of our own to go on to, else the first page: nobody is sent to another host."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")) or any(ord(one) < 33 for one in text):
        return "/"
    parts = urlsplit(text)
    return "/" if parts.scheme or parts.netloc or "\\" in text else text
