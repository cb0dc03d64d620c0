"""The server events of the `openai` package as pydantic models, one judge for each shape."""

import functools
import typing

import pydantic
from openai.types.beta.realtime import RealtimeServerEvent as BetaServerEvent
from openai.types.beta.realtime.transcription_session import TranscriptionSession
from openai.types.realtime import RealtimeServerEvent as GAServerEvent

try:
    from agents.realtime.openai_realtime import get_server_event_type_adapter
except ImportError:  # judged by `openai` alone
    get_server_event_type_adapter = None

# In the vendor's OpenAPI document, not in the package: the first event of a beta transcription session.
ONLY_DOCUMENTED = {"beta": {"transcription_session.created": "transcription_session.updated"}, "ga": {}}
# The beta types were made for the REST answer: on a socket the secret is null, as in the vendor's own example, and a
# `tool_choice` object comes back as it was given.
MADE_FOR_REST = tuple(
    f"{path}{name}: Input should be {what}"
    for path in ("", "session.") for name, what in (
        ("client_secret", "a valid dictionary"), ("client_secret", "an object"), ("tool_choice", "a valid string")))
MOST_SHOWN = 3


@functools.cache
def classes(shape: str) -> dict[str, type[pydantic.BaseModel]]:
    """The model of each event type. One at a time tells far better what is wrong than the whole union does."""
    union = GAServerEvent if shape == "ga" else BetaServerEvent
    found: dict[str, type[pydantic.BaseModel]] = {}
    for model in typing.get_args(typing.get_args(union)[0]):
        for name in typing.get_args(model.model_fields["type"].annotation):
            found[name] = model
    return found


def faults(text: str, event: dict, shape: str) -> list[str]:
    """What the package's type of this event says against it; empty if nothing."""
    kind = event.get("type")
    known = classes(shape)
    if kind in ONLY_DOCUMENTED[shape]:
        found = reasons(lambda: pydantic.TypeAdapter(TranscriptionSession).validate_python(event["session"], strict=True))
    elif kind not in known:
        return [f"{kind!r} is no {shape} event of the openai package"]
    else:
        found = reasons(lambda: known[kind].model_validate_json(text, strict=True))
    return [fault for fault in found if not (shape == "beta" and fault.startswith(MADE_FOR_REST))]


def agents_faults(event: dict) -> list[str]:
    """What openai-agents would say: it drops the event and raises an error to its user."""
    if get_server_event_type_adapter is None:
        return []
    return [f"openai-agents: {reason}" for reason in reasons(lambda: get_server_event_type_adapter().validate_python(event))]


def reasons(validate) -> list[str]:
    try:
        validate()
        return []
    except pydantic.ValidationError as fault:
        details = fault.errors(include_url=False, include_input=False, include_context=False)
        shown = [f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}" for detail in details[:MOST_SHOWN]]
        return [*shown, *([f"and {len(details) - MOST_SHOWN} more"] if len(details) > MOST_SHOWN else [])]
