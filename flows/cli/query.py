"""`loomroute query`: find the cases that match what you see."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import ConfigOption, JsonOption, LedgerOption, RouterOption, emit_json, say

if TYPE_CHECKING:
    from flows.ask import Answer, Asker, Question
    from pipeline.routing.rank import Ranked

_POLL_S = 2.0


def command(
    text: Annotated[str, typer.Argument(help="What you see, in your own words.")] = "",
    *,
    problem: Annotated[str | None, typer.Option("--problem", help="A problem type id, if you know it.")] = None,
    symptom: Annotated[str | None, typer.Option("--symptom", help="A symptom id, if you know it.")] = None,
    stack: Annotated[list[str] | None, typer.Option("--stack", help="A technology involved; may be repeated.")] = None,
    load: Annotated[str | None, typer.Option("--load", help="peak, steady, burst, idle or batch.")] = None,
    router: RouterOption = None,
    top_k: Annotated[int, typer.Option("--top-k", min=1, max=200, help="Most cases to show.")] = 20,
    watch: Annotated[bool, typer.Option("--watch", help="Go on and show matching cases as they arrive.")] = False,
    ledger: LedgerOption = None,
    config: ConfigOption = None,
    json_output: JsonOption = False,
) -> None:
    """Find resolved cases like yours: what fixed them, what did not, what was ruled out.

    Example: loomroute query "random 503s at lunch, a restart helps for two days" --stack sqlalchemy
    """
    from flows.ask import Asker, Question
    from flows.settings import load_settings

    asker = Asker(load_settings(config, router=router, ledger=ledger))
    question = Question(text, problem, symptom, tuple(stack or ()), load, top_k)
    try:
        cursor = asker.newest_cursor() if watch else None
        answer = asker.ask(question)
        _show(answer, json_output=json_output)
        if watch:
            _watch(asker, question, cursor, json_output=json_output)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    finally:
        asker.close()


def _show(answer: Answer, *, json_output: bool) -> None:
    if json_output:
        from flows.answer_json import as_json

        emit_json(as_json(answer))
        return
    from flows.cli.answer_text import print_answer

    print_answer(answer)


def _watch(asker: Asker, question: Question, cursor: str | None, *, json_output: bool) -> None:
    from flows.answer_json import case_json

    understood = asker.understand(question)
    if not json_output:
        say("watching for new cases; stop with Ctrl-C")
    while True:
        fresh, cursor = asker.new_since(understood, cursor)
        for item in fresh:
            if json_output:
                emit_json({"case": case_json(item, ())})
            else:
                _show_new(item)
        time.sleep(_POLL_S)


def _show_new(item: Ranked) -> None:
    packet = item.case.packet
    resolution = packet["resolution_pattern"] or "no resolution stated"
    typer.echo(f"new: {packet['problem_type']} / {packet['symptom_pattern']}: {resolution} ({packet['outcome']})")
