"""Plain texts as questions of Oracle Text.

Format: https://docs.oracle.com/en/database/oracle/oracle-database/23/ccref/oracle-text-CONTAINS-query-operators.html
"""

import re

_WORD = re.compile(r"[^\W_]+")


def question(text: str) -> str:
    """Return the question for any of the words of a text, in braces, inside of which nothing is syntax.

    `ACCUM` scores the higher the more of them a text has, and the rarer they are. Empty if there is no word.
    """
    found = dict.fromkeys(_WORD.findall(text.lower()))
    return " ACCUM ".join(f"{{{word}}}" for word in found)
