"""What is said of tokens, sign-in links, sessions, drafts and jobs."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
}
