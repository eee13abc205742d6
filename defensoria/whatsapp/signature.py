"""Meta's signature over a webhook's raw bytes (header `X-Hub-Signature-256`)."""

import hashlib
import hmac

HEADER = "X-Hub-Signature-256"
_PREFIX = "sha256="


def sign(body: bytes, app_secret: str) -> str:
    """The header's value for `body`: `sha256=` and the HMAC in hexadecimal."""
    return _PREFIX + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def is_genuine(body: bytes, header: str | None, app_secret: str) -> bool:
    """Whether Meta signed exactly these bytes. False when the header is missing or no secret is configured."""
    if not app_secret or not header:
        return False
    return hmac.compare_digest(sign(body, app_secret).encode(), header.encode())
