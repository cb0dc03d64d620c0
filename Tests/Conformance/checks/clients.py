"""Real clients and a slow one: checks 79 to 90."""

import asyncio
import json
import pathlib
import tempfile
import time

from clients import process
from clients.catalogue import CLIENTS
from clients.certificate import Certificate
from harness.running_stack import RunningStack
from recorder import RECORDER
from recorder.package_types import get_server_event_type_adapter
from recorder.tap import Tap
from suite.expect import equal, text_of
from suite.registry import FAKE, NotRun, Section

section = Section("Clients")
# A client's whole run, over plain text and over TLS.
LONG = 300.0


class Secure:
    """A stack whose edge speaks TLS; started by the first check that wants it, stopped with its provider's stack."""

    def __init__(self, place) -> None:
        self.directory = tempfile.TemporaryDirectory(prefix="antiphon-tls-")
        self.certificate = Certificate(pathlib.Path(self.directory.name))
        settings = place.fake.settings | self.certificate.server_settings
        self.stack = RunningStack(ANTIPHON_WORKERS="1", **settings).start()

    def remove(self) -> None:
        self.stack.remove()
        self.directory.cleanup()


async def served(place, *names: str) -> str:
    """Runs the named clients one after the other; what they say about themselves."""
    place.own_stack()
    wanted = [CLIENTS[name] for name in names]
    missing = [client.name for client in wanted if not client.is_installed]
    if missing:
        raise NotRun(f"not installed: {', '.join(missing)} (`make conformance` installs them)")
    said = []
    for client in wanted:
        ways = []
        if client.is_plain:
            with Tap("127.0.0.1", place.stack.port) as tap:
                word = await asyncio.to_thread(process.run, client, tap.url, place.key, place.fake.root)
            ways.append("ws")
        if client.is_secure:
            secure = place.secure(Secure)
            word = await asyncio.to_thread(
                process.run, client, secure.stack.url, secure.stack.api_key, place.fake.root, secure.certificate.client_settings)
            ways.append("wss")
        said.append(f"{word} ({', '.join(ways)})")
    return "; ".join(said)


@section.check(79, "openai Python GA: text, audio and tool examples complete unmodified over `ws://` and `wss://`", FAKE, LONG, runs_clients=True)
async def openai_ga(place):
    return await served(place, "openai GA", *installed("openai 1.109 GA"))


@section.check(80, "openai Python beta entry point completes the same", FAKE, LONG, runs_clients=True)
async def openai_beta(place):
    return await served(place, "openai beta", *installed("openai 1.109 beta"))


def installed(name: str) -> tuple[str, ...]:
    """The client if its environment is there: older versions of the same one are extra."""
    return (name,) if CLIENTS[name].is_installed else ()


@section.check(
    81, "openai-agents Python: full session (text, audio, tool, barge-in) raises no validation error event", FAKE, LONG, runs_clients=True)
async def openai_agents(place):
    return await served(place, "openai-agents")


@section.check(82, "Every server event of a recorded GA run validates against the openai-agents TypeAdapter", FAKE)
async def type_adapter(place):
    if get_server_event_type_adapter is None:
        raise NotRun("openai-agents is not installed")
    kinds = RECORDER.kinds("ga")
    if "response.output_audio.delta" not in kinds:
        raise NotRun("nothing was recorded: run it after the others")
    faults = [fault for fault in RECORDER.faults if fault.shape == "ga"]
    assert not faults, str(faults[0])
    return f"{sum(count for (shape, _), count in RECORDER.counts.items() if shape == 'ga')} events of {len(kinds)} types"


@section.check(83, "pipecat LLM service: two turns, a tool call and an interruption leave its receive loop alive", FAKE, LONG, runs_clients=True)
async def pipecat(place):
    return await served(place, "pipecat")


@section.check(84, 'pipecat 0.0.80 beta service: no "unimplemented server event type"', FAKE, LONG, runs_clients=True)
async def pipecat_beta(place):
    return await served(place, "pipecat 0.0.80 beta")


@section.check(
    85, "livekit: chat context of 20 items, reply, tool, voice change, 20-minute reconnect complete; its mirror equals the server's item "
    "order", FAKE, LONG, runs_clients=True)
async def livekit(place):
    return await served(place, "livekit") + "; the reconnect after 25 s instead of 20 minutes"


@section.check(
    86, "livekit, openai-agents and pipecat STT each obtain final transcripts from a transcription session", FAKE, LONG, runs_clients=True)
