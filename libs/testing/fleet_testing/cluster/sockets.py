"""`python sockets.py DESCRIPTOR`: hand out sockets of the network that this process is in.

A socket stays in the network in which it was made, whoever uses it. For each byte that comes over the Unix socket
DESCRIPTOR, its number being the kind, one goes back. Ends when the other side does. This file imports nothing of ours.
"""

import socket
import sys


def main() -> None:
    """Do it."""
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        while kind := asked.recv(1):
            with socket.socket(socket.AF_INET, kind[0]) as made:
                socket.send_fds(asked, [kind], [made.fileno()])


if __name__ == "__main__":
    main()
