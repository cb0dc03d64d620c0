"""What clients take for an unknown event: a null where a member that does not apply should be absent (protocol section 5)."""

# By item type: members that may be null.
NULLABLE_IN_ITEMS = {"mcp_call": {"output", "error", "approval_request_id"}, "mcp_approval_response": {"reason"}}
# By part type.
NULLABLE_IN_PARTS = {"input_audio": {"transcript"}}
# Members that belong to other item types.
FOREIGN = {
    "message": {"call_id", "name", "arguments", "output"},
    "function_call": {"role", "content", "output"},
    "function_call_output": {"role", "content", "name", "arguments"},
}
EVENTS_WITHOUT_AUDIO = ("conversation.item.added", "conversation.item.done", "conversation.item.created", "response.")
NULLABLE_IN_EVENTS = {"previous_item_id", "logprobs"}


def faults(event: dict) -> list[str]:
    found = [f"{name} is null" for name, value in event.items() if value is None and name not in NULLABLE_IN_EVENTS]
    for item in items(event):
        found += item_faults(item, event["type"])
    if isinstance(event.get("part"), dict):
        found += [f"part.{name} is null" for name, value in event["part"].items() if value is None]
    return found


def items(event: dict) -> list[dict]:
    """Every conversation item in the event."""
    response = event.get("response")
    output = response.get("output") or [] if isinstance(response, dict) else []
    return [item for item in [event.get("item"), *output] if isinstance(item, dict)]


def item_faults(item: dict, kind: str) -> list[str]:
    of_type = item.get("type", "")
    nullable = NULLABLE_IN_ITEMS.get(of_type, set())
    found = [f"item.{name} is null" for name, value in item.items() if value is None and name not in nullable]
    found += [f"item.{name} does not belong to a {of_type}" for name in FOREIGN.get(of_type, set()) if name in item]
    for part in item.get("content") or []:
        allowed = NULLABLE_IN_PARTS.get(part.get("type"), set())
        found += [f"item.content.{name} is null" for name, value in part.items() if value is None and name not in allowed]
        if part.get("type") == "input_audio" and "transcript" not in part:
            found.append("item.content.transcript is missing")
        if "audio" in part and kind.startswith(EVENTS_WITHOUT_AUDIO):
            found.append("item.content.audio has no place in this event")
    return found
