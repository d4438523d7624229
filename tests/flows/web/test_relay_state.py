"""One process serves a state folder."""

import pytest

from flows.web.relay.serve import serve
from flows.web.relay.settings import RelaySettings
from pipeline.errors import ConfigurationError
from tests.flows.web.relay_process import RelayProcess


def test_a_second_relay_is_refused_until_the_first_has_ended_however_it_ends(tmp_path):
    settings = RelaySettings(f"sqlite:///{tmp_path}/storage.db", tmp_path / "state")
    first, second = RelayProcess(settings), RelayProcess(settings)
    try:
        first.start()
        announced = []
        with pytest.raises(ConfigurationError, match="another relay serves this state folder"):
            serve(settings, "127.0.0.1:0", announced.append)
        assert announced == []
        first.kill()
        second.start()
    finally:
        first.kill()
        second.kill()
