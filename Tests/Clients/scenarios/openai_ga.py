"""The `openai` package's own entry point: REST, text, audio, a tool call, an interruption."""

import asyncio
import base64

import openai

from scenario import HEARD, Server, chunks, main, silence, voice

MODEL = "gpt-realtime"
TOOL = {"type": "function", "name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}


async def until(connection, kind: str) -> list:
    """The events up to the first of this kind."""
    events = []
    async for event in connection:
        events.append(event)
        assert event.type != "error", f"the server sent an error: {event.error.message}"
        if event.type == kind:
            return events
    raise AssertionError(f"the connection ended before {kind}: {[event.type for event in events]}")


def text_of(done) -> str:
    return "".join(part.text or part.transcript for item in done.response.output for part in item.content)


async def say(connection, text: str) -> None:
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    await connection.conversation.item.create(item=item)


async def ask(connection, text: str) -> list:
    await say(connection, text)
    await connection.response.create()
    return await until(connection, "response.done")


async def text(client) -> None:
    async with client.realtime.connect(model=MODEL) as connection:
        await connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        events = await ask(connection, "what is new?")
        assert events[0].type == "session.created"
        assert text_of(events[-1]) == "You said: what is new?", events[-1]
        deltas = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        assert deltas == "You said: what is new?", deltas
        assert events[-1].response.usage.total_tokens > 0


async def audio(client) -> None:
    async with client.realtime.connect(model=MODEL) as connection:
        await connection.session.update(
            session={"type": "realtime", "audio": {"input": {"transcription": {"model": "whisper-1"}}}})

        async def speak() -> None:
            for chunk in chunks(voice() + silence(1.5)):
                await connection.input_audio_buffer.append(audio=base64.b64encode(chunk).decode())
                await asyncio.sleep(0.02)

        speaking = asyncio.create_task(speak())
        events = await until(connection, "response.done")
        await speaking
        heard = [event.transcript for event in events if event.type == "conversation.item.input_audio_transcription.completed"]
        assert heard == [HEARD], heard
        sound = b"".join(base64.b64decode(event.delta) for event in events if event.type == "response.output_audio.delta")
        assert len(sound) > 48_000 and any(sound), f"{len(sound)} bytes of audio"
        assert text_of(events[-1]) == f"You said: {HEARD}"


async def tool(client, server: Server) -> None:
    async with client.realtime.connect(model=MODEL) as connection:
        await connection.session.update(session={"type": "realtime", "output_modalities": ["text"], "tools": [TOOL]})
        server.behave(llm={"tool": "get_weather", "tool_arguments": '{"city":"Basel"}'})
        call = (await ask(connection, "how is the weather?"))[-1].response.output[0]
        assert (call.type, call.name, call.arguments) == ("function_call", "get_weather", '{"city":"Basel"}'), call
        server.behave()
        await connection.conversation.item.create(
            item={"type": "function_call_output", "call_id": call.call_id, "output": "sunny"})
        await connection.response.create()
        assert text_of((await until(connection, "response.done"))[-1]) == "You said: sunny"


async def interruption(client, server: Server) -> None:
    server.behave(llm={"reply_repeat": 100, "gap_ms": 50}, tts={"bytes_per_second": 96_000})
    async with client.realtime.connect(model=MODEL) as connection:
        await say(connection, "tell me a story")
        await connection.response.create()
        begun = await until(connection, "response.output_audio.delta")
        item = begun[-1].item_id
        await connection.response.cancel()
        done = (await until(connection, "response.done"))[-1].response
        assert (done.status, done.status_details.reason) == ("cancelled", "client_cancelled"), done
        await connection.conversation.item.truncate(item_id=item, content_index=0, audio_end_ms=20)
        assert (await until(connection, "conversation.item.truncated"))[-1].audio_end_ms == 20
        await connection.conversation.item.retrieve(item_id=item)
        assert (await until(connection, "conversation.item.retrieved"))[-1].item.id == item
        await connection.conversation.item.delete(item_id=item)
        await until(connection, "conversation.item.deleted")


async def scenario(server: Server) -> str:
    server.behave()
    back_end = openai.AsyncOpenAI(base_url=server.api, api_key=server.key, max_retries=0)
    models = [model.id for model in (await back_end.models.list()).data]
    assert MODEL in models, models
    secret = await back_end.realtime.client_secrets.create(session={"type": "realtime", "model": MODEL})
    front_end = openai.AsyncOpenAI(base_url=server.api, api_key=secret.value, max_retries=0)
    for client in (back_end, front_end):
        await text(client)
    await audio(front_end)
    await tool(front_end, server)
    await interruption(front_end, server)
    server.behave()
    return f"openai {openai.__version__}: text, audio, tool, interruption, both kinds of key"


main(scenario)
