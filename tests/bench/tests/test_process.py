"""A system under test: known to answer, known in all its processes, and gone in the end."""

import sys

import pytest

from fleet_bench import cpu, wire
from fleet_bench.process import free_port, running
from fleet_bench.system import Launch, Site
from fleet_bench.systems import direct


async def test_a_system_is_started_known_and_gone(tmp_path):
    before = cpu.own_descendants()
    site = Site(tmp_path, free_port(), upstream=0)

    async with running(direct.launch(site), site.port, tmp_path, wire.FLAT) as system:
        assert 1 == len(system.pids())

    assert before == cpu.own_descendants()


async def test_a_system_that_ends_says_why(tmp_path):
    """Peers are installed from an index that moves: the reason must be on the screen."""
    launch = Launch([sys.executable, "-c", "raise SystemExit('no such option')"], {}, "")

    with pytest.raises(RuntimeError, match="no such option"):
        async with running(launch, free_port(), tmp_path, wire.FLAT):
            pass
