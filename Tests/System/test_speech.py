"""What an answer holds is heard, or is transcript and a fault that is told; nothing else is spoken."""

import array
import struct

import pytest

from harness.conversation import Conversation, text_of
from harness.running_stack import RunningStack
from recording import GO_FORWARD, Recording

pytestmark = pytest.mark.anyio

SAMPLES = [int(8000 * (index % 48 / 24 - 1)) for index in range(24_000)]
FLOATS = struct.pack(f"<{len(SAMPLES)}f", *(sample / 32768 for sample in SAMPLES))
INTEGERS = array.array("h", SAMPLES).tobytes()


def wav(tag, bits, data, rate=24_000, magic=b"RIFF", order="<"):
    frame = bits // 8
    head = struct.pack(order + "HHIIHH", tag, 1, rate, rate * frame, frame, bits)
    size = struct.pack(order + "I", len(data))
    return (magic + struct.pack(order + "I", 36 + len(data)) + b"WAVEfmt " + struct.pack(order + "I", 16) + head
            + b"data" + size + data)


BIG = array.array("h", SAMPLES)
BIG.byteswap()
# Each is one second.
HEARD = {
    "float": (wav(3, 32, FLOATS), "audio/wav"),
    "24 bit": (wav(1, 24, b"".join(b"\0" + INTEGERS[at:at + 2] for at in range(0, len(INTEGERS), 2))), "audio/wav"),
    "big endian": (wav(1, 16, BIG.tobytes(), magic=b"RIFX", order=">"), "audio/wav"),
    "another rate": (wav(1, 16, INTEGERS * 2, rate=48_000), "audio/pcm"),
    "two files": (wav(1, 16, INTEGERS[:24_000]) + wav(1, 16, INTEGERS[24_000:]), "audio/wav"),
    "named as MP3": (wav(1, 16, INTEGERS), "audio/mpeg"),
    "L16": (BIG.tobytes(), "audio/L16; rate=24000; channels=1"),
}
NOISE = {
    "MP3": b"ID3\x04\0\0\0\0\0\0" + b"\x55" * 4000,
    "MP3 frames": (b"\xff\xfb\x90\xc4" + b"\x55" * 413) * 10,
    "Ogg": b"OggS\0\x02" + b"\x55" * 4000,
    "FLAC": b"fLaC" + b"\x55" * 4000,
    "JSON": b'{"error":{"message":"Out of memory"}}',
    "HTML": b"<!doctype html><html><body>Bad gateway</body></html>",
    "nothing": b"",
}


async def heard(session, within=20.0, words="hello"):
    """The answer's end, and the seconds of its audio."""
    done = await session.ask(words, within=within)
    deltas = [event.delta for event in session.events if event.type == "response.output_audio.delta"]
    return done, sum(len(delta) * 3 / 4 for delta in deltas) / 48_000


@pytest.mark.parametrize("kind", HEARD)
async def test_speech_is_what_its_bytes_are(stack, fake, kind):
    body, said = HEARD[kind]
    async with Conversation.open(stack.url, stack.api_key) as session:
        fake.behave(llm={"reply": "One."}, tts={"body": body.hex(), "content_type": said})
        done, seconds = await heard(session)
        assert done.response.status == "completed"
        assert 0.9 < seconds < 1.2


@pytest.mark.parametrize("kind", NOISE)
async def test_what_is_no_speech_is_a_fault_and_not_heard(stack, fake, kind):
    async with Conversation.open(stack.url, stack.api_key) as session:
        fake.behave(llm={"reply": "One."}, tts={"body": NOISE[kind].hex()})
        done, seconds = await heard(session, within=45.0)
        assert done.response.status == "failed"
        assert done.response.status_details.error.code
        assert seconds == 0


async def test_a_voice_and_a_format_that_the_server_lacks_are_replaced(stack, fake):
    async with Conversation.open(stack.url, stack.api_key, audio={"output": {"voice": "sage"}}) as session:
        fake.behave(llm={"reply": "One."}, tts={"refuse": {"response_format": ["pcm"]}})
        done, seconds = await heard(session)
        assert done.response.status == "completed" and seconds > 0
        asked = [entry["request"]["response_format"] for entry in fake.requests("tts")]
        assert asked[-1] == "wav"
        await session.ask("again")
        later = [entry["request"]["response_format"] for entry in fake.requests("tts")][len(asked):]
        assert later and set(later) == {"wav"}


