"""How much one request may bring, ask for and take: every bound of the door in one place."""

from __future__ import annotations

from typing import Final

BODY_MAX: Final = 1024 * 1024
"""Bytes of a JSON body or of a page's form."""

FILE_MAX: Final = 16 * 1024 * 1024
"""Bytes of a body that is a file: people or figures as CSV."""

DEPTH_MAX: Final = 40
"""Deepest nesting of a JSON body."""

DIGITS_MAX: Final = 40
"""Digits of one number in a JSON body; a grade needs a dozen."""

PAGE_DEFAULT: Final = 50
PAGE_MAX: Final = 200
"""Items of one page of a list."""

BULK_MAX: Final = 1000
"""Reviews opened, or answers handed in, by one request; more are a job."""

TRIED_MAX: Final = 300
"""Reviews that one request judges by another scorecard; more are a job."""

QUERY_MAX: Final = 200
"""Characters of one query parameter."""

KEY_MAX: Final = 200
"""Characters of an Idempotency-Key."""

SECONDS_MAX: Final = 20
"""What one request may take of the database before it is stopped; longer work is a job."""

SIGN_IN_RATE: Final = "30 per minute"
"""How often one address may try a sign-in link or ask for a token."""
