"""An answer as a person reads it in a terminal during an incident: what worked first, then the cases."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.ask import Answer
from flows.synthesis import Finding
from pipeline.routing.rank import Ranked

_SHOWN_CASES = 8
_LEAST_SHOWN = 0.05


def print_answer(answer: Answer, console: Console | None = None) -> None:
    """Print summary, resolutions and cases on stdout."""
    out = console or Console(highlight=False)
    out.print(Text(answer.synthesis.summary, style="bold"))
    understood = answer.understood
    out.print(
        f"understood as  symptom {_beliefs(understood.symptoms)}  problem {_beliefs(understood.problems)}", style="dim"
    )
    if not answer.cases:
        out.print("Try other words for what users see, or name --symptom (loomroute vocabulary list).")
        return
    out.print(_findings(answer.synthesis.findings))
    if answer.synthesis.ruled_out:
        ruled = ", ".join(f"{problem} ({count})" for problem, count in list(answer.synthesis.ruled_out.items())[:6])
        out.print(f"suspected and ruled out: {ruled}")
    out.print(_cases(answer))
    hidden = len(answer.cases) - _SHOWN_CASES
    if hidden > 0:
        out.print(f"... and {hidden} more (--json shows all)", style="dim")


def _beliefs(beliefs: Mapping[str, float]) -> str:
    first, *others = sorted(beliefs.items(), key=lambda entry: (-entry[1], entry[0]))[:3]
    worth_saying = [first, *(entry for entry in others if entry[1] >= _LEAST_SHOWN)]
    return ", ".join(f"{name} {belief:.0%}" for name, belief in worth_saying)


def _findings(findings: tuple[Finding, ...]) -> Table:
    table = Table("resolution", "worked", "did not", "confidence", "when", box=None, padding=(0, 2, 0, 0))
    for finding in findings[:8]:
        when = ", ".join(f"{name} {value}" for name, value in finding.conditions.items() if name != "stack")
        style = "green" if finding.worked > finding.did_not else "yellow"
        table.add_row(
            Text(finding.resolution_pattern or "(not stated)", style=style),
            str(finding.worked),
            str(finding.did_not),
            f"{finding.confidence:.0%}",
            when,
        )
    return table


def _cases(answer: Answer) -> Table:
    table = Table("case", "finding", "fix", "outcome", "match", box=None, padding=(0, 2, 0, 0))
    for item in answer.cases[:_SHOWN_CASES]:
        packet = item.case.packet
        own = answer.own_recordings.get(item.case.packet_id)
        name = Text(item.case.packet_id[:8])
        if own:
            name.append(f"\nyours: {own[0]}", style="cyan")
        fix = packet["resolution_pattern"] or "(not stated)"
        table.add_row(
            name, f"{packet['problem_type']}\n{packet['symptom_pattern']}", fix, packet["outcome"], _match(item)
        )
    return table


def _match(item: Ranked) -> str:
    reasons = [reason for reason in item.why if not reason.startswith(("symptom:", "problem:"))]
    return f"{item.similarity:.2f}" + (f"  {', '.join(reasons)}" if reasons else "")
