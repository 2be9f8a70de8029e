"""Code that tries to get out of its jail, by each way that we know of. Each must fail, whatever the machine allows.

`all` has every layer; `pod` is what a pod has that may make no namespaces; `account` is the same, where the service is
root and code may have an account of its own.
"""

import asyncio
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest

from fleet_runtime.call import Call
from fleet_tools.provider import Invocation, Source
from fleet_tools.providers.code_interpreter import CodeInterpreter
from fleet_tools.sandbox import launcher, notebook
from fleet_tools.sandbox.order import Order, Report

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="jails are made of what Linux has"),
]

SECRET = "the-secret-of-the-service"
SYSTEM_PYTHON = Path("/usr/bin/python3.11")
PATIENCE = 10.0
# A user whom nobody is.
ORDINARY = 57_999
# Small enough to be reached soon, large enough for a loaded machine to do something before.
TIGHT = {
    "seconds": 20,
    "memory_mb": 256,
    "processes": 16,
    "file_mb": 1,
    "files_mb": 8,
    "files": 100,
    "output_kb": 4,
}
HOLDS = {
    "all": {},
    "pod": {"layers": ["landlock", "seccomp"]},
    "account": {"layers": ["landlock", "seccomp", "user"], "python": str(SYSTEM_PYTHON)},
}


@pytest.fixture(scope="module", params=HOLDS)
def hold(request):
    if request.param == "account" and (os.geteuid() != 0 or not SYSTEM_PYTHON.exists()):
        pytest.skip(
            f"only root changes accounts, and it takes a {SYSTEM_PYTHON} that all can reach"
        )
    return HOLDS[request.param]


@pytest.fixture(scope="module")
def secret_environment():
    """A secret where a service has its secrets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLEET_TEST_SECRET", SECRET)
        yield


@pytest.fixture(scope="module")
def loop():
    """One loop for all tests: to make the first jail takes as long as a test."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def provider(loop, hold, secret_environment):
    """The provider, with tight limits; no folder may be left at the end."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)  # others can reach it, as they can /tmp
    config = CodeInterpreter.Config(limits=TIGHT, folder=folder, **hold)

    async def opened():
        return CodeInterpreter(config)

    provider = loop.run(opened())
    yield provider
    loop.run(provider.aclose())
    assert [] == list(folder.iterdir())
    folder.rmdir()


@pytest.fixture
def run(loop, provider):
    """Return what came of code."""
    return lambda code, seconds=PATIENCE: loop.run(invoke(provider, code, seconds))


async def invoke(provider, code, seconds=PATIENCE):
    call = Call("/tools", deadline=time.monotonic() + seconds)
    return await provider.invoke(Invocation(Source(), "code_interpreter", {"code": code}), call)


def attempts(*expressions):
    """Return code that evaluates each, and prints what came of it."""
    lines = ["import ctypes, os, socket, sys", "libc = ctypes.CDLL(None, use_errno=True)"]
    for place, expression in enumerate(expressions):
        lines += [
            "try:",
            f"    print({place}, 'got', {expression})",
            "except (OSError, AttributeError) as error:",
            f"    print({place}, 'failed', error)",
        ]
    return "\n".join(lines)


def all_failed(result, count):
    lines = result.metadata["stdout"].splitlines()
    return [f"{place} failed" for place in range(count)] == [
        " ".join(line.split()[:2]) for line in lines
    ]


def running(token):
    """Return the processes whose command lines hold a token."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if token.encode() in process.read_bytes():
                found.append(process.parent.name)
        except OSError:
            continue
    return found


def seen(token):
    """Wait until a process has a token in its command line."""
    deadline = time.monotonic() + PATIENCE
    while not running(token) and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(running(token))


def gone(token):
    """Wait until none has."""
    deadline = time.monotonic() + PATIENCE
    while running(token) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not running(token)


def test_what_is_required_is_there(provider, run):
    """Or all that follows would prove nothing."""
    result = run("print(1)")

    assert "1\n" == result.metadata["stdout"]


