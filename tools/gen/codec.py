"""Writes `codec.py` of a package: each message from its proto form to its JSON form, and back."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from tools.gen.contract import Field, Message, Package, snake
from tools.gen.messages import SCALARS, ordered

HEADER = '''"""Messages of `{package}` from proto to JSON form and back. Written by `make gen`; do not edit."""

{imports}

'''


def module(package: Package) -> str:
    """Return the text of the module."""
    imports = f"from {package.name} import messages as m\n" + "\n".join(
        f"from {package.name} import {_pb2(file)}"
        for file in package.files
        if file in package.homes.values()
    )
    blocks = [block for message in ordered(package) for block in _functions(message, package)]
    used = [name for name in ("json_text", "nothing_set") if any(f"{name}(" in b for b in blocks)]
    if used:
        imports += f"\nfrom fleet_runtime.reading import {', '.join(used)}"
    if any("ABSENT" in block for block in blocks):
        imports += "\nfrom fleet_runtime.encoded import ABSENT"
    if any("Raw(" in block for block in blocks):
        imports = "from msgspec import Raw\n\n" + imports
    return HEADER.format(package=package.name, imports=imports) + "\n\n".join(blocks) + "\n"


def _pb2(file: str) -> str:
    return PurePosixPath(file).stem + "_pb2"


def _functions(message: Message, package: Package) -> Iterator[str]:
    proto = f"{_pb2(package.homes[message.name])}.{message.name}"
    name = snake(message.name)
    if message.options.get("union"):
        bodies = _union(message, proto, package)
    elif message.options.get("bare"):
        bodies = _bare(message, proto)
    else:
        bodies = _struct(message, proto)
    yield f"def {name}_from_proto(p: {proto}) -> m.{message.name}:\n{bodies[0]}\n"
    yield f"def {name}_to_proto(s: m.{message.name}) -> {proto}:\n{bodies[1]}\n"


def _union(message: Message, proto: str, package: Package) -> tuple[str, str]:
    reads = ['    kind = p.WhichOneof("value")']
    writes = []
    for held in message.fields:
        reads.append(
            f'    if kind == "{held.name}":\n        return {_read_one(held, f"p.{held.name}")}'
        )
        value = _write_one(held, "s")
        writes.append(
            f"    if isinstance(s, {_runtime_type(held, package)}):\n        return {proto}({held.name}={value})"
        )
    if len(message.fields) == 1:
        reads.append("    return None")
    else:
        reads.append(f'    raise nothing_set("{message.name}")')
    writes.append(
        f"    return {proto}()" if len(message.fields) == 1 else "    raise TypeError(type(s))"
    )
    return "\n".join(reads), "\n".join(writes)


def _runtime_type(held: Field, package: Package) -> str:
    """Return what `isinstance` knows the member of a union by."""
    if held.message:
        inner = package.messages[held.message]
        if not inner.transparent:
            return f"m.{held.message}"
        return "dict" if inner.fields[0].is_map else "list"
    scalar = SCALARS[held.value.type]
    return "float | int" if scalar == "float" else scalar


def _bare(message: Message, proto: str) -> tuple[str, str]:
    held = message.fields[0]
    return f"    return {_read(held)}", f"    return {proto}({held.name}={_write(held, 's')})"


def _struct(message: Message, proto: str) -> tuple[str, str]:
    if not message.fields:
        return f"    del p\n    return m.{message.name}()", f"    del s\n    return {proto}()"
    fields = [f for f in message.fields if "constant" not in f.options]
    reads = "".join(f"        {f.name}={_read(f)},{_excuse(f)}\n" for f in fields)
    writes = "".join(f"        {f.name}={_write(f, f's.{f.name}')},\n" for f in message.fields)
    return f"    return m.{message.name}(\n{reads}    )", f"    return {proto}(\n{writes}    )"


def _excuse(held: Field) -> str:
    """Proto strings are any string; whoever reads a request checks it afterwards."""
    return "  # type: ignore[arg-type]" if held.options.get("one_of") else ""


def _read(held: Field) -> str:
    """Return the expression that reads a field of the proto `p`."""
    value = f"p.{held.name}"
    if held.is_map:
        items = f"{{k: {_read_one(held, 'v')} for k, v in {value}.items()}}"
        return items if held.required else f"{items} or None"
    if held.is_list:
        one = _read_one(held, "v")
        items = f"list({value})" if one == "v" else f"[{one} for v in {value}]"
        return items if held.required else f"{items} or None"
    if held.required:
        return _read_one(held, value)
    unset = "None"
    if held.options.get("json"):
        unset = 'Raw(b"null")' if held.nullable else "ABSENT"
    return f'{_read_one(held, value)} if p.HasField("{held.name}") else {unset}'


def _write(held: Field, value: str) -> str:
    """Return the expression that is a field's value for the proto's constructor."""
    empty = "" if held.required else " or ()"
    if held.is_map:
        one = _write_one(held, "v")
        pairs = f"({value} or {{}})" if empty else value
        return value if one == "v" else f"{{k: {one} for k, v in {pairs}.items()}}"
    if held.is_list:
        one = _write_one(held, "v")
        return value if one == "v" else f"[{one} for v in {value}{empty}]"
    one = _write_one(held, value)
    if held.options.get("json") and not held.required:
        return f"None if {value} is ABSENT else {one}"
    return one if held.required or one == value else f"None if {value} is None else {one}"


def _read_one(held: Field, value: str) -> str:
    if held.message:
        return f"{snake(held.message)}_from_proto({value})"
    if held.options.get("json") or held.name == "extra":
        return f"json_text({value})"
    return value


def _write_one(held: Field, value: str) -> str:
    if held.message:
        return f"{snake(held.message)}_to_proto({value})"
    if held.options.get("json") or held.name == "extra":
        return f"bytes({value}).decode()"
    return value
