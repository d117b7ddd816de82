"""The files that pages load: read once, named with their hash, so that a browser may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from api.kit.ask import Ask, Reply
from api.kit.route import Door
from api.kit.shapes import some
from api.refusals import Fault

FOLDER: Final = Path(__file__).parent / "assets"
MEDIA: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
YEAR: Final = "public, max-age=31536000, immutable"

door = Door("pages")


@cache
def asset(name: str) -> tuple[bytes, str]:
    """The file's bytes and the beginning of its SHA-256. KeyError for what is no asset."""
    if name not in names():
        raise KeyError(name)
    data = (FOLDER / name).read_bytes()
    return data, hashlib.sha256(data).hexdigest()[:12]


@cache
def names() -> frozenset[str]:
    return frozenset(path.name for path in FOLDER.iterdir() if path.suffix in MEDIA and ".entry" not in path.name)


def address(name: str) -> str:
    return f"/assets/{name}?v={asset(name)[1]}"


@door.page("/assets/{name}", "asset", public=True, query={"v": some(1, 64)})
def serve(ask: Ask) -> Reply:
    """One file. An older name than today's hash gets today's file, but is not kept."""
    name = ask.path["name"]
    if name not in names():
        raise Fault("http.no_such_address", path=f"/assets/{name[:60]}")
    data, stamp = asset(name)
    kept = YEAR if ask.query.get("v") == stamp else "no-cache"
    return Reply(data, media=MEDIA[Path(name).suffix], headers={"Cache-Control": kept})
