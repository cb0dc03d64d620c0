"""The session object: checks 25 to 37."""

import json
import time

from suite.expect import equal, members, near, refusal
from suite.places import EMBEDDED
from suite.registry import FAKE, SHORT, Section
from suite.speech import BYTES_PER_MS, mu_law, pitch, said_and_done

section = Section("Session")
TOOL = {"type": "function", "name": "look_up", "description": "Looks up.", "parameters": {"type": "object", "properties": {}}}


@section.check(25, "`session.update` sent before `session.created` was received is applied and answered by `session.updated`", EMBEDDED)
async def early_update(place):
    async with place.open(reads=False) as wire:
        for text in ("first", "second"):
            await wire.raw(json.dumps({"type": "session.update", "session": {"type": "realtime", "instructions": text}}))
        wire.start()
        for text in ("first", "second"):
            equal((await wire.expect("session.updated"))["session"]["instructions"], text, "instructions")
        equal([event["type"] for event in wire.events], ["session.created", "session.updated", "session.updated"], "the events")
    async with place.open_beta(reads=False) as wire:
        await wire.raw(json.dumps({"type": "session.update", "session": {"instructions": "first"}}))
        wire.start()
        equal((await wire.expect("session.updated"))["session"]["instructions"], "first", "instructions")


async def unchanged(wire, before: dict) -> None:
    """Nothing of the rejected update was applied: a valid one that says nothing new shows the session as it was."""
    after = await wire.update(instructions=before["instructions"])
    equal(after, before, "the session")


@section.check(
    26, "GA update without `session.type` → `missing_required_parameter`, param `session.type`, `error.event_id` echoed, nothing applied",
    EMBEDDED)
async def without_type(place):
    async with place.open() as wire:
        before = (await wire.expect("session.created"))["session"]
        sent = await wire.send("session.update", session={"instructions": "no"})
        refusal(
            await wire.error(), "missing_required_parameter", sent, param="session.type",
            message="Missing required parameter: 'session.type'.")
        await unchanged(wire, before)


@section.check(
    27, "Unknown field → `unknown_parameter` naming the path; a valid field in the same update is not applied", EMBEDDED)
async def unknown_field(place):
    async with place.open() as wire:
        before = (await wire.expect("session.created"))["session"]
        unknown = [
            ({"instructions": "no", "modalities": ["text"]}, "session.modalities"),
            ({"instructions": "no", "temperature": 0.8}, "session.temperature"),
            ({"audio": {"input": {"format": None, "gain": 3}, "output": {"voice": "sage"}}}, "session.audio.input.gain"),
            ({"tools": [TOOL | {"strict": True}]}, "session.tools[0].strict"),
        ]
        for session, path in unknown:
            sent = await wire.send("session.update", session={"type": "realtime"} | session)
            refusal(await wire.error(), "unknown_parameter", sent, param=path, message=f"Unknown parameter: '{path}'.")
        await unchanged(wire, before)
    async with place.open_beta() as wire:
        before = (await wire.expect("session.created"))["session"]
        sent = await wire.send("session.update", session={"instructions": "no", "output_modalities": ["text"]})
        refusal(await wire.error(), "unknown_parameter", sent, param="session.output_modalities")
        await unchanged(wire, before)


