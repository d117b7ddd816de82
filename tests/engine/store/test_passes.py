"""The texts that let somebody in: one shape, made again from the key file alone, told apart in constant time."""

from __future__ import annotations

import hmac
import re

import pytest

from engine.ids import SeededIds
from engine.store import passes
from tests.conftest import Addresses

SHAPE = re.compile(r"rc_[0-9a-f]{16}_[0-9a-f]{64}")


def test_a_derived_pass_is_the_same_each_time_and_another_for_each_kind_and_number(addresses: Addresses) -> None:
    first, again = addresses.open(), addresses.open(2)
    number = passes.new_pass_id(SeededIds(3))
    text = passes.derived_pass(first.keys, passes.TOKEN, number)
    assert SHAPE.fullmatch(text)
    assert passes.id_in(passes.TOKEN, text) == number
    assert passes.derived_pass(again.keys, passes.TOKEN, number) == text
    secrets = {text[19:], passes.derived_pass(first.keys, passes.LINK, number)[19:]}
    secrets.add(passes.derived_pass(first.keys, passes.TOKEN, "0" * 16)[19:])
    assert len(secrets) == 3
    first.close()
    again.close()


def test_two_key_files_give_two_passes(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = []
    for seed in (1, 2):
        folder = tmp_path_factory.mktemp("keys")
        database = Addresses("sqlite", f"sqlite:///{folder}/rows.sqlite", f"sqlite:///{folder}/keys.sqlite").open(seed)
        made.append(passes.derived_pass(database.keys, passes.TOKEN, "0" * 16))
        database.close()
    assert made[0] != made[1]


ID, SECRET = "0" * 16, "0" * 64


@pytest.mark.parametrize("text", [
    "", "rc", f"rc_{ID}", f"rc_{ID}_{SECRET[1:]}", f"rc_{ID}_{SECRET}\n", f"RC_{ID}_{SECRET}", f"rx_{ID}_{SECRET}",
])  # fmt: skip
def test_what_is_not_written_like_a_pass_has_no_number(text: str) -> None:
    assert all(passes.id_in(kind, text) is None for kind in (passes.TOKEN, passes.LINK, passes.SESSION))


def test_a_text_fits_its_own_hash_and_no_other_and_is_always_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared, honest = [], hmac.compare_digest

    def counting(first: str, second: str) -> bool:
        compared.append((first, second))
        return honest(first, second)

    monkeypatch.setattr(passes.hmac, "compare_digest", counting)
    kept = passes.hash_of("a")
    assert [passes.fits("a", kept), passes.fits("b", kept), passes.fits("a", None)] == [True, False, False]
    assert len(compared) == 3
