"""What Llama Guard answers."""

from collections.abc import Collection, Mapping

from fleet_safety.provider import Verdict

_UNKNOWN = "unknown"


def verdict(answer: str, categories: Mapping[str, str], excluded: Collection[str]) -> Verdict:
    """Return what `safe`, or `unsafe` and a line of codes, says. Whatever else is said is taken for unsafe.

    Args:
        answer: What the model said.
        categories: The names of all of its categories, by their codes.
        excluded: The codes of those that nobody is to be blamed for.
    """
    first, *others = [line.strip() for line in answer.strip().splitlines()] or [""]
    known = {code: name for code, name in categories.items() if code not in excluded}
    if first.lower() == "safe" and not others:
        return _of(known, [])
    codes = [code.strip().upper() for code in ",".join(others).split(",") if code.strip()]
    if first.lower() != "unsafe":
        codes = []
    found = [code for code in known if code in codes]
    blameless = bool(codes) and all(code in excluded for code in codes)
    return _of(known, found, flagged=not blameless)


def _of(known: Mapping[str, str], found: Collection[str], *, flagged: bool = False) -> Verdict:
    violation = {"violation_type": ",".join(found) or _UNKNOWN} if flagged else {}
    return Verdict(
        flagged=flagged,
        categories={name: code in found for code, name in known.items()},
        scores={name: float(code in found) for code, name in known.items()},
        metadata=violation,
    )
