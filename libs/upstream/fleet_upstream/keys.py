"""Keys to model servers: the configured one, or the caller's own."""

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
    """

    text: str | None
    callers: bool
    name: str | None

    def __repr__(self) -> str:
        return f"Key(callers={self.callers}, name={self.name!r})"

    def hidden_in(self, message: str) -> str:
        """Return `message` without the key."""
        return message.replace(self.text, "***") if self.text else message


class Keys:
    """Finds the key of a call. Callers' keys are used for their call alone, and never kept."""

    def __init__(self, configured: Secret | str | None, name: str | None) -> None:
        self._name = name
        self._ours = Key(reveal(configured) if configured else None, callers=False, name=name)

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
        if not isinstance(text, str) or not (text.isascii() and text.isprintable()):
            raise InvalidArgument(
                f"`{self._name}` in the provider data is no key.", code="invalid_provider_data"
            )
        return Key(text, callers=True, name=self._name)
