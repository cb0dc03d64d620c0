import asyncio
import json
import urllib.error
import urllib.request


class Answer:
    """Status, headers and JSON body of one REST call."""

    def __init__(self, status: int, headers, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    def refused(self, status: int) -> dict:
        """The error object of a refusal with this status."""
        assert self.status == status, f"status {self.status}, not {status}: {self.body[:300]!r}"
        error = self.json["error"]
        assert set(error) >= {"message", "type", "param", "code"}, f"members of the error: {sorted(error)}"
        return error

    def ok(self):
        assert self.status == 200, f"status {self.status}: {self.body[:300]!r}"
        return self.json


def call(url: str, key: str | None, body=None, method: str = "POST") -> Answer:
    headers = {"Content-Type": "application/json"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as refusal:
        return Answer(refusal.code, refusal.headers, refusal.read())


async def post(url: str, key: str | None, body=None) -> Answer:
    return await asyncio.to_thread(call, url, key, body)
