"""`openai-agents`: a RealtimeSession with text, a human voice, a tool, and an interruption. It validates every event it gets."""

import asyncio
import importlib.metadata

from agents import function_tool
from agents.realtime import RealtimeAgent, RealtimeRunner
from agents.realtime.model_inputs import RealtimeModelSendInterrupt, RealtimeModelSendRawMessage

from scenario import HEARD, Server, chunks, main, silence, voice

cities: list[str] = []


def weather_of(server: Server):
    @function_tool
    def get_weather(city: str) -> str:
        """The weather in a city."""
        cities.append(city)
        # The model has called it; what it says next is about the result.
        server.behave()
        return "sunny"

    return get_weather


class Listener:
    """The events of one session in order."""

    def __init__(self, session) -> None:
        self.session = session
        self.events: list = []
        self.changed = asyncio.Condition()
        self.task = asyncio.create_task(self.listen())

    async def listen(self) -> None:
        async for event in self.session:
            async with self.changed:
                self.events.append(event)
                self.changed.notify_all()

    async def until(self, holds, start: int = 0, within: float = 20.0) -> None:
        async with asyncio.timeout(within), self.changed:
            while not any(holds(event) for event in self.events[start:]):
                if self.task.done():
                    self.task.result()
                    raise AssertionError("the session ended")
                await self.changed.wait()

    def kinds(self, start: int = 0) -> list[str]:
        return [event.type for event in self.events[start:]]

    def faults(self) -> list[str]:
        """What the library could not read, and what the server refused."""
        found = [str(event.error) for event in self.events if event.type == "error"]
        raw = [event.data for event in self.events if event.type == "raw_model_event"]
        return found + [str(event.error) for event in raw if event.type == "error"]


def is_kind(kind: str):
    return lambda event: event.type == kind


def is_raw(kind: str):
    """An event of the server by its own name."""
    return lambda event: (
        event.type == "raw_model_event" and event.data.type == "raw_server_event" and event.data.data.get("type") == kind)


async def session_of(server: Server, **settings):
    agent = RealtimeAgent(name="Assistant", instructions="Be brief.", tools=[weather_of(server)])
    runner = RealtimeRunner(agent, config={"model_settings": settings})
    url = f"{server.socket}/realtime?model=gpt-realtime"
    return await runner.run(model_config={"api_key": server.key, "url": url})


async def speak(session, pcm: bytes) -> None:
    for chunk in chunks(pcm):
        await session.send_audio(chunk)
        await asyncio.sleep(0.02)


async def turns(server: Server) -> None:
    detection = {"type": "server_vad", "interrupt_response": True, "create_response": True}
    async with await session_of(server, turn_detection=detection) as session:
        listener = Listener(session)
        # Written, answered aloud.
        await session.send_message("what is new?")
        await listener.until(is_kind("audio_end"))
        await listener.until(is_raw("response.done"))
        assert "audio" in listener.kinds()
        # Spoken.
        start = len(listener.events)
        await speak(session, voice() + silence(1.2))
        await listener.until(is_raw("response.done"), start)
        heard = [event.data.data["transcript"] for event in listener.events if is_raw(
            "conversation.item.input_audio_transcription.completed")(event)]
        assert heard == [HEARD], heard
        # A tool, run by the library, whose result it sends by itself.
        start = len(listener.events)
        server.behave(llm={"tool": "get_weather", "tool_arguments": '{"city":"Basel"}'})
        await session.send_message("how is the weather?")
        await listener.until(is_kind("tool_end"), start)
        await listener.until(is_kind("audio_end"), start)
        assert cities == ["Basel"], cities
        # Speaking over the answer.
        server.behave(llm={"reply_repeat": 100, "gap_ms": 50}, tts={"bytes_per_second": 96_000})
        start = len(listener.events)
        await session.send_message("tell me a story")
        await listener.until(is_kind("audio"), start)
        await asyncio.sleep(0.5)
        await speak(session, voice() + silence(0.2))
        await listener.until(is_kind("audio_interrupted"), start)
        await listener.until(is_raw("conversation.item.truncated"), start)
        await listener.until(lambda event: is_raw("response.done")(event) and event.data.data["response"]["status"] == "cancelled", start)
        server.behave()
        await asyncio.sleep(1)
        history = [event for event in listener.events if event.type in ("history_updated", "history_added")]
        assert history, "the library's history is empty"
        assert not listener.faults(), listener.faults()


async def defaults(server: Server) -> None:
    """As the library comes: semantic turn detection, its own model name in every update, its own interruption."""
    async with await session_of(server) as session:
        listener = Listener(session)
        await session.send_message("what is new?")
        await listener.until(is_raw("response.done"))
        server.behave(llm={"reply_repeat": 100, "gap_ms": 50}, tts={"bytes_per_second": 96_000})
        start = len(listener.events)
        await session.send_message("tell me a story")
        await listener.until(is_kind("audio"), start)
        await asyncio.sleep(0.3)
        # Without force it leaves the cancelling to the server's turn detection, which hears nobody here.
        await session.model.send_event(RealtimeModelSendInterrupt(force_response_cancel=True))
        await listener.until(is_raw("response.done"), start)
        server.behave()
        await session.model.send_event(RealtimeModelSendRawMessage(message={"type": "input_audio_buffer.clear"}))
        await listener.until(is_raw("input_audio_buffer.cleared"), start)
        await asyncio.sleep(0.5)
        assert not listener.faults(), listener.faults()


async def scenario(server: Server) -> str:
    server.behave()
    await defaults(server)
    await turns(server)
    return f"openai-agents {importlib.metadata.version('openai-agents')}: text, voice, tool, interruption, no error event"


main(scenario)
