from __future__ import annotations

import pytest

from pipeline.redaction.patterns import username

# A true case marks what is to be found: «...».
FOUND = [
    "the session of «desk underscore w p g 3» and",
    "teacher «hjensen underscore 4» she",
    "at two, user «WBRUBA». Which",
    "ping «@joy_r» and",
    "login «jsmith2» failed",
    "user name «k dot osei» here",
    "my handle is «marrow» okay",
    "«svc pump pull» was locked",
    "«svc_pump» did it",
    "logged in as «wren dot o» and",
    "username is «falconer»",
    "ssh as «deploy underscore fen» now",
    "user «ota.fen» wrote",
    "«@dez-und» please",
    "an account called «tio»",
    "username «annunci_sud» again",
    "user id is «q f 12» then",
    "sign in as «marrow 7» now",
]
KEPT = [
    "max underscore connections",
    "int underscore 64",
    "username is wrong",
    "username and password",
    "the user field",
    "@media and @property",
    "@app.route",
    "@types/node",
    "log in as root",
    "the user clicked",
    "user sessions",
    "my login is broken",
    "@pytest",
    "@Transactional",
    "user two failed",
    "the handle is not closed",
    "login page",
    "ssh to it",
]


@pytest.mark.parametrize("marked", FOUND)
def test_finds_exactly(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    start, end = marked.index("«"), marked.index("»") - 1
    spans = username.find(text)
    assert [(span.start, span.end, span.type) for span in spans] == [(start, end, "USERNAME")]
    assert all(span.recognizer == username.NAME and 0 < span.score <= 1 for span in spans)


@pytest.mark.parametrize("text", KEPT)
def test_keeps(text: str) -> None:
    assert username.find(text) == []
