"""The same key gives the same receipt; what it is kept for, by whom, and what a key may look like."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.clock import parse_instant
from engine.errors import InputError, KeyReused
from engine.operations.names import SYSTEM
from engine.operations.once import Once, digest_of, keep, known

AT = parse_instant("2025-07-01T09:00:00+08:00")
WISH = Once("k1", digest_of({"do": "this"}))


def test_a_receipt_is_found_again_by_whoever_used_the_key(world):
    hr1, hr2 = world.actor("hr1"), world.actor("hr2")
    with world.rt.database.write() as tx:
        assert known(tx, hr1, WISH) is None
        keep(tx, hr1, WISH, {"count": 3}, AT)
    with world.rt.database.write() as tx:
        assert known(tx, hr1, WISH) == {"count": 3}
        assert known(tx, hr2, WISH) is None
        assert known(tx, hr1, None) is None
        with pytest.raises(KeyReused):
            known(tx, hr1, Once("k1", digest_of({"do": "that"})))


def test_the_system_keeps_no_keys(world):
    with world.rt.database.write() as tx:
        keep(tx, SYSTEM, WISH, {"count": 3}, AT)
        assert known(tx, SYSTEM, WISH) is None


@pytest.mark.parametrize("key", ["", " ", "a b", "k\0", "ключ", "x" * 201, "k\n"])
def test_a_key_that_no_header_could_carry_is_refused(world, key):
    with world.rt.database.write() as tx:
        with pytest.raises(InputError) as caught:
            known(tx, world.actor("hr1"), Once(key, WISH.digest))
        assert caught.value.code == "OP221"
        assert known(tx, world.actor("hr1"), Once("x" * 200, WISH.digest)) is None


def test_a_digest_reads_decimals_as_their_text_and_order_not_at_all():
    assert digest_of({"a": Decimal("1.50"), "b": (1, 2)}) == digest_of({"b": [1, 2], "a": "1.50"})
    assert digest_of({"a": Decimal("1.5")}) != digest_of({"a": Decimal("1.50")})
