"""What S3 answers, in XML: https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html.

Of its documents only single values are wanted, none of which holds other elements.
"""

import re
from html import escape, unescape

_UPLOAD = re.compile(r"<Upload>(.*?)</Upload>", re.DOTALL)


def value(body: bytes | str, element: str) -> str | None:
    """Return what the first element of this name says, if there is one."""
    text = body if isinstance(body, str) else body.decode(errors="replace")
    found = re.search(rf"<{element}>([^<]*)</{element}>", text)
    return unescape(found[1]) if found else None


def uploads_of(body: bytes, key: str) -> list[str]:
    """Return the ids of the uploads in parts to `key` that a list of uploads has."""
    text = body.decode(errors="replace")
    entries = [entry for entry in _UPLOAD.findall(text) if value(entry, "Key") == key]
    return [found for entry in entries if (found := value(entry, "UploadId"))]


def parts_list(tags: list[str]) -> bytes:
    """Return the document that completes an upload in parts; `tags` are the parts' ETags, in order."""
    parts = (
        f"<Part><PartNumber>{number}</PartNumber><ETag>{escape(tag, quote=False)}</ETag></Part>"
        for number, tag in enumerate(tags, 1)
    )
    return f"<CompleteMultipartUpload>{''.join(parts)}</CompleteMultipartUpload>".encode()


def placed(region: str) -> bytes:
    """Return the document that creates a bucket in a region; nothing for the one that has no name there."""
    if region == "us-east-1":
        return b""
    inner = f"<LocationConstraint>{escape(region)}</LocationConstraint>"
    return f"<CreateBucketConfiguration>{inner}</CreateBucketConfiguration>".encode()