def test_no_server_of_the_machine_is_reached(run, tmp_path):
    """Services without passwords listen on loopback everywhere."""
    place = str(tmp_path / "socket")
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as tcp,
        closing(socket.socket(socket.AF_UNIX)) as unix,
        closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as udp,
    ):
        unix.bind(place)
        unix.listen()
        udp.bind(("127.0.0.1", 0))
        ports = tcp.getsockname()[1], udp.getsockname()[1]
        for server in (tcp, unix, udp):
            server.setblocking(False)
        code = attempts(
            f"socket.create_connection(('127.0.0.1', {ports[0]}))",
            f"socket.socket(socket.AF_UNIX).connect({place!r})",
            f"socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {ports[1]}))",
            "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
            "socket.create_connection(('1.1.1.1', 53), timeout=1)",
        )
        result = run(code)

        assert all_failed(result, 5)
        for accept in (tcp.accept, unix.accept, lambda: udp.recv(1)):
            with pytest.raises(BlockingIOError):
                accept()


def test_secrets_of_the_service_are_nowhere_in_its_environment(run):
    """Keys of model servers are environment variables."""
    code = f"""
import os, pathlib
print(dict(os.environ))
for pid in ['1', 'self', str(os.getppid()), '{os.getpid()}', *map(str, range(1, 200))]:
    try:
        print(pathlib.Path('/proc', pid, 'environ').read_bytes())
    except OSError as error:
        print(error)
print('looked')
"""
    result = run(code)

    assert "looked" in result.metadata["stdout"] or "cut" in result.content[0].text
    assert SECRET not in str(result)
    assert "FLEET_TEST" not in str(result)


def test_nothing_of_the_machine_is_read(run, tmp_path):
    """Configs, tokens of a cluster, other runs."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o644)
    code = attempts(
        f"open({str(secret)!r}).read()",
        "open('/etc/passwd').read()",
        "open('/etc/shadow').read()",
        f"open({__file__!r}).read()",
        f"os.listdir({str(tmp_path)!r})",
        "os.listdir('/root')",
        f"open('/proc/{os.getpid()}/cmdline').read()",
        f"os.listdir('/proc/{os.getpid()}/fd')",
        "open('/dev/mem', 'rb').read(1)",
    )
    result = run(code)

    assert all_failed(result, 9)
    assert SECRET not in str(result)


def test_nothing_of_the_machine_is_written(run, tmp_path):
    """Nor made, renamed or removed."""
    there = tmp_path / "there"
    there.write_text("as it was")
    there.chmod(0o666)
    tmp_path.chmod(0o777)
    before = there.stat()
    code = attempts(
        f"open({str(there)!r}, 'w')",
        f"open({str(tmp_path / 'new')!r}, 'w')",
        f"os.unlink({str(there)!r})",
        f"os.mkdir({str(tmp_path / 'made')!r})",
        f"os.truncate({str(there)!r}, 0)",
        "open('/usr/lib/new', 'w')",
        "open(os.path.join(sys.prefix, 'new'), 'w')",
        "os.mkdir('/new')",
        "open('/proc/sys/kernel/core_pattern', 'w')",
        f"os.chmod({str(there)!r}, 0)",
        f"os.utime({str(there)!r}, (0, 0))",
        f"os.setxattr({str(there)!r}, 'user.x', b'x')",
        f"os.chown({str(there)!r}, 0, 0)",
        f"os.rename({str(there)!r}, 'here')",
        "os.mknod('block', 0o60666, 0x800)",
    )
    result = run(code)

    assert all_failed(result, 15)
    assert "as it was" == there.read_text()
    assert (before.st_mode, before.st_mtime) == (there.stat().st_mode, there.stat().st_mtime)
    assert [there] == list(tmp_path.iterdir())


def test_links_out_of_the_folder_are_not_followed_for_it(run, tmp_path):
    """The service reads what was made, and may read more than the code."""
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    code = f"""
import os
os.symlink({str(secret)!r}, 'link.txt')
os.symlink({str(tmp_path)!r}, 'folder')
os.mkfifo('pipe')
try:
    os.link({str(secret)!r}, 'hard.txt')
except OSError:
    pass
open('own.txt', 'w').write('mine')
"""
    result = run(code)

    assert ["own.txt"] == [file["name"] for file in result.metadata["files"]]
    assert SECRET not in str(result)


def test_no_other_process_is_signalled(run):
    """`kill -1` is all that one can reach. The signal is one that hurts nobody, should it arrive."""
    received = []
    before = signal.signal(signal.SIGURG, lambda *_: received.append("the service"))
    try:
        with subprocess.Popen([sys.executable, "-c", BYSTANDER], stdout=subprocess.PIPE) as other:
            ready = other.stdout.readline()
            result = run(f"""
