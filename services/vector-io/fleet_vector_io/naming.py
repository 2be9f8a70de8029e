"""What a collection is called inside an engine that allows fewer names than we do."""

import hashlib
import re

_FOREIGN = re.compile(r"[^a-z0-9]+")
# In characters, of the part that people read.
_READABLE = 60


def engine_name(prefix: str, collection: str, joint: str = "_") -> str:
    """Return the name of a collection: lower-case letters, digits and `joint`, at most `len(prefix)` + 94 characters.

    It begins as the collection's own id does, for people; a digest of the id tells ids apart that differ in the rest,
    or in nothing but their case.
    """
    readable = _FOREIGN.sub(joint, collection.lower())[:_READABLE].strip(joint)
    digest = hashlib.sha256(collection.encode()).hexdigest()[:32]
    return f"{prefix}{joint}{readable or 'id'}{joint}{digest}"
