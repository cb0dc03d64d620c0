"""pydantic-ai's realtime session: a written and a spoken turn, and a tool that it runs by itself."""

import asyncio
import importlib.metadata

from pydantic_ai import Agent
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.realtime.openai import OpenAIRealtimeModel

from scenario import HEARD, Server, chunks, main, silence, voice


async def scenario(server: Server) -> str:
    agent = Agent(instructions="Be brief.")
    asked = []

    @agent.tool_plain
    def get_weather(city: str) -> str:
        """The weather in a city."""
        asked.append(city)
        return "sunny"

    model = OpenAIRealtimeModel("gpt-realtime", provider=OpenAIProvider(base_url=server.api, api_key=server.key))
    async with agent.realtime(model).session() as session:
        errors, turns = [], asyncio.Queue()

        async def listen() -> None:
            async for event in session:
                if "Error" in type(event).__name__:
                    errors.append(event)
                if type(event).__name__ == "RealtimeTurnCompleteEvent":
                    turns.put_nowait(event)

        listening = asyncio.create_task(listen())
        await session.send("hello")
        await asyncio.wait_for(turns.get(), 20)
        for chunk in chunks(voice() + silence(1.5)):
            await session.send_audio(chunk)
            await asyncio.sleep(0.02)
        await asyncio.wait_for(turns.get(), 20)
        server.behave(llm={"tool": "get_weather", "tool_arguments": '{"city": "Paris"}'})
        await session.send("weather?")
        async with asyncio.timeout(20):
            while not asked:
                await asyncio.sleep(0.05)
        server.behave()
        await asyncio.wait_for(turns.get(), 20)
        said = str(session.all_messages())
        listening.cancel()
    assert not errors, errors
    assert set(asked) == {"Paris"}, asked
    for words in ("You said: hello", HEARD, f"You said: {HEARD}"):
        assert words in said, f"{words!r} is not in the history: {said}"
    return f"pydantic-ai {importlib.metadata.version('pydantic-ai-slim')}: text, voice, tool, no error event"


main(scenario)
