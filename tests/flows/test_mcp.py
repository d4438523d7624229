"""The MCP server through the official client, in memory and over stdio."""

import json
import sys

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from flows.mcp import build_server
from flows.mcp_answers import NOTICE
from flows.settings import Settings
from pipeline.routing.sqlite import SqliteRouter
from tests.flows.web.samples import TOPIC, finding, packet, sighting, tombstone


@pytest.fixture
def settings(tmp_path):
    return Settings(router=f"sqlite:///{tmp_path}/router.db", ledger=tmp_path / "ledger.db")


@pytest.fixture
def router(tmp_path):
    opened = SqliteRouter(tmp_path / "router.db")
    yield opened
    opened.close()


def talk(server, *calls):
    """The results of calls (tool, arguments), through a client."""

    async def run():
        async with Client(server) as client:
            return [await client.call_tool(tool, arguments) for tool, arguments in calls]

    return anyio.run(run)


def test_the_three_tools_are_typed(settings):
    async def run():
        async with Client(build_server(settings)) as client:
            return (await client.list_tools()).tools, client.instructions

    tools, instructions = anyio.run(run)
    assert {tool.name for tool in tools} == {"query_outcomes", "get_packet", "report_sighting"}
    assert NOTICE in instructions
    for tool in tools:
        assert tool.output_schema["type"] == "object"
        assert tool.annotations.read_only_hint is (tool.name != "report_sighting")


def test_a_question_is_answered_with_cases_as_data(settings, router):
    worked = packet("alder")
    router.put_many([worked, packet("birch"), sighting("cedar", worked), packet("elm", finding(outcome="negative"))])
    question = {"problem": TOPIC[0], "symptom": TOPIC[1], "stack": ["postgres"], "load": "peak"}
    (result,) = talk(build_server(settings), ("query_outcomes", question))
    answer = result.structured_content
    assert not result.is_error
    assert answer["notice"] == NOTICE
    best = answer["matches"][0]
    assert best["case"]["packet_id"] == worked.packet_id
    conditions = {name: value for name, value in best["case"]["packet"]["conditions"].items() if value is not None}
    assert best["case"]["packet"] | {"conditions": conditions} == finding().fields
    assert (best["case"]["sources"], best["case"]["sightings"]["worked"]) == (2, 1)
    assert "stack:postgresql" in best["why"]
    assert answer["synthesis"][0]["resolution_pattern"] == finding().fields["resolution_pattern"]


def test_one_case_and_a_report_of_it(settings, router):
    mine = packet("alder")
    router.put(mine)
    seen, reported, again = talk(
        build_server(settings),
        ("get_packet", {"packet_id": mine.packet_id[:12]}),
        ("report_sighting", {"packet_id": mine.packet_id, "verdict": "did_not"}),
        ("get_packet", {"packet_id": mine.packet_id}),
    )
    assert seen.structured_content["case"]["sightings"] == {"worked": 0, "did_not": 0, "not_applicable": 0}
    assert reported.structured_content["delivered"] is True
    assert again.structured_content["case"]["sightings"]["did_not"] == 1
    assert [d.kind for d in router.get([mine.address])] == ["packet", "sighting"]


def test_a_withdrawn_or_forged_packet_is_no_case(settings, router):
    mine = packet("alder")
    router.put_many([mine, tombstone("alder", mine)])
    (result,) = talk(build_server(settings), ("get_packet", {"packet_id": mine.packet_id}))
    assert result.is_error


MISTAKES = [
    ("query_outcomes", {}),
    ("query_outcomes", {"problem": "no_such_thing"}),
    ("query_outcomes", {"symptom": TOPIC[1], "load": "noon"}),
    ("get_packet", {"packet_id": "0" * 64}),
    ("get_packet", {"packet_id": "../../etc"}),
    ("report_sighting", {"packet_id": "0" * 64, "verdict": "worked"}),
    ("report_sighting", {"packet_id": "0" * 64, "verdict": "it was great"}),
]


@pytest.mark.parametrize(("tool", "arguments"), MISTAKES)
def test_mistakes_are_errors_for_the_assistant_not_crashes(settings, router, tool, arguments):
    (result,) = talk(build_server(settings), (tool, arguments))
    assert result.is_error
    assert "Traceback" not in result.content[0].text


def test_an_unexpected_error_says_its_type_only(settings, router, monkeypatch):
    def broken(*_arguments):
        raise RuntimeError("Jenny at Umbrella Farms")

    monkeypatch.setattr("flows.ask.Asker.ask", broken)
    (result,) = talk(build_server(settings), ("query_outcomes", {"symptom": TOPIC[1]}))
    assert result.is_error
    assert "RuntimeError" in result.content[0].text
    assert "Jenny" not in result.content[0].text


def test_over_stdio_through_the_command(settings, router):
    router.put(packet("alder"))
    command = ["-c", "from flows.cli.app import main; main()", "mcp"]
    command += ["--router", settings.router, "--ledger", str(settings.ledger)]

    async def run():
        async with Client(stdio_client(StdioServerParameters(command=sys.executable, args=command))) as client:
            return await client.call_tool("query_outcomes", {"problem": TOPIC[0], "symptom": TOPIC[1]})

    result = anyio.run(run)
    assert len(result.structured_content["matches"]) == 1
    assert json.loads(result.content[0].text) == result.structured_content
