from __future__ import annotations

import pytest

from pipeline.redaction.patterns import phone

# A true case marks what is to be found: «...».
FOUND = [
    "read together on «943 555 018» two hours",
    "I called «031-555 01 77», she looked",
    "ring «020 555 01 77» or",
    "ring me on «oh seven seven double oh nine hundred five five two» bye",
    "call me on «five five five oh one four two»",
    "my mobile is «oh seven seven double zero nine four four»",
    "ring «+55 11 5550 0182» or so",
    "«(415) 555-0142 x22» is the desk",
    "«020 7946 0123» and then",
    "dial «555-0142» please",
    "extension «four four seven one»",
    "ext «4471»",
    "he said «nine eight four oh oh five five one two seven»",
    "her number was «plus two three four eight oh three triple five oh one six two»",
    "text «07700 900123» when done",
    "hotline «1-800-555-0199»",
    "called her on «fifty five fifty one twenty three oh nine»",
    "fax number is «eight eight two one three four four»",
    "«+4915550123456» is whatsapp",
    "phone «0800 55 01 99»",
]
KEPT = [
    "between 120 340 560 and",
    "at 01.02.2024 10 o",
    "from 04-11 to 05-12",
    "two hundred thousand seven hundred",
    "took 1200 ms",
    "host 10.42.3.9 answered",
    "on 2026-03-14 we",
    "1 000 000 rows",
    "port 8080 and 8443",
    "from 2024 2025 2026",
    "error five oh three after four oh four",
    "call it 3 times",
    "version 3.11.7 build 2024.01.12",
    "eighteen thousand two hundred calls",
    "accuracy 71, 53, 69, 48, 74",
    "we counted one two three four",
    "14/03/2026 at 10:22:31",
    "4111 1111 1111 1111",
    "extension is broken",
    "the call took twenty five minutes",
    "0.001 0.0002 0.00003",
    "sha 256 and utf 8",
]


@pytest.mark.parametrize("marked", FOUND)
def test_finds_exactly(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    start, end = marked.index("«"), marked.index("»") - 1
    spans = phone.find(text)
    assert [(span.start, span.end, span.type) for span in spans] == [(start, end, "PHONE_NUMBER")]
    assert all(span.recognizer == phone.NAME and 0 < span.score <= 1 for span in spans)


@pytest.mark.parametrize("text", KEPT)
def test_keeps(text: str) -> None:
    assert phone.find(text) == []
