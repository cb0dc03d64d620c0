"""`Tests/Fixtures/event-inventory.json`: every event and object, its required and optional members and their types."""

import functools
import json
import pathlib

FILE = pathlib.Path(__file__).resolve().parents[2] / "Fixtures" / "event-inventory.json"

# Members that the vendor sends and its types do not name (captures of the hosted service), and our own `antiphon`, which a
# session shows that named it.
ON_THE_WIRE = {
    "ga": {"object", "id", "expires_at", "cached_tokens_details", "antiphon"},
    "beta": {
        "object", "id", "expires_at", "cached_tokens_details", "prompt", "include", "name", "speed", "tracing",
        "input_audio_noise_reduction", "voice", "client_secret", "antiphon",
    },
}
# On a socket the beta session's `client_secret` is null, and a `tool_choice` object comes back as it was given; the types
# were made for the REST answer.
KNOWN_DIFFERENCES = {"ga": (), "beta": ("client_secret is no object", ".tool_choice is {")}


@functools.cache
def inventory(shape: str) -> dict:
    return json.loads(FILE.read_text())[shape]


def faults(event: dict, shape: str) -> list[str]:
    """What is wrong with a server event; empty if nothing."""
    kind = event.get("type")
    schema = inventory(shape)["server_events"].get(kind)
    if schema is None:
        # The OpenAPI document has one event more than the types.
        if (shape, kind) == ("beta", "transcription_session.created"):
            schema = inventory(shape)["server_events"]["transcription_session.updated"]
        else:
            return [f"{kind!r} is no {shape} event"]
    known = KNOWN_DIFFERENCES[shape] + ((".type is",) if kind == "transcription_session.created" else ())
    return [fault for fault in members(event, schema, kind, shape) if not any(map(fault.__contains__, known))]


# What only those see who set it: the member of sessions that is our own.
OUR_OWN = {"antiphon"}


def members(value, schema: dict, path: str, shape: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path} is no object"]
    required, optional = schema["required"], schema["optional"]
    found = [f"{path}.{name} is missing" for name in required if name not in value]
    for name, member in value.items():
        kind = required.get(name) or optional.get(name)
        if kind is None:
            if name not in ON_THE_WIRE[shape] | OUR_OWN:
                found.append(f"{path}.{name} is not in the types")
        else:
            found += typed(member, kind, f"{path}.{name}", shape)
    return found


def typed(value, kind: str, path: str, shape: str) -> list[str]:
    alternatives = split(kind)
    if len(alternatives) > 1:
        results = [typed(value, alternative, path, shape) for alternative in alternatives]
        # The alternative that comes closest says most.
        return min(results, key=len)
    if kind.startswith("#"):
        return members(value, inventory(shape)["objects"][kind[1:]], path, shape)
    if kind.startswith("["):
        if not isinstance(value, list):
            return [f"{path} is no array"]
        return [fault for index, each in enumerate(value) for fault in typed(each, kind[1:-1], f"{path}[{index}]", shape)]
    if kind.startswith("{"):
        element = kind[1:-1].partition(":")[2]
        if not isinstance(value, dict):
            return [f"{path} is no object"]
        return [fault for name, each in value.items() for fault in typed(each, element, f"{path}.{name}", shape)]
    return [] if holds(value, kind) else [f"{path} is {json.dumps(value)[:80]}, not {kind}"]


def holds(value, kind: str) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    match kind:
        case "any":
            return True
        case "null":
            return value is None
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return is_number and isinstance(value, int)
        case "number":
            return is_number
        case _:
            return value == json.loads(kind) and not isinstance(value, bool)


@functools.cache
def split(kind: str) -> list[str]:
    """The alternatives of a union, brackets respected."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(kind):
        if character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
        elif character == "|" and depth == 0:
            parts.append(kind[start:index].strip())
            start = index + 1
    return [*parts, kind[start:].strip()]
