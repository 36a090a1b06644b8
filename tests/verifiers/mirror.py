"""A mirror of a running server that can lie: it passes every GET on, and changes one byte of what it is told to.

usage: mirror.py UPSTREAM [--header 'Name: value'] [--change PREFIX]
Says where it listens. A path that starts with PREFIX comes back with one byte changed.
"""

import argparse
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def handler(upstream: str, headers: dict[str, str], change: str | None):
    class Mirror(BaseHTTPRequestHandler):
        def do_GET(self):
            request = urllib.request.Request(upstream + self.path, headers=headers)
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    status, body = answer.status, answer.read()
            except urllib.error.HTTPError as error:
                status, body = error.code, error.read()
            if status == 200 and change is not None and self.path.startswith(change):
                body = changed(body)
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Mirror


def changed(body: bytes) -> bytes:
    """Flips the lowest bit of the third byte: of a name, a hash, or an entry after its 16-bit length."""
    return body[:2] + bytes([body[2] ^ 1]) + body[3:]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("upstream")
    parser.add_argument("--header", action="append", default=[])
    parser.add_argument("--change")
    args = parser.parse_args()
    headers = dict(header.split(": ", 1) for header in args.header)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(args.upstream.rstrip("/"), headers, args.change))
    print(f"Listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
