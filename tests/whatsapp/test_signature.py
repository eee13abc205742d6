"""Only what Meta signed is read."""

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from defensoria.whatsapp.signature import is_genuine, sign


def test_the_signature_is_metas_hmac_over_the_raw_bytes():
    body = b'{"entry": []}'
    expected = "sha256=" + hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    assert sign(body, "secret") == expected
    assert is_genuine(body, expected, "secret")


def test_missing_wrong_and_unconfigured_are_refused():
    body = b"{}"
    assert not is_genuine(body, None, "secret")
    assert not is_genuine(body, "", "secret")
    assert not is_genuine(body, sign(body, "other"), "secret")
    assert not is_genuine(body, sign(body, ""), "")


@given(st.binary(max_size=200), st.text(max_size=80))
def test_no_header_but_the_right_one_passes(body, header):
    assert is_genuine(body, header, "secret") == (header == sign(body, "secret"))
