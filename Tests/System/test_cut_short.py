"""What is cut short leaves one consistent end, and no work at a provider: phrases, typing, apologies, tools, answers.

Run with `-s` to see the figures.
"""

import asyncio
import statistics

import pytest

from harness.conversation import Conversation, text_of
from harness.sound import Sound
from harness.speech import part, speech

pytestmark = pytest.mark.anyio

# The figures are of a machine that does other things too; they are printed, and held against this only.
BOUND = 1.0
ROUNDS = 5


async def interrupt(session) -> None:
    """The user speaks; the response that runs is over."""
    speaking = asyncio.create_task(session.speak(speech(), quiet=0.1))
    done = await session.expect("response.done")
    assert (done.response.status, done.response.status_details.reason) == ("cancelled", "turn_detected")
    sent = Sound(session).seconds
    await asyncio.sleep(0.6)
    assert Sound(session).seconds == sent, "audio after the end"
    assert session.count("response.done") == session.count("response.created")
    speaking.cancel()


async def ask_slowly(session, fake) -> None:
    fake.behave(llm={"head_delay_ms": 5000})
    await session.say("tell me")
    await session.connection.response.create()
    await session.expect("response.output_audio.delta")


async def test_a_phrase_that_is_spoken_over(stack, fake):
    phrase = "let me have a good look at this for you"
    acknowledgement = {"phrases": [phrase], "minimum_gap_ms": 0}
    async with Conversation.open(stack.url, stack.api_key, antiphon={"acknowledgement": acknowledgement}) as session:
        await asyncio.sleep(0.3)
        await ask_slowly(session, fake)
        await asyncio.sleep(0.4)
        await interrupt(session)
        heard = await session.spoken()
        assert 0 < len(heard) < len(phrase) and phrase.startswith(heard)
        fake.behave(llm={"head_delay_ms": 0})
        await session.ask("and now?", output_modalities=["text"])
        asked = fake.requests("llm")[-1]["request"]["messages"]
        assert "assistant" not in [entry["role"] for entry in asked], "the model never sees a phrase"


async def test_typing_that_is_spoken_over(stack, fake):
    antiphon = {"acknowledgement": {"enabled": False}, "typing_sound": {"enabled": True}}
    async with Conversation.open(stack.url, stack.api_key, antiphon=antiphon) as session:
        await session.ask("hello")
        session.cursor = len(session.events)
        await ask_slowly(session, fake)
        await interrupt(session)
        assert not await session.spoken()


async def test_an_apology_that_is_spoken_over(stack, fake):
    apology = "I am very sorry, but something went wrong just now."
    async with Conversation.open(stack.url, stack.api_key, antiphon={"silence": {"apology": apology}}) as session:
        fake.behave(llm={"status": 400})
        await session.say("tell me")
        await session.connection.response.create()
        await session.expect("response.output_audio.delta")
        await asyncio.sleep(0.5)
        await interrupt(session)
        heard = await session.spoken()
        assert 0 < len(heard) < len(apology) and apology.startswith(heard)


@pytest.mark.parametrize("mode", ["immediate", "confirmed", "semantic"])
async def test_a_tool_that_runs_is_not_ended_by_noise(tool_stack, endpoint, fake, mode):
    antiphon = {
        "interruption": {"mode": mode}, "agent": {"server_tools": [endpoint.tool("body=rain&delay_ms=1500")]}}
    # There are no words in a noise.
    fake.behave(
        stt={"transcript": ""},
        llm={"tool": "get_weather", "tool_arguments": '{"city":"Bern"}', "tool_rounds": 1, "reply": "Rain."})
    async with Conversation.open(tool_stack.url, tool_stack.api_key, antiphon=antiphon) as session:
        before = len(endpoint.calls())
        await session.say("how is the weather?")
        await session.connection.response.create()
        while len(endpoint.calls()) == before:
            await asyncio.sleep(0.02)
        await session.speak(part(speech(), 0, 0.14), quiet=0.8)
        done = await session.expect("response.done")
        assert done.response.status == "completed" and text_of(done) == "Rain."
        assert [call["aborted"] for call in endpoint.calls()[before:]] == [False]
        assert session.count("input_audio_buffer.speech_started") == 0


@pytest.mark.parametrize(("stage", "behaviour"), [
    ("llm", {"llm": {"reply_repeat": 300, "gap_ms": 20}}),
    ("tts", {"llm": {"reply_repeat": 30}, "tts": {"bytes_per_second": 20_000}}),
])
async def test_a_cancelled_answer_is_left_by_its_providers(stack, fake, stage, behaviour):
    waits = []
    for _ in range(ROUNDS):
        fake.reset()
        fake.behave(**behaviour)
        async with Conversation.open(stack.url, stack.api_key) as session:
            await session.say("a word or two, and then some more of them")
            await session.connection.response.create()
            await session.expect("response.output_audio.delta")
            await asyncio.sleep(0.2)
            await session.connection.response.cancel()
            done = await session.expect("response.done")
            assert done.response.status == "cancelled"
            entry = await asyncio.to_thread(fake.wait_for_request, stage, lambda entry: entry["aborted_at"])
            waits.append(entry["aborted_at"] - session.arrival("response.done"))
            after = len(session.events)
            await asyncio.sleep(0.1)
            assert len(session.events) == after, "something after the end"
    print(f"{stage}: aborted {statistics.median(waits) * 1000:.0f} ms after response.done in the median, "
          f"at most {max(waits) * 1000:.0f} ms")
    assert max(waits) < BOUND
