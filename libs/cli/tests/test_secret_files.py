"""Secrets as a cluster mounts them, for programs that read variables."""

import json
import subprocess
import sys

SHOW = "import json, os, sys; print(json.dumps([dict(os.environ), sys.argv[1:]]))"


def started(tmp_path, **environ):
    """Start a module by way of the secrets in a folder, and return its environment and arguments."""
    (tmp_path / "shown.py").write_text(SHOW)
    command = [sys.executable, "-m", "fleet_cli.secret_files", tmp_path / "secrets"]
    done = subprocess.run(
        [*command, "shown", "one", "--two"],
        env={"PYTHONPATH": str(tmp_path), **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def mounted(tmp_path, **keys):
    """Lay out secrets as the kubelet does: links to files in a hidden folder that is replaced as a whole."""
    folder = tmp_path / "secrets"
    (folder / "..2026").mkdir(parents=True)
    (folder / "..data").symlink_to("..2026")
    for name, value in keys.items():
        (folder / "..2026" / name).write_text(value)
        (folder / name).symlink_to(f"..data/{name}")


def test_files_become_variables_of_the_program(tmp_path):
    """And the program gets its arguments."""
    mounted(tmp_path, OPENAI_API_KEY="sk-1\n", DATABASE_URL="postgresql://x")
    environ, arguments = started(tmp_path)

    assert ("sk-1", "postgresql://x") == (environ["OPENAI_API_KEY"], environ["DATABASE_URL"])
    assert ["one", "--two"] == arguments
    assert not [name for name in environ if name.startswith(".")]


def test_a_variable_of_the_pod_wins(tmp_path):
    """Who sets one by hand means it."""
    mounted(tmp_path, OPENAI_API_KEY="sk-1")

    assert "sk-2" == started(tmp_path, OPENAI_API_KEY="sk-2")[0]["OPENAI_API_KEY"]


def test_the_program_is_the_process_itself(tmp_path):
    """Kubernetes' SIGTERM must reach it, and its exit code must be the container's."""
    mounted(tmp_path)
    (tmp_path / "ended.py").write_text("raise SystemExit(7)")
    command = [sys.executable, "-m", "fleet_cli.secret_files", tmp_path / "secrets", "ended"]
    done = subprocess.run(command, env={"PYTHONPATH": str(tmp_path)}, check=False)

    assert 7 == done.returncode