@pytest.mark.parametrize("reply, spoken", [
    ("See [Foo](https://en.wikipedia.org/wiki/Foo_(bar)) now.", "See Foo now."),
    ("It is <b>bold</b> &amp; true [1].", "It is bold & true."),
    ("So \\(x^2 = \\frac{a}{b}\\) 【4:0†source】.", "So x² = a/b."),
])
async def test_only_words_are_spoken(stack, fake, reply, spoken):
    async with Conversation.open(stack.url, stack.api_key) as session:
        fake.behave(llm={"reply": reply})
        done = await session.ask("hello")
        assert text_of(done) == reply
        assert " ".join(entry["request"]["input"] for entry in fake.requests("tts")) == spoken


OTHER_SCRIPTS = ["Привет! Как у вас дела сегодня?", "你好！今天过得怎么样？", "مرحبا، كيف حالك اليوم؟", "नमस्ते, आप कैसे हैं?"]


@pytest.fixture(scope="module")
def latin(provider):
    """A stack that speaks with espeak-ng."""
    running = RunningStack(**provider.settings | {"TTS_PROVIDER": "espeak-ng", "ANTIPHON_APOLOGY": "Sorry, I cannot say that."})
    running.start()
    yield running
    running.remove()


@pytest.mark.parametrize("reply", OTHER_SCRIPTS)
async def test_what_the_voice_cannot_say_is_transcript_and_the_apology_is_heard(latin, fake, reply):
    async with Conversation.open(latin.url, latin.api_key) as session:
        fake.behave(llm={"reply": reply})
        done, seconds = await heard(session)
        assert done.response.status == "failed"
        assert text_of(done).startswith(reply)
        assert seconds > 0.3
        fake.behave(llm={"reply": "Fine."})
        await session.ask("and now?")
        last = fake.requests("llm")[-1]["request"]["messages"]
        assert [message["role"] for message in last if message["role"] != "system"] == ["user", "assistant", "user"]


async def test_what_the_voice_can_say_of_an_answer_is_heard_and_the_rest_shown(latin, fake):
    async with Conversation.open(latin.url, latin.api_key) as session:
        reply = "Привет, друзья мои дорогие! This part is spoken. А эта часть молчит совсем."
        fake.behave(llm={"reply": reply})
        done, seconds = await heard(session)
        assert done.response.status == "completed"
        assert text_of(done) == reply and seconds > 0.5


async def test_another_voice_says_what_the_first_cannot(provider, fake):
    stack = RunningStack(**provider.settings | {"TTS_PROVIDER": "espeak-ng", "TTS_FALLBACK": "openai-compatible"})
    try:
        stack.start()
        async with Conversation.open(stack.url, stack.api_key) as session:
            fake.behave(llm={"reply": OTHER_SCRIPTS[0]})
            done, seconds = await heard(session)
            assert done.response.status == "completed" and seconds > 0
            assert text_of(done) == OTHER_SCRIPTS[0]
            assert fake.requests("tts")
    finally:
        stack.remove()


@pytest.mark.parametrize("given, asked", [("en-US", "en"), ("DE", "de"), ("cmn", "zh"), ("iw", "he")])
async def test_a_language_reaches_the_recogniser_as_it_takes_it(stack, fake, given, asked):
    async with Conversation.open(
        stack.url, stack.api_key, audio={"input": {"transcription": {"model": "whisper-1", "language": given}}}
    ) as session:
        await session.speak(Recording(GO_FORWARD))
        await session.expect("conversation.item.input_audio_transcription.completed")
        assert fake.requests("stt")[-1]["request"]["language"] == asked


@pytest.mark.parametrize("language", ["english", "auto", "xx", "en US"])
async def test_what_is_no_language_is_refused(stack, fake, language):
    async with Conversation.open(stack.url, stack.api_key) as session:
        await session.connection.session.update(session={
            "type": "realtime", "audio": {"input": {"transcription": {"model": "whisper-1", "language": language}}}})
        error = (await session.expect("error")).error
        assert error.code == "invalid_value" and error.param == "session.audio.input.transcription.language"


async def test_words_that_a_recogniser_guessed_in_silence_are_none(stack, fake):
    async with Conversation.open(
        stack.url, stack.api_key, audio={"input": {"transcription": {"model": "whisper-1"}}}
    ) as session:
        fake.behave(stt={"transcript": "Thank you.", "segments": [
            {"text": " Thank you.", "no_speech_prob": 0.9, "avg_logprob": -1.4}]})
        await session.speak(Recording(GO_FORWARD))
        completed = await session.expect("conversation.item.input_audio_transcription.completed")
        assert completed.transcript == ""
        assert not fake.requests("llm")
