"""Assertions that say what differs."""

# Events that may stand anywhere among those of a response.
BESIDE = (
    "conversation.item.input_audio_transcription.delta", "conversation.item.input_audio_transcription.completed",
    "rate_limits.updated",
)


def equal(value, wanted, what: str) -> None:
    assert value == wanted, f"{what} is {value!r}, not {wanted!r}"


def members(value: dict, what: str, **wanted) -> None:
    """Each named member is there and has this value."""
    for name, member in wanted.items():
        assert name in value, f"{what} has no {name}"
        equal(value[name], member, f"{what}.{name}")


def refusal(error: dict, code: str | None, event_id: str | None, **more) -> None:
    """An error about a client's mistake: its code, whose it is, and `param` or `message` where the rule names them."""
    members(error, "error", type="invalid_request_error", code=code, event_id=event_id, **more)
    assert error["message"], "the error has no message"


def order(events: list[dict], wanted: list[str], leave: tuple[str, ...] = BESIDE) -> None:
    """The types of the events are exactly these; one that ends in * stands for one or more of the same.

    A name with alternatives (`a|b`) stands for any mixture of them.
    """
    found = [event["type"] for event in events if event["type"] not in leave]
    position = 0
    for name in wanted:
        choices = name.rstrip("*").split("|")
        assert position < len(found), f"{name} is missing at the end of {short(found)}"
        assert found[position] in choices, f"{found[position]} where {name} belongs: {short(found)}"
        position += 1
        if name.endswith("*"):
            while position < len(found) and found[position] in choices:
                position += 1
    assert position == len(found), f"{found[position]} after the last: {short(found)}"


def short(kinds: list[str]) -> list[str]:
    return [kind for index, kind in enumerate(kinds) if index == 0 or kinds[index - 1] != kind]


def precedes(events: list[dict], first: str, second: str) -> None:
    kinds = [event["type"] for event in events]
    assert first in kinds and second in kinds, f"{first} or {second} is missing: {short(kinds)}"
    assert kinds.index(first) < kinds.index(second), f"{second} came before {first}"


def identifier(value, prefix: str, what: str) -> None:
    assert isinstance(value, str) and value.startswith(prefix) and len(value) > len(prefix), f"{what} is {value!r}"
    assert len(value) <= 32 or prefix in ("sess_", "event_"), f"{what} has {len(value)} characters"


def near(value: float, wanted: float, by: float, what: str) -> None:
    assert abs(value - wanted) <= by, f"{what} is {value:g}, not {wanted:g} ± {by:g}"


def text_of(done: dict) -> str:
    """The text of a `response.done`, spoken or written."""
    return "".join(
        part.get("text") or part.get("transcript") or ""
        for item in done["response"]["output"] if item["type"] == "message" for part in item["content"])
