"""`python -m tools.gen`: write every file that follows from `protos/`."""

import subprocess
import sys
import tempfile
import tomllib
from importlib import import_module
from importlib.resources import files
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from tools.gen import codec, contract, messages, openapi, operations, rest_face, transfers

ROOT = Path(__file__).resolve().parents[2]
PROTOS = ROOT / "protos"
GOOGLE = ROOT / "third_party" / "protos"
API = ROOT / "libs" / "api"
# What Envoy's transcoder needs besides our own: the types of error details, and raw bodies.
ALSO = ("google/rpc/error_details.proto", "google/rpc/status.proto", "google/api/httpbody.proto")


def main() -> None:
    """Write the stubs, the types, the operations, the REST face and the OpenAPI document."""
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder))
        replace(API, Path(folder))


def generate(out: Path) -> None:
    """Write all files into the folder `out`."""
    protos = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.rglob("*.proto"))
    protoc(
        f"--python_out={out}",
        f"--grpc_python_out={out}",
        f"--mypy_out=quiet:{out}",
        f"--mypy_grpc_out=quiet:{out}",
        *protos,
    )
    descriptors = descriptor_set(protos, out)
    packages = contract.read(descriptors)
    transfers.check(packages)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    rest_face.write_rest_face(descriptors, out / "fleet" / "rest.binpb")
    openapi.write_openapi(packages, version, out / "fleet" / "openapi.json")
    for package in packages:
        folder = out / package.name.replace(".", "/")
        write(folder / "messages.py", messages.module(package))
        write(folder / "codec.py", codec.module(package))
        write(folder / "operations.py", operations.module(package))


def replace(old: Path, new: Path) -> None:
    """Make the generated files of `old` what those of `new` are. What is the same stays: nobody is disturbed."""
    made = {path.relative_to(new) for path in new.rglob("*") if path.is_file()}
    for path in [*old.rglob("*.py"), *old.rglob("*.pyi")]:
        if path.relative_to(old) not in made:
            path.unlink()
    for name in sorted(made):
        content, target = (new / name).read_bytes(), old / name
        if not target.exists() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def protoc(*arguments: str) -> None:
    """Run protoc over our protos."""
    well_known = files("grpc_tools") / "_proto"
    command = [sys.executable, "-m", "grpc_tools.protoc"]
    subprocess.run(
        [*command, f"-I{PROTOS}", f"-I{GOOGLE}", f"-I{well_known}", *arguments], check=True
    )


def descriptor_set(protos: list[str], stubs: Path) -> FileDescriptorSet:
    """Return what the protos say, with their comments and with our own options known from `stubs`."""
    sys.path.insert(0, str(stubs))
    import_module("fleet.api.v1.options_pb2")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "all.binpb"
        protoc(
            "--include_imports",
            "--include_source_info",
            f"--descriptor_set_out={out}",
            *protos,
            *ALSO,
        )
        return FileDescriptorSet.FromString(out.read_bytes())


def write(path: Path, text: str) -> None:
    """Write a Python module, formatted."""
    done = subprocess.run(
        ["ruff", "format", "--line-length=100", "--isolated", "-"],
        input=text.encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{path}: {done.stderr.decode()}")
    path.write_bytes(done.stdout)


if __name__ == "__main__":
    main()
