import asyncio
import base64
import contextlib
import json
import time
import urllib.parse

import websockets
from websockets.asyncio.client import connect

from recorder import RECORDER
from recorder.recorder import shape_of

# Longest wait for an event that should come at once.
SOON = 10.0
# In this long nothing comes that was going to come at once.
QUIET = 0.4


class Wire:
    """One raw WebSocket to the server: sends exactly what it is told, keeps and judges everything that comes."""

    def __init__(self, socket) -> None:
        self.socket = socket
        self.events: list[dict] = []
        self.frames: list[int] = []
        self.arrivals: list[float] = []
        self.cursor = 0
        self.sent = 0
        self.shape: str | None = None
        self.changed = asyncio.Condition()
        self.close: websockets.ConnectionClosed | None = None
        self.reader: asyncio.Task | None = None

    @classmethod
    @contextlib.asynccontextmanager
    async def open(
        cls, base_url: str, key: str | None, query: dict | None = None, *, headers: dict | None = None,
        protocols: list[str] | None = None, path: str = "/v1/realtime", reads: bool = True,
    ):
        url = base_url.replace("http", "ws", 1) + path + ("?" + urllib.parse.urlencode(query) if query else "")
        given = dict(headers or {})
        if key is not None:
            given["Authorization"] = f"Bearer {key}"
        async with connect(
            url, additional_headers=given, subprotocols=protocols, compression=None, max_size=None, ping_interval=None,
            close_timeout=2, open_timeout=SOON, proxy=None,
        ) as socket:
            wire = cls(socket)
            if reads:
                wire.start()
            try:
                yield wire
            finally:
                if wire.reader:
                    wire.reader.cancel()
                    await asyncio.gather(wire.reader, return_exceptions=True)

    def start(self) -> None:
        self.reader = asyncio.create_task(self.read())

    async def read(self) -> None:
        try:
            while True:
                data = await self.socket.recv(decode=None)
                await self.received(data)
        except websockets.ConnectionClosed as closed:
            async with self.changed:
                self.close = closed
                self.changed.notify_all()

    async def received(self, data: bytes) -> None:
        try:
            event = json.loads(data)
            self.shape = self.shape or shape_of(event)
        except ValueError:
            event = {"type": f"(no JSON: {data[:40]!r})"}
        RECORDER.frame(data, self.shape or "ga")
        async with self.changed:
            self.events.append(event)
            self.frames.append(len(data))
            self.arrivals.append(time.monotonic())
            self.changed.notify_all()

    # What the client says.

    async def send(self, kind: str, **members) -> str:
        """One event with an id of its own, which is returned."""
        self.sent += 1
        identifier = f"client_{self.sent}"
        await self.raw(json.dumps({"type": kind, "event_id": identifier, **members}))
        return identifier

    async def raw(self, data: str | bytes) -> None:
        await self.socket.send(data)

    async def update(self, **session) -> dict:
        """A `session.update` in the shape of the connection; the session that comes back."""
        await self.send("session.update", session=session if self.shape == "beta" else {"type": "realtime", **session})
        return (await self.expect("session.updated"))["session"]

    async def append(self, pcm: bytes, chunk: int = 960) -> None:
        """Audio as fast as the socket takes it."""
        for start in range(0, len(pcm), chunk):
            await self.send("input_audio_buffer.append", audio=base64.b64encode(pcm[start : start + chunk]).decode())

    async def say(self, text: str, **members) -> dict:
        """One user message; the item."""
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
        await self.send("conversation.item.create", item=item | members)
        return (await self.expect("conversation.item.created" if self.shape == "beta" else "conversation.item.done"))["item"]

    async def ask(self, text: str, within: float = 20.0, **response) -> dict:
        """One user message and its answer: the `response.done` event."""
        await self.say(text)
        await self.send("response.create", **({"response": response} if response else {}))
        return await self.expect("response.done", within)

    # What the server says.

    async def expect(self, kind: str, within: float = SOON) -> dict:
        """The next event of this kind; those before it are passed over, unless it is an error nobody waits for."""
        event = await self.find(lambda event: event["type"] in (kind, "error"), within, kind)
        assert event["type"] == kind, f"expected {kind}, got the error {event['error']}"
        return event

    async def error(self, within: float = SOON) -> dict:
        """The inner object of the next error, whose five members must all be there."""
        error = (await self.find(lambda event: event["type"] == "error", within, "error"))["error"]
        assert set(error) >= {"type", "code", "message", "param", "event_id"}, f"members of the error: {sorted(error)}"
        return error

    async def find(self, holds, within: float = SOON, what: str = "event") -> dict:
        try:
            async with asyncio.timeout(within), self.changed:
                while True:
                    while self.cursor < len(self.events):
                        event = self.events[self.cursor]
                        self.cursor += 1
                        if holds(event):
                            return event
                    assert self.close is None, f"closed before {what}: {self.close}; {self.kinds()}"
                    await self.changed.wait()
        except TimeoutError:
            raise AssertionError(f"no {what} within {within:g} s; events: {self.kinds()}") from None

    async def closed(self, within: float = SOON) -> tuple[int, str]:
        """Code and reason of the close that the server sent."""
        try:
            async with asyncio.timeout(within), self.changed:
                while self.close is None:
                    await self.changed.wait()
        except TimeoutError:
            raise AssertionError(f"not closed within {within:g} s; events: {self.kinds()}") from None
        assert self.close.rcvd, "the connection ended without a close frame"
        return self.close.rcvd.code, self.close.rcvd.reason

    async def quiet(self, seconds: float = QUIET) -> None:
        """Fails if the connection is closed in this time; what else comes, comes."""
        await asyncio.sleep(seconds)
        assert self.close is None, f"closed: {self.close}"

    async def barrier(self, within: float = SOON) -> None:
        """Returns when everything sent so far was dealt with."""
        await self.send("input_audio_buffer.clear")
        await self.find(lambda event: event["type"] == "input_audio_buffer.cleared", within, "input_audio_buffer.cleared")

    def mark(self) -> int:
        """For `since`: where the next event will stand."""
        return len(self.events)

    def since(self, mark: int, *kinds: str) -> list[dict]:
        return [event for event in self.events[mark:] if not kinds or event["type"] in kinds]

    def of(self, kind: str, start: int = 0) -> list[dict]:
        return self.since(start, kind)

    def one(self, kind: str, start: int = 0) -> dict:
        found = self.of(kind, start)
        assert len(found) == 1, f"{len(found)} {kind} instead of one: {self.kinds(start)}"
        return found[0]

    def kinds(self, start: int = 0) -> list[str]:
        """The events' types, runs of the same one written once."""
        kinds = [event["type"] for event in self.events[start:]]
        return [kind for index, kind in enumerate(kinds) if index == 0 or kinds[index - 1] != kind]

    def audio(self, start: int = 0) -> bytes:
        """All audio that came, decoded strictly."""
        kind = "response.audio.delta" if self.shape == "beta" else "response.output_audio.delta"
        return b"".join(base64.b64decode(event["delta"], validate=True) for event in self.of(kind, start))
