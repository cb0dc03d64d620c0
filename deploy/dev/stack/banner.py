import json
import shlex

from .options import Options
from .problem import Problem

STAGES = {"stt": "listens", "llm": "thinks", "tts": "speaks"}


def providers(description: str) -> list[str]:
    """One line for each stage: who does it and why, from the worker's own description."""
    try:
        stages = json.loads(description)
        return [
            f"  {STAGES[stage]:8} {stages[stage]['name']} ({stages[stage]['model']}): {stages[stage]['reason']}"
            for stage in STAGES
        ]
    except (ValueError, KeyError, TypeError):
        raise Problem(f"The worker's description of its providers cannot be read: {description.strip()[:200]}") from None


def example(options: Options) -> list[str]:
    """Three lines to try: a session key for a browser, the models, a spoken conversation."""
    is_given = options.environment.get("API_KEY")
    key = "$API_KEY" if is_given else f"$(cat {shlex.quote(str(options.directory / 'api_key'))})"
    return [
        f'  curl -X POST {options.base_url}/v1/realtime/client_secrets -H "Authorization: Bearer {key}"',
        f'  curl {options.base_url}/v1/models -H "Authorization: Bearer {key}"',
        "  make demo",
    ]


def text(options: Options, key: str, description: str) -> str:
    return "\n".join([
        "", "Antiphon is ready.", "",
        f"  base URL {options.base_url}/v1",
        f"  API key  {key}", "",
        *providers(description), "",
        "Try, in another terminal:", *example(options), "",
        f"Logs are in {options.directory / 'log'}. Ctrl-C stops everything.",
    ])
