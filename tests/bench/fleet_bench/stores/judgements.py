"""Questions about Python, and which topics of its reference answer them: 2 for an answer, 1 for a part of one.

The topics are those that Python carries for `help()`, in every version since 3.11; three that only repeat others
(`topics.REPEATED`) are left out. Questions are in words that somebody would use who has not read them. Questions and
judgements were made for this benchmark, by reading the topics.
"""

from typing import NamedTuple


class Judgement(NamedTuple):
    """A question, and what each topic is worth to it; topics that are not named are worth nothing."""

    question: str
    grades: dict[str, int]


JUDGEMENTS = (
    Judgement(
        "run cleanup code even if an error happened",
        {"try": 2, "with": 2, "context-managers": 1},
    ),
    Judgement(
        "what happens to an error that nobody handles",
        {"exceptions": 2, "execmodel": 2, "try": 1},
    ),
    Judgement(
        "throw an error on purpose and keep the original cause",
        {"raise": 2, "try": 1, "exceptions": 1},
    ),
    Judgement("leave a loop early", {"break": 2, "while": 1, "for": 1}),
    Judgement(
        "skip the rest of this iteration and go on with the next one",
        {"continue": 2, "while": 1, "for": 1},
    ),
    Judgement("which values count as false in a condition", {"truth": 2, "booleans": 2}),
    Judgement(
        "is the right-hand side evaluated when the left one already decides the result",
        {"booleans": 2},
    ),
    Judgement(
        "print a number with leading zeros",
        {"formatstrings": 2, "string-methods": 2},
    ),
    Judgement(
        "round a float to two decimals when turning it into text",
        {"formatstrings": 2, "string-methods": 1},
    ),
    Judgement(
        "change a variable of the enclosing function from an inner function",
        {"nonlocal": 2, "naming": 1, "execmodel": 1},
    ),
    Judgement(
        "assign to a module-level variable inside a function",
        {"global": 2, "naming": 1, "execmodel": 1},
    ),
    Judgement(
        "UnboundLocalError when I read a name before it has a value",
        {"naming": 2, "execmodel": 2},
    ),
    Judgement("when is the default value of a parameter computed", {"function": 2}),
    Judgement("accept any number of positional and keyword arguments", {"function": 2, "calls": 2}),
    Judgement("small function without a name in one expression", {"lambda": 2, "function": 1}),
    Judgement(
        "intercept the lookup of an attribute that does not exist",
        {"attribute-access": 2, "attribute-references": 1, "types": 1},
    ),
    Judgement(
        "make instances of my class usable with square brackets",
        {"sequence-types": 2, "subscriptions": 1},
    ),
    Judgement("call an instance as if it were a function", {"callable-types": 2, "calls": 1}),
    Judgement("overload the plus operator for my own class", {"numeric-types": 2, "binary": 1}),
    Judgement("take every second element of a list", {"typesseq": 2, "slicings": 1}),
    Judgement("add an item to the end of a list", {"typesseq-mutable": 2, "typesseq": 2}),
    Judgement("take a key out of a dictionary", {"typesmapping": 2, "del": 1}),
    Judgement("value of a mapping with a fallback when the key is absent", {"typesmapping": 2}),
    Judgement("build a dictionary from pairs in one expression", {"dict": 2, "typesmapping": 2}),
    Judgement("split a text into words", {"string-methods": 2}),
    Judgement("does a text begin with a certain prefix", {"string-methods": 2}),
    Judgement("test whether a container holds a value", {"in": 2, "comparisons": 2, "typesseq": 1}),
    Judgement(
        "do two variables refer to the very same object",
        {"comparisons": 2, "objects": 2},
    ),
    Judgement("multiply by a power of two by moving bits", {"shifting": 2}),
    Judgement("exclusive or of two integers", {"bitwise": 2}),
    Judgement(
        "which operator binds more tightly than another", {"operator-summary": 2, "booleans": 1}
    ),
    Judgement("raise a number to a negative exponent", {"power": 2}),
    Judgement("integer division and remainder with negative numbers", {"binary": 2}),
    Judgement("go through a program line by line and look at variables", {"debugger": 2}),
    Judgement("stop at a line only if a condition holds", {"debugger": 2}),
    Judgement("check an invariant that is left out in optimised mode", {"assert": 2}),
    Judgement("load a module and give it another name", {"import": 2}),
    Judgement("wait for the result of a coroutine", {"await": 2, "async": 2, "types": 1}),
    Judgement("iterate over values that arrive asynchronously", {"async": 2}),
    Judgement("function that produces its values lazily, one by one", {"yield": 2, "types": 1}),
    Judgement("unpack a tuple into several variables at once", {"assignment": 2, "exprlists": 1}),
    Judgement("increase a counter in place", {"augassign": 2}),
    Judgement("write a hexadecimal number in source code", {"integers": 2, "numbers": 1}),
    Judgement("write a complex number", {"imaginary": 2, "numbers": 1}),
    Judgement(
        "names with two leading underscores are mangled inside a class",
        {"id-classes": 2, "atom-identifiers": 2, "identifiers": 1},
    ),
    Judgement("words that cannot be used as variable names", {"identifiers": 2}),
    Judgement("statement that does nothing, as a placeholder", {"pass": 2}),
    Judgement(
        "which objects can be dictionary keys, and what must agree with equality",
        {"customization": 2, "typesmapping": 1},
    ),
    Judgement("decide how an object looks when it is printed", {"customization": 2}),
    Judgement("when are objects that nobody refers to any more destroyed", {"objects": 2}),
)
