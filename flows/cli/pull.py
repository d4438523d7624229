"""`loomroute pull`: transcripts and metadata of Loom links into a folder, ready to ingest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.output import EXIT_INCOMPLETE, JsonOption, emit_json, progress, say


def command(
    links: Annotated[list[str], typer.Argument(metavar="URL...", help="Links to Loom videos you may read.")],
    *,
    into: Annotated[Path, typer.Option("--into", help="Folder to write to; made where it is missing.")] = Path(
        "recordings"
    ),
    json_output: JsonOption = False,
) -> None:
    """Fetch transcripts and metadata of Loom links with yt-dlp; no video is downloaded.

    Example: loomroute pull https://www.loom.com/share/0123456789abcdef0123456789abcdef --into exports
    """
    import shlex

    from pipeline.errors import UsageError
    from pipeline.sources.pull import link_ids, open_extractor, pull

    ids = link_ids(links)
    failed = 0
    with open_extractor() as extractor, progress("fetching", quiet=json_output) as on_progress:
        try:
            into.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"--into: cannot make the folder ({type(error).__name__})") from error
        for done, video_id in enumerate(ids, 1):
            pulled = pull(video_id, into, extractor)
            failed += pulled.state == "failed"
            on_progress(done, len(ids))
            if json_output:
                emit_json(
                    {"id": pulled.id, "state": pulled.state, "files": list(pulled.files), "reason": pulled.reason}
                )
            else:
                say(f"{pulled.id}: {pulled.state}" + (f" ({pulled.reason})" if pulled.reason else ""))
    if not json_output and failed < len(ids):
        say(f"next: loomroute ingest {shlex.quote(str(into))}")
    if failed:
        raise typer.Exit(EXIT_INCOMPLETE)
