"""livekit's realtime session: twenty items of history, replies, a tool, a voice change, an interruption, a reconnect.

It mirrors the conversation as a linked list and waits for the answer to each item it creates or deletes.
"""

import asyncio
import importlib.metadata

import aiohttp
from livekit import rtc
from livekit.agents import llm
from livekit.plugins import openai

from scenario import HEARD, RATE, Server, chunks, main, silence, voice

SESSION_SECONDS = 25.0


@llm.function_tool
async def get_weather(city: str) -> str:
    """The weather in a city.

    Args:
        city: Its name.
    """
    return "sunny"


async def read(generation) -> tuple[str, float, list]:
    """The text of a reply, its seconds of audio, and the tool calls in it."""
    text, seconds, calls = [], 0.0, []

    async def sound(message) -> None:
        nonlocal seconds
        async for frame in message.audio_stream:
            seconds += frame.samples_per_channel / frame.sample_rate

    async def words(message) -> None:
        async for piece in message.text_stream:
            text.append(piece)

    async def messages() -> None:
        async for message in generation.message_stream:
            await asyncio.gather(words(message), sound(message))

    async def functions() -> None:
        async for call in generation.function_stream:
            calls.append(call)

    await asyncio.wait_for(asyncio.gather(messages(), functions()), 25)
    return "".join(text), seconds, calls


async def speak(session, pcm: bytes) -> None:
    for chunk in chunks(pcm):
        session.push_audio(rtc.AudioFrame(chunk, RATE, 1, len(chunk) // 2))
        await asyncio.sleep(0.02)


async def converse(server: Server, session) -> None:
    errors, started, transcripts, reconnected = [], [], [], asyncio.Event()
    spontaneous: asyncio.Queue = asyncio.Queue()
    session.on("error", errors.append)
    session.on("input_speech_started", started.append)
    session.on("input_audio_transcription_completed", transcripts.append)
    session.on("session_reconnected", lambda _: reconnected.set())
    session.on("generation_created", lambda event: None if event.user_initiated else spontaneous.put_nowait(event))

    await session.update_instructions("Be brief.")
    await session.update_tools([get_weather])
    context = llm.ChatContext.empty()
    for number in range(20):
        context.add_message(role="user" if number % 2 == 0 else "assistant", content=f"message {number}")
    await session.update_chat_ctx(context)
    wanted = [item.id for item in context.items]
    assert [item.id for item in session.chat_ctx.items] == wanted, "the history is not mirrored in order"

    text, seconds, _ = await read(await session.generate_reply(instructions="Answer."))
    assert text.startswith("You said: "), text
    assert seconds > 0.5, f"{seconds} s of audio"

    # In the middle of the list, and out of it again.
    changed = session.chat_ctx.copy()
    changed.items.pop(3)
    await session.update_chat_ctx(changed)
    assert [item.id for item in session.chat_ctx.items] == [item.id for item in changed.items], "a deletion is not mirrored"

    speaking = asyncio.create_task(speak(session, voice() + silence(1.2)))
    text, seconds, _ = await read(await asyncio.wait_for(spontaneous.get(), 20))
    await speaking
    assert started and [event.transcript for event in transcripts if event.is_final] == [HEARD], transcripts
    assert text == f"You said: {HEARD}", text

    server.behave(llm={"tool": "get_weather", "tool_arguments": '{"city":"Basel"}'})
    _, _, calls = await read(await session.generate_reply())
    assert [(call.name, call.arguments) for call in calls] == [("get_weather", '{"city":"Basel"}')], calls
    server.behave()
    changed = session.chat_ctx.copy()
    changed.items.append(llm.FunctionCallOutput(
        call_id=calls[0].call_id, name=calls[0].name, output="sunny", is_error=False))
    await session.update_chat_ctx(changed)
    text, _, _ = await read(await session.generate_reply())
    assert text == "You said: sunny", text
    assert not errors, errors

    # The vendor refuses a voice change after audio by an error event, which livekit survives.
    session.update_options(voice="sage")
    await asyncio.sleep(0.5)
    errors.clear()

    server.behave(llm={"reply_repeat": 100, "gap_ms": 50}, tts={"bytes_per_second": 96_000})
    generation = await session.generate_reply()
    reading = asyncio.create_task(read(generation))
    await asyncio.sleep(1.5)
    session.interrupt()
    await reading
    server.behave()

    before = [item.id for item in session.chat_ctx.items]
    await asyncio.wait_for(reconnected.wait(), SESSION_SECONDS + 10)
    after = [item.id for item in session.chat_ctx.items]
    assert [item for item in after if item in before] == [item for item in before if item in after], "the order changed"
    text, _, _ = await read(await session.generate_reply())
    assert text.startswith("You said: "), text
    assert not errors, errors


async def scenario(server: Server) -> str:
    server.behave()
    async with aiohttp.ClientSession() as http:
        model = openai.realtime.RealtimeModel(
            model="gpt-realtime", base_url=server.api, api_key=server.key, http_session=http, max_session_duration=SESSION_SECONDS)
        session = model.session()
        try:
            await converse(server, session)
        finally:
            server.behave()
            await session.aclose()
            await model.aclose()
    return f"livekit {importlib.metadata.version('livekit-plugins-openai')}: 20 items, replies, tool, voice change, reconnect"


main(scenario)
