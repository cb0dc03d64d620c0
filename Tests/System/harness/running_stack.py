import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "deploy" / "dev" / "run"
START_WITHIN = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def process_ids() -> dict[int, str]:
    """The command line of every process of this machine."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
    return found


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def wait_until(holds, within: float = 10.0, what: str = "condition") -> None:
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come within {within:g} s")
        time.sleep(0.05)


class RunningStack:
    """One stack in a directory of its own, started and stopped by the script that `make run` calls."""

    def __init__(self, **settings: str) -> None:
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="antiphon-"))
        self.port = free_port()
        # Nothing of the developer's own settings may reach the stack under test.
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "STACK_BINARIES") if name in os.environ}
        self.environment = kept | {
            "ANTIPHON_PORT": str(self.port), "ANTIPHON_RUN_DIRECTORY": str(self.directory),
            "ANTIPHON_VAD_WEIGHTS": str(ROOT / ".run" / "models" / "silero_vad_16k.safetensors"),
        } | settings
        self.process: subprocess.Popen | None = None
        self.output = self.directory / "output.txt"

    @property
    def url(self) -> str:
        scheme = "https" if "ANTIPHON_TLS_CERTIFICATE" in self.environment else "http"
        return f"{scheme}://127.0.0.1:{self.port}"

    @property
    def api_key(self) -> str:
        return self.environment.get("API_KEY") or (self.directory / "api_key").read_text().strip()

    @property
    def state(self) -> dict:
        return json.loads((self.directory / "stack.json").read_text())

    @property
    def pids(self) -> dict[str, int]:
        return self.state["processes"]

    def metrics(self, name: str) -> str:
        with urllib.request.urlopen(self.state["metrics"][name]) as answer:
            return answer.read().decode()

    @property
    def said(self) -> str:
        return self.output.read_text() if self.output.exists() else ""

    def launch(self) -> None:
        with self.output.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, SCRIPT], env=self.environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)

    def start(self) -> "RunningStack":
        self.launch()
        deadline = time.monotonic() + START_WITHIN
        while not (self.directory / "stack.json").exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                output = self.said
                self.remove()
                raise AssertionError(f"the stack did not start:\n{output}")
            time.sleep(0.05)
        return self

    def run_to_end(self, within: float = START_WITHIN) -> tuple[int, str]:
        """For starts that are to fail: the exit status and what was said."""
        self.launch()
        return self.process.wait(within), self.said

    def kill(self, name: str) -> int:
        """kill -9, and waits until the start script has put a new process in its place."""
        old = self.pids[name]
        os.kill(old, signal.SIGKILL)
        wait_until(lambda: self.pids.get(name) not in (old, None), 20, f"a new {name}")
        return old

    def stop(self, number: int = signal.SIGINT, within: float = 40.0) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(within)

    def leftovers(self) -> list[str]:
        """Processes that name this stack's directory, other than the start script itself."""
        return [line for pid, line in process_ids().items() if str(self.directory) in line and is_alive(pid)]

    def log(self, name: str) -> str:
        path = self.directory / "log" / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def remove(self) -> None:
        if self.process and self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
