"""What a dataset is."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset: a name for rows. Two are the same if all but `key` is.

    Attributes:
        id: Its name.
        provider: The id of the provider that reads its source.
        purpose: What it is for.
        uri: Where its rows are; they were given along if it has none.
        row_count: How many rows were given along.
        digest: Tells those from other ones.
        metadata: What else is known of it: a JSON object.
        key: Under what rows are kept that came with it or were appended. A new one for each registration, so that rows
            of a dataset that was taken away are never another's.
    """

    id: str
    provider: str
    purpose: str
    uri: str | None
    row_count: int = 0
    digest: str = ""
    metadata: bytes = b"{}"
    key: str = field(default="", compare=False)
