"""The accounts of processes: what they used, what they hold, and who belongs to whom."""

import os
import subprocess
import sys
import time

import pytest

from fleet_bench import cpu

BURN = "import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end: pass\n"


def test_the_clock_of_another_process_shows_what_it_burnt():
    """CPU is the measure of the whole benchmark; wall time would count the neighbours'."""
    burner = subprocess.Popen(
        [sys.executable, "-c", f"{BURN}print('done', flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    burner.stdout.readline()

    assert 0.2 <= cpu.cpu_times([burner.pid])[burner.pid] < 1.0

    burner.communicate(b"\n")


def test_the_clock_of_this_process_is_its_own():
    """It is made from the pid by hand, so it is held against the one that Python gives."""
    before = time.process_time()

    assert before <= cpu.cpu_times([os.getpid()])[os.getpid()] <= time.process_time()


def test_a_process_that_started_in_between_counts_whole():
    assert 1.5 == cpu.spent({1: 2.0}, {1: 3.0, 2: 0.5})


def test_a_process_that_ended_in_between_spoils_the_measure():
    """Its last share is lost, and a system that restarts workers would look cheap."""
    with pytest.raises(RuntimeError, match=r"\[2\] ended"):
        cpu.spent({1: 2.0, 2: 1.0}, {1: 3.0})


def test_grandchildren_are_descendants():
    """A launcher starts services that start workers; all of them are the system."""
    child = subprocess.Popen(["sh", "-c", "sleep 60 & echo $!; wait"], stdout=subprocess.PIPE)
    grandchild = int(child.stdout.readline())

    assert {child.pid, grandchild} <= cpu.own_descendants()

    os.kill(grandchild, 15)
    child.communicate()


def test_resident_memory_counts_at_least_the_share():
    pss, rss = cpu.memory([os.getpid()])

    assert 0 < pss <= rss


def test_an_orphan_stays_in_the_tree():
    """A server that daemonises itself, as Postgres does, must not escape the account."""
    script = (
        "import subprocess\n"
        "from fleet_bench import cpu\n"
        "cpu.adopt_orphans()\n"
        "shell = subprocess.run(['sh', '-c', 'sleep 60 >&- 2>&- & echo $!'], stdout=subprocess.PIPE)\n"
        "orphan = int(shell.stdout)\n"
        "print(orphan in cpu.own_descendants())\n"
        "import os; os.kill(orphan, 9)\n"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert b"True\n" == done.stdout
