from __future__ import annotations

import pytest

from pipeline.redaction.patterns import secret

# A true case marks what is to be found: «...».
FOUND = [
    "it is worthless now, «9f2c-77ab-e0x4-51dd-kk08». It sat",
    "its password the label says «Oilman-44kv» and",
    "the password is «winter dash falcon capital x nine» so don't share",
    "pass phrase is «correct horse battery staple»",
    "api key is «ghp_abcd1234efgh5678»",
    "password=«hunter2»;",
    "postgres://«bob:s3cret»@db:5432/x",
    "Authorization: Bearer «abc123def456ghi»",
    "«eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc»",
    "key «Zx9kQ2mP7vL4tR8wB3nY» is",
    "we set the password to «marrow falcon nine nine»",
    "the pin is «four four seven one»",
    "the password for the staging box is «winter underscore snow» and then you log in",
    "they read «btk_lve_9Qz77-hM2vvX0», yes",
    "it was «Binario2!binario».",
    "«-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----»",
    '"client_secret": "«8f0a9b1c2d3e4f5a6b7c»"',
    "password is «capital f falcon seven» okay",
    "otp is «four eight one five one six»",
    "https://«key1:tok-991»@registry.example",
]
KEPT = [
    "from 2024-2025-2026-2027 on",
    "this-that-them-then",
    "Maybe the token is nonsense and",
    "password hashing with SHA-256 here",
    "the password is wrong",
    "the token is expired",
    "the secret is not mounted",
    "the api key was rotated",
    "the token is being refreshed",
    "the pin is high",
    "password three times",
    "token based auth",
    "OAuth2AuthorizationRequestRedirectFilter",
    "test_pool_exhaustion_2024_run",
    "the access token that the service sends is wrong",
    "token: expired",
    "password: ${DB_PASSWORD}",
    "the password was changed",
    "Joy's token and went away",
    "pass the word",
    "secret manager",
    "the token is in the vault",
    "SOME_LONG_CONSTANT_NAME_2",
    "us-east-1a and t3.large",
]


@pytest.mark.parametrize("marked", FOUND)
def test_finds_exactly(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    start, end = marked.index("«"), marked.index("»") - 1
    spans = secret.find(text)
    assert [(span.start, span.end, span.type) for span in spans] == [(start, end, "SECRET")]
    assert all(span.recognizer == secret.NAME and 0 < span.score <= 1 for span in spans)


@pytest.mark.parametrize("text", KEPT)
def test_keeps(text: str) -> None:
    assert secret.find(text) == []
