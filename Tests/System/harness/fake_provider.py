import json
import pathlib
import subprocess
import sys
import time
import urllib.request

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "Fakes" / "fake_provider.py"


class FakeProvider:
    """The wire-level fake in a process of its own; see its file for what it can be told."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, SCRIPT, "--until-stdin-closes"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.base_url = json.loads(self.process.stdout.readline())["base_url"]
        self.root = self.base_url.removesuffix("/v1")

    @property
    def settings(self) -> dict[str, str]:
        """Makes a stack use this provider for every stage."""
        stages = {f"{stage}_PROVIDER": "openai-compatible" for stage in ("STT", "LLM", "TTS")}
        return stages | {
            "OPENAI_COMPATIBLE_BASE_URL": self.base_url, "OPENAI_COMPATIBLE_API_KEY": "fake-key",
            "OPENAI_COMPATIBLE_MODEL": "fake",
        }

    def reset(self) -> None:
        self.post("/_control", {"reset": True})

    def behave(self, **stages: dict) -> None:
        """`behave(llm={"status": 429})` and the like, until the next reset."""
        self.post("/_control", stages)

    def requests(self, stage: str) -> list[dict]:
        with urllib.request.urlopen(f"{self.root}/_log") as answer:
            return [entry for entry in json.load(answer)["requests"] if entry["stage"] == stage]

    def wait_for_request(self, stage: str, holds, within: float = 5.0) -> dict:
        """The first request of a stage for which `holds`."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            for entry in self.requests(stage):
                if holds(entry):
                    return entry
            time.sleep(0.02)
        raise AssertionError(f"no such {stage} request: {self.requests(stage)}")

    def post(self, path: str, value: dict) -> None:
        request = urllib.request.Request(f"{self.root}{path}", json.dumps(value).encode(), method="POST")
        urllib.request.urlopen(request).close()

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)
