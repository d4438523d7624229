"""`loomroute mcp`: the tools for assistants, over standard input and output."""

from __future__ import annotations

from flows.cli.output import ConfigOption, LedgerOption, RouterOption


def command(*, router: RouterOption = None, ledger: LedgerOption = None, config: ConfigOption = None) -> None:
    """Serve query_outcomes, get_packet and report_sighting to an assistant over stdio (MCP).

    Example: loomroute mcp --router https://relay.example
    """
    from flows.settings import load_settings
    from pipeline.errors import MissingExtraError

    try:
        from flows.mcp import build_server
    except ModuleNotFoundError as error:
        raise MissingExtraError("mcp", "loomroute mcp") from error
    build_server(load_settings(config, router=router, ledger=ledger)).run("stdio")
