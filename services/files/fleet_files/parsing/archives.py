"""Packed documents, looked at before anybody unpacks them."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile

from fleet_files.parsing.trouble import ENCRYPTED, ReadError

# Of offices' files some parts pack to a hundredth; what packs to less, and is large, is made to harm.
_MOST_RATIO = 200
_LARGE = 32 * 1024 * 1024
_MOST_ENTRIES = 100_000
_FLAG_ENCRYPTED = 0x1


def check_archive(path: Path, most: int) -> None:
    """Look at a zip file's directory.

    What a zip file says of itself may be a lie; who unpacks it then meets the limits of memory and time.

    Args:
        path: Where it is.
        most: The most bytes that may be in it.

    Raises:
        ReadError: It is too much, encrypted, or no zip file.
    """
    try:
        with ZipFile(path) as archive:
            entries = archive.infolist()
    except (BadZipFile, NotImplementedError, ValueError, OSError):
        raise ReadError(
            "broken_file",
            "The file is broken: it is packed, and its directory cannot be read. Save it again where it was made.",
        ) from None
    if any(entry.flag_bits & _FLAG_ENCRYPTED for entry in entries):
        raise encrypted()
    packed = path.stat().st_size
    expanded = sum(entry.file_size for entry in entries)
    bomb = expanded > _LARGE and expanded > _MOST_RATIO * packed
    if expanded > most or bomb or len(entries) > _MOST_ENTRIES:
        raise ReadError(
            "file_too_large",
            f"The file has {packed} bytes and would unpack to {expanded}, which is too much. If it is no bomb, take out"
            " its largest parts, such as empty rows of a sheet, or raise `limits.expanded_mb`.",
        )


def encrypted() -> ReadError:
    """Return the error for a file that wants a password."""
    return ReadError("encrypted_file", ENCRYPTED)
