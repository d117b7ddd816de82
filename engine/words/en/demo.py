"""What the demo says while it plays a quarter."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "DM001": "The data lies in {folder}.",
    "DM002": "{day}  people: {added} added, {changed} changed",
    "DM003": "{day}  published {name} version {version}: proposed by {proposer}, approved by {approver}",
    "DM004": "{day}  figures from {source}: {added} added, {replaced} replaced, {duplicates} duplicates, {gaps} gaps, "
    "{flagged} flagged, {late} late",
    "DM005": "{day}  opened {period} with {count} reviews, {carried} from what the last period left",
    "DM006": "{day}  {count} answers handed in, {refused} refused as they should be",
    "DM007": "{day}  {who} lets corrected figures of {subject} in",
    "DM008": "{day}  {who} steps in at {subject}: {what}",
    "DM009": "{place}: {text}",
    "DM011": "The grades of {period}",
    "DM012": "Why {subject} has this grade",
    "DM013": "What happened in the review of {subject}",
    "DM014": "Is the history whole?",
    "DM015": "{ended} of {count} reviews have ended; {waiting} wait for {manager} ({ref})",
    "DM016": "Try next",
    "DM017": "as HR",
    "DM018": "as the manager",
    "DM019": "as the auditor",
    "DM020": "steps that did not go as the story says: {count}",
    "DM023": "all {count} reviews have ended",
}
