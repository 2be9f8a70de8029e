"""`regex_parser_multiple_choice_answer`: the letter that an answer ends up with, in whatever language it says so.

The answers that it reads are those that the prompts of MMLU ask for in https://github.com/openai/simple-evals, whose
words for "answer" in other languages it knows.
"""

from fleet_eval.scoring import patterns

_WORDS = (
    "Answer",
    "Antwort",
    "Respuesta",
    "Risposta",
    "Réponse",
    "Resposta",
    "Jawaban",
    "Jibu",
    "Idahun",
    "Ìdáhùn",
    "উত্তর",
    "উত্তরঃ",
    "उत्तर",
    "답변",
    "정답",
    "답",
    "答案",
    "答",
    "答え",
    "回答",
    "解答",
    "الإجابة",
    "الجواب",
    "إجابة",
)
# The same letter in Latin, in Arabic, in Bengali, and as wide as a Chinese character.
_LETTERS = {
    "A": "Aأঅ\uff21",
    "B": "Bبব\uff22",
    "C": "Cجড\uff23",
    "D": "Dدঢ\uff24",
}
_ANY = "".join(_LETTERS.values())
REGEXES = [rf"(?i)(?:{'|'.join(_WORDS)})\s*[:\uff1a]?[ \t*]*\(?([{_ANY}])\b"]
"""How the letter is found where nobody says how."""


def multiple_choice(generated: str, expected: str, regexes: list[str]) -> float:
    """Return 1 if the first letter that one of `regexes` finds is the expected one, else 0."""
    found = patterns.first(regexes, generated, "parsing_regexes")
    return float(found is not None and _letter(found) == _letter(expected.strip()))


def _letter(text: str) -> str:
    """Return the Latin letter that a letter stands for; any other text as it is."""
    return next((latin for latin, all_ in _LETTERS.items() if text.upper() in list(all_)), text)
