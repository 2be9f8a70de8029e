"""What a recorder does with a request."""

from enum import StrEnum


class Mode(StrEnum):
    """Where answers come from, and whether they are kept."""

    LIVE = "live"
    """From the server. Nothing is written."""
    RECORD = "record"
    """From the server, and kept in place of what was recorded before."""
    REPLAY = "replay"
    """From recordings. What was not recorded is an error, and the server is never called."""
    RECORD_IF_MISSING = "record-if-missing"
    """From recordings; what was not recorded, from the server, and kept."""
