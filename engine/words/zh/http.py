"""接口说的话：请求有什么错，每个地址做什么。"""

from __future__ import annotations

SENTENCES: dict[str, str] = {
}
