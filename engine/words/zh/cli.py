"""命令行说的话。"""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
