"""The official `openai` client, unmodified, with both kinds of credential."""

import base64

import openai
import pytest

from harness.conversation import Conversation, ephemeral_key, text_of
from recording import GO_FORWARD, Recording, is_audible

pytestmark = pytest.mark.anyio

TEXT = {"output_modalities": ["text"]}
AUDIO_LADDER = [
    "response.created", "response.output_item.added", "conversation.item.added", "response.content_part.added",
    "response.output_audio_transcript.delta", "response.output_audio.delta", "response.output_audio.done",
    "response.output_audio_transcript.done", "response.content_part.done", "response.output_item.done",
    "conversation.item.done", "response.done",
]


async def test_a_text_turn_is_answered_in_text(stack, fake, key):
    async with Conversation.open(stack.url, key, **TEXT) as session:
        done = await session.ask("what is new?")
        assert done.response.status == "completed"
        assert text_of(done) == "You said: what is new?"
        assert done.response.usage.output_tokens > 0
        deltas = [event.delta for event in session.events if event.type == "response.output_text.delta"]
        assert "".join(deltas) == "You said: what is new?" and len(deltas) > 1


async def test_a_spoken_turn_is_heard_and_answered_aloud(stack, fake, key):
    async with Conversation.open(
        stack.url, key, audio={"input": {"transcription": {"model": "whisper-1"}}, "output": {"voice": "alloy"}}
    ) as session:
        await session.speak(Recording(GO_FORWARD))
        done = await session.expect("response.done")
        assert done.response.status == "completed"
        kinds = session.kinds()
        order = [
            "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed",
            "response.created", "response.done",
        ]
        assert [kind for kind in kinds if kind in order] == order
        answer = kinds[kinds.index("response.created") :]
        seen = [kind for kind in dict.fromkeys(answer) if kind in AUDIO_LADDER]
        assert sorted(seen) == sorted(AUDIO_LADDER)
        assert seen[0] == "response.created" and seen[-1] == "response.done"
        heard = next(e for e in session.events if e.type == "conversation.item.input_audio_transcription.completed")
        assert heard.transcript == "go forward ten meters"
        audio = b"".join(base64.b64decode(e.delta) for e in session.events if e.type == "response.output_audio.delta")
        assert is_audible(audio)
        # 60 ms for each character, as the fake speaks.
        assert abs(len(audio) / 48 - 60 * len(text_of(done))) < 200


async def test_a_tool_is_called_and_its_output_answered(stack, fake, key):
    tool = {"type": "function", "name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}
    async with Conversation.open(stack.url, key, tools=[tool], **TEXT) as session:
        fake.behave(llm={"tool": "get_weather", "tool_arguments": '{"city":"Basel"}'})
        done = await session.ask("how is the weather in Basel?")
        (call,) = done.response.output
        assert (call.type, call.name, call.arguments) == ("function_call", "get_weather", '{"city":"Basel"}')
        (arguments,) = [event for event in session.events if event.type == "response.function_call_arguments.done"]
        assert arguments.arguments == '{"city":"Basel"}' and arguments.call_id == call.call_id
        fake.behave(llm={"tool": None})
        await session.connection.conversation.item.create(
            item={"type": "function_call_output", "call_id": call.call_id, "output": "sunny"})
        await session.connection.response.create()
        assert text_of(await session.expect("response.done")) == "You said: sunny"


async def test_cancel_ends_the_response_and_the_provider_request(stack, fake, key):
    fake.behave(llm={"reply_repeat": 200, "gap_ms": 50})
    async with Conversation.open(stack.url, key, **TEXT) as session:
        await session.say("tell me everything")
        await session.connection.response.create()
        await session.expect("response.output_text.delta")
        await session.connection.response.cancel()
        done = await session.expect("response.done", within=2)
        assert done.response.status == "cancelled"
        assert done.response.status_details.reason == "client_cancelled"
        entry = fake.wait_for_request("llm", lambda entry: entry["aborted_at"], within=2)
        assert entry["finished_at"] is None
        fake.reset()
        assert (await session.ask("again")).response.status == "completed"


async def test_session_update_changes_what_it_names_and_nothing_else(stack, fake, key):
    async with Conversation.open(stack.url, key) as session:
        before = session.events[0].session
        await session.connection.session.update(session={"type": "realtime", "instructions": "Be brief."})
        after = (await session.expect("session.updated")).session
        assert after.instructions == "Be brief."
        assert after.audio.input.turn_detection == before.audio.input.turn_detection
        assert after.output_modalities == before.output_modalities


async def test_turn_detection_off_leaves_commit_and_response_to_the_client(stack, fake, key):
    async with Conversation.open(
        stack.url, key, audio={"input": {"turn_detection": None, "transcription": {"model": "whisper-1"}}}, **TEXT
    ) as session:
        await session.speak(Recording(GO_FORWARD), quiet=0.2)
        assert "input_audio_buffer.speech_started" not in session.kinds()
        await session.connection.input_audio_buffer.commit()
        await session.expect("input_audio_buffer.committed")
        await session.connection.response.create()
        assert text_of(await session.expect("response.done")) == "You said: go forward ten meters"


async def test_an_error_names_the_event_it_is_about_and_the_session_goes_on(stack, fake, key):
    async with Conversation.open(stack.url, key, **TEXT) as session:
        await session.connection.send_raw('{"type":"conversation.item.delete","event_id":"mine","item_id":"item_none"}')
        error = (await session.expect("error")).error
        assert error.event_id == "mine" and error.type == "invalid_request_error"
        await session.connection.send_raw('{"type":"no.such.event","event_id":"other"}')
        assert (await session.expect("error")).error.event_id == "other"
        await session.connection.send_raw("not json")
        await session.expect("error")
        assert (await session.ask("still there?")).response.status == "completed"


async def test_a_key_that_is_none_is_refused_over_rest_and_websocket(stack):
    async with openai.AsyncOpenAI(base_url=f"{stack.url}/v1", api_key="sk-wrong", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError):
            await client.models.list()
        with pytest.raises(Exception) as refused:
            async with client.realtime.connect(model="gpt-realtime") as connection:
                event = await connection.recv()
                assert event.type == "error"
                raise ConnectionRefusedError(event.error.code)
    assert "sk-wrong" not in str(refused.value)


async def test_an_ephemeral_key_carries_its_session(stack, fake):
    key = await ephemeral_key(stack.url, stack.api_key, instructions="Speak like a pirate.", output_modalities=["text"])
    assert key.startswith("ek_")
    async with Conversation.open(stack.url, key) as session:
        assert session.events[0].session.instructions == "Speak like a pirate."
        assert session.events[0].session.output_modalities == ["text"]
        await session.ask("hello")
        messages = fake.requests("llm")[-1]["request"]["messages"]
        assert messages[0] == {"role": "system", "content": "Speak like a pirate."}