@section.check(28, "Updating only `instructions` leaves tools and audio unchanged", EMBEDDED)
async def partial_update(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        before = await wire.update(
            tools=[TOOL], audio={"input": {"transcription": {"model": "whisper-1", "language": "en"}}, "output": {"voice": "sage"}})
        after = await wire.update(instructions="Be brief.")
        equal(after, before | {"instructions": "Be brief."}, "the session")
        # Objects merge member by member.
        merged = await wire.update(audio={"input": {"transcription": {"language": "de"}}})
        members(merged["audio"]["input"]["transcription"], "transcription", model="whisper-1", language="de")
        equal(merged["audio"]["output"]["voice"], "sage", "voice")
        cleared = await wire.update(tools=[], instructions="", audio={"input": {"transcription": None}})
        members(cleared, "session", tools=[], instructions="")
        equal(cleared["audio"]["input"]["transcription"], None, "transcription")


@section.check(29, "`turn_detection: null` → echoed null, no VAD events afterwards", EMBEDDED)
async def no_detection(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        session = await wire.update(audio={"input": {"turn_detection": None}})
        equal(session["audio"]["input"]["turn_detection"], None, "turn_detection")
        await wire.append(said_and_done())
        await wire.barrier()
        await wire.quiet()
        equal(wire.kinds(), ["session.created", "session.updated", "input_audio_buffer.cleared"], "the events")
    for off in (None, {"type": "none"}):
        async with place.open_beta() as wire:
            await wire.expect("session.created")
            equal((await wire.update(turn_detection=off))["turn_detection"], None, "turn_detection")


@section.check(30, '`tracing: "auto"` once → accepted', EMBEDDED)
async def tracing(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        equal((await wire.update(tracing="auto"))["tracing"], "auto", "tracing")


@section.check(31, "`model` different from the URL's in an update → accepted, model unchanged", EMBEDDED)
async def other_model(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        session = await wire.update(model="gpt-realtime-2.1", instructions="Be brief.")
        members(session, "session", model="gpt-realtime", instructions="Be brief.")


@section.check(32, "Voice change before audio → accepted; after audio → `cannot_update_voice`; same voice → accepted", EMBEDDED)
async def voice(place):
    def to(name):
        return {"type": "realtime", "audio": {"output": {"voice": name}}}

    async with place.open() as wire:
        await wire.expect("session.created")
        equal((await wire.update(audio={"output": {"voice": "sage"}}))["audio"]["output"]["voice"], "sage", "voice")
        await wire.ask("Hello!")
        assert wire.audio(), "no audio came"
        sent = await wire.send("session.update", session=to("verse"))
        refusal(
            await wire.error(), "cannot_update_voice", sent,
            message="Cannot update a conversation's voice if assistant audio is present.")
        equal((await wire.update(audio={"output": {"voice": "sage"}}))["audio"]["output"]["voice"], "sage", "voice")
        sent = await wire.send("response.create", response={"audio": {"output": {"voice": "verse"}}})
        refusal(await wire.error(), "cannot_update_voice", sent)
        await wire.send("response.create", response={"conversation": "none", "audio": {"output": {"voice": "verse"}}})
        done = (await wire.expect("response.done", 20))["response"]
        equal(done["status"], "completed", "the status")
        equal(done["audio"]["output"]["voice"], "verse", "the out-of-band response's voice")


@section.check(33, "`output_modalities` with both → `invalid_value` with the published message", EMBEDDED)
async def both_modalities(place):
    async with place.open() as wire:
        before = (await wire.expect("session.created"))["session"]
        sent = await wire.send("session.update", session={"type": "realtime", "output_modalities": ["audio", "text"]})
        refusal(
            await wire.error(), "invalid_value", sent, param="session.output_modalities",
            message="Invalid modalities: ['audio', 'text']. Supported combinations are: ['text'] and ['audio'].")
        await unchanged(wire, before)
    async with place.open_beta() as wire:
        await wire.expect("session.created")
        sent = await wire.send("session.update", session={"modalities": ["audio"]})
        refusal(
            await wire.error(), "invalid_value", sent, param="session.modalities",
            message="Invalid modalities: ['audio']. Supported combinations are: ['text'] and ['audio', 'text'].")


@section.check(34, "PCM rate 8000 → `integer_below_min_value`; `audio/pcmu` without rate → accepted and output is 8 kHz μ-law", FAKE)
async def formats(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        pcm = {"type": "audio/pcm", "rate": 8000}
        sent = await wire.send("session.update", session={"type": "realtime", "audio": {"input": {"format": pcm}}})
        refusal(
            await wire.error(), "integer_below_min_value", sent, param="session.audio.input.format.rate",
            message="Invalid 'session.audio.input.format.rate': integer below minimum value. Expected a value >= 24000, "
            "but got 8000 instead.")
        sent = await wire.send("session.update", session={"type": "realtime", "audio": {"output": {"format": {"type": "audio/pcm"}}}})
        refusal(await wire.error(), "missing_required_parameter", sent, param="session.audio.output.format.rate")
        ulaw = {"type": "audio/pcmu"}
        audio = (await wire.update(audio={"input": {"format": ulaw}, "output": {"format": ulaw}}))["audio"]
        equal((audio["input"]["format"], audio["output"]["format"]), (ulaw, ulaw), "the formats")
        # The fake speaks a tone of 440 Hz, 60 ms for each character.
        place.fake.behave(llm={"reply": "A tone of one second."})
        done = (await wire.ask("speak"))["response"]
        equal(done["audio"]["output"]["format"], ulaw, "the response's format")
        heard = wire.audio()
        near(len(heard) / 8, 60 * len("A tone of one second."), 30, "milliseconds of audio")
        near(pitch(mu_law(heard), 8000), 440, 4, "the pitch")
        # And 100 ms of input are 800 bytes now.
        await wire.update(audio={"input": {"turn_detection": None}})
        await wire.append(bytes([0xFF]) * 799)
        sent = await wire.send("input_audio_buffer.commit")
        refusal(await wire.error(), "input_audio_buffer_commit_empty", sent)
        await wire.append(bytes([0xFF]))
        await wire.send("input_audio_buffer.commit")
        await wire.expect("input_audio_buffer.committed")
    return f"{BYTES_PER_MS} bytes a millisecond became 8"


@section.check(
    35, "Echoed `transcription` has no keys beyond model, language, prompt unless the client set them", EMBEDDED)
async def transcription_keys(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        shown = (await wire.update(audio={"input": {"transcription": {"model": "whisper-1"}}}))["audio"]["input"]["transcription"]
        assert set(shown) <= {"model", "language", "prompt"}, f"transcription is {shown}"
        equal(shown["model"], "whisper-1", "model")
        shown = (await wire.update(audio={"input": {"transcription": {"delay": "low"}}}))["audio"]["input"]["transcription"]
        members(shown, "transcription", model="whisper-1", delay="low")
        assert set(shown) <= {"model", "language", "prompt", "delay"}, f"transcription is {shown}"


@section.check(36, '`tool_choice: "required"` comes back as a string', EMBEDDED)
async def tool_choice(place):
    async with place.open() as wire:
        await wire.expect("session.created")
        for choice in ("required", "none", "auto", {"type": "function", "name": "look_up"}):
            equal((await wire.update(tools=[TOOL], tool_choice=choice))["tool_choice"], choice, "tool_choice")


@section.check(37, "Session older than its maximum → `session_expired` error, then close", SHORT)
async def expired(place):
    async with place.open() as wire:
        session = (await wire.expect("session.created"))["session"]
        opened = time.monotonic()
        error = await wire.error(within=6)
        equal(error["code"], "session_expired", "the code")
        assert error["message"].startswith("Your session hit the maximum duration of"), error["message"]
        near(time.monotonic() - opened, 3, 0.5, "seconds until then")
        near(session["expires_at"], time.time(), 2, "expires_at")
        code, _ = await wire.closed()
        equal(wire.kinds(), ["session.created", "error"], "the events")
    return f"closed with {code}"
