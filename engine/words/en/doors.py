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
    "DR011": "this cannot be kept: text, whole numbers, decimals, yes and no, lists and names only, and not too deep",
    "DR020": "there is no job {job}",
    "DR021": "item {number} is not written like one: names and texts, the revision a whole number",
    "DR022": "item {number} asks for a command that is not known here; there are {known}",
    "DR023": "item {number} lacks {key}",
    "DR024": "item {number} has {key}, which is not understood",
    "DR025": "item {number} is too long: {most} bytes at most",
    "DR026": "whoever handed this in no longer works here",
    "DR027": "a fault of the program stopped this; what was done stays",
    "DR028": "the opening of a cycle has {known}",
    "DR029": "there is no job of the kind {kind}; there are {known}",
    "DR030": "a job of the kind {kind} is handed in with: {known}",
    "DR031": "a job has 1 to {most} items",
}
