from pathlib import Path

import pytest

from config import database


def test_an_address_is_taken_apart_and_unquoted():
    entry = database.database_from_url("postgresql://us%40er:p%2Fw@db.example:6432/shop?sslmode=require")

    assert (entry["NAME"], entry["USER"], entry["PASSWORD"]) == ("shop", "us@er", "p/w")
    assert (entry["HOST"], entry["PORT"]) == ("db.example", "6432")
    assert entry["OPTIONS"]["sslmode"] == "require"


def test_a_socket_folder_may_be_the_host():
    assert database.database_from_url("postgresql:///shop?host=/run/postgresql")["HOST"] == "/run/postgresql"


@pytest.mark.parametrize("url", ["mysql://u@h/db", "postgresql://h", "shop"])
def test_other_databases_are_refused(url):
    with pytest.raises(ValueError, match="DATABASE_URL must look like"):
        database.database_from_url(url)


def test_idle_transactions_end():
    assert (
        "idle_in_transaction_session_timeout=60000" in database.embedded_database(Path("/srv/v"))["OPTIONS"]["options"]
    )
