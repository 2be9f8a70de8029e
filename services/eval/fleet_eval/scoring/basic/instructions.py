"""The instructions of IFEval: whether a response does what it was told, as a program can check it.

Each is a function of the response and of the instruction's own arguments, by their names in the data set.

Source: Zhou et al., "Instruction-following evaluation for large language models", 2023 (https://arxiv.org/abs/2311.07911),
and the data set https://huggingface.co/datasets/google/IFEval. Languages are found by what its authors use,
`langdetect`; sentences by where they end, for which its authors have a trained model.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import langdetect

Arguments: TypeAlias = Mapping[str, Any]
Check: TypeAlias = Callable[[str, Arguments], bool]

_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9])|\n{2,}")
_PLACEHOLDER = re.compile(r"\[.*?\]")
_BULLET = re.compile(r"^\s*(?:\*[^*].*|-.*)$", re.MULTILINE)
_HIGHLIGHT = re.compile(r"\*\*[^\n*]*\*\*|(?<!\*)\*[^\n*]*\*(?!\*)")
_TITLE = re.compile(r"<<[^\n]+>>")
_CAPITAL = re.compile(r"\b[A-Z][A-Z0-9'-]*\b")
_CHOICES = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
_FENCES = ("```json", "```Json", "```JSON", "```")


def _language(text: str) -> str | None:
    """Return the language of a text, such as `de`; nothing of one without words."""
    langdetect.DetectorFactory.seed = 0  # else it guesses otherwise each time
    try:
        found: str = langdetect.detect(text)
    except langdetect.LangDetectException:
        return None
    return found


def _in_language(text: str, asked: Arguments) -> bool:
    return _language(text) in (None, asked["language"])


def _compared(count: int, wanted: Any, relation: Any) -> bool:
    """Compare a count as an instruction says: `at least` or `less than`."""
    return bool(count < wanted if relation == "less than" else count >= wanted)


def _found(text: str, word: str) -> int:
    return len(re.findall(rf"\b{re.escape(word)}\b", text, re.IGNORECASE))


def _sentences(text: str) -> int:
    return sum(bool(part.strip()) for part in _SENTENCE_END.split(text))


def _paragraphs(text: str, separator: str) -> list[str]:
    """Return the paragraphs of a text; an empty one at either end does not count."""
    parts = [part.strip() for part in re.split(separator, text)]
    return parts[bool(not parts[0]) : len(parts) - (len(parts) > 1 and not parts[-1])]


def _keywords(text: str, asked: Arguments) -> bool:
    return all(re.search(re.escape(word), text, re.IGNORECASE) for word in asked["keywords"])


def _frequency(text: str, asked: Arguments) -> bool:
    count = len(re.findall(re.escape(asked["keyword"]), text, re.IGNORECASE))
    return _compared(count, asked["frequency"], asked["relation"])


def _forbidden(text: str, asked: Arguments) -> bool:
    return not any(_found(text, word) for word in asked["forbidden_words"])


def _letters(text: str, asked: Arguments) -> bool:
    count = text.lower().count(asked["letter"].lower())
    return _compared(count, asked["let_frequency"], asked["let_relation"])


def _number_of_sentences(text: str, asked: Arguments) -> bool:
    return _compared(_sentences(text), asked["num_sentences"], asked["relation"])


def _number_of_paragraphs(text: str, asked: Arguments) -> bool:
    parts = _paragraphs(text, r"\s?\*\*\*\s?")
    return all(parts) and bool(len(parts) == asked["num_paragraphs"])


def _number_of_words(text: str, asked: Arguments) -> bool:
    return _compared(len(_WORD.findall(text)), asked["num_words"], asked["relation"])


def _first_word_of_a_paragraph(text: str, asked: Arguments) -> bool:
    parts = [part.strip() for part in re.split(r"\n\n", text) if part.strip()]
    place = asked["nth_paragraph"]
    if len(parts) != asked["num_paragraphs"] or not 1 <= place <= len(parts):
        return False
    first = parts[place - 1].split()[0].strip("\"'.,?!").lower()
    return bool(first == asked["first_word"].lower())


def _placeholders(text: str, asked: Arguments) -> bool:
    return bool(len(_PLACEHOLDER.findall(text)) >= asked["num_placeholders"])


def _postscript(text: str, asked: Arguments) -> bool:
    marker = asked["postscript_marker"]
    pattern = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\."}.get(
        marker, re.escape(marker.lower())
    )
    return re.search(rf"^\s*{pattern}|\s{pattern}", text.lower(), re.MULTILINE) is not None


def _bullets(text: str, asked: Arguments) -> bool:
    return bool(len(_BULLET.findall(text)) == asked["num_bullets"])


def _constrained(text: str, asked: Arguments) -> bool:
    del asked
    return any(choice in text for choice in _CHOICES)


def _highlights(text: str, asked: Arguments) -> bool:
    found = [part for part in _HIGHLIGHT.findall(text) if part.strip("*").strip()]
    return bool(len(found) >= asked["num_highlights"])


def _sections(text: str, asked: Arguments) -> bool:
    splitter = re.escape(asked["section_spliter"].strip())  # as the data set spells it
    return bool(len(re.findall(rf"\s?{splitter}\s?\d+\s?", text)) >= asked["num_sections"])


def _json(text: str, asked: Arguments) -> bool:
    del asked
    content = text.strip()
    for fence in _FENCES:
        content = content.removeprefix(fence)
    try:
        json.loads(content.removesuffix("```").strip())
    except (ValueError, RecursionError):
        return False
    return True


def _title(text: str, asked: Arguments) -> bool:
    del asked
    return any(found.strip("<> ") for found in _TITLE.findall(text))


def _two_responses(text: str, asked: Arguments) -> bool:
    del asked
    parts = _paragraphs(text, r"\*\*\*\*\*\*")
    return len(parts) == 2 and all(parts) and parts[0] != parts[1]  # noqa: PLR2004 - it says so


def _repeats_the_prompt(text: str, asked: Arguments) -> bool:
    return text.strip().lower().startswith(asked["prompt_to_repeat"].strip().lower())


def _ends_with(text: str, asked: Arguments) -> bool:
    return text.strip().strip('"').lower().endswith(asked["end_phrase"].strip().lower())


def _capital_words(text: str, asked: Arguments) -> bool:
    words = _CAPITAL.findall(text)
    return _compared(len(words), asked["capital_frequency"], asked["capital_relation"])


def _all_capital(text: str, asked: Arguments) -> bool:
    del asked
    return text.isupper() and _language(text) in (None, "en")


def _all_lowercase(text: str, asked: Arguments) -> bool:
    del asked
    return text.islower() and _language(text) in (None, "en")


def _no_comma(text: str, asked: Arguments) -> bool:
    del asked
    return "," not in text


def _quoted(text: str, asked: Arguments) -> bool:
    del asked
    content = text.strip()
    return len(content) > 1 and content[0] == content[-1] == '"'


CHECKS: Mapping[str, Check] = {
    "keywords:existence": _keywords,
    "keywords:frequency": _frequency,
    "keywords:forbidden_words": _forbidden,
    "keywords:letter_frequency": _letters,
    "language:response_language": _in_language,
    "length_constraints:number_sentences": _number_of_sentences,
    "length_constraints:number_paragraphs": _number_of_paragraphs,
    "length_constraints:number_words": _number_of_words,
    "length_constraints:nth_paragraph_first_word": _first_word_of_a_paragraph,
    "detectable_content:number_placeholders": _placeholders,
    "detectable_content:postscript": _postscript,
    "detectable_format:number_bullet_lists": _bullets,
    "detectable_format:constrained_response": _constrained,
    "detectable_format:number_highlighted_sections": _highlights,
    "detectable_format:multiple_sections": _sections,
    "detectable_format:json_format": _json,
    "detectable_format:title": _title,
    "combination:two_responses": _two_responses,
    "combination:repeat_prompt": _repeats_the_prompt,
    "startend:end_checker": _ends_with,
    "startend:quotation": _quoted,
    "change_case:capital_word_frequency": _capital_words,
    "change_case:english_capital": _all_capital,
    "change_case:english_lowercase": _all_lowercase,
    "punctuation:no_comma": _no_comma,
}
"""All instructions, by their names."""


def looser(response: str) -> Sequence[str]:
    """Return a response in the forms that count in the loose measure: less its first line, its last one, its asterisks.

    Source: section 2.2 of the paper.
    """
    lines = response.split("\n")
    parts = [lines, lines[1:], lines[:-1], lines[1:-1]]
    texts = ["\n".join(part).strip() for part in parts]
    return [response, *texts, *(text.replace("*", "") for text in [response, *texts])]
