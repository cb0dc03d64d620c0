"""Strands' bidirectional agent: a written and a spoken turn, and a tool that it runs by itself.

Its address is a constant of its module, which is the one thing set here that a user could not set.
"""

import asyncio
import base64
import importlib.metadata

from strands import tool
from strands.bidi import BidiAgent
from strands.bidi.models.openai import realtime
from strands.bidi.types.media import AudioDelta

from scenario import HEARD, Server, chunks, main, silence, voice

asked = []


@tool
def get_weather(city: str) -> str:
    """The weather in a city.

    Args:
        city: Its name.
    """
    asked.append(city)
    return "sunny"


async def scenario(server: Server) -> str:
    realtime.OPENAI_REALTIME_URL = f"{server.socket}/realtime"
    model = realtime.OpenAIRealtimeModel(model_id="gpt-realtime", api_key=server.key, transcription_model_id="whisper-1")
    agent = BidiAgent(model=model, tools=[get_weather], system_prompt="Be brief.")
    await agent.start()
    errors, turns = [], asyncio.Queue()

    async def listen() -> None:
        async for event in agent.receive():
            if "Error" in type(event).__name__:
                errors.append(event)
            if type(event).__name__ == "BidiResponseStopEvent":
                turns.put_nowait(event)

    listening = asyncio.create_task(listen())
    await agent.send("hello")
    await asyncio.wait_for(turns.get(), 20)
    for chunk in chunks(voice() + silence(1.5)):
        await agent.send(audio(chunk))
        await asyncio.sleep(0.02)
    await asyncio.wait_for(turns.get(), 20)
    server.behave(llm={"tool": "get_weather", "tool_arguments": '{"city": "Paris"}'})
    await agent.send("weather?")
    async with asyncio.timeout(20):
        while not asked:
            await asyncio.sleep(0.05)
    server.behave()
    await asyncio.wait_for(turns.get(), 20)
    await asyncio.wait_for(turns.get(), 20)
    said = str(agent.messages)
    await agent.stop()
    listening.cancel()
    assert not errors, errors
    for words in ("You said: hello", HEARD, f"You said: {HEARD}"):
        assert words in said, f"{words!r} is not in the history: {said}"
    return f"strands-agents {importlib.metadata.version('strands-agents')}: text, voice, tool, no error event"


def audio(chunk: bytes) -> AudioDelta:
    return AudioDelta(format="pcm", source={"bytes": chunk})


main(scenario)
