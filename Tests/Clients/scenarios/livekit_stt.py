"""livekit's transcription stream, which names the model in the URL beside `intent=transcription`."""

import asyncio
import importlib.metadata

import aiohttp
from livekit import rtc
from livekit.agents import stt
from livekit.plugins import openai

from scenario import HEARD, RATE, Server, chunks, main, silence, voice


async def scenario(server: Server) -> str:
    server.behave()
    async with aiohttp.ClientSession() as http:
        recogniser = openai.STT(
            model="gpt-4o-mini-transcribe", base_url=server.api, api_key=server.key, use_realtime=True)
        recogniser._session = http
        stream = recogniser.stream()

        async def speak() -> None:
            for _ in range(2):
                for chunk in chunks(voice() + silence(1.5)):
                    stream.push_frame(rtc.AudioFrame(chunk, RATE, 1, len(chunk) // 2))
                    await asyncio.sleep(0.02)
            stream.end_input()

        speaking = asyncio.create_task(speak())
        finals = []
        async for event in stream:
            if event.type == stt.SpeechEventType.FINAL_TRANSCRIPT:
                finals.append(event.alternatives[0].text)
                if len(finals) == 2:
                    break
        await speaking
        await stream.aclose()
    assert finals == [HEARD, HEARD], finals
    return f"livekit {importlib.metadata.version('livekit-plugins-openai')}: {len(finals)} final transcripts"


main(scenario)
