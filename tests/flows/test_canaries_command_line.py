"""Planted identifiers in every format and field, through the commands: none in anything that is written or shown."""

import json
import os

import anyio
import pytest
from canaries import Canaries, Search, write_source
from command_line import CommandLine
from fastapi.testclient import TestClient
from mcp import Client

from flows.mcp import build_server
from flows.settings import Settings, SourceSettings
from flows.web.review.app import create_app
from flows.web.review.desk import Desk
from tests.flows.test_no_identifier_leaves import text_of

RECORDINGS = 12
TOKEN, HOST = "t0ken", "127.0.0.1:8790"
WRONG = {
    "problem_type": "dns_failure",
    "symptom_pattern": "partial_outage",
    "resolution_pattern": "service_restart",
    "outcome": "resolved",
}


class Planted:
    """A source, a configuration and a question full of canaries, and what the commands made of them."""

    def __init__(self, folder):
        self.folder, self.source = folder, folder / "kulmipnar-exports"
        self.source.mkdir()
        for name in ("home", "tmp", "out"):
            (folder / name).mkdir()
        by_name = write_source(self.source, RECORDINGS, seed=21)
        self.names = sorted(by_name)
        extra = Canaries(22)
        self._broken(extra)
        customers = [extra.fill("name", "{}", "configuration") for _ in range(5)]
        self.config = folder / "loomroute.toml"
        self.config.write_text(f"[identifiers]\ncustomers = {json.dumps(customers)}\n")
        self.question = " ".join(
            extra.fill(kind, template, "question")
            for kind, template in (
                ("name", "the postgres pool of {} ran dry"),
                ("email", "mail {} about it"),
                ("host", "on {}"),
                ("github token", "the token is {}"),
            )
        )
        self.canaries = [canary for canaries in by_name.values() for canary in canaries] + extra.planted
        self.search = Search(self.canaries)
        self._run = CommandLine(folder)

    def _broken(self, extra):
        """Files that are refused, with canaries in their names and texts."""
        cut = json.dumps({"phrases": [{"value": extra.fill("person", "so {} said", "refused file")}]})[:-3]
        (self.source / extra.fill("name", "{}.json", "refused file name")).write_text(cut)
        (self.source / extra.fill("name", "{}.vtt", "refused file name")).write_text("")
        stem = extra.fill("name", "{}", "refused file name")
        (self.source / f"{stem}.txt").write_text(extra.fill("email", "0:00\nmail {} now\n", "refused file"))
        (self.source / f"{stem}.meta.json").write_text(extra.fill("person", '{{"owner_name": "{}"', "refused file"))
        orphan = extra.fill("name", "{}.meta.json", "refused file name")
        (self.source / orphan).write_text(json.dumps({"title": extra.fill("name", "{}", "refused file")}))

    def __call__(self, *arguments, check=True, **environment):
        private = {"HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "tmp")}
        return self._run(*arguments, "--config", self.config, check=check, **private, **environment)

    def settings(self, **changes):
        router = f"sqlite:///{self.folder}/router.db"
        return Settings(router=router, ledger=self.folder / "ledger.db", **changes)


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    return Planted(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def ingested(planted):
    """A run through Prefect that logs all it can, and one without Prefect that holds everything."""
    out = planted.folder / "out"
    loud = {"PREFECT_LOGGING_LEVEL": "DEBUG"}
    first = planted(
        "ingest", planted.source, "--accept", 0, "--packets", out / "p.jsonl", "--json", check=False, **loud
    )
    held = {
        "LOOMROUTE_LEDGER": str(planted.folder / "held.db"),
        "LOOMROUTE_ROUTER": f"sqlite:///{planted.folder}/none.db",
    }
    second = planted("ingest", planted.source, "--accept", 1, "--direct", check=False, **held)
    assert (first.code, second.code) == (1, 1), "files were refused"
    return first, second


def without_names(lines):
    return json.dumps([{key: value for key, value in line.items() if key != "recording"} for line in lines])


def without_files_not_covered(planted, err):
    """What is on stderr beside the names of refused files, which the privacy officer must be told."""
    lines = [line.partition(": not covered (") for line in err.splitlines()]
    files = {path.relative_to(planted.source).as_posix() for path in planted.source.rglob("*")}
    named = {name for name, told, _ in lines if told}
    assert named
    assert named <= files
    return "\n".join(rest if told else name for name, told, rest in lines)


def test_there_are_hundreds_and_they_can_be_found(planted):
    assert len(planted.canaries) > 600
    written = [path.read_text(encoding="utf-8") for path in planted.source.rglob("*") if path.is_file()]
    everything = "\n".join([*written, *(path.as_posix() for path in planted.source.rglob("*"))])
    everything += planted.question + planted.config.read_text()
    assert len(planted.search.found(everything)) == len(planted.canaries)


def test_none_in_packets_and_lines(planted, ingested):
    packets = [json.loads(line) for line in (planted.folder / "out" / "p.jsonl").read_text().splitlines()]
    assert len(packets) == RECORDINGS
    assert planted.search.found(without_names(packets)) == []
    assert planted.search.found(without_names(ingested[0].lines)) == []


def test_none_in_logs(planted, ingested):
    first, second = ingested
    assert "DEBUG" in first.err or "Flow run" in first.err
    assert "held" in second.err
    assert planted.search.found(first.err + second.err + second.out) == []


@pytest.mark.parametrize("database", ["router.db", "ledger.db", "held.db", "prefect/prefect.db"])
def test_none_in_any_database(planted, ingested, database):
    text = text_of(
        planted.folder / database, leave_out={("recordings", "recording"), ("current_versions", "recording")}
    )
    assert text.strip()
    assert planted.search.found(text) == []
    assert "kulmipnar" not in text.lower()


def test_none_in_labels_and_evidence(planted):
    done = planted("classify", planted.source, "--json", check=False)
    assert len(done.lines) == RECORDINGS
    assert any(line["evidence"] for line in done.lines)
    assert planted.search.found(without_names(done.lines) + without_files_not_covered(planted, done.err)) == []


def test_none_in_scrubbed_text_or_on_the_redaction_page(planted):
    page = planted.folder / "out" / "page.html"
    done = planted("redact", planted.source, "--json", "--html", page, check=False)
    assert len(done.lines) == RECORDINGS
    assert page.read_text(encoding="utf-8").count("<mark") > RECORDINGS
    assert planted.search.found(without_names(done.lines) + without_files_not_covered(planted, done.err)) == []
    assert planted.search.found(page.read_text(encoding="utf-8")) == []


def test_none_in_the_report_over_recordings_of_ones_own(planted):
    gold = planted.folder / "out" / "gold.jsonl"
    gold.write_text("\n".join(json.dumps({"recording": name, **WRONG}) for name in planted.names))
    report = planted.folder / "out" / "report"
    done = planted("evaluate", "--gold", gold, "--source", planted.source, "--outside-only", "--report", report)
    page = (report / "report.html").read_text(encoding="utf-8")
    assert "connection" in page
    assert planted.search.found(page + done.out + done.err) == []
    gold.unlink()


def packet_of(planted):
    return json.loads((planted.folder / "out" / "p.jsonl").read_text().splitlines()[0])


def test_none_in_answers_and_exports(planted, ingested):
    packet = packet_of(planted)["packet"]
    topic = ("--problem", packet["problem_type"], "--symptom", packet["symptom_pattern"])
    asked = planted("query", planted.question, *topic, "--json")
    answer = asked.lines[0]
    assert [case.pop("recordings") for case in answer["cases"]], "which recordings of one's own stand behind a case"
    exported = planted("export", "--stix", planted.folder / "out" / "bundle.json")
    bundle = (planted.folder / "out" / "bundle.json").read_text()
    assert bundle.count('"id"') > 1
    assert planted.search.found(json.dumps(answer) + asked.err + exported.out + exported.err + bundle) == []


def test_none_in_what_assistants_get(planted, ingested):
    packet = packet_of(planted)
    calls = [
        ("query_outcomes", {"symptoms": planted.question}),
        ("get_packet", {"packet_id": packet["packet_id"]}),
        ("query_outcomes", {"symptoms": planted.question, "problem": planted.canaries[0].text[:3]}),
    ]

    async def talk():
        async with Client(build_server(planted.settings())) as client:
            return [await client.call_tool(tool, arguments) for tool, arguments in calls]

    answers = anyio.run(talk)
    assert [answer.is_error for answer in answers] == [False, False, True]
    assert planted.search.found("\n".join(answer.model_dump_json() for answer in answers)) == []


def test_a_reviewer_sees_file_names_and_nothing_else(planted, ingested):
    held = {"ledger": planted.folder / "held.db", "router": f"sqlite:///{planted.folder}/none.db"}
    desk = Desk(planted.settings(source=SourceSettings(url=str(planted.source))).model_copy(update=held))
    client = TestClient(create_app(desk, token=TOKEN, host=HOST), base_url=f"http://{HOST}")
    rows = desk.rows()
    assert len(rows) == RECORDINGS
    pages = [client.get(f"/{TOKEN}/").text, *(client.get(f"/{TOKEN}/recordings/{row.pseudonym}").text for row in rows)]
    assert all("Masked:" in page for page in pages[1:])
    shown = "\n".join(pages)
    for name in planted.names:
        shown = shown.replace(name, "")
    assert planted.search.found(shown) == []


def test_none_in_any_other_file(planted, ingested):
    """Whatever was left behind anywhere: state, home and temporary folders, write-ahead logs, pages."""
    local = {planted.source, planted.config, planted.folder / "out" / "p.jsonl", *planted.folder.glob("*.db*")}
    left = [
        path
        for path in sorted(planted.folder.rglob("*"))
        if path.is_file() and not any(path == one or one in path.parents for one in local)
    ]
    assert any("prefect" in path.as_posix() for path in left)
    for path in left:
        inside = path.read_bytes().decode("utf-8", "ignore")
        assert planted.search.found(path.relative_to(planted.folder).as_posix() + inside) == [], os.fspath(path)
