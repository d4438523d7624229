"""The relay under requests made from its own OpenAPI document: no 500, nothing undocumented, no stack trace."""

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from flows.web.relay.app import create_app
from pipeline.routing.json_form import to_json_form
from tests.flows.web.samples import packet

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


OPERATIONS = [
    ("PUT", "/v1/deposits"),
    ("POST", "/v1/deposits"),
    ("POST", "/v1/get"),
    ("POST", "/v1/similar"),
    ("GET", "/v1/since"),
    ("GET", "/v1/health"),
]
ENDLESS = {("GET", "/v1/changes")}
"""The stream of changes never ends; it has tests of its own."""


@pytest.fixture
def api(exchange):
    here = exchange(k=2, requests_per_minute=1_000_000, deposits_per_day=1_000_000)
    here.put("alder", packet("alder"))
    return schemathesis.openapi.from_asgi("/openapi.json", create_app(here.relay)), here.token("alder")


def test_every_operation_is_fuzzed(api):
    documented = {(op.ok().method.upper(), op.ok().path) for op in api[0].get_all_operations()}
    assert documented == {*OPERATIONS} | ENDLESS


RUNS = [(GenerationMode.POSITIVE, *operation) for operation in OPERATIONS]
# Nothing can be wrong about a request that takes nothing.
RUNS += [(GenerationMode.NEGATIVE, *operation) for operation in OPERATIONS if operation != ("GET", "/v1/health")]


@pytest.mark.parametrize(("mode", "method", "path"), RUNS)
def test_no_request_breaks_the_relay(api, method, path, mode):
    schema, token = api
    operation = schema[path][method]

    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    @hypothesis.settings(max_examples=50, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
    def ask(case):
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(answer, checks=CHECKS)
        assert "Traceback" not in answer.text
        assert 'File "' not in answer.text

    ask()


@pytest.mark.parametrize("field", to_json_form(packet("alder")))
def test_a_deposit_with_one_field_gone_wrong_is_refused(exchange, field):
    client = exchange(requests_per_minute=1_000_000).http("alder")
    right = to_json_form(packet("alder"))

    @hypothesis.given(value=hypothesis.strategies.text(max_size=700))
    @hypothesis.settings(max_examples=40, deadline=None)
    def ask(value):
        assert client.put("/v1/deposits", json=right | {field: value}).status_code == 422

    ask()
    assert client.put("/v1/deposits", json=right).status_code == 204
