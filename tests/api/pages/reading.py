"""Reads pages as a person's browser does: a session, forms filled in and handed in, and what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import Client, TestResponse

from engine.operations.names import SYSTEM
from engine.operations.sign_in import new_link
from engine.runtime import Runtime

VOID = frozenset({"meta", "link", "input", "img", "br", "hr"})


@dataclass(slots=True)
class Element:
    """One element with what is in it; a text is an element called `text`."""

    tag: str
    attributes: Mapping[str, str]
    inner: list[Element] = field(default_factory=list)
    words: str = ""

    def all(self, tag: str = "", **wanted: str) -> Iterator[Element]:
        for one in self.inner:
            if one.tag != "text" and tag in ("", one.tag) and one.fits(wanted):
                yield one
            yield from one.all(tag, **wanted)

    def fits(self, wanted: Mapping[str, str]) -> bool:
        """Whether its attributes are these; `class_` is the class, `aria_label` the label."""
        return all(self.attributes.get(name.rstrip("_").replace("_", "-")) == value for name, value in wanted.items())

    def first(self, tag: str = "", **wanted: str) -> Element:
        return next(self.all(tag, **wanted))

    def has(self, tag: str = "", **wanted: str) -> bool:
        return any(True for _ in self.all(tag, **wanted))

    @property
    def text(self) -> str:
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        yield self.words
        for one in self.inner:
            yield from one._texts()

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root", {})
        self.way = [self.root]

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        one = Element(tag, {name: value or "" for name, value in attrs})
        self.way[-1].inner.append(one)
        if tag not in VOID:
            self.way.append(one)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.way[-1].inner.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.way[-1].tag == tag, f"</{tag}> ends <{self.way[-1].tag}>"
        self.way.pop()

    def handle_data(self, data: str) -> None:
        self.way[-1].inner.append(Element("text", {}, words=data))


def read(html: str) -> Element:
    """The page as a tree. AssertionError where an end does not fit its beginning."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.way == [reader.root], [one.tag for one in reader.way]
    return reader.root


@dataclass(slots=True)
class Person:
    """One person at one browser, signed in by a link."""

    client: Client
    lang: str = "en"

    def get(self, path: str, status: int = 200) -> Element:
        return read(self.ask(path, status).get_data(as_text=True))

    def ask(self, path: str, status: int = 200) -> TestResponse:
        found = self.client.get(path, headers={"Accept-Language": self.lang})
        assert found.status_code == status, (path, found.status_code, found.get_data(as_text=True)[-3000:])
        return found

    def post(self, path: str, fields: Mapping[str, Any], site: str | None = "same-origin") -> TestResponse:
        headers = {"Accept-Language": self.lang} | ({} if site is None else {"Sec-Fetch-Site": site})
        return self.client.post(
            path, data=dict(fields), headers=headers, content_type="application/x-www-form-urlencoded"
        )

    def hand_in(self, page: Element, typed: Mapping[str, Any], button: str = "", form: str = "") -> TestResponse:
        """Fills in the page's form (the one of this id or action, else its first) and presses a button by name."""
        known = [one for one in page.all("form", method="post") if not one.attributes["action"].endswith("/sign-out")]
        forms = [one for one in known if form in ("", one.attributes.get("id"), one["action"])]
        fields: dict[str, Any] = filled(forms[0])
        fields.update(typed)
        if button:
            name, _, value = button.partition("=")
            fields[name] = value or "1"
        return self.post(forms[0]["action"], {name: one for name, one in fields.items() if one is not None})


def filled(form: Element) -> dict[str, Any]:
    """What a form would send as it stands."""
    found: dict[str, Any] = {}
    for one in form.all("input"):
        kind, name = one.attributes.get("type", "text"), one.attributes.get("name", "")
        if kind in ("radio", "checkbox"):
            if "checked" in one.attributes:
                found.setdefault(name, []).append(one.attributes.get("value", "on"))
        elif name:
            found[name] = one.attributes.get("value", "")
    for one in form.all("textarea"):
        text = "".join(one._texts())
        found[one["name"]] = text.removeprefix("\n")
    for one in form.all("select"):
        chosen = [option["value"] for option in one.all("option") if "selected" in option.attributes]
        found[one["name"]] = chosen[0] if chosen else one.first("option")["value"]
    return found


def signed_in(app: Flask, rt: Runtime, ref: str, lang: str = "en") -> Person:
    """The person at a browser of her own, signed in the way people are."""
    person = Person(app.test_client(), lang)
    link = new_link(rt, SYSTEM, ref).text
    page = person.get(f"/sign-in?link={link}")
    done = person.hand_in(page, {})
    assert (done.status_code, done.headers["Location"]) == (303, "/"), done.get_data(as_text=True)
    return person
