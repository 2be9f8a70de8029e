"""What runs code inside the jail: as a cell of a notebook, whose last expression is its value.

The service sends the text of this file along; it knows nothing but the standard library.
"""

import ast
import linecache
import os
import sys
import traceback
from types import CodeType, TracebackType

_NAME = "<code>"
_VALUE = 3
# In characters. Four bytes each fit into a pipe.
_LONGEST = 16_000


def main() -> None:
    """Run what comes by the input."""
    code = sys.stdin.read()
    sys.argv = [_NAME]
    # As in a notebook, modules may lie in the folder; what Python makes of them is no result.
    sys.path.insert(0, "")
    sys.dont_write_bytecode = True
    linecache.cache[_NAME] = (len(code), None, code.splitlines(keepends=True), _NAME)
    try:
        _run(code)
    except Exception as error:  # noqa: BLE001 - whatever the code raises is told
        _tell(error)
        sys.exit(1)


def _run(code: str) -> None:
    tree = ast.parse(code, _NAME)
    last = tree.body[-1] if tree.body else None
    names = {
        "__name__": "__main__",
        "__builtins__": __builtins__,
        "exit": sys.exit,
        "quit": sys.exit,
    }
    if not isinstance(last, ast.Expr):
        _execute(compile(tree, _NAME, "exec"), names)
        return
    tree.body.pop()
    _execute(compile(tree, _NAME, "exec"), names)
    value = eval(compile(ast.Expression(last.value), _NAME, "eval"), names)  # noqa: S307 - this is what it is for
    if value is not None:
        _give(repr(value))


def _execute(code: CodeType, names: dict[str, object]) -> None:
    exec(code, names)  # noqa: S102 - this is what it is for


def _give(value: str) -> None:
    """Give the value, as far as it fits."""
    if len(value) > _LONGEST:
        value = f"{value[:_LONGEST]}… ({len(value)} characters)"
    os.write(_VALUE, value.encode(errors="replace"))


def _tell(error: Exception) -> None:
    """Print what went wrong, as Python does, without our own part of the way."""
    trace: TracebackType | None = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename != _NAME:
        trace = trace.tb_next
    traceback.print_exception(type(error), error, trace)


if __name__ == "__main__":
    main()
