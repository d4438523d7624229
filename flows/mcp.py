"""An MCP server for the assistants that engineers use in an incident: ask, look at one packet, report what happened."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from classifiers import resources
from flows import mcp_answers as answers
from flows.ask import Answer, Asker, Question
from flows.settings import Settings
from flows.sightings import find_packet, report_sighting
from flows.wiring import router_context
from pipeline.errors import LoomrouteError
from pipeline.routing import cases
from pipeline.routing.open import open_router

INSTRUCTIONS = (
    "Finds how other teams resolved problems with the same symptoms. Ask with query_outcomes in the user's own words: the "
    "text stays on this machine, only topic addresses are read. Report with report_sighting only what the user confirmed. "
    + answers.NOTICE
)
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=True)
_WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=True)
_UNDERSTOOD = 5

PacketId = Annotated[str, Field(pattern=r"^[0-9a-f]{8,64}$", description="Packet id, or its first 8 digits or more.")]


def build_server(settings: Settings) -> MCPServer:
    """The server over the settings' router, connected on the first question. Raises nothing before a tool is called."""
    server = MCPServer("loomroute", instructions=INSTRUCTIONS)
    tools = Tools(settings)
    server.tool(annotations=_READS, structured_output=True)(tools.query_outcomes)
    server.tool(annotations=_READS, structured_output=True)(tools.get_packet)
    server.tool(annotations=_WRITES, structured_output=True)(tools.report_sighting)
    return server


class Tools:
    """The three tools. Calls come from several threads and are carried out one after the other."""

    def __init__(self, settings: Settings) -> None:
        """Connect later."""
        self._settings = settings
        self._lock = threading.Lock()
        self._asker: Asker | None = None

    def query_outcomes(
        self,
        symptoms: Annotated[str, Field(description="What is seen, in plain words.", max_length=20_000)] = "",
        problem: Annotated[str | None, Field(description="A problem type id, if known.")] = None,
        symptom: Annotated[str | None, Field(description="A symptom id, if known.")] = None,
        stack: Annotated[list[str] | None, Field(description="Technologies involved.", max_length=10)] = None,
        load: Annotated[str | None, Field(description="peak, steady, burst, idle or batch.")] = None,
        top_k: Annotated[int, Field(ge=1, le=100)] = 10,
    ) -> answers.Outcomes:
        """Find resolved cases with the same symptoms: what fixed them, what did not, what was ruled out."""
        with self._guarded():
            self._asker = self._asker or Asker(self._settings)
            return _outcomes(self._asker.ask(Question(symptoms, problem, symptom, tuple(stack or ()), load, top_k)))

    def get_packet(self, packet_id: PacketId) -> answers.OneCase:
        """Look at one case by its packet id: its packet, how many sources have it, what others saw of its fix."""
        with self._guarded():
            full, address = find_packet(self._settings, packet_id)
            router = open_router(self._settings.router, router_context(self._settings), create=False)
            try:
                deposits = [d for d in router.get([address], newest=self._settings.newest) if d.packet_id == full]
            finally:
                router.close()
            found = cases.collect_cases(deposits, resources.vocabulary(), resources.lexicon())
            if not found:
                raise ToolError("no valid packet with this id is at the router")
            return answers.OneCase(case=_case(found[0]))

    def report_sighting(self, packet_id: PacketId, verdict: answers.Verdict) -> answers.Sighting:
        """Tell other teams whether a case's fix worked here. Only for what the user has confirmed."""
        with self._guarded():
            reported = report_sighting(self._settings, packet_id, verdict)
            return answers.Sighting(
                packet_id=reported.packet_id,
                semantic_address=reported.address,
                verdict=verdict,
                delivered=reported.delivered,
            )

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Errors of ours as messages for the assistant; of others only the type, because their text may hold the question."""
        with self._lock:
            try:
                yield
            except ToolError:
                raise
            except LoomrouteError as error:
                raise ToolError(str(error)) from None
            except Exception as error:  # noqa: BLE001 see above
                raise ToolError(f"internal error: {type(error).__name__}") from None


def _outcomes(answer: Answer) -> answers.Outcomes:
    return answers.Outcomes(
        problem_type=_beliefs(answer.understood.problems),
        symptom_pattern=_beliefs(answer.understood.symptoms),
        matches=[
            answers.Match(case=_case(item.case), similarity=item.similarity, why=list(item.why))
            for item in answer.cases
        ],
        synthesis=[
            answers.Finding(
                resolution_pattern=finding.resolution_pattern,
                cases=finding.cases,
                worked=finding.worked,
                did_not=finding.did_not,
                confidence=finding.confidence,
                conditions=_shared(finding.conditions),
            )
            for finding in answer.synthesis.findings
        ],
        ruled_out=dict(answer.synthesis.ruled_out),
        summary=answer.synthesis.summary,
    )


def _case(case: cases.Case) -> answers.Case:
    verdicts = list(case.verdicts.values())
    return answers.Case(
        packet_id=case.packet_id,
        semantic_address=case.address,
        packet=answers.Packet.model_validate(case.packet),
        sources=len(case.sources),
        sightings=answers.Sightings(**{verdict: verdicts.count(verdict) for verdict in cases.VERDICTS}),
    )


def _beliefs(beliefs: Mapping[str, float]) -> list[answers.Belief]:
    ordered = sorted(beliefs.items(), key=lambda entry: (-entry[1], entry[0]))
    return [answers.Belief(id=name, probability=round(belief, 4)) for name, belief in ordered[:_UNDERSTOOD]]


def _shared(conditions: Mapping[str, Any]) -> dict[str, str | list[str]]:
    return {name: list(value) if isinstance(value, list | tuple) else str(value) for name, value in conditions.items()}
