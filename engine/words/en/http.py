"""What the HTTP interface says: faults of requests, and what each address is for."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
}
