"""What `conversation.item.retrieve` returns is what was said, by the user and by the assistant; and MCP tools are answered."""

import base64

import numpy as np
import pytest

from harness.conversation import Conversation
from harness.sound import RATE, Sound
from harness.speech import speech

pytestmark = pytest.mark.anyio

MANUAL = {"input": {"turn_detection": None, "transcription": {"model": "fake"}}}


async def retrieved(session, item: str) -> np.ndarray | None:
    """The samples of the item's audio; nothing where it has none."""
    await session.connection.conversation.item.retrieve(item_id=item)
    found = await session.find(lambda event: event.type == "conversation.item.retrieved" and event.item.id == item)
    audio = found.item.content[0].audio
    return None if audio is None else np.frombuffer(base64.b64decode(audio), dtype="<i2")


def likeness(heard: np.ndarray, sent: np.ndarray) -> float:
    """The correlation of two pieces of speech of the same length."""
    count = min(len(heard), len(sent))
    return float(np.corrcoef(heard[:count].astype(float), sent[:count].astype(float))[0, 1])


async def committed(session, samples: np.ndarray) -> str:
    await session.connection.input_audio_buffer.append(audio=base64.b64encode(samples.astype("<i2").tobytes()).decode())
    await session.connection.input_audio_buffer.commit()
    return (await session.expect("input_audio_buffer.committed")).item_id


async def test_a_users_turn_is_returned_as_it_was_sent(stack, fake):
    fake.behave(stt={"transcript": "go forward ten meters"})
    async with Conversation.open(stack.url, stack.api_key, audio=MANUAL) as session:
        sent = speech().samples
        item = await committed(session, sent)
        await session.expect("conversation.item.input_audio_transcription.completed")
        heard = await retrieved(session, item)
        # The resampler withholds up to 2 ms.
        assert abs(len(heard) - len(sent)) <= 2 * RATE // 1000
        print(f"likeness {likeness(heard, sent):.4f}")
        assert likeness(heard, sent) > 0.98
        # What does not fit into an event has no audio, and all else.
        long = await committed(session, np.tile(sent, 20 * RATE // len(sent)))
        assert await retrieved(session, long) is None


async def test_a_turn_that_was_detected_is_returned_with_its_prefix(stack, fake):
    fake.behave(stt={"transcript": "go forward ten meters"})
    detection = {"type": "server_vad", "create_response": False, "prefix_padding_ms": 300}
    async with Conversation.open(stack.url, stack.api_key, audio={"input": {"turn_detection": detection}}) as session:
        sent = speech()
        await session.speak(sent)
        started = await session.expect("input_audio_buffer.speech_started")
        stopped = await session.expect("input_audio_buffer.speech_stopped")
        heard = await retrieved(session, started.item_id)
        assert abs(len(heard) / RATE * 1000 - (stopped.audio_end_ms - started.audio_start_ms)) <= 40
        start = started.audio_start_ms * RATE // 1000
        assert likeness(heard, np.concatenate([sent.samples, np.zeros(2 * RATE)])[start:]) > 0.95


async def test_an_answer_is_returned_as_it_was_heard_and_a_truncation_cuts_it(stack, fake):
    fake.behave(llm={"reply": "One two three four five six seven eight."})
    async with Conversation.open(stack.url, stack.api_key, audio=MANUAL) as session:
        done = await session.ask("count")
        item = done.response.output[0].id
        heard = Sound(session).samples
        kept = await retrieved(session, item)
        assert np.array_equal(kept, heard)
        await session.connection.conversation.item.truncate(item_id=item, content_index=0, audio_end_ms=500)
        await session.expect("conversation.item.truncated")
        assert np.array_equal(await retrieved(session, item), heard[: RATE // 2])
        await session.connection.conversation.item.delete(item_id=item)
        await session.expect("conversation.item.deleted")
        await session.connection.conversation.item.retrieve(item_id=item)
        assert (await session.expect("error")).error.code == "item_retrieve_invalid_item_id"


async def test_many_retrieves_delay_no_other_session(stack, fake):
    fake.behave(llm={"reply": "word " * 40})
    async with (
        Conversation.open(stack.url, stack.api_key, audio=MANUAL) as busy,
        Conversation.open(stack.url, stack.api_key, audio=MANUAL) as other,
    ):
        item = await committed(busy, np.tile(speech().samples, 3))
        await other.say("count")
        await other.connection.response.create()
        await other.expect("response.output_audio.delta")
        for _ in range(25):
            await busy.connection.conversation.item.retrieve(item_id=item)
        for _ in range(25):
            found = await busy.expect("conversation.item.retrieved")
            assert found.item.content[0].audio
        await other.expect("response.done", 30)
        # Audio leaves 60 ms before its time; a gap of half a second is a held loop, also on a slow machine.
        assert Sound(other).longest_gap < 0.5


async def test_an_mcp_tool_is_answered(stack, fake):
    fake.behave(llm={"reply": "Yes."})
    async with Conversation.open(stack.url, stack.api_key, audio=MANUAL) as session:
        tool = {"type": "mcp", "server_label": "docs", "server_url": "https://mcp.example/sse", "authorization": "hush"}
        await session.connection.session.update(session={"type": "realtime", "tools": [tool]})
        await session.expect("session.updated")
        added = await session.expect("conversation.item.added")
        assert (added.item.type, added.item.server_label, added.item.tools) == ("mcp_list_tools", "docs", [])
        assert (await session.expect("mcp_list_tools.in_progress")).item_id == added.item.id
        assert (await session.expect("mcp_list_tools.failed")).item_id == added.item.id
        error = (await session.expect("error")).error
        assert error.param == "session.tools[0]" and "docs" in error.message and "hush" not in error.message
        done = await session.ask("hello")
        assert done.response.status == "completed"
        assert "tools" not in fake.requests("llm")[-1]["request"]
