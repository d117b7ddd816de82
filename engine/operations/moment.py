"""When something is recorded: now, but never before what the streams it touches have recorded already."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from engine.store import history
from engine.store.database import Tx


def moment(tx: Tx, now: datetime, streams: Iterable[str]) -> datetime:
    """The later of `now` and the last event of each stream: a clock set back, or another machine's, refuses no work.

    One statement for the streams whose ends this transaction has not read yet.
    """
    return max([now, *(head.at for head in history.heads(tx, streams).values())])
