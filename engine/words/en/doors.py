"""What is said of tokens, sign-in links, sessions, drafts and jobs."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "DR001": "a token is good for 1 to {most} days",
    "DR002": "{ref} does not work here now",
    "DR003": "nobody but the owner of the machine makes a way in for another HR or an auditor: four eyes would be two",
    "DR004": "this sign-in link lets nobody in any more; ask for a new one",
    "DR005": "there is no token {token}",
    "DR006": "there is no session {session}",
    "DR007": "you are HR of other people: of the units {units}",
    "DR010": "a draft of {size} bytes is too long: {most} at most",
    "DR011": "a draft holds text, whole numbers, decimals, yes and no, lists and names only, and not too deep",
}
