"""A tenant's endpoint for tools of the server, in a process of its own."""

import json
import pathlib
import ssl
import subprocess
import sys
import urllib.request

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "Fakes" / "fake_tool.py"
WEATHER = {
    "name": "get_weather", "description": "Tells the weather.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


class ToolEndpoint:
    """The fake tool with a certificate of its own."""

    def __init__(self, directory: pathlib.Path) -> None:
        self.certificate, key = directory / "certificate.pem", directory / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
             "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", self.certificate],
            check=True, capture_output=True)
        self.process = subprocess.Popen(
            [sys.executable, SCRIPT, "--tls", self.certificate, key], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        said = json.loads(self.process.stdout.readline())
        self.url, self.port = said["base_url"], said["port"]

    def calls(self) -> list[dict]:
        context = ssl.create_default_context(cafile=str(self.certificate))
        with urllib.request.urlopen(f"{self.url}/_log", context=context) as answer:
            return json.load(answer)

    def tool(self, query: str, **changes) -> dict:
        return WEATHER | {"url": f"{self.url}/answer?{query}"} | changes

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)
