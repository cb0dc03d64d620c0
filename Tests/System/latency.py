#!/usr/bin/env python3
"""How long a turn takes over real sockets: percentiles of each part, with providers whose delays are set.

Starts a stack of its own on this machine with the wire-level fake providers, speaks a human recording to it in several sessions at
once, and prints what a listener would notice: when the turn was over, what each stage took, when the answer was heard; how exactly
phrases come; how fast an answer stops that is spoken over. What neither the silence window nor a provider took is the engine's.

usage: latency.py [--sessions 4] [--turns 25] [--rounds 20]
"""

import argparse
import asyncio
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "deploy" / "demo"), str(HERE.parent / "Conformance")]

import numpy as np  # noqa: E402

from harness.conversation import Conversation  # noqa: E402
from harness.fake_provider import FakeProvider  # noqa: E402
from harness.running_stack import RunningStack  # noqa: E402
from harness.speech import part, speech  # noqa: E402

SILENCE, STT, LLM, TTS = 300, 120, 250, 90
PHRASE_DELAY = 300
STARTED = "input_audio_buffer.speech_started"
STOPPED = "input_audio_buffer.speech_stopped"
TRANSCRIBED = "conversation.item.input_audio_transcription.completed"
AUDIO = "response.output_audio.delta"


class Figures:
    """Milliseconds by name, printed as percentiles in the order in which the names came."""

    def __init__(self) -> None:
        self.values: dict[str, list[float]] = {}

    def add(self, name: str, milliseconds: float | None) -> None:
        if milliseconds is not None:
            self.values.setdefault(name, []).append(milliseconds)

    def quantiles(self, name: str) -> list[float]:
        return np.percentile(self.values[name], [50, 95, 99]).tolist()

    def print(self) -> None:
        width = max(map(len, self.values))
        print(f"{'':{width}}      n     p50     p95     p99  ms")
        for name, values in self.values.items():
            p50, p95, p99 = self.quantiles(name)
            print(f"{name:{width}}  {len(values):5d} {p50:7.1f} {p95:7.1f} {p99:7.1f}")


def milliseconds(later: float, earlier: float) -> float:
    return (later - earlier) * 1000


async def hold_turns(stack: RunningStack, count: int, figures: Figures) -> None:
    audio = {"input": {
        "turn_detection": {"type": "server_vad", "silence_duration_ms": SILENCE}, "transcription": {"model": "whisper-1"}}}
    antiphon = {"latency": {"reported": True}, "acknowledgement": {"enabled": False}}
    question = speech()
    question = part(question, 0, question.speech_end)
    async with Conversation.open(stack.url, stack.api_key, shows_behavior=True, audio=audio, antiphon=antiphon) as session:
        for _ in range(count):
            since = len(session.events)
            end = await session.speak(question, quiet=1.2)
            done = await session.expect("response.done")
            at = {}
            for event, arrival in zip(session.events[since:], session.arrivals[since:]):
                at.setdefault(event.type, arrival)
            latency = done.response.antiphon["latency"]
            figures.add("last word to speech_stopped", milliseconds(at[STOPPED], end))
            figures.add("speech_stopped to transcript", milliseconds(at[TRANSCRIBED], at[STOPPED]))
            figures.add("speech_stopped to response.created", milliseconds(at["response.created"], at[STOPPED]))
            figures.add("request to first token", latency.get("first_token_ms"))
            figures.add("request to first piece", latency.get("first_piece_ms"))
            figures.add("piece to first speech", latency.get("first_speech_ms"))
            figures.add("speech_stopped to first audio", milliseconds(at[AUDIO], at[STOPPED]))
            figures.add("last word to first audio", milliseconds(at[AUDIO], end))
            figures.add("the engine's own part, by the session's clock", latency.get("engine_ms"))
            figures.add("the engine's own part, at the client", milliseconds(at[AUDIO], at[STOPPED]) - STT - LLM - TTS)


async def time_phrases(stack: RunningStack, fake: FakeProvider, rounds: int, figures: Figures) -> None:
    fake.behave(llm={"head_delay_ms": 900, "reply": "Yes."})
    antiphon = {"acknowledgement": {"minimum_gap_ms": 0, "delay_ms": PHRASE_DELAY}}
    async with Conversation.open(stack.url, stack.api_key, antiphon=antiphon) as session:
        # The first one may have to wait for its synthesis.
        for number in range(rounds + 1):
            since = len(session.events)
            await session.ask("is it?")
            at = dict(reversed(list(zip((event.type for event in session.events[since:]), session.arrivals[since:]))))
            if number > 0:
                figures.add("phrase, off its time", abs(milliseconds(at[AUDIO], at["response.created"]) - PHRASE_DELAY))


async def time_interruptions(stack: RunningStack, fake: FakeProvider, rounds: int, figures: Figures) -> None:
    for _ in range(rounds):
        fake.reset()
        fake.behave(llm={"reply_repeat": 200, "gap_ms": 20}, tts={"bytes_per_second": 96_000})
        async with Conversation.open(stack.url, stack.api_key) as session:
            await session.say("tell me a story")
            await session.connection.response.create()
            await session.expect(AUDIO)
            await asyncio.sleep(0.4)
            began = time.monotonic()
            speaking = asyncio.create_task(session.speak(speech(), quiet=0.1))
            await session.expect("response.done")
            figures.add("spoken over, first sound sent to last audio", milliseconds(session.arrival(AUDIO), began))
            figures.add(
                "speech_started to response.done", milliseconds(session.arrival("response.done"), session.first(STARTED)))
            for stage in ("llm", "tts"):
                entry = await asyncio.to_thread(
                    fake.wait_for_request, stage, lambda entry: entry["aborted_at"] or entry["finished_at"])
                if entry["aborted_at"]:
                    figures.add(
                        "response.done to abort at the provider",
                        milliseconds(entry["aborted_at"], session.arrival("response.done")))
            speaking.cancel()


async def measure(options: argparse.Namespace) -> None:
    fake = FakeProvider()
    stack = RunningStack(**fake.settings)
    figures = Figures()
    try:
        stack.start()
        fake.behave(
            stt={"head_delay_ms": STT}, llm={"head_delay_ms": LLM, "reply": "Yes."}, tts={"head_delay_ms": TTS})
        await asyncio.gather(*(hold_turns(stack, options.turns, figures) for _ in range(options.sessions)))
        fake.reset()
        await time_phrases(stack, fake, options.rounds, figures)
        await time_interruptions(stack, fake, options.rounds, figures)
    finally:
        stack.remove()
        fake.stop()
    print(f"{options.sessions} sessions at once, {options.turns} turns each; silence window {SILENCE} ms, "
          f"providers: speech-to-text {STT} ms, language model {LLM} ms, text-to-speech {TTS} ms")
    figures.print()
    whole, own = (figures.quantiles(name) for name in ("last word to first audio", "the engine's own part, at the client"))
    shares = ", ".join(f"{part / all:.1%}" for part, all in zip(own, whole))
    print(f"the engine's share of the wait for an answer, p50, p95, p99: {shares}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value, most in [("sessions", 4, 64), ("turns", 25, 1_000), ("rounds", 20, 1_000)]:
        parser.add_argument(f"--{name}", type=int, default=value, choices=range(1, most + 1), metavar="N")
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
