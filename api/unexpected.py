"""Keeps what a programmer needs of an unexpected error in a file, so that nobody else has to read it."""

from __future__ import annotations

import os
import tempfile
import traceback
from collections.abc import Mapping
from pathlib import Path

from engine.ids import SystemIds


def keep_traceback(error: BaseException, folder: Path | None, environ: Mapping[str, str]) -> tuple[str, Path]:
    """Writes the traceback into the data folder (where there is one; else a temporary one); its id and the file.

    Only the owner may read it: values of a review may stand in it.
    """
    name = SystemIds().new_id()[:8]
    data = folder or Path(environ.get("REVIEWCYCLE_DATA") or "reviewcycle-data")
    kept = data / "errors" if data.is_dir() else Path(tempfile.gettempdir())
    kept.mkdir(mode=0o700, exist_ok=True)
    path = kept / f"reviewcycle-error-{name}.txt"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("".join(traceback.format_exception(error)))
    return name, path
