import pathlib
import re

from harness.fake_provider import FakeProvider
from harness.running_stack import RunningStack

from .registry import EMBEDDED, FAKE, SHORT, NotRun
from .rest import Answer, post
from .wire import Wire

MODEL = "gpt-realtime"
# Names that the clients' own defaults ask for; any other one is unknown here.
MODELS = [MODEL, "gpt-realtime-2.1", "gpt-4o-realtime-preview", "gpt-4o-mini-transcribe", "gpt-realtime-whisper"]
SHORT_SESSION_MILLISECONDS = 3000


class Place:
    """A server that checks run against: a stack of our own, or only an address and a key."""

    def __init__(self, url: str, key: str, stack: RunningStack | None = None, fake: FakeProvider | None = None) -> None:
        self.url = url
        self.key = key
        self.stack = stack
        self.fake = fake
        self.beside = None

    def secure(self, make):
        """The stack that speaks TLS, made by the first check that asks for it."""
        self.beside = self.beside or make(self)
        return self.beside

    def open(self, key: str | None = "", query: dict | None = None, **how):
        """A GA socket with the tenant's key, or as told."""
        return Wire.open(self.url, self.key if key == "" else key, {"model": MODEL} if query is None else query, **how)

    def open_beta(self, **how):
        return self.open(headers={"OpenAI-Beta": "realtime=v1"}, **how)

    def open_transcription(self, **how):
        return self.open(query={"intent": "transcription"}, **how)

    async def post(self, path: str, body=None, key: str | None = "") -> Answer:
        return await post(f"{self.url}/v1/realtime/{path}", self.key if key == "" else key, body)

    def own_stack(self) -> RunningStack:
        if self.stack is None:
            raise NotRun("needs a stack of its own, whose files and processes it can see")
        return self.stack

    def logs(self) -> str:
        """Everything that the processes of the stack wrote."""
        directory: pathlib.Path = self.own_stack().directory
        files = [*(directory / "log").glob("*"), *(directory / "edge").glob("*.log")]
        return "".join(file.read_text(errors="replace") for file in files)

    def resident_bytes(self) -> int:
        """Memory of all workers."""
        total = 0
        for name, pid in self.own_stack().pids.items():
            if name.startswith("worker"):
                status = pathlib.Path(f"/proc/{pid}/status").read_text()
                total += int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024
        return total


class Places:
    """Starts a stack when the first check needs it and stops all of them at the end."""

    def __init__(self, url: str | None, key: str | None) -> None:
        self.provider: FakeProvider | None = None
        self.made: dict[str, Place] = {}
        if url:
            self.made[EMBEDDED] = Place(url.rstrip("/").removesuffix("/v1"), key or "")
        self.is_external = url is not None

    def get(self, name: str) -> Place:
        if name not in self.made:
            if self.is_external:
                raise NotRun("needs a stack with fake providers; this one was given by its address")
            self.made[name] = self.start(name)
        place = self.made[name]
        if place.fake:
            place.fake.reset()
        return place

    def start(self, name: str) -> Place:
        settings = {"ANTIPHON_MODELS": ",".join(MODELS), "ANTIPHON_WORKERS": "1"}
        if name != EMBEDDED:
            self.provider = self.provider or FakeProvider()
            settings |= self.provider.settings
        if name == SHORT:
            settings["MAX_CALL_DURATION_MS"] = str(SHORT_SESSION_MILLISECONDS)
        stack = RunningStack(**settings).start()
        return Place(stack.url, stack.api_key, stack, self.provider if name != EMBEDDED else None)

    def stop(self) -> None:
        for place in self.made.values():
            for stack in (place.beside, place.stack):
                if stack:
                    stack.remove()
        if self.provider:
            self.provider.stop()


__all__ = ["EMBEDDED", "FAKE", "SHORT", "MODEL", "Place", "Places"]
