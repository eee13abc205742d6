"""What nginx lets through: the webhook and the desk, and nothing else of what stands behind it."""

import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.system.conftest import free_ports

from .conftest import DEPLOY

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/bin")
WEBHOOK, DESK = "webhook.exemplo.gov.br", "mesa.exemplo.gov.br"
_HEAD = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}
http {{
  access_log off; client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  include {folder}/partes.conf;
  include {folder}/defensoria.conf;
}}
"""


class _Behind(BaseHTTPRequestHandler):
    """Answers whatever comes with what it was told of the caller."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = (self.headers.get("X-Real-IP") or self.headers.get("X-Forwarded-For") or "").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Somebody in the internet, before a running nginx with the project's own configuration."""
    if NGINX is None:
        pytest.skip("no nginx on this machine: apt-get install nginx")
    folder = tmp_path_factory.mktemp("nginx")
    behind = ThreadingHTTPServer(("127.0.0.1", 0), _Behind)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    plain, secure = free_ports(2)
    _configure(folder, plain, secure, behind.server_port)
    process = subprocess.Popen([NGINX, "-c", folder / "nginx.conf", "-e", folder / "start.log"])
    deadline = time.monotonic() + 20
    while not (folder / "pid").exists():
        assert process.poll() is None, (folder / "start.log").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    trust = ssl.create_default_context(cafile=str(folder / "cadeia.pem"))
    with httpx.Client(base_url=f"https://127.0.0.1:{secure}", verify=trust, timeout=10) as client:
        yield client
    process.terminate()
    process.wait()
    behind.shutdown()


def _configure(folder: Path, plain: int, secure: int, behind: int) -> None:
    _certificate(folder)
    for name in ("defensoria.conf", "defensoria-tls.conf", "defensoria-mesa.conf"):
        text = (DEPLOY / "nginx" / name).read_text().replace("/etc/nginx/", f"{folder}/")
        text = text.replace("/etc/ssl/defensoria/", f"{folder}/")
        text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace("    listen [::]:80;\n", "")
        text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl").replace(
            "    listen [::]:443 ssl http2;\n", ""
        )
        (folder / name).write_text(text)
    partes = (DEPLOY / "nginx" / "defensoria-partes.conf").read_text()
    for port in ("5005", "5006", "8000"):
        partes = partes.replace(f"127.0.0.1:{port}", f"127.0.0.1:{behind}")
    (folder / "partes.conf").write_text(partes)
    (folder / "nginx.conf").write_text(_HEAD.format(folder=folder))


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(WEBHOOK), x509.DNSName(DESK)]), False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cadeia.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "chave.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _ask(outside: httpx.Client, host: str, method: str, path: str, **more: object) -> httpx.Response:
    return outside.request(method, path, headers={"Host": host}, extensions={"sni_hostname": host}, **more)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_webhook_is_reached_and_knows_who_calls(outside, method):
    answer = _ask(outside, WEBHOOK, method, "/webhooks/whatsapp/webhook")
    assert (answer.status_code, answer.text) == (200, "127.0.0.1")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/status",
        "/model/parse",
        "/conversations/556599990001/tracker",
        "/webhooks/whatsapp/metrics",
        "/webhooks/whatsapp/ready",
        "/webhooks/whatsapp/alive",
        "/webhooks/whatsapp/facts",
        "/webhooks/whatsapp/webhook/",
        "/webhooks/whatsapp/webhook/../metrics",
        "/webhooks/rest/webhook",
    ],
)
def test_nothing_else_of_rasa_is_reached(outside, path):
    assert _ask(outside, WEBHOOK, "GET", path).status_code == 404
    assert _ask(outside, WEBHOOK, "POST", path).status_code == 404


def test_the_webhook_takes_nothing_larger_than_metas_largest_and_no_other_method(outside):
    large = b"x" * (3 * 1024 * 1024 + 1)
    assert _ask(outside, WEBHOOK, "POST", "/webhooks/whatsapp/webhook", content=large).status_code == 413
    assert _ask(outside, WEBHOOK, "DELETE", "/webhooks/whatsapp/webhook").status_code == 403


def test_the_desk_is_reached_and_its_numbers_are_not(outside):
    assert _ask(outside, DESK, "GET", "/").text == "127.0.0.1"
    for path in ("/metrics", "/saude"):
        assert _ask(outside, DESK, "GET", path).status_code == 404
    assert "max-age" in _ask(outside, DESK, "GET", "/").headers["Strict-Transport-Security"]


def test_an_address_that_tries_the_login_again_and_again_is_held_up(outside):
    statuses = [_ask(outside, DESK, "POST", "/entrar").status_code for _ in range(200)]
    assert statuses[:50] == [200] * 50, "a building that comes in at eight"
    assert set(statuses) == {200, 429}
