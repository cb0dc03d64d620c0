"""pipecat's OpenAI Realtime service in a pipeline: two turns, a tool call and an interruption leave its receive loop alive."""

import asyncio
import importlib.metadata

from pipecat.adapters.schemas.function_schema import FunctionSchema
from pipecat.adapters.schemas.tools_schema import ToolsSchema
from pipecat.frames.frames import (
    InputAudioRawFrame, InterruptionFrame, LLMFullResponseEndFrame, LLMRunFrame, TranscriptionFrame, TTSAudioRawFrame,
    TTSTextFrame)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
from pipecat.services.openai.realtime import events
from pipecat.services.openai.realtime.llm import OpenAIRealtimeLLMService
from pipecat.workers.runner import WorkerRunner

from pipecat_listener import Listener, is_frame
from scenario import HEARD, RATE, Server, chunks, main, silence, voice

cities: list[str] = []
TOOL = FunctionSchema(
    name="get_weather", description="The weather.", properties={"city": {"type": "string"}}, required=["city"])


def weather_of(server: Server):
    async def get_weather(params) -> None:
        cities.append(params.arguments["city"])
        # The model has called it; what it says next is about the result.
        server.behave()
        await params.result_callback({"weather": "sunny"})

    return get_weather


def service(server: Server) -> OpenAIRealtimeLLMService:
    heard = events.AudioInput(
        transcription=events.InputAudioTranscription(), turn_detection=events.TurnDetection(silence_duration_ms=500))
    properties = events.SessionProperties(instructions="Be brief.", audio=events.AudioConfiguration(input=heard))
    llm = OpenAIRealtimeLLMService(
        api_key=server.key, base_url=f"{server.socket}/realtime",
        settings=OpenAIRealtimeLLMService.Settings(model="gpt-realtime", session_properties=properties))
    llm.register_function("get_weather", weather_of(server))
    return llm


async def speak(worker: PipelineWorker, pcm: bytes) -> None:
    for chunk in chunks(pcm):
        await worker.queue_frame(InputAudioRawFrame(audio=chunk, sample_rate=RATE, num_channels=1))
        await asyncio.sleep(0.02)


def said(listener: Listener, start: int) -> str:
    return " ".join(" ".join(frame.text for frame in listener.frames[start:] if isinstance(frame, TTSTextFrame)).split())


async def turns(server: Server, worker: PipelineWorker, context: LLMContext, after: Listener) -> None:
    await worker.queue_frame(LLMRunFrame())
    await after.until(is_frame(LLMFullResponseEndFrame))
    assert any(isinstance(frame, TTSAudioRawFrame) for frame in after.frames), "no audio came"
    assert said(after, 0) == "You said: what is new?", said(after, 0)

    start = len(after.frames)
    await speak(worker, voice() + silence(1.2))
    await after.until(is_frame(LLMFullResponseEndFrame), start)

    start = len(after.frames)
    server.behave(llm={"tool": "get_weather", "tool_arguments": '{"city":"Basel"}'})
    context.add_message({"role": "user", "content": "how is the weather?"})
    speaking = asyncio.create_task(speak(worker, voice() + silence(1.2)))
    await until(lambda: cities, "the tool was not called")
    await speaking
    await after.until(is_frame(TTSAudioRawFrame), start)
    await after.until(is_frame(LLMFullResponseEndFrame), start)
    assert cities == ["Basel"], cities
    await asyncio.sleep(1)

    server.behave(llm={"reply_repeat": 100, "gap_ms": 50}, tts={"bytes_per_second": 96_000})
    start = len(after.frames)
    await speak(worker, voice() + silence(1.2))
    await after.until(is_frame(TTSAudioRawFrame), start)
    start = len(after.frames)
    await speak(worker, voice() + silence(0.2))
    await after.until(is_frame(InterruptionFrame), start)
    server.behave()
    await speak(worker, silence(1.2))
    await after.until(is_frame(LLMFullResponseEndFrame), start)


async def until(holds, what: str, within: float = 20.0) -> None:
    for _ in range(int(within / 0.05)):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(what)


async def scenario(server: Server) -> str:
    server.behave()
    context = LLMContext([{"role": "user", "content": "what is new?"}], tools=ToolsSchema(standard_tools=[TOOL]))
    pair = LLMContextAggregatorPair(context, realtime_service_mode=True)
    llm, before, between, after = service(server), Listener(), Listener(), Listener()
    worker = PipelineWorker(
        Pipeline([before, pair.user(), between, llm, after, pair.assistant()]),
        params=PipelineParams(audio_in_sample_rate=RATE, audio_out_sample_rate=RATE), cancel_on_idle_timeout=False)
    runner = WorkerRunner(handle_sigint=False)
    running = asyncio.create_task(runner.run(worker))
    try:
        await turns(server, worker, context, after)
        heard = [frame.text for frame in between.frames if isinstance(frame, TranscriptionFrame)]
        assert HEARD in heard, heard
        assert llm._receive_task and not llm._receive_task.done(), "the receive loop ended"
        errors = before.errors() + between.errors() + after.errors()
        assert not errors, errors
    finally:
        server.behave()
        await worker.cancel()
        await asyncio.wait_for(running, 10)
    return f"pipecat {importlib.metadata.version('pipecat-ai')}: two turns, tool, interruption, receive loop alive"


main(scenario)
