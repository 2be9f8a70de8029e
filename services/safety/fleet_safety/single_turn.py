"""What is left of a conversation for those who judge texts by themselves."""

from fleet_runtime.errors import InvalidArgument
from fleet_safety.provider import Conversation


def last_text(conversation: Conversation) -> str:
    """Return the text that is to be judged.

    Raises:
        InvalidArgument: There are images too, which nobody would look at.
    """
    last = conversation[-1]
    if last.images:
        raise InvalidArgument(
            "This shield judges texts alone; take another for images.",
            code="images_not_supported",
            param="messages",
        )
    return last.text
