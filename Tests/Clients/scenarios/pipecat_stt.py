"""pipecat's transcription service, which dies of any error event: with the server's turn detection and with its own."""

import asyncio
import importlib.metadata

from pipecat.frames.frames import InputAudioRawFrame, InterimTranscriptionFrame, TranscriptionFrame, VADUserStoppedSpeakingFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.services.openai.stt import OpenAIRealtimeSTTService
from pipecat.workers.runner import WorkerRunner

from pipecat_listener import Listener, is_frame
from scenario import HEARD, RATE, Server, chunks, main, silence, voice


async def transcribe(server: Server, turn_detection) -> None:
    stt = OpenAIRealtimeSTTService(
        api_key=server.key, base_url=f"{server.socket}/realtime", turn_detection=turn_detection,
        settings=OpenAIRealtimeSTTService.Settings(model="gpt-4o-mini-transcribe"))
    before, after = Listener(), Listener()
    worker = PipelineWorker(
        Pipeline([before, stt, after]), params=PipelineParams(audio_in_sample_rate=RATE, audio_out_sample_rate=RATE),
        cancel_on_idle_timeout=False)
    running = asyncio.create_task(WorkerRunner(handle_sigint=False).run(worker))
    try:
        await asyncio.sleep(1)
        for _ in range(2):
            start = len(after.frames)
            for chunk in chunks(voice() + silence(1.2)):
                await worker.queue_frame(InputAudioRawFrame(audio=chunk, sample_rate=RATE, num_channels=1))
                await asyncio.sleep(0.01)
            if turn_detection is False:
                await worker.queue_frame(VADUserStoppedSpeakingFrame())
            final = await after.until(is_frame(TranscriptionFrame), start)
            assert final.text == HEARD, final.text
        assert any(isinstance(frame, InterimTranscriptionFrame) for frame in after.frames), "no partial transcript came"
        errors = before.errors() + after.errors()
        assert not errors, errors
    finally:
        await worker.cancel()
        await asyncio.wait_for(running, 10)


async def scenario(server: Server) -> str:
    server.behave()
    for turn_detection in (None, False):
        await transcribe(server, turn_detection)
    return f"pipecat {importlib.metadata.version('pipecat-ai')}: final transcripts with the server's and with local turn detection"


main(scenario)