async def transcription(place):
    return await served(place, "openai-agents transcription", "pipecat transcription", "livekit transcription")


others = Section("Beyond the 90: clients")


@others.check(93, "pydantic-ai: text, voice and tool over its realtime session raise no error event", FAKE, LONG, runs_clients=True)
async def pydantic_ai(place):
    return await served(place, "pydantic-ai")


@others.check(94, "Strands' bidirectional agent: text, voice and tool raise no error event", FAKE, LONG, runs_clients=True)
async def strands(place):
    return await served(place, "strands")


@section.check(87, "agents-js over WebSocket: no known event type arrives as generic", FAKE, LONG, runs_clients=True)
async def agents_javascript(place):
    return await served(place, "agents-js by its rules")


section.not_built(
    88, "agents-js over WebRTC: `connect()` resolves, interrupt stops audio",
    "Antiphon has no WebRTC transport; sessions run over WebSockets.")
section.not_built(
    89, "realtime-api-beta: a full conversation without exception",
    "That package is not run here; the beta shape is held by checks 2, 4, 80 and 84.")

# What the slow reader is owed: more than every buffer on the way holds.
OWED_BYTES = 200 << 20
MOST_GROWTH_BYTES = 64 << 20
TEXT_LENGTH = 250_000


@section.check(
    90, "A slow reader is disconnected or throttled without harming other sessions; pongs keep flowing under full audio load", FAKE,
    within=120)
async def slow_reader(place):
    async with place.open() as quick, place.open(reads=False) as slow:
        await quick.expect("session.created")
        await quick.update(output_modalities=["text"])
        before = place.resident_bytes()
        asking = asyncio.create_task(ask_for_more(slow))
        try:
            answers, pongs, growth = [], [], 0
            for number in range(20):
                started = time.monotonic()
                done = await quick.ask(f"question {number}", 10)
                answers.append(time.monotonic() - started)
                equal(text_of(done), f"You said: question {number}", "the other session's answer")
                pongs.append(await pong(quick))
                growth = max(growth, place.resident_bytes() - before)
                await asyncio.sleep(0.2)
            assert max(answers) < 2, f"another session waited {max(answers):.1f} s for its answer"
            assert max(pongs) < 0.5, f"a pong took {max(pongs):.1f} s"
            assert growth < MOST_GROWTH_BYTES, f"the worker grew by {growth >> 20} MiB"
            what = await fate(slow, asking)
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            slow.socket.transport.abort()
    async with place.open() as wire:
        loaded = await full_load(wire)
    return (
        f"the slow reader {what}, the worker grew by {growth >> 20} MiB, others were answered within {max(answers) * 1000:.0f} ms; pongs "
        f"under load within {loaded * 1000:.0f} ms")


async def fate(slow, asking: asyncio.Task) -> str:
    """What became of the slow reader: reading at last, it finds the connection cut or gets everything it is owed."""
    if not asking.done():
        return "was not read any further"
    slow.start()
    wanted = OWED_BYTES // TEXT_LENGTH
    async with asyncio.timeout(30), slow.changed:
        while slow.close is None and len(slow.of("conversation.item.retrieved")) < wanted:
            await slow.changed.wait()
    got = len(slow.of("conversation.item.retrieved"))
    if slow.close is None:
        return f"got all {wanted} answers when it read at last"
    assert got < wanted, "the connection ended after everything was said"
    return "was disconnected"


async def ask_for_more(slow) -> None:
    """Sends and never reads."""
    part = {"type": "input_text", "text": "x" * TEXT_LENGTH}
    item = {"id": "large", "type": "message", "role": "user", "content": [part]}
    await slow.raw(json.dumps({"type": "conversation.item.create", "item": item}))
    for _ in range(OWED_BYTES // TEXT_LENGTH):
        await slow.raw(json.dumps({"type": "conversation.item.retrieve", "item_id": "large"}))


async def pong(wire) -> float:
    started = time.monotonic()
    async with asyncio.timeout(5):
        await (await wire.socket.ping())
    return time.monotonic() - started


async def full_load(wire) -> float:
    """The slowest of several pongs while a minute of audio is sent in one go."""
    await wire.expect("session.created")
    await wire.update(audio={"input": {"turn_detection": None}})
    sending = asyncio.create_task(wire.append(bytes(60 * 48_000)))
    slowest = 0.0
    while not sending.done():
        slowest = max(slowest, await pong(wire))
        await asyncio.sleep(0.05)
    await sending
    assert slowest < 2, f"a pong took {slowest:.1f} s"
    return slowest
