"""Which scenarios there are, and with which version of which client each one runs."""

import dataclasses
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parents[1]
ROOT = HERE.parents[1]


@dataclasses.dataclass(frozen=True)
class Client:
    """One scenario: a program in `scenarios`, and what it runs in: Node, or a Python environment."""

    name: str
    scenario: str
    # A file in `requirements`, for clients that cannot share an environment; the tests' own otherwise.
    requirements: str | None = None
    # Whether the client reaches plain-text servers.
    is_plain: bool = True
    is_secure: bool = True

    @property
    def program(self) -> pathlib.Path:
        return HERE / "scenarios" / self.scenario

    @property
    def interpreter(self) -> str:
        """What runs the program."""
        if self.program.suffix == ".js":
            return "node"
        return str(self.environment / "bin" / "python") if self.requirements else sys.executable

    @property
    def environment(self) -> pathlib.Path:
        """The virtual environment's directory."""
        return ROOT / ".run" / (f"clients/{self.requirements}" if self.requirements else "venv")

    @property
    def requirements_file(self) -> pathlib.Path:
        return HERE / "requirements" / f"{self.requirements}.txt"

    @property
    def is_installed(self) -> bool:
        """Whether the environment holds what the requirements say now."""
        if self.requirements is None:
            return True
        stamp = self.environment / "requirements.txt"
        return stamp.exists() and stamp.read_text() == self.requirements_file.read_text()


# Pinned in Tests/requirements.txt; these are part of `make test`.
CORE = [
    Client("openai GA", "openai_ga.py"),
    Client("openai beta", "openai_beta.py"),
    Client("openai-agents", "openai_agents.py"),
    Client("openai-agents transcription", "openai_agents_stt.py"),
    # Our own program that speaks and reads by that library's rules: it cannot be had without a registry of Node packages.
    Client("agents-js by its rules", "agents_js.js"),
]

# Each in an environment of its own, which `make conformance` makes.
OTHERS = [
    Client("openai 1.109 GA", "openai_ga.py", "openai-1", is_plain=False),
    Client("openai 1.109 beta", "openai_beta.py", "openai-1"),
    Client("pipecat", "pipecat_llm.py", "pipecat"),
    Client("pipecat transcription", "pipecat_stt.py", "pipecat"),
    Client("pipecat 0.0.80 beta", "pipecat_beta.py", "pipecat-0.0.80"),
    Client("livekit", "livekit_llm.py", "livekit"),
    Client("livekit transcription", "livekit_stt.py", "livekit"),
    Client("pydantic-ai", "pydantic_ai_voice.py", "pydantic-ai"),
    Client("strands", "strands_bidi.py", "strands"),
]

CLIENTS = {client.name: client for client in CORE + OTHERS}
