"""页面上的文字。"""

from __future__ import annotations

SENTENCES: dict[str, str] = {
}