import os, signal
for pid in (-1, {other.pid}, {os.getpid()}, os.getppid()):
    try:
        os.kill(pid, signal.SIGURG)
    except OSError as error:
        print(error)
print('tried')
""")
            other.terminate()
            received += other.stdout.readlines()
    finally:
        signal.signal(signal.SIGURG, before)

    assert b"ready\n" == ready
    assert "tried" in result.metadata["stdout"]
    assert [] == received


BYSTANDER = """
import signal, time
signal.signal(signal.SIGURG, lambda *_: print('reached', flush=True))
print('ready', flush=True)
time.sleep(60)
"""


def test_no_other_process_is_hampered(run):
    """Whoever may not end the service might still let it starve. What is tried changes nothing, should it succeed."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)
    code = "import resource\n" + attempts(
        f"resource.prlimit({os.getpid()}, resource.RLIMIT_NOFILE, {most})",
        f"os.setpriority(os.PRIO_PROCESS, {os.getpid()}, {os.getpriority(os.PRIO_PROCESS, 0)})",
        f"os.sched_setaffinity({os.getpid()}, {os.sched_getaffinity(0)})",
        f"os.sched_setscheduler({os.getpid()}, os.SCHED_OTHER, os.sched_param(0))",
    )
    result = run(code)

    assert all_failed(result, 4)


def test_no_other_process_is_looked_into(run):
    """The service has all keys in its memory."""
    seize = f"libc.ptrace(0x4206, {os.getpid()}, 0, 0)"
    code = attempts(
        f"{seize} == 0 or open('/gone')",
        "open(f'/proc/{os.getppid()}/mem', 'r+b').read(1)",
        f"open('/proc/{os.getpid()}/mem', 'r+b').read(1)",
        "os.pidfd_open(os.getppid())",
    )
    result = run(code)

    assert all_failed(result, 4)


def test_calls_that_lead_out_are_refused(run):
    """Whatever their arguments: these would do nothing, and fail for other reasons."""
    calls = [
        "unshare(-1)",
        "mount(None, None, None, 0, None)",
        "umount2(None, 0)",
        "chroot(None)",
        "setns(-1, 0)",
        "ptrace(-1, 0, 0, 0)",
        "personality(0xffffffff)",
        *[f"syscall({number}, -1, -1, -1)" for number in _numbers()],
    ]
    code = f"""
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
for call in {calls!r}:
    result = eval('libc.' + call)
    print(call, result, errno.errorcode.get(ctypes.get_errno()))
"""
    result = run(code)
    lines = result.metadata["stdout"].splitlines()

    assert len(calls) == len(lines)
    assert [] == [line for line in lines if not line.endswith((" -1 EPERM", " -1 ENOSYS"))]


def _numbers():
    """Return the numbers of bpf, io_uring_setup, keyctl, memfd_create, clone3, open_by_handle_at, perf_event_open."""
    return (321, 425, 250, 319, 435, 304, 298) if os.uname().machine == "x86_64" else (425, 435)


def test_there_is_no_right_left_to_use(run):
    """Not even where the service is root."""
    result = run("""
import ctypes, os
libc = ctypes.CDLL(None)
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
sets = (ctypes.c_uint32 * 6)()
print(libc.capget(header, sets), list(sets))
print(libc.prctl(39, 0, 0, 0, 0))
""")

    assert "0 [0, 0, 0, 0, 0, 0]\n1\n" == result.metadata["stdout"]


def test_nothing_of_the_service_is_open(run):
    """A socket of ours would be a way out that nothing holds."""
    result = run("""
import os
found = []
for descriptor in range(256):
    try:
        os.fstat(descriptor)
        found.append(descriptor)
    except OSError:
        pass
print(found)
""")

    assert "[0, 1, 2, 3]\n" == result.metadata["stdout"]


def test_a_fork_bomb_ends(run):
    """It makes what it may, and no more, and is gone."""
    result = run(
        "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
        seconds=1.5,
    )

    assert result.error.startswith("The code was ended")


