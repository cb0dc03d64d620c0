"""Connection and REST: checks 1 to 11."""

import asyncio
import contextlib
import time

import websockets

from harness.redis_probe import live_leases
from suite.expect import equal, identifier, members
from suite.places import EMBEDDED, MODEL
from suite.registry import Section
from suite.wire import Wire

section = Section("Connection and REST")
BETA = {"OpenAI-Beta": "realtime=v1"}


def ga_session(event: dict) -> dict:
    """The session of a first event that must be of GA shape."""
    equal(event["type"], "session.created", "the first event")
    identifier(event["event_id"], "event_", "event_id")
    session = event["session"]
    members(session, "session", type="realtime", object="realtime.session", output_modalities=["audio"], tools=[])
    identifier(session["id"], "sess_", "session.id")
    assert "modalities" not in session and "voice" not in session, "beta members in a GA session"
    return session


def beta_session(event: dict) -> dict:
    equal(event["type"], "session.created", "the first event")
    session = event["session"]
    assert "type" not in session and "audio" not in session, "GA members in a beta session"
    equal(sorted(session["modalities"]), ["audio", "text"], "session.modalities")
    members(session, "session", object="realtime.session", input_audio_format="pcm16", output_audio_format="pcm16")
    return session


@section.check(1, "Upgrade with bearer key and `?model=` → 101 and `session.created` as first frame, shape GA", EMBEDDED)
async def bearer(place):
    async with place.open() as wire:
        session = ga_session(await wire.expect("session.created"))
        equal(wire.kinds()[0], "session.created", "the first event")
        equal(session["model"], MODEL, "session.model")
        assert session["expires_at"] > time.time() + 60, "session.expires_at is not ahead"
        members(session["audio"]["input"], "audio.input", format={"type": "audio/pcm", "rate": 24000}, transcription=None)
        detection = session["audio"]["input"]["turn_detection"]
        members(detection, "turn_detection", type="server_vad", create_response=True, interrupt_response=True)
        assert {"threshold", "prefix_padding_ms", "silence_duration_ms"} <= set(detection), f"turn_detection is {detection}"


@section.check(2, "The same with `OpenAI-Beta: realtime=v1` → first frame has `session.modalities` and no `session.type`", EMBEDDED)
async def beta_header(place):
    async with place.open_beta() as wire:
        beta_session(await wire.expect("session.created"))
    # The header is a list, and other features' names in it say nothing.
    async with place.open(headers={"OpenAI-Beta": "assistants=v2, realtime=v1"}) as wire:
        beta_session(await wire.expect("session.created"))
    async with place.open(headers={"OpenAI-Beta": "assistants=v2"}) as wire:
        ga_session(await wire.expect("session.created"))


@section.check(3, "Subprotocols `realtime, openai-insecure-api-key.K` → `Sec-WebSocket-Protocol: realtime`, session authorised", EMBEDDED)
async def subprotocol_key(place):
    async with place.open(None, protocols=["realtime", f"openai-insecure-api-key.{place.key}"]) as wire:
        equal(wire.socket.response.headers["Sec-WebSocket-Protocol"], "realtime", "the selected protocol")
        ga_session(await wire.expect("session.created"))


@section.check(4, "Subprotocols plus `openai-beta.realtime-v1` → beta shape, selected protocol still `realtime`", EMBEDDED)
async def beta_subprotocol(place):
    offered = ["realtime", f"openai-insecure-api-key.{place.key}", "openai-beta.realtime-v1"]
    async with place.open(None, protocols=offered) as wire:
        equal(wire.socket.response.headers["Sec-WebSocket-Protocol"], "realtime", "the selected protocol")
        beta_session(await wire.expect("session.created"))


@section.check(5, "No subprotocol offered → none in the response", EMBEDDED)
async def no_subprotocol(place):
    async with place.open() as wire:
        assert "Sec-WebSocket-Protocol" not in wire.socket.response.headers, "a subprotocol nobody offered"
        await wire.expect("session.created")


async def refused(wire: Wire, code: str, close: int) -> dict:
    error = await wire.error()
    members(error, "error", type="invalid_request_error", code=code)
    assert error["message"], "the error has no message"
    equal(await wire.closed(), (close, f"invalid_request_error.{code}"), "the close")
    equal(wire.kinds(), ["error"], "the events")
    return error


@section.check(
    6, "Bad key → error `invalid_api_key` and close 3000 `invalid_request_error.invalid_api_key`; the key appears in no log line",
    EMBEDDED)
async def bad_key(place):
    bad = "sk-conformance-0123456789abcdefghij"
    async with place.open(bad) as wire:
        error = await refused(wire, "invalid_api_key", 3000)
        assert bad not in error["message"], "the message quotes the key"
    async with place.open(None, protocols=["realtime", f"openai-insecure-api-key.{bad}"]) as wire:
        await refused(wire, "invalid_api_key", 3000)
    if place.stack:
        await asyncio.sleep(0.3)
        for key in (bad, place.key):
            assert key not in place.logs(), "a key is in a log"


@section.check(7, "No `model` → `missing_model`, close 4000", EMBEDDED)
async def no_model(place):
    async with place.open(query={}) as wire:
        await refused(wire, "missing_model", 4000)


@section.check(8, "Unknown model → `invalid_model`, close 4000")
async def unknown_model(place):
    async with place.open(query={"model": "no-such-model"}) as wire:
        await refused(wire, "invalid_model", 4000)
    # Who is refused holds no place.
    await asyncio.sleep(0.2)
    equal(live_leases(place.own_stack().directory / "redis" / "redis.sock"), 0, "the number of sessions that count")


@section.check(9, "Over the tenant's connection limit → HTTP 429 before the upgrade, with `Retry-After`")
async def over_the_limit(place):
    limit = 100
    async with contextlib.AsyncExitStack() as opened:
        for _ in range(limit):
            wire = await opened.enter_async_context(place.open())
            await wire.expect("session.created")
        try:
            async with place.open():
                raise AssertionError(f"session {limit + 1} was accepted")
        except websockets.InvalidStatus as refusal:
            equal(refusal.response.status_code, 429, "the status")
            assert int(refusal.response.headers["Retry-After"]) >= 0
    # The places come back.
    async with asyncio.timeout(10):
        while True:
            try:
                async with place.open() as wire:
                    await wire.expect("session.created")
                break
            except websockets.InvalidStatus:
                await asyncio.sleep(0.2)
    return f"the standard limit of {limit} sessions"


def transcription_session(event: dict) -> dict:
    equal(event["type"], "session.created", "the first event")
    session = event["session"]
    members(session, "session", type="transcription", object="realtime.transcription_session")
    detection = session["audio"]["input"]["turn_detection"]
    equal(detection["type"], "server_vad", "turn_detection.type")
    return session


@section.check(
    10, "`?intent=transcription` → `session.created` with `type: transcription`, `object: realtime.transcription_session`", EMBEDDED)
async def transcription(place):
    async with place.open_transcription() as wire:
        transcription_session(await wire.expect("session.created"))
    async with place.open(query={"intent": "no-such-intent", "model": MODEL}) as wire:
        await refused(wire, "invalid_intent", 4000)


@section.check(11, "`?intent=transcription&model=X` → same session, X as transcription model", EMBEDDED)
async def transcription_model(place):
    async with place.open(query={"intent": "transcription", "model": "gpt-4o-mini-transcribe"}) as wire:
        session = transcription_session(await wire.expect("session.created"))
        equal(session["audio"]["input"]["transcription"]["model"], "gpt-4o-mini-transcribe", "the transcription model")


