"""The sound of typing over real sockets: whom it gives way to, that it goes on through a chain of tools, and in which formats.

Run with `-s` to see the figures.
"""

import base64

import numpy as np
import pytest

from harness.conversation import Conversation, text_of
from harness.sound import RATE, Sound
from harness.speech import speech

pytestmark = pytest.mark.anyio

STARTED = "input_audio_buffer.speech_started"
STOPPED = "input_audio_buffer.speech_stopped"


def typing(**others) -> dict:
    return {"antiphon": {
        "acknowledgement": {"enabled": False}, "typing_sound": {"enabled": True, "volume": 1.0, "loop_duration_ms": 10_000},
        **others}}


async def begin(session, fake) -> None:
    """An answer for which typing is heard."""
    # The sound is made by then.
    await session.ask("hello")
    fake.behave(llm={"head_delay_ms": 6000})
    await session.say("and now?")
    session.cursor = len(session.events)
    await session.connection.response.create()
    await session.expect("response.output_audio.delta")


async def test_it_is_gone_50_ms_after_the_user_begins_to_speak_and_comes_back(stack, fake):
    detection = {"type": "server_vad", "silence_duration_ms": 300, "interrupt_response": False, "create_response": False}
    async with Conversation.open(
        stack.url, stack.api_key, audio={"input": {"turn_detection": detection}}, **typing()
    ) as session:
        await begin(session, fake)
        since = len(session.events)
        await session.speak(speech(), quiet=0.6)
        await session.expect("response.done")
        kinds = [event.type for event in session.events]
        at = kinds.index(STARTED)
        sound = Sound(session, since)
        assert sound.between(0, session.arrivals[at]) > 0, "typing until then"
        # In the order of the events, whatever the clock says.
        faded = Sound(session, at).between(0, session.first(STOPPED))
        print(f"{faded * 1000:.0f} ms of typing after speech_started")
        assert faded <= 0.06
        assert sound.between(session.first(STOPPED), session.arrival("response.output_audio_transcript.delta")) > 0.2


async def test_it_goes_on_through_a_chain_of_tools(tool_stack, endpoint, fake):
    tool = endpoint.tool("body=rain&delay_ms=900")
    async with Conversation.open(
        tool_stack.url, tool_stack.api_key, **typing(agent={"server_tools": [tool]})
    ) as session:
        await session.ask("hello")
        fake.behave(llm={
            "tool": "get_weather", "tool_arguments": '{"city":"Bern"}', "tool_rounds": 3, "head_delay_ms": 300, "reply": "Rain."})
        calls = len(endpoint.calls())
        since = len(session.events)
        done = await session.ask("How is the weather?")
        assert text_of(done) == "Rain."
        assert len(endpoint.calls()) == calls + 3
        sound = Sound(session, since)
        typed = sound.samples[: -int(5 * 0.06 * RATE)].astype(float)
        print(f"{len(typed) / RATE:.1f} s of typing, the longest gap {sound.longest_gap * 1000:.0f} ms")
        assert len(typed) / RATE > 3
        assert sound.longest_gap < 0.15
        # Had it begun anew at a tool, what was heard first would be heard again.
        first = typed[: RATE // 2]
        alike = np.correlate(typed[RATE // 2:], first, "valid") / np.linalg.norm(first)
        energy = np.sqrt(np.convolve(typed[RATE // 2:] ** 2, np.ones(len(first)), "valid")) + 1
        assert (alike / energy).max() < 0.5


@pytest.mark.parametrize(("kind", "silence"), [("audio/pcmu", 0xFF), ("audio/pcma", 0xD5)])
async def test_it_is_as_loud_on_the_telephone(stack, fake, kind, silence):
    async with Conversation.open(
        stack.url, stack.api_key, audio={"output": {"format": {"type": kind}}}, **typing()
    ) as session:
        await session.ask("hello")
        fake.behave(llm={"head_delay_ms": 1800})
        since = len(session.events)
        await session.ask("and now?")
        data = b"".join(
            base64.b64decode(event.delta) for event in session.events[since:] if event.type == "response.output_audio.delta")
        typed = np.abs(expand(np.frombuffer(data, dtype=np.uint8)[: 8000], silence == 0xFF))
        loudest = int(typed.max())
        quiet = float((typed < 200).mean())
        print(f"{kind}: the loudest sample {loudest}, {quiet:.0%} near silence")
        # Keystrokes: loud for moments, below half of full scale, and silence between them.
        assert 4_000 < loudest <= 17_000 and quiet > 0.3


async def test_nothing_is_typed_in_writing(stack, fake):
    async with Conversation.open(stack.url, stack.api_key, output_modalities=["text"], **typing()) as session:
        fake.behave(llm={"head_delay_ms": 800})
        await session.ask("hello")
        assert not [kind for kind in session.kinds() if "audio" in kind]


def expand(codes: np.ndarray, is_mu_law: bool) -> np.ndarray:
    """16-bit samples of G.711 (ITU-T G.711)."""
    if is_mu_law:
        codes = ~codes
        size = (((codes & 15).astype(int) << 3) + 132 << ((codes >> 4) & 7)) - 132
    else:
        codes = codes ^ 0x55
        exponent = ((codes >> 4) & 7).astype(int)
        size = ((codes & 15).astype(int) << 4) + 8
        size = np.where(exponent > 0, (size + 256) << np.maximum(exponent - 1, 0), size)
    return size
