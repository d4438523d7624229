"""The relay's HTTP interface: who is let in, what is answered, and that nothing sent or internal comes back in errors."""

import contextlib
import dataclasses
import hashlib
import json
import time

import pytest

from pipeline.errors import RouterUnavailableError
from pipeline.routing.json_form import from_json_form, to_json_form
from pipeline.routing.keys import sign
from tests.flows.web.samples import TOPIC, finding, packet, secret, sighting, tombstone

OPERATIONS = [
    ("PUT", "/v1/deposits"),
    ("POST", "/v1/deposits"),
    ("POST", "/v1/get"),
    ("POST", "/v1/similar"),
    ("GET", "/v1/since"),
    ("GET", "/v1/changes"),
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_nobody_gets_in_without_an_admitted_token(exchange, method, path):
    client = exchange().http()
    for headers in ({"Authorization": ""}, {"Authorization": "Bearer lr_wrong"}, {"Authorization": "Basic YTpi"}):
        answer = client.request(method, path, headers=headers, json={})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


def test_revocation_counts_at_once_and_rotation_keeps_the_member(exchange):
    here = exchange(k=1)
    client = here.http("alder")
    assert client.put("/v1/deposits", json=to_json_form(packet("alder"))).status_code == 204
    member = here.register.all()[0]
    here.register.revoke(member.id)
    assert client.get("/v1/since").status_code == 401
    fresh = {"Authorization": f"Bearer {here.register.rotate(member.id)}"}
    assert client.get("/v1/since").status_code == 401
    newer = to_json_form(packet("another tag", finding(confidence=0.1)))
    assert client.put("/v1/deposits", json=newer, headers=fresh).status_code == 204
    assert len(here.packets(finding().address)) == 1


def test_quotas_answer_429_and_say_when_to_come_back(exchange):
    here = exchange(requests_per_minute=3)
    client = here.http("alder")
    answers = [client.get("/v1/since") for _ in range(5)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert here.http("birch").get("/v1/since").status_code == 200


def test_the_quota_of_deposits_outlives_a_restart(exchange):
    here = exchange(deposits_per_day=3)
    deposits = [to_json_form(packet("alder", finding(confidence=n / 10))) for n in range(4)]
    assert here.http("alder").post("/v1/deposits", json={"deposits": deposits[:2]}).status_code == 204
    here.reopen()
    client = here.http("alder")
    assert client.post("/v1/deposits", json={"deposits": deposits[2:]}).status_code == 429
    assert client.put("/v1/deposits", json=deposits[2]).status_code == 204
    assert client.put("/v1/deposits", json=deposits[3]).status_code == 429
    assert here.http("birch").put("/v1/deposits", json=to_json_form(packet("birch"))).status_code == 204


def _other_address(deposit):
    return sign(secret("alder"), "packet", "0" * 16, deposit.packet_id, deposit.payload, deposit.epoch)


def _body(body):
    made = finding()
    return sign(secret("alder"), "packet", made.address, hashlib.sha256(body).hexdigest(), body, "2026-Q4")


GOOD = packet("alder")
REFUSED = {
    "signature": dataclasses.replace(GOOD, signature=bytes(64)),
    "packet_hash": dataclasses.replace(GOOD, packet_id="0" * 64),
    "address_of_another_topic": _other_address(GOOD),
    "not_canonical_json": _body(b'{"a": "free text"}'),
    "keys": _body(b'{"a":"free text"}'),
    "packet_version": _body(json.dumps(finding().fields | {"v": 2}, sort_keys=True, separators=(",", ":")).encode()),
    "unknown_resolution_pattern": _body(
        json.dumps(
            finding().fields | {"resolution_pattern": "call_bob"}, sort_keys=True, separators=(",", ":")
        ).encode()
    ),
    "verdict": sign(secret("alder"), "sighting", GOOD.address, GOOD.packet_id, b'{"verdict":"great"}', "2026-Q4"),
    "epoch_in_future": packet("alder", epoch="2099-Q1"),
}


@pytest.mark.parametrize(("reason", "deposit"), REFUSED.items(), ids=REFUSED)
def test_what_is_no_deposit_is_refused_with_a_reason_and_the_whole_batch_with_it(exchange, reason, deposit):
    here = exchange(k=5)
    client = here.http("alder")
    answer = client.put("/v1/deposits", json=to_json_form(deposit))
    assert (answer.status_code, answer.json()["refused"]) == (422, [{"index": 0, "reason": reason}])
    batch = {"deposits": [to_json_form(packet("alder")), to_json_form(deposit)]}
    answer = client.post("/v1/deposits", json=batch)
    assert (answer.status_code, answer.json()["refused"]) == (422, [{"index": 1, "reason": reason}])
    assert here.everything() == []


def test_a_newer_major_version_is_taken_where_nothing_is_generalised(exchange):
    here = exchange(k=1)
    newer = REFUSED["packet_version"]
    assert here.http("alder").put("/v1/deposits", json=to_json_form(newer)).status_code == 204
    assert [deposit.payload for deposit in here.packets(newer.address)] == [newer.payload]


def test_bodies_are_bounded_whatever_the_headers_say(exchange):
    client = exchange(max_body_bytes=10_000).http()
    client.headers["Content-Type"] = "application/json"
    assert client.post("/v1/get", content=b"x" * 10_001).status_code == 413

    def chunks():
        for _ in range(30):
            yield b"[" * 1_000

    assert client.post("/v1/get", content=chunks()).status_code == 413
    assert client.post("/v1/get", content=b"[" * 9_000).status_code == 400
    assert client.post("/v1/get", content=b"\xff\xfe").status_code == 400


def test_an_error_repeats_nothing_that_was_sent(exchange):
    client = exchange().http()
    answer = client.put(
        "/v1/deposits", json={"kind": "packet", "address": "Jenny at Umbrella Farms", "note": "hunter2"}
    )
    assert answer.status_code == 422
    assert "Jenny" not in answer.text
    assert "hunter2" not in answer.text
    assert "note" not in answer.text


def test_reading_goes_by_address_topic_and_cursor(exchange):
    here = exchange(k=1)
    client = here.http("alder")
    for number in range(5):
        here.put(
            "alder", packet("alder", finding(confidence=number / 10, resolution=None if number else "limit_increase"))
        )
    address = finding().address
    by_address = client.post("/v1/get", json={"addresses": [address, "0" * 16], "newest": 10}).json()
    topics = [{"problem_type": TOPIC[0], "symptom_pattern": TOPIC[1], "score": 7}]
    assert client.post("/v1/similar", json={"topics": topics * 2}).json() == by_address
    assert len(by_address["deposits"]) == 2
    page = client.get("/v1/since", params={"limit": 1}).json()
    rest = client.get("/v1/since", params={"cursor": page["cursor"]}).json()
    assert page["deposits"] + rest["deposits"] == by_address["deposits"][::-1]
    assert client.get("/v1/since", params={"cursor": "nonsense"}).status_code == 400
    assert client.get("/v1/since", params={"limit": 0}).status_code == 422


def test_changes_follow_as_events_until_the_token_is_revoked(exchange):
    here = exchange(k=1)
    client = here.http("alder")
    first = packet("alder")
    here.put("alder", first)
    seen = []
    with client.stream("GET", "/v1/changes") as events:
        for line in events.iter_lines():
            if line.startswith("data:"):
                seen += [from_json_form(fields) for fields in json.loads(line.removeprefix("data:"))["deposits"]]
                here.register.revoke(here.register.all()[0].id)
    assert [deposit.packet_id for deposit in seen] == [first.packet_id]
    assert client.get("/v1/changes").status_code == 401


def test_changes_go_on_from_the_last_event(exchange):
    here = exchange(k=1)
    client = here.http("alder")
    here.put("alder", packet("alder"))
    cursor = client.get("/v1/since").json()["cursor"]
    here.put("birch", packet("birch"))
    lines = []
    with client.stream("GET", "/v1/changes", headers={"Last-Event-ID": cursor}) as events:
        for line in events.iter_lines():
            lines.append(line)
            if line.startswith("data:"):
                here.register.revoke(here.register.all()[0].id)
    (data,) = [json.loads(line.removeprefix("data:")) for line in lines if line.startswith("data:")]
    assert len(data["deposits"]) == 1
    assert any(line.startswith("id:") for line in lines)
    assert here.http("birch").get("/v1/changes", params={"cursor": "nonsense"}).status_code == 400


def test_while_the_storage_fails_deposits_are_kept_and_reads_are_503(exchange, monkeypatch):
    here = exchange(k=1)
    client = here.http("alder")

    def down(*_arguments, **_options):
        raise RouterUnavailableError("storage: secret-host down")

    with monkeypatch.context() as broken:
        broken.setattr(type(here.relay._storage), "put_many", down)
        assert client.put("/v1/deposits", json=to_json_form(packet("alder"))).status_code == 204
        for answer in (client.get("/v1/since"), client.get("/v1/health")):
            assert answer.status_code == 503
            assert "secret-host" not in answer.text
    assert len(client.get("/v1/since").json()["deposits"]) == 1


def test_deposits_go_on_to_the_storage_without_a_reader(exchange):
    here = exchange(k=1)
    with here.http("alder") as client:
        client.put("/v1/deposits", json=to_json_form(packet("alder")))
        deadline = time.monotonic() + 10
        while not here.relay._storage.since(None, 10).deposits:
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_what_was_taken_but_not_sent_on_is_sent_when_the_relay_starts_again(exchange, monkeypatch):
    here = exchange(k=1)
    deposits = [packet("alder"), sighting("birch", packet("alder")), tombstone("alder", packet("alder"))]
    with monkeypatch.context() as broken:
        broken.setattr(
            type(here.relay._storage), "put_many", lambda *_: (_ for _ in ()).throw(RouterUnavailableError("x"))
        )
        for deposit in deposits:
            with contextlib.suppress(RouterUnavailableError):
                here.put("alder" if deposit.kind != "sighting" else "birch", deposit)
    here.reopen()
    assert [d.kind for d in here.everything()] == ["sighting", "tombstone"]


def test_an_unexpected_error_is_500_without_a_trace(exchange, monkeypatch):
    here = exchange()
    client = here.http()

    def broken(*_arguments):
        raise RuntimeError("Jenny at Umbrella Farms")

    monkeypatch.setattr(type(here.relay.reader), "since", broken)
    answer = client.get("/v1/since")
    assert (answer.status_code, answer.json()) == (500, {"error": "internal error", "refused": []})


def test_the_pages_for_people_and_machines(exchange):
    client = exchange().http()
    assert client.get("/v1/health", headers={"Authorization": ""}).json() == {"status": "ok"}
    page = client.get("/docs").text
    document = client.get("/openapi.json").json()
    for path in document["paths"]:
        assert path in page
    assert "http://" not in page
    assert "https://" not in page
