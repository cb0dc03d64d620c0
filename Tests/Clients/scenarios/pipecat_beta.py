"""pipecat 0.0.80's beta service, which raises on every event type that it does not know."""

import asyncio
import importlib.metadata

from pipecat.adapters.schemas.function_schema import FunctionSchema
from pipecat.adapters.schemas.tools_schema import ToolsSchema
from pipecat.frames.frames import InputAudioRawFrame, LLMFullResponseEndFrame, TranscriptionFrame, TTSAudioRawFrame, TTSTextFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.runner import PipelineRunner
from pipecat.pipeline.task import PipelineParams, PipelineTask
from pipecat.processors.aggregators.openai_llm_context import OpenAILLMContext
from pipecat.services.openai_realtime_beta import InputAudioTranscription, OpenAIRealtimeBetaLLMService, SessionProperties, TurnDetection

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


async def speak(task: PipelineTask, pcm: bytes) -> None:
    for chunk in chunks(pcm):
        await task.queue_frame(InputAudioRawFrame(audio=chunk, sample_rate=RATE, num_channels=1))
        await asyncio.sleep(0.02)


async def scenario(server: Server) -> str:
    server.behave()
    properties = SessionProperties(
        input_audio_transcription=InputAudioTranscription(), turn_detection=TurnDetection(silence_duration_ms=500),
        instructions="Be brief.")
    llm = OpenAIRealtimeBetaLLMService(
        api_key=server.key, base_url=f"{server.socket}/realtime", model="gpt-4o-realtime-preview", session_properties=properties)
    llm.register_function("get_weather", weather_of(server))
    context = OpenAILLMContext(
        [{"role": "user", "content": "what is new?"}], ToolsSchema(standard_tools=[TOOL]))
    pair = llm.create_context_aggregator(context)
    before, after = Listener(), Listener()
    task = PipelineTask(
        Pipeline([before, pair.user(), llm, after, pair.assistant()]),
        params=PipelineParams(audio_in_sample_rate=RATE, audio_out_sample_rate=RATE, allow_interruptions=True),
        cancel_on_idle_timeout=False)
    running = asyncio.create_task(PipelineRunner(handle_sigint=False).run(task))
    try:
        await task.queue_frames([pair.user().get_context_frame()])
        await after.until(is_frame(LLMFullResponseEndFrame))
        assert any(isinstance(frame, TTSAudioRawFrame) for frame in after.frames), "no audio came"
        text = " ".join("".join(frame.text for frame in after.frames if isinstance(frame, TTSTextFrame)).split())
        assert text == "You said: what is new?", text
        start = len(after.frames)
        await speak(task, voice() + silence(1.2))
        await after.until(is_frame(LLMFullResponseEndFrame), start)
        heard = [frame.text for frame in before.frames + after.frames if isinstance(frame, TranscriptionFrame)]
        assert HEARD in heard, heard
        server.behave(llm={"tool": "get_weather", "tool_arguments": '{"city":"Basel"}'})
        speaking = asyncio.create_task(speak(task, voice() + silence(1.2)))
        for _ in range(300):
            if cities:
                break
            await asyncio.sleep(0.05)
        await speaking
        assert cities == ["Basel"], f"the tool was called with {cities}"
        await asyncio.sleep(2)
        assert llm._receive_task and not llm._receive_task.done(), "the receive loop ended"
        assert not before.errors() + after.errors(), before.errors() + after.errors()
    finally:
        server.behave()
        await task.cancel()
        await asyncio.wait_for(running, 10)
    return f"pipecat {importlib.metadata.version('pipecat-ai')} beta: two turns and a tool, no unknown event"


main(scenario)
