import pathlib
import subprocess


class Certificate:
    """A self-signed certificate for this machine, made for one run. A client trusts it through SSL_CERT_FILE."""

    def __init__(self, directory: pathlib.Path) -> None:
        self.path = directory / "certificate.pem"
        self.key = directory / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
             "-keyout", self.key, "-out", self.path],
            check=True, capture_output=True)

    @property
    def server_settings(self) -> dict[str, str]:
        return {"ANTIPHON_TLS_CERTIFICATE": str(self.path), "ANTIPHON_TLS_KEY": str(self.key)}

    @property
    def client_settings(self) -> dict[str, str]:
        """What makes Python's and OpenSSL's clients trust it."""
        return {"SSL_CERT_FILE": str(self.path), "REQUESTS_CA_BUNDLE": str(self.path), "NODE_EXTRA_CA_CERTS": str(self.path)}
