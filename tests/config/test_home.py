from pathlib import Path

import pytest

from config import home as places


def test_a_short_plain_home_keeps_its_sockets_inside():
    assert places.socket_dir(Path("/srv/vitrine/var")) == Path("/srv/vitrine/var/run")


@pytest.mark.parametrize("home", ["/srv/a b", "/srv/what?", "/srv/" + "x" * 100, "/srv/größe"])
def test_a_home_that_is_long_or_not_plain_gets_a_short_socket_folder_of_its_own(home):
    folder = places.socket_dir(Path(home))

    assert folder == places.socket_dir(Path(home))
    assert folder != places.socket_dir(Path(f"{home}2"))
    assert len(str(folder)) < 60


def test_broker_and_cache_share_the_server_but_not_the_database():
    home = Path("/srv/v")

    assert places.broker_url(home) == "redis+socket:///srv/v/run/valkey.sock?virtual_host=0"
    assert places.cache_url(home) == "unix:///srv/v/run/valkey.sock?db=1"
