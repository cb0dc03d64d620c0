import os
import pathlib
import secrets
import subprocess

from .problem import Problem


def write_private(path: pathlib.Path, text: str) -> None:
    """A file that only its owner can read, there completely or not at all."""
    partial = path.with_name(path.name + ".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text + "\n")
    partial.replace(path)


def master_key(directory: pathlib.Path) -> pathlib.Path:
    """The file with the key that everything secret is sealed under; made at the first start."""
    path = directory / "master_key"
    if not path.exists():
        write_private(path, secrets.token_hex(32))
    return path


def api_key(directory: pathlib.Path, control_plane: list[str], environment: dict[str, str]) -> str:
    """The first tenant's key: `API_KEY` of the environment, else the one of an earlier start, else a new one."""
    given = environment.get("API_KEY")
    path = directory / "api_key"
    if not given and path.exists() and path.read_text().strip():
        return path.read_text().strip()
    # The control plane writes the file itself, in one step: a key that was shown once and then lost cannot be made again.
    output = [] if given else ["--output", str(path)]
    ran = subprocess.run([*control_plane, "bootstrap", *output], env=environment, capture_output=True, text=True, timeout=30)
    said = ran.stderr.strip().splitlines() or [f"bootstrap ended with status {ran.returncode}."]
    if ran.returncode != 0 or not (given or path.exists()):
        raise Problem(f"The first API key could not be made: {said[-1]}")
    return given or path.read_text().strip()
