"""What servers refuse in a request for an answer, each in its own words; the fake provider's `strict` names the server."""

ANY_SIGNATURE = "skip_thought_signature_validator"
KNOWN_TO_MISTRAL = {
    "model", "messages", "stream", "max_tokens", "temperature", "tools", "tool_choice", "parallel_tool_calls",
    "reasoning_effort", "random_seed",
}


def refusal(server, asked):
    """(status, body) where `server` would refuse what is asked, else None."""
    return SERVERS[server](asked, [message["role"] for message in asked["messages"]])


def lm_studio(asked, _roles):
    if any(message.get("content") is None for message in asked["messages"]):
        return 400, {"error": "'content' field must be a string or an array of objects. Got 'null'."}
    if isinstance(asked.get("tool_choice"), dict):
        return 400, {"error": "Invalid tool_choice type: 'object'. Supported string values: none, auto, required"}
    return None


def bedrock(asked, roles):
    for index, message in enumerate(asked["messages"]):
        if message.get("content") == "":
            text = f"The text field in the ContentBlock object at messages.{index}.content.0 is blank. Add text to it."
            return 400, {"error": {"message": text, "type": "invalid_request_error", "code": "400"}}
    if "tools" not in asked and any("tool_calls" in message for message in asked["messages"]):
        text = "Bedrock doesn't support tool calling without `tools=` param specified. Pass `tools=` param."
        return 400, {"error": {"message": text, "type": "None", "param": None, "code": "400"}}
    if [role for role in roles if role != "system"][:1] != ["user"]:
        return 400, {"error": {"message": "A conversation must start with a user message.", "code": "400"}}
    return None


def gemini(asked, roles):
    for index, message in enumerate(asked["messages"]):
        if not message.get("tool_calls"):
            continue
        given = message["tool_calls"][0].get("extra_content", {}).get("google", {}).get("thought_signature")
        if given is None:
            name = message["tool_calls"][0]["function"]["name"]
            text = f"Function call is missing a thought_signature in functionCall parts. Function call `{name}`, position {index}."
            return 400, [{"error": {"code": 400, "message": text, "status": "INVALID_ARGUMENT"}}]
        if given != ANY_SIGNATURE and not given.startswith("signature of "):
            return 400, [{"error": {"code": 400, "message": "Corrupted thought signature.", "status": "INVALID_ARGUMENT"}}]
    if set(roles) <= {"system"}:
        text = "* GenerateContentRequest.contents: contents is not specified\n"
        return 400, [{"error": {"code": 400, "message": text, "status": "INVALID_ARGUMENT"}}]
    return None


def mistral(asked, roles):
    extra = sorted(set(asked) - KNOWN_TO_MISTRAL)
    if extra:
        detail = [{"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted"} for name in extra]
        return 422, {"object": "error", "message": {"detail": detail}, "type": "invalid_request_error"}
    if roles[-1:] not in (["user"], ["tool"]):
        text = f"Expected last role User or Tool (or Assistant with prefix True) for serving but got {roles[-1]}"
        return 400, {"object": "error", "message": text, "type": "invalid_request_message_order", "code": "3230"}
    return None


def qwen(_asked, roles):
    if "system" in roles[1:]:
        return 400, {"object": "error", "message": "System message must be at the beginning.", "type": "BadRequestError"}
    if "user" not in roles:
        return 400, {"object": "error", "message": "No user query found in messages.", "type": "BadRequestError"}
    return None


def gemma(asked, roles):
    messages = asked["messages"][roles[:1] == ["system"]:]
    # As templates do that know tools: calls and results are no turns.
    spoken = [message["role"] for message in messages if message["role"] != "tool" and not message.get("tool_calls")]
    if any(role != ("user", "assistant")[index % 2] for index, role in enumerate(spoken)):
        text = "Conversation roles must alternate user/assistant/user/assistant/..."
        return 400, {"object": "error", "message": text, "type": "BadRequestError", "code": 400}
    return None


def openai(asked, _roles):
    def refuse(message, param):
        return 400, {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": None}}

    if not asked["messages"]:
        return refuse("Invalid 'messages': empty array. Expected an array with minimum length 1.", "messages")
    if "max_tokens" in asked:
        text = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        return refuse(text, "max_tokens")
    if asked.get("temperature", 1) != 1:
        text = "Unsupported value: 'temperature' does not support 0.6 with this model. Only the default (1) value is supported."
        return refuse(text, "temperature")
    return None


SERVERS = {
    "lm_studio": lm_studio, "bedrock": bedrock, "gemini": gemini, "mistral": mistral, "qwen": qwen, "gemma": gemma,
    "openai": openai,
}
