import os
import subprocess

from .catalogue import Client

# Longest run of a scenario; its own deadlines are shorter.
PATIENCE = 110.0
# Where Debian keeps packages for Node.
NODE_PATH = "/usr/share/nodejs"


class ScenarioFailed(AssertionError):
    """What a client said when it was not served as it expects."""


def run(client: Client, base_url: str, key: str, fake_url: str, settings: dict[str, str] | None = None) -> str:
    """Runs a scenario in a process of its own; its last line, or the reason why it failed."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    try:
        ran = subprocess.run(
            [client.interpreter, client.program, base_url, key, fake_url], capture_output=True, text=True, timeout=PATIENCE,
            env=kept | {"PYTHONUNBUFFERED": "1", "OPENAI_AGENTS_DISABLE_TRACING": "1", "NODE_PATH": NODE_PATH} | (settings or {}))
    except subprocess.TimeoutExpired as late:
        raise ScenarioFailed(f"{client.name}: not finished within {PATIENCE:g} s: {tail(late.stderr or b'')}") from None
    if ran.returncode != 0:
        raise ScenarioFailed(f"{client.name}: {tail(ran.stderr, 1)}\n{tail(ran.stderr)}")
    return (ran.stdout.strip().splitlines() or [""])[-1]


def tail(output: str | bytes, lines: int = 12) -> str:
    text = output.decode(errors="replace") if isinstance(output, bytes) else output
    return "\n".join(text.strip().splitlines()[-lines:])