def test_no_more_processes_are_made_than_allowed(run):
    """The system refuses them, or where it lets root have any number, the run is ended."""
    result = run("""
import os, time
made = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(60)
        made += 1
except OSError:
    print(made)
""")

    assert result.metadata["stdout"] or "16 processes" in result.error
    assert 20 >= int(result.metadata["stdout"] or 0)


def test_memory_that_is_taken_ends_the_run(run):
    """By one process, by all together, and where it is shared."""
    alone = run("x = bytearray(512 * 2**20)")
    shared = run("import mmap\nx = mmap.mmap(-1, 512 * 2**20)")
    together = run("""
import os, time
for _ in range(8):
    if os.fork() == 0:
        x = bytearray(os.urandom(2**20)) * 100
        time.sleep(60)
time.sleep(60)
""")

    assert "MemoryError" in alone.metadata["stderr"]
    assert "Cannot allocate memory" in shared.metadata["stderr"]
    assert "256 MiB of memory" in together.error


def test_an_endless_loop_ends(run):
    """Models write them."""
    result = run("print('begun')\nwhile True:\n    pass", seconds=1.5)

    assert "not done after" in result.error
    assert "begun\n" == result.metadata["stdout"]


def test_endless_output_ends_and_is_cut(run):
    """It would fill the service's memory, or the model's context."""
    result = run("while True:\n    print('x' * 1000)")

    assert "printed without end" in result.error
    assert 4 * 1024 == len(result.metadata["stdout"])
    assert "[cut after 4 KiB]" in result.content[0].text


def test_a_file_does_not_grow_beyond_its_limit(run):
    """The code is told, and may do something else."""
    result = run("open('large', 'wb').write(b'x' * 2**21)")

    assert "File too large" in result.metadata["stderr"]


def test_many_files_end_the_run(run):
    """Each is small, and the disk has only so many."""
    result = run("for n in range(100_000):\n    open(f'{n}', 'w').close()")

    assert "more than 100 files" in result.error


def test_many_deep_folders_end_the_run(run):
    """And are removed, although no path is long enough to name the last."""
    result = run("import os\nwhile True:\n    os.mkdir('x' * 200)\n    os.chdir('x' * 200)")

    assert "more than 100 files" in result.error


@pytest.mark.parametrize("then", ["", "; os.unlink(f'{n}')"])
def test_much_in_all_files_ends_the_run(run, then):
    """Even where they have no names any more."""
    result = run(f"""
import os, time
kept = []
for n in range(64):
    file = open(f'{{n}}', 'wb'); file.write(b'x' * 2**20); file.flush(); kept.append(file){then}
time.sleep(60)
""")

    assert "of more than 8 MiB" in result.error


def test_a_child_does_not_outlive_the_run(run):
    """Not even one that left its parent, its session and its group."""
    token = f"outlives-{os.getpid()}-{time.monotonic_ns()}"
    result = run(f"""
import os, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for descriptor in (0, 1, 2):
            os.close(descriptor)
        os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(600)', {token!r}])
    os._exit(0)
os.wait()
print('left')
""")

    assert "left\n" == result.metadata["stdout"]
    assert gone(token)


def test_to_cancel_a_run_ends_all_of_it(loop, provider):
    """The caller is gone, or wants no more."""
    token = f"cancelled-{os.getpid()}-{time.monotonic_ns()}"
    code = f"import os, sys\nos.execv(sys.executable, [sys.executable, '-c', 'while True: pass', {token!r}])"

    async def cancelled():
        task = asyncio.create_task(invoke(provider, code))
        started = await asyncio.to_thread(seen, token)
        task.cancel()
        await asyncio.wait([task])
        return started, task.cancelled()

    assert (True, True) == loop.run(cancelled())
    assert gone(token)


