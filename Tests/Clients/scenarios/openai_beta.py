"""The `openai` package's beta entry point, which sends `OpenAI-Beta: realtime=v1`: text, audio, a tool call.

It forces wss:// unless it is given `websocket_base_url`.
"""

import base64

import openai

from scenario import HEARD, Server, chunks, main, silence, voice

MODEL = "gpt-4o-realtime-preview"
TOOL = {
    "type": "function", "name": "get_weather", "description": "The weather.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}


async def until(connection, kind: str) -> list:
    events = []
    async for event in connection:
        events.append(event)
        assert event.type != "error", f"the server sent an error: {event.error.message}"
        # What the library has no class for comes out as one that fits nothing.
        assert type(event).__module__.startswith("openai.types.beta.realtime"), f"{event.type} is {type(event).__name__}"
        if event.type == kind:
            return events
    raise AssertionError(f"the connection ended before {kind}: {[event.type for event in events]}")


def text_of(done) -> str:
    return "".join(part.text or part.transcript for item in done.response.output for part in item.content)


async def ask(connection, text: str) -> list:
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    await connection.conversation.item.create(item=item)
    await connection.response.create()
    return await until(connection, "response.done")


async def text(client) -> None:
    async with client.beta.realtime.connect(model=MODEL) as connection:
        await connection.session.update(session={"modalities": ["text"], "temperature": 0.7})
        events = await ask(connection, "what is new?")
        assert events[0].type == "session.created" and set(events[0].session.modalities) == {"audio", "text"}
        updated = next(event for event in events if event.type == "session.updated")
        assert updated.session.modalities == ["text"] and updated.session.temperature == 0.7, updated
        assert text_of(events[-1]) == "You said: what is new?", events[-1]
        assert "".join(event.delta for event in events if event.type == "response.text.delta") == "You said: what is new?"


async def audio(client) -> None:
    async with client.beta.realtime.connect(model=MODEL) as connection:
        await connection.session.update(
            session={"voice": "sage", "input_audio_transcription": {"model": "whisper-1"},
                     "turn_detection": {"type": "server_vad", "silence_duration_ms": 400}})
        for chunk in chunks(voice() + silence(1.5), 0.1):
            await connection.input_audio_buffer.append(audio=base64.b64encode(chunk).decode())
        events = await until(connection, "response.done")
        heard = [event.transcript for event in events if event.type == "conversation.item.input_audio_transcription.completed"]
        assert heard == [HEARD], heard
        sound = b"".join(base64.b64decode(event.delta) for event in events if event.type == "response.audio.delta")
        assert len(sound) > 48_000 and any(sound), f"{len(sound)} bytes of audio"


async def tool(client, server: Server) -> None:
    async with client.beta.realtime.connect(model=MODEL) as connection:
        await connection.session.update(session={"modalities": ["text"], "tools": [TOOL], "tool_choice": "auto"})
        server.behave(llm={"tool": "get_weather", "tool_arguments": '{"city":"Basel"}'})
        call = (await ask(connection, "how is the weather?"))[-1].response.output[0]
        assert (call.type, call.name, call.arguments) == ("function_call", "get_weather", '{"city":"Basel"}'), call
        server.behave()
        await connection.conversation.item.create(
            item={"type": "function_call_output", "call_id": call.call_id, "output": "sunny"})
        await connection.response.create()
        assert text_of((await until(connection, "response.done"))[-1]) == "You said: sunny"


async def scenario(server: Server) -> str:
    server.behave()
    # Over TLS the library finds the socket by itself; plain text it must be told.
    more = {} if server.url.startswith("https") else {"websocket_base_url": server.socket}
    client = openai.AsyncOpenAI(base_url=server.api, api_key=server.key, max_retries=0, **more)
    await text(client)
    await audio(client)
    await tool(client, server)
    session = await client.beta.realtime.sessions.create(model=MODEL, modalities=["text", "audio"], instructions="Be brief.")
    assert session.client_secret.value.startswith("ek_"), session
    browser = openai.AsyncOpenAI(base_url=server.api, api_key=session.client_secret.value, max_retries=0, **more)
    await text(browser)
    return f"openai {openai.__version__} beta: text, audio, tool, a minted session"


main(scenario)
