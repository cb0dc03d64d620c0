"""The transcription session of `openai-agents`, which ends it with a commit it expects to be empty, and dies of any other error."""

import asyncio
import importlib.metadata

import numpy
import openai
from agents.voice import OpenAISTTModel, STTModelSettings, StreamedAudioInput

from scenario import HEARD, Server, chunks, main, silence, voice


async def transcribe(server: Server) -> list[str]:
    client = openai.AsyncOpenAI(base_url=server.api, websocket_base_url=server.socket, api_key=server.key, max_retries=0)
    model = OpenAISTTModel("gpt-4o-mini-transcribe", client)
    sound = StreamedAudioInput()
    session = await model.create_session(sound, STTModelSettings(), False, False)

    async def speak() -> None:
        for _ in range(2):
            for chunk in chunks(voice() + silence(2), 0.1):
                await sound.add_audio(numpy.frombuffer(chunk, dtype=numpy.int16))
                await asyncio.sleep(0.02)
        await sound.add_audio(None)

    speaking = asyncio.create_task(speak())
    turns = []
    async for turn in session.transcribe_turns():
        turns.append(turn)
        if len(turns) == 2:
            break
    await speaking
    await session.close()
    return turns


async def scenario(server: Server) -> str:
    server.behave()
    turns = await transcribe(server)
    assert turns == [HEARD, HEARD], turns
    return f"openai-agents {importlib.metadata.version('openai-agents')}: {len(turns)} turns transcribed"


main(scenario)
