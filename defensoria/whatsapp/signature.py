"""Meta's signature over a webhook's raw bytes (header `X-Hub-Signature-256`), compared in constant time."""

import hashlib
import hmac
import re

HEADER = "X-Hub-Signature-256"
_PREFIX = "sha256="
_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}")


def sign(body: bytes, app_secret: str) -> str:
    """The header's value for `body`: `sha256=` and the HMAC in hexadecimal."""
    return _PREFIX + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def is_signature(header: str | None) -> bool:
    """Whether a header could be a signature, of whatever body."""
    return bool(header and _SIGNATURE.fullmatch(header))


def is_genuine(body: bytes, header: str | None, app_secret: str) -> bool:
    """Whether Meta signed exactly these bytes. False when the header is missing or no secret is configured."""
    if not app_secret or not header:
        return False
    return is_same(sign(body, app_secret), header)


def is_same(secret: str, given: str) -> bool:
    """Whether `given` is the secret; how long the answer takes does not tell how much of it is right."""
    # Sanic hands on bytes that are no UTF-8 as lone surrogates.
    return hmac.compare_digest(secret.encode(), given.encode("utf-8", "surrogatepass"))
