"""`python tether.py PARENT COMMAND…`: become COMMAND, killed by the kernel when PARENT ends, however that ends.

The tie survives `exec`. Only Linux has it; elsewhere COMMAND is run as it is. This file imports nothing of ours, so
that it costs a few milliseconds.

Source: https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie this process to its parent, then become the command."""
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != int(parent):
            sys.exit("the supervisor ended before its child began")
    os.execvp(command[0], command)  # noqa: S606 - the supervisor's own command, and no shell


if __name__ == "__main__":
    main()
