"""REST twins of the socket: checks 12 to 18."""

import asyncio
import time

from checks.connection import beta_session, ga_session, section
from suite.expect import equal, members, near
from suite.places import EMBEDDED
from suite.wire import Wire


@section.check(12, "`POST client_secrets` with `{}` → 200, `value` starts `ek_`, `expires_at` = now + 600 ± 2", EMBEDDED)
async def defaults(place):
    for body in ({}, None):
        secret = (await place.post("client_secrets", body)).ok()
        assert secret["value"].startswith("ek_"), f"value is {secret['value'][:8]}…"
        near(secret["expires_at"], time.time() + 600, 2, "expires_at")
        members(secret["session"], "session", type="realtime", object="realtime.session", expires_at=0)
        assert secret["session"]["id"].startswith("sess_")


@section.check(13, "`expires_after.seconds` 9 or 7201 → 400; 10 and 7200 → 200", EMBEDDED)
async def lifetimes(place):
    def body(seconds):
        return {"expires_after": {"anchor": "created_at", "seconds": seconds}}

    for seconds, code in ((9, "integer_below_min_value"), (7201, "integer_above_max_value")):
        error = (await place.post("client_secrets", body(seconds))).refused(400)
        members(error, "error", type="invalid_request_error", code=code, param="expires_after.seconds")
    for seconds in (10, 7200):
        secret = (await place.post("client_secrets", body(seconds))).ok()
        near(secret["expires_at"], time.time() + seconds, 2, "expires_at")


@section.check(14, "An `ek_` key opens two sessions before expiry; after expiry it is refused; a session opened before goes on", EMBEDDED)
async def expiry(place):
    body = {"expires_after": {"anchor": "created_at", "seconds": 10}}
    secret = (await place.post("client_secrets", body)).ok()
    key = secret["value"]
    async with place.open(key) as first, place.open(None, protocols=["realtime", f"openai-insecure-api-key.{key}"]) as second:
        one, two = [ga_session(await wire.expect("session.created")) for wire in (first, second)]
        assert one["id"] != two["id"], "both sessions have one id"
        # Clocks may differ by a little; the reference allows it nothing.
        await asyncio.sleep(max(0.0, secret["expires_at"] - time.time()) + 2.5)
        async with place.open(key) as late:
            error = await late.error()
            equal(error["code"], "invalid_api_key", "the code")
            equal((await late.closed())[0], 3000, "the close code")
        for wire in (first, second):
            equal((await wire.update(instructions="Go on."))["instructions"], "Go on.", "instructions")


@section.check(15, "Session settings given at minting appear in `session.created`", EMBEDDED)
async def settings(place):
    tool = {"type": "function", "name": "look_up", "description": "Looks up.", "parameters": {"type": "object", "properties": {}}}
    session = {
        "type": "realtime", "model": "gpt-realtime", "output_modalities": ["text"], "instructions": "Be brief.",
        "audio": {
            "input": {"turn_detection": None, "transcription": {"model": "whisper-1", "language": "en"}},
            "output": {"voice": "marin"}},
        "tools": [tool], "max_output_tokens": 100,
    }
    secret = (await place.post("client_secrets", {"session": session})).ok()
    for shown in (secret["session"], await first_session(place, secret["value"])):
        members(
            shown, "session", model="gpt-realtime", output_modalities=["text"], instructions="Be brief.", tools=[tool],
            max_output_tokens=100)
        equal(shown["audio"]["input"]["turn_detection"], None, "turn_detection")
        members(shown["audio"]["input"]["transcription"], "transcription", model="whisper-1", language="en")
        equal(shown["audio"]["output"]["voice"], "marin", "voice")


async def first_session(place, key: str) -> dict:
    async with place.open(key) as wire:
        return ga_session_of(await wire.expect("session.created"))


def ga_session_of(event: dict) -> dict:
    equal(event["session"].get("type"), "realtime", "session.type")
    return event["session"]


@section.check(16, "`POST client_secrets` with both modalities → 400, param `session.output_modalities`", EMBEDDED)
async def both_modalities(place):
    body = {"session": {"type": "realtime", "output_modalities": ["audio", "text"]}}
    error = (await place.post("client_secrets", body)).refused(400)
    members(error, "error", type="invalid_request_error", code="invalid_value", param="session.output_modalities")


@section.check(17, "`POST sessions` (beta) → 200 with `client_secret.value` and flat fields; that key opens a beta-shaped socket", EMBEDDED)
async def beta_sessions(place):
    body = {"model": "gpt-4o-realtime-preview", "modalities": ["text", "audio"], "instructions": "Be brief.", "voice": "sage"}
    session = (await place.post("sessions", body)).ok()
    members(session, "session", object="realtime.session", instructions="Be brief.", voice="sage", input_audio_format="pcm16")
    assert "type" not in session and "audio" not in session, "GA members in a beta session"
    secret = session["client_secret"]
    assert secret["value"].startswith("ek_") and secret["expires_at"] > time.time(), f"client_secret is {secret}"
    # Neither header nor subprotocol: the key alone decides.
    async with place.open(secret["value"], query={"model": "gpt-4o-realtime-preview"}) as wire:
        shown = beta_session(await wire.expect("session.created"))
        members(shown, "session", instructions="Be brief.", voice="sage", model="gpt-4o-realtime-preview")


@section.check(18, "`POST transcription_sessions` → 200 with object `realtime.transcription_session`", EMBEDDED)
async def transcription_sessions(place):
    body = {"input_audio_format": "g711_ulaw", "input_audio_transcription": {"model": "whisper-1", "language": "en"}}
    session = (await place.post("transcription_sessions", body)).ok()
    members(session, "session", object="realtime.transcription_session", input_audio_format="g711_ulaw")
    equal(session["input_audio_transcription"]["model"], "whisper-1", "the model")
    secret = session["client_secret"]
    assert secret["value"].startswith("ek_"), "client_secret.value"
    async with Wire.open(place.url, secret["value"], {"intent": "transcription"}) as wire:
        event = await wire.find(lambda event: True)
        assert event["type"] in ("transcription_session.created", "session.created"), f"the first event is {event['type']}"
        members(event["session"], "session", input_audio_format="g711_ulaw")
