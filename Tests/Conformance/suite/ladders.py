"""The orders of sections 3.2, 3.3 and 3.5 in both shapes."""

GA_TEXT = [
    "response.created", "response.output_item.added", "conversation.item.added", "response.content_part.added",
    "response.output_text.delta*", "response.output_text.done", "response.content_part.done", "conversation.item.done",
    "response.output_item.done", "response.done",
]
BETA_TEXT = [
    "response.created", "response.output_item.added", "conversation.item.created", "response.content_part.added",
    "response.text.delta*", "response.text.done", "response.content_part.done", "response.output_item.done", "response.done",
]
GA_AUDIO = [
    "response.created", "response.output_item.added", "conversation.item.added", "response.content_part.added",
    "response.output_audio_transcript.delta|response.output_audio.delta*", "response.output_audio.done",
    "response.output_audio_transcript.done", "response.content_part.done", "conversation.item.done",
    "response.output_item.done", "response.done",
]
BETA_AUDIO = [
    "response.created", "response.output_item.added", "conversation.item.created", "response.content_part.added",
    "response.audio_transcript.delta|response.audio.delta*", "response.audio.done", "response.audio_transcript.done",
    "response.content_part.done", "response.output_item.done", "response.done",
]
GA_TOOL = [
    "response.created", "response.output_item.added", "conversation.item.added", "response.function_call_arguments.delta*",
    "response.function_call_arguments.done", "conversation.item.done", "response.output_item.done", "response.done",
]
GA_TURN = [
    "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed",
    "conversation.item.added", "conversation.item.done",
]
BETA_TURN = GA_TURN[:3] + ["conversation.item.created"]
