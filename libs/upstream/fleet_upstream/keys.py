"""Keys to model servers: the configured one, or the caller's own."""

from collections.abc import Mapping
from dataclasses import dataclass

from fleet_runtime.call import Call
from fleet_runtime.config import Secret, reveal
from fleet_runtime.errors import InvalidArgument


@dataclass(frozen=True, slots=True)
class Key:
    """The key of one call.

    Attributes:
        text: The key itself, if there is one.
        callers: Whether the caller sent it.
        name: What callers call it in their provider data, if they may send one.
        signed: Whether requests are signed with credentials of ours, in place of a key.
    """

    text: str | None
    callers: bool
    name: str | None
    signed: bool = False

    def __repr__(self) -> str:
        return f"Key(callers={self.callers}, name={self.name!r})"

    def hidden_in(self, message: str) -> str:
        """Return `message` without the key."""
        return message.replace(self.text, "***") if self.text else message


class Keys:
    """Finds the key of a call. Callers' keys are used for their call alone, and never kept.

    Args:
        configured: Ours.
        name: What callers call their own in their provider data, if they may bring one.
        signs: Whether requests without a key are signed.
    """

    def __init__(
        self, configured: Secret | str | None, name: str | None, *, signs: bool = False
    ) -> None:
        self._name = name
        text = reveal(configured) if configured else None
        self._ours = Key(text, callers=False, name=name, signed=signs and text is None)

    def of(self, call: Call | None) -> Key:
        """Return the caller's own key, or else the configured one.

        Raises:
            InvalidArgument: The caller's key cannot be one.
        """
        if call is None or self._name is None:
            return self._ours
        text = call.provider_data().get(self._name)
        if not text:
            return self._ours
        return Key(_header_value(self._name, text), callers=True, name=self._name)


def forwarded(names: Mapping[str, str], call: Call) -> dict[str, str]:
    """Return the headers that the caller's provider data become; `names` says which key becomes which header.

    Raises:
        InvalidArgument: A value cannot be a header.
    """
    sent = call.provider_data()
    return {
        header.lower(): _header_value(key, sent[key])
        for key, header in names.items()
        if sent.get(key)
    }


def _header_value(name: str, value: object) -> str:
    if not isinstance(value, str) or not (value.isascii() and value.isprintable()):
        raise InvalidArgument(
            f"`{name}` in the provider data is no key.", code="invalid_provider_data"
        )
    return value
