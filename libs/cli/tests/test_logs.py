"""Logs that do not grow without end."""

from fleet_cli.logs import KEPT, aside, rotate, tail


def test_a_large_log_is_put_aside(tmp_path):
    """Its writer goes on with the same open file."""
    log = tmp_path / "x.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"old\n" * 10)
        rotate(log, largest=20)
        writer.write(b"new\n")

    assert b"new\n" == log.read_bytes()
    assert b"old\n" * 10 == aside(log, 1).read_bytes()


def test_a_small_log_is_left_alone(tmp_path):
    """Nothing is put aside before its time."""
    log = tmp_path / "x.log"
    log.write_bytes(b"x")
    rotate(log, largest=20)

    assert not aside(log, 1).exists()


def test_only_a_few_are_kept(tmp_path):
    """The oldest goes."""
    log = tmp_path / "x.log"
    for number in range(KEPT + 2):
        log.write_text(f"{number}" * 30)
        rotate(log, largest=20)

    assert KEPT == len(list(tmp_path.glob("x.log.*")))
    assert f"{KEPT + 1}" * 30 == aside(log, 1).read_text()


def test_the_end_of_a_log(tmp_path):
    """What is broken in it is shown as such."""
    log = tmp_path / "x.log"
    log.write_bytes(b"1\n2\n\xff3\n")

    assert "2\n\ufffd3" == tail(log, 2)
    assert "" == tail(tmp_path / "absent")
