"""`loomroute relay`: the register of members on the command line."""

import json

from typer.testing import CliRunner

from flows.cli.app import app


def run(*arguments):
    return CliRunner().invoke(app, ["relay", *arguments], catch_exceptions=False)


def test_tokens_are_shown_once_listed_without_and_end_when_revoked(tmp_path):
    state = ["--state", str(tmp_path / "state")]
    added = json.loads(run("token", "add", "member seven", "--gateway", "--json", *state).stdout)
    rotated = json.loads(run("token", "rotate", added["member"], "--json", *state).stdout)
    assert rotated["member"] == added["member"]
    assert rotated["token"] != added["token"]
    listed = run("token", "list", "--json", *state).stdout
    assert json.loads(listed) | {"added": ""} == {
        "member": added["member"],
        "label": "member seven",
        "gateway": True,
        "added": "",
        "revoked": False,
    }
    assert rotated["token"] not in listed
    assert run("token", "revoke", added["member"], *state).exit_code == 0
    assert json.loads(run("token", "list", "--json", *state).stdout)["revoked"] is True
    assert "revoked" in run("token", "list", *state).stdout


def test_help_has_an_example_for_each_command():
    for arguments in ([], ["token", "add"], ["token", "rotate"], ["token", "revoke"], ["token", "list"]):
        assert "Example: loomroute relay" in run(*arguments, "--help").stdout
