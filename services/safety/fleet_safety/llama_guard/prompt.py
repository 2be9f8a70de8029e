"""What Llama Guard is asked, word for word as it was trained.

Format: the chat templates of the models on https://huggingface.co/meta-llama, and
https://www.llama.com/docs/model-cards-and-prompt-formats/llama-guard-3. What begins and ends the turns of a prompt,
such as `<|eot_id|>`, is for whoever runs the model.
"""

import re
from collections.abc import Mapping, Sequence

from fleet_safety.llama_guard.versions import FIRST, VersionName
from fleet_safety.provider import Conversation, Turn

# What ends a conversation, or a model's turn. Whoever could write it could go on as somebody else.
_MARKS = re.compile(r"<(?=/?\s*(?:BEGIN|END)\b|\|)", re.IGNORECASE)

_TASK = (
    "Task: Check if there is unsafe content in '{role}' messages in conversations according our safety policy"
    " with the below categories.\n\n"
    "<BEGIN UNSAFE CONTENT CATEGORIES>\n{categories}\n<END UNSAFE CONTENT CATEGORIES>\n\n"
    "<BEGIN CONVERSATION>\n\n{turns}\n\n<END CONVERSATION>\n\n"
)
_QUESTION = (
    "Provide your safety assessment for ONLY THE LAST {role} message in the above conversation:\n"
    " - First line must read 'safe' or 'unsafe'.\n"
    " - If unsafe, a second line must include a comma-separated list of violated categories."
)
_FIRST_QUESTION = (
    "Provide your safety assessment for {role} in the above conversation:\n"
    "- First line must read 'safe' or 'unsafe'.\n"
    "- If unsafe, a second line must include a comma-separated list of violated categories."
)


def prompt(version: VersionName, turns: Sequence[Turn], categories: Mapping[str, str]) -> str:
    """Return the question to a version of Llama Guard.

    Args:
        version: Which.
        turns: What `judged` returns.
        categories: The names of the categories to judge by, by their codes.
    """
    question = _FIRST_QUESTION if version == FIRST else _QUESTION
    return (_TASK + question).format(
        role=speaker(turns[-1]),
        categories="\n".join(f"{code}: {name}." for code, name in categories.items()),
        turns="\n\n".join(f"{speaker(turn)}: {harmless(turn.text)}" for turn in turns),
    )


def judged(conversation: Conversation) -> Sequence[Turn]:
    """Return the turns that Llama Guard is shown: it knows a user and an agent, and no system's messages.

    A system's message is shown where it is the one to be judged.
    """
    *before, last = conversation
    return [*(turn for turn in before if turn.role != "system"), last]


def speaker(turn: Turn) -> str:
    """Return what Llama Guard calls whoever speaks. What tools say comes from outside, as what users say does."""
    return "Agent" if turn.role == "assistant" else "User"


def harmless(text: str) -> str:
    """Return a text that cannot end the conversation which quotes it."""
    return _MARKS.sub("< ", text.strip())
