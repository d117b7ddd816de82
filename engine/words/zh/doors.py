"""关于令牌、登录链接、会话、草稿和批量作业的话。"""

from __future__ import annotations

SENTENCES: dict[str, str] = {
}
