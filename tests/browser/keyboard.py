"""Somebody who has only a keyboard: moves with Tab, and must see where she is at every step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from playwright.sync_api import Page

STEPS_MOST: Final = 260
"""A page with more stops than these has lost whoever cannot jump."""

BLINKS: Final = 10
"""How often 20 ms may pass until a place shows that it has the focus: an editor says so a moment later."""

_STOP: Final = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const shows = (what) => {
    const style = getComputedStyle(what);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
      && !/, 0\\)$|transparent/.test(style.outlineColor);
  };
  const around = one.closest("label, .cm-editor");
  const seen = one.closest(".cm-editor") || one;  // an editor shows a part of its text
  const box = [...seen.getClientRects()].find((found) => found.width > 1 && found.height > 1);
  const faults = [];
  if (!shows(one) && !(around && shows(around))) faults.push("no outline");
  if (!box) faults.push("nothing to see");
  else {
    const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 40), 1), innerWidth - 1);
    const y = Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 1);
    const hit = document.elementFromPoint(x, y);
    if (box.bottom < 4 || box.top > innerHeight - 4) faults.push("outside the window");
    else if (!hit || !(one.contains(hit) || hit.contains(one) || around && around.contains(hit))) {
      faults.push(`behind ${hit && hit.tagName}.${hit && hit.className}`);
    }
  }
  const by = one.getAttribute("aria-labelledby");
  const labels = one.labels && one.labels.length ? [...one.labels].map((found) => found.textContent).join(" ") : "";
  const name = one.getAttribute("aria-label") || by && document.getElementById(by).textContent || labels
    || one.textContent;
  return { tag: one.tagName.toLowerCase(), name: name.replace(/\\s+/g, " ").trim(), faults };
}"""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the focus is: the element, what it is called, and why one cannot see that it is there."""

    tag: str
    name: str
    faults: tuple[str, ...]


class Lost(AssertionError):
    """What was looked for is not on the way, or the way itself cannot be seen."""


@dataclass(slots=True)
class Hands:
    """Two hands on the keyboard of a page. arrived: what is asked of every page that is come to."""

    page: Page
    arrived: Callable[[], None]

    def stop(self) -> Stop | None:
        """Where the focus is, None when it is nowhere. Lost when that cannot be seen soon after it came there."""
        for wait in (*[20] * BLINKS, 0):
            found: dict[str, Any] | None = self.page.evaluate(_STOP)
            if found is None or not found["faults"]:
                break
            self.page.wait_for_timeout(wait)
        if found is None:
            return None
        stop = Stop(found["tag"], found["name"], tuple(found["faults"]))
        if stop.faults:
            raise Lost(f"{self.page.url}: {stop}")
        return stop

    def to(self, selector: str = "*", named: str = "", back: bool = False) -> Stop:
        """Goes on with Tab until the focus is on what the selector says and is called so."""
        met = []
        for _ in range(STEPS_MOST):
            stop = self.stop()
            if stop is not None:
                met.append(stop.name[:40])
                if named in stop.name and self.holds(selector):
                    return stop
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise Lost(f"{self.page.url}: nothing like {selector} {named!r} among {dict.fromkeys(met).keys()}")

    def holds(self, selector: str) -> bool:
        return bool(self.page.evaluate("(selector) => document.activeElement.matches(selector)", selector))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def write(self, text: str) -> None:
        """Puts the text in the place of what the field holds."""
        self.press("ControlOrMeta+a", "Delete")
        self.type(text)

    def fill(self, selector: str, text: str, back: bool = False) -> None:
        self.to(selector, back=back)
        self.write(text)

    def follow(self, selector: str = "*", named: str = "", key: str = "Enter", back: bool = False) -> None:
        """Goes to a link or button and presses it; comes to another page, or to the same one anew."""
        self.to(selector, named, back)
        with self.page.expect_navigation(wait_until="load"):
            self.press(key)
        self.arrived()

    def choose(self, selector: str, value: str) -> None:
        """Chooses in a list by going down it."""
        self.to(selector)
        self._until(value, "ArrowDown")

    def mark(self, group: str, value: str) -> None:
        """Marks one of a group of radio buttons, as a browser has it: Space for the first, arrows for the others."""
        self.to(f"input[type=radio][name='{group}']")
        self.press("Space")
        self._until(value, "ArrowDown", "document.activeElement.checked && ")

    def _until(self, value: str, key: str, also: str = "") -> None:
        for _ in range(60):
            if self.page.evaluate(f"(value) => {also}document.activeElement.value === value", value):
                self.stop()
                return
            self.press(key)
        raise Lost(f"{self.page.url}: no {value!r} in the list")

    def day(self, selector: str, text: str) -> None:
        """Types an instant like `2026-06-30` or `2025-10-20T09:00:00` into a field for such, part by part."""
        self.to(selector)
        date, _, time = text.partition("T")
        year, month, day = date.split("-")
        self.type(month + day + year)
        if time:
            hour, minute, second = time.split(":")
            self.press("Tab")
            self.type(f"{int(hour) % 12 or 12:02}{minute}{second}{'P' if int(hour) > 11 else 'A'}")
        held = self.page.evaluate("document.activeElement.value")
        if not held or datetime.fromisoformat(held) != datetime.fromisoformat(text):
            raise Lost(f"{self.page.url}: {selector} holds {held!r}, not {text!r}")
