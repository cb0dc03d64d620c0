import asyncio
import base64
import contextlib
import time

import openai
import websockets

from recorder import RECORDER
from recording import CHUNK_SECONDS, Recording, silence


class Conversation:
    """One session through the official client, its events in order of arrival."""

    def __init__(self, connection, shows_behavior: bool = False) -> None:
        self.connection = connection
        self.shows_behavior = shows_behavior
        self.events: list = []
        self.arrivals: list[float] = []
        self.cursor = 0
        self.changed = asyncio.Condition()
        self.closed: Exception | None = None
        self.is_over = False

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, url: str, key: str, model: str = "gpt-realtime", shows_behavior: bool = False, **session):
        """Sets the session to `session`; nobody but who `shows_behavior` may see its member `antiphon`."""
        async with (
            openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0) as client,
            client.realtime.connect(model=model) as connection,
        ):
            conversation = cls(connection, shows_behavior)
            reader = asyncio.create_task(conversation.read())
            try:
                await conversation.expect("session.created")
                if session:
                    await connection.session.update(session={"type": "realtime", **session})
                    await conversation.expect("session.updated")
                yield conversation
            finally:
                reader.cancel()
                await asyncio.gather(reader, return_exceptions=True)

    async def read(self) -> None:
        try:
            while True:
                data = await self.connection.recv_bytes()
                RECORDER.frame(data, "ga", self.shows_behavior)
                async with self.changed:
                    self.events.append(self.connection.parse_event(data))
                    self.arrivals.append(time.monotonic())
                    self.changed.notify_all()
        except websockets.ConnectionClosed as closed:
            self.closed = closed
        finally:
            self.is_over = True
            with contextlib.suppress(RuntimeError):
                async with self.changed:
                    self.changed.notify_all()

    async def expect(self, kind: str, within: float = 15.0):
        """The next event of this kind; those before it are passed over."""
        return await self.find(lambda event: event.type == kind, within, kind)

    async def find(self, holds, within: float = 15.0, what: str = "event"):
        try:
            async with asyncio.timeout(within), self.changed:
                while True:
                    while self.cursor < len(self.events):
                        event = self.events[self.cursor]
                        self.cursor += 1
                        if holds(event):
                            return event
                    if self.is_over:
                        raise AssertionError(f"closed before {what}: {self.closed}; {self.kinds()}")
                    await self.changed.wait()
        except TimeoutError:
            raise AssertionError(f"no {what} within {within:g} s; events: {self.kinds()}") from None

    async def ended(self, within: float = 10.0) -> None:
        """Returns when the connection is gone."""
        async with asyncio.timeout(within), self.changed:
            while not self.is_over:
                await self.changed.wait()

    def kinds(self, start: int = 0) -> list[str]:
        """The events' types, runs of the same one written once."""
        kinds = [event.type for event in self.events[start:]]
        return [kind for index, kind in enumerate(kinds) if index == 0 or kinds[index - 1] != kind]

    def count(self, kind: str) -> int:
        return sum(event.type == kind for event in self.events)

    def arrivals_of(self, kind: str) -> list[float]:
        """When the events of a kind came, on the monotonic clock."""
        return [at for event, at in zip(self.events, self.arrivals) if event.type == kind]

    def first(self, kind: str) -> float:
        return self.arrivals_of(kind)[0]

    def arrival(self, kind: str) -> float:
        """When the last event of a kind came."""
        return self.arrivals_of(kind)[-1]

    async def say(self, text: str) -> None:
        """One user message as text; no answer is asked for."""
        await self.connection.conversation.item.create(
            item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]})
        await self.expect("conversation.item.done")

    async def ask(self, text: str, within: float = 20.0, **response):
        """One user message and its answer: the `response.done` event."""
        await self.say(text)
        await self.connection.response.create(response=response)
        return await self.expect("response.done", within)

    async def spoken(self) -> str:
        """What the history holds of the assistant's last message."""
        item = [event for event in self.events if event.type == "response.output_item.added"][-1].item.id
        await self.connection.conversation.item.retrieve(item_id=item)
        return (await self.expect("conversation.item.retrieved")).item.content[0].transcript

    async def speak(self, recording: Recording, quiet: float = 1.5) -> float:
        """A recording in real time and some silence after it; when the last word was sent, on the monotonic clock."""
        started = time.monotonic()
        chunks = recording.chunks() + [silence()] * int(quiet / CHUNK_SECONDS)
        for index, chunk in enumerate(chunks, start=1):
            await asyncio.sleep(max(0.0, started + index * CHUNK_SECONDS - time.monotonic()))
            await self.connection.input_audio_buffer.append(audio=base64.b64encode(chunk).decode())
        return started + recording.speech_end


def text_of(done) -> str:
    """The text of a `response.done`, spoken or written."""
    return "".join(
        part.text or part.transcript or "" for item in done.response.output if item.type == "message" for part in item.content)


async def ephemeral_key(url: str, key: str, **session) -> str:
    async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=key) as client:
        return (await client.realtime.client_secrets.create(session={"type": "realtime", **session})).value
