"""A tenant's tool endpoint that misbehaves on request; for tests.

POST /answer?body=…&status=…&delay_ms=…&bytes=…&fail_first=…&cut=1&location=… answers as the query says. GET /_log tells what came.
Prints {"port", "base_url"} and runs until its standard input closes. `--tls CERTIFICATE KEY` serves https.
"""
import argparse
import http.server
import json
import ssl
import sys
import threading
import time
import urllib.parse

LOG: list[dict] = []
LOCK = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        with LOCK:
            body = json.dumps(LOG).encode()
        self.reply(200, body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        path, _, query = self.path.partition("?")
        wanted = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        entry = {
            "path": path, "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode(), "at": time.time(), "aborted": False,
        }
        with LOCK:
            LOG.append(entry)
            same = [old for old in LOG if old["headers"].get("webhook-id") == entry["headers"].get("webhook-id")]
        if not self.wait(int(wanted.get("delay_ms", 0)) / 1000):
            entry["aborted"] = True
            return
        if len(same) <= int(wanted.get("fail_first", 0)):
            return self.reply(503, b"")
        if "cut" in wanted:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            self.close_connection = True
            return
        text = wanted.get("body", "done").encode() if "bytes" not in wanted else b"x" * int(wanted["bytes"])
        self.reply(int(wanted.get("status", 200)), text, wanted.get("location"))

    def wait(self, seconds: float) -> bool:
        """False when the client has gone away before the time was over."""
        end = time.monotonic() + seconds
        self.connection.settimeout(0.02)
        while (left := end - time.monotonic()) > 0:
            try:
                if not self.connection.recv(1):
                    return False
            except TimeoutError:
                continue
            except OSError:
                return False
            time.sleep(min(left, 0.02))
        self.connection.settimeout(None)
        return True

    def reply(self, status: int, body: bytes, location: str | None = None) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
    options = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    port = server.server_address[1]
    print(json.dumps({"port": port, "base_url": f"{'https' if options.tls else 'http'}://127.0.0.1:{port}"}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
