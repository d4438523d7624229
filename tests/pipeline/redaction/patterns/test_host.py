from __future__ import annotations

import pytest

from pipeline.redaction.patterns import host

# A true case marks what is to be found: «...».
FOUND = [
    "the prompt said «pg map one» and he went",
    "on «lf db read three» it was",
    "carries it to the host «MSP4» and",
    "he dug into «name server two» he",
    "we moved it on «ledger two» and",
    "the address on «edge seven» port eighty",
    "«auth four» had no time server",
    "only through the «blue broker» it fails",
    "the postgres on «rates db» had a hundred",
    "they gave «orders primary» a machine",
    "it went to «consul-two» of all places",
    "commented out on «cron-old», with",
    "the window open on «assay-live», I",
    "we brought «consul two» back",
    "a script on «loy db prod» that",
    "the job on «fern gpu two» and",
    "pinned on «results-edge-lon», for",
    "top on «arc fe one» and",
    "the copy on «brannoc-uat» from",
    "«ledger-04.tallowmere.internal» died",
    "on «kiosk-db-2» and",
    "«prod-eu-web-03»",
    "pod «web-6d4cf56db6-x7k2p»",
    "«lis-db-brannoc» again",
    "«ledger oh four» failed",
    "on «staging eu two» and",
    "«db prod seven» is down",
    "«web dash three» was dead",
    "«node fourteen dot internal»",
    "«ledger oh four dot tallowmere dot internal»",
    "«pg quotes oh one»",
    "the box called «marrow seven» that died",
    "«edge gru one»",
    "«basket prod nine» went",
    "«orders dot bright noodle dot internal»",
    "«vault-prod» slept",
    "«gw-b» and",
    "«kiosk dash db dash two»",
    "«srv12» too",
    "«redis.marrow.svc.local»",
]
KEPT = [
    "a db query one time is enough",
    "the db has two replicas",
    "the host ipv4 stack",
    "a name server two of us own",
    "on page two we saw it",
    "in week three and week four",
    "group a and group b differ",
    "on day one and then",
    "step three and step four",
    "the message broker is full",
    "on the new primary and",
    "we said prod and meant it",
    "on twenty-two of them",
    "the read-only one on web-based and",
    "on average two of them",
    "version w5 is out",
    "from minus one to zero",
    "on call two people",
    "question four was hard",
    "so option two is cheaper",
    "we brought lunch two days",
    "the db prod copy",
    "p-value and t-test",
    "port eighty",
    "layer seven",
    "version two and step three",
    "top five",
    "python three and http two",
    "s three and ec two",
    "gpt four",
    "us-east-1 and eu-west-2",
    "gpt-4 and sha-256",
    "end-to-end and blue-green",
    "non-prod and pre-prod",
    "in prod two weeks ago",
    "prod three times",
    "yes oh one more thing",
    "four oh four",
    "status five oh three",
    "kill dash nine",
    "covid dash nineteen",
    "settings.local",
    "host.docker.internal",
    "svc.cluster.local",
    "staging is down",
]


@pytest.mark.parametrize("marked", FOUND)
def test_finds_exactly(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    start, end = marked.index("«"), marked.index("»") - 1
    spans = host.find(text)
    assert [(span.start, span.end, span.type) for span in spans] == [(start, end, "HOST")]
    assert all(span.recognizer == host.NAME and 0 < span.score <= 1 for span in spans)


@pytest.mark.parametrize("text", KEPT)
def test_keeps(text: str) -> None:
    assert host.find(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("which was consul one and consul four started", ["consul one", "consul four"]),
        ("counter a through counter f were bounced", ["counter a", "counter f"]),
        ("orders north and orders south both took it", ["orders north", "orders south"]),
        ("the pair helder-w3 and then w5, then w3 again", ["w5", "w3"]),
        ("so auth four died and then auth two too", ["auth four", "auth two"]),
    ],
)
def test_machines_of_one_kind_are_found_together(text: str, found: list[str]) -> None:
    assert [text[span.start : span.end] for span in host.find(text)] == found


def test_siblings_of_a_written_host_are_found():
    text = "we call it rex01 until rex12 is full"
    assert [text[s.start : s.end] for s in host.find(text)] == ["rex01", "rex12"]
