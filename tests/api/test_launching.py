"""No server outlives whoever asked for it, however that one ends."""

from __future__ import annotations

import signal
import socket
import time
from pathlib import Path

import pytest

from tests.api.launched import now_text
from tests.api.launching import AT, launcher
from tests.promises.organisation import copy_world


def takes_requests(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def free(port: int) -> bool:
    """Within ten seconds, which nobody needs."""
    end = time.monotonic() + 10
    while takes_requests(port) and time.monotonic() < end:
        time.sleep(0.02)
    return not takes_requests(port)


@pytest.mark.slow
def test_servers_die_with_the_block_with_the_test_and_with_their_launcher(founded: Path, tmp_path: Path) -> None:
    copy_world(founded, tmp_path).close()
    with launcher(tmp_path) as launching:
        with launching.servers(tmp_path, 2) as ports:
            assert all(map(takes_requests, ports))
        assert all(map(free, ports))
        opened = launching.ask("open", folder=str(tmp_path), begun=now_text(), at=AT)
        launching.fork()
        assert takes_requests(opened["ports"][0])
    assert free(opened["ports"][0])
    with launcher(tmp_path) as launching, launching.servers(tmp_path) as (port,):
        launching.process.send_signal(signal.SIGKILL)
        launching.process.wait(10)
        assert free(port)