SERVICE = """
import asyncio, sys
from fleet_runtime.call import Call
from fleet_tools.provider import Invocation, Source
from fleet_tools.providers.code_interpreter import CodeInterpreter

async def main(folder, layers, code):
    config = CodeInterpreter.Config(folder=folder, **({"layers": layers.split()} if layers else {}))
    asked = Invocation(Source(), "code_interpreter", {"code": code})
    await CodeInterpreter(config).invoke(asked, Call("/tools"))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("layers", ["", "landlock seccomp"])
def test_a_service_that_is_killed_takes_its_runs_with_it(layers, tmp_path):
    """Nobody else would ever end them."""
    token = f"orphan-{os.getpid()}-{time.monotonic_ns()}"
    code = f"import os, sys\nos.execv(sys.executable, [sys.executable, '-c', 'while True: pass', {token!r}])"
    with subprocess.Popen([sys.executable, "-c", SERVICE, str(tmp_path), layers, code]) as service:
        started = seen(f"pass\0{token}")
        service.kill()

    assert started
    assert gone(f"pass\0{token}")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.skipif(
    not SYSTEM_PYTHON.exists(), reason=f"there is no {SYSTEM_PYTHON} that all can reach"
)
@pytest.mark.parametrize("layers", [["namespaces", "landlock", "seccomp"], ["landlock", "seccomp"]])
def test_a_service_without_rights_holds_code_too(layers):
    """By a namespace of users, where ordinary users may make one, or without: most pods are like that."""
    code = f"""
import os, signal
made = 0
try:
    while True:
        if os.fork() == 0:
            signal.pause()
        made += 1
except OSError:
    pass
try:
    os.kill({os.getpid()}, 0)
except OSError as error:
    print(error)
os.getuid(), made
"""
    become = [f"--reuid={ORDINARY}", f"--regid={ORDINARY}", "--clear-groups"]
    report = _launched(become, ORDINARY, code, layers)
    if "namespaces" in report.trouble:
        pytest.skip(f"users may make no namespaces here: {report.trouble}")

    assert layers == report.layers
    assert ["network", "files", "processes"] == report.protections
    assert report.value.startswith(f"({ORDINARY}, ")
    assert 20 >= int(report.value.split(", ")[1].rstrip(")")) > 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can lose rights")
@pytest.mark.skipif(
    not SYSTEM_PYTHON.exists(), reason=f"there is no {SYSTEM_PYTHON} that all can reach"
)
@pytest.mark.parametrize(
    ("lost", "runs_as", "expected"),
    [
        ("-sys_admin", ORDINARY, ["user", "namespaces", "landlock", "seccomp"]),
        ("-all", 0, ["landlock", "seccomp"]),
    ],
)
def test_root_that_has_lost_rights_holds_code_too(lost, runs_as, expected):
    """As in most containers: without some it becomes an ordinary user, who may do more; without any it cannot."""
    layers = ["namespaces", "landlock", "seccomp", "user"]
    report = _launched([f"--bounding-set={lost}"], runs_as, "import os\nos.getuid()", layers)
    if "namespaces" in report.trouble and "namespaces" in expected:
        pytest.skip(f"users may make no namespaces here: {report.trouble}")

    assert expected == report.layers
    assert str(runs_as) == report.value


def _launched(become, owner, code, layers):
    """Run code by a launcher that has become another, who can read nothing but its modules."""
    services = Path(launcher.__file__).parents[2]
    folder = Path(tempfile.mkdtemp())
    for name in ("work", "scratch", "root"):
        (folder / name).mkdir()
        os.chown(folder / name, owner, owner)
    folder.chmod(0o711)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = subprocess.Popen(
            ["setpriv", *become, str(SYSTEM_PYTHON), "-B", "-m", "fleet_tools.sandbox.launcher"],
            stdin=theirs.fileno(),
            env={"PYTHONPATH": str(services), "PATH": "/usr/bin:/bin"},
        )
        theirs.close()
        ours.sendall(_order(folder, code, layers).line())
        line = ours.makefile("rb").readline()
        process.wait(PATIENCE)
    shutil.rmtree(folder)
    return Report.read(line)


def _order(folder, code, layers):
    return Order(
        command=[str(SYSTEM_PYTHON), "-I", "-c", Path(notebook.__file__).read_text()],
        code=code,
        environ={},
        work=str(folder / "work"),
        scratch=str(folder / "scratch"),
        root=str(folder / "root"),
        readable=["/usr", "/bin", "/lib", "/lib64"],
        user=ORDINARY,
        layers=layers,
        require=["network", "files", "processes"],
        seconds=PATIENCE,
        cpu_seconds=5,
        memory=2**28,
        processes=16,
        largest_file=2**20,
        all_files=2**20,
        files=10,
    )
