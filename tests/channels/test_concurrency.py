"""Publishers side by side: nothing is lost, nothing is done twice, and the feed never shows a position late."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from channels.models import ChannelView, Dirty, Publication
from channels.services.marking import mark_everything
from channels.services.publishing import publish_pending
from channels.services.reading import Reader
from channels.services.snapshot import get_delivery_structure
from pim import journal
from tests.factories.channels import make_shoes, make_shop, make_view

PRODUCTS = 60


def _in_thread(work: Callable[[], None], failures: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_two_publishers_and_a_follower() -> None:
    make_shop()
    make_shoes(*(f"shoe-{number}" for number in range(PRODUCTS)))
    journal.run_consumers()
    failures: list[BaseException] = []
    seen: list[int] = []
    is_over = threading.Event()

    def follow() -> None:
        structure = get_delivery_structure()
        view = structure.views_by_code["web"]
        since = "0"
        while True:
            was_over = is_over.is_set()
            feed = Reader(structure, view).feed(since, limit=100)
            seen.extend(row.position for row in feed.rows)
            since = feed.next
            if was_over and not feed.rows:
                return

    follower = _in_thread(follow, failures)
    publishers = [_in_thread(lambda: publish_pending(batch=7), failures) for _ in range(2)]
    for publisher in publishers:
        publisher.join()
    is_over.set()
    follower.join()

    assert failures == []
    assert seen == list(range(1, PRODUCTS + 1))
    assert Publication.objects.filter(view__code="web", state="live").count() == PRODUCTS
    assert not Dirty.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_while_its_product_is_published_is_published_too() -> None:
    make_shop()
    make_shoes("boot")
    journal.run_consumers()
    publish_pending()
    failures: list[BaseException] = []
    mark_everything()

    marker = _in_thread(lambda: (mark_everything(), None)[1], failures)
    publish_pending()
    marker.join()
    publish_pending()

    assert failures == []
    assert not Dirty.objects.exists()


@pytest.mark.django_db
def test_a_filter_that_broke_leaves_what_is_live_and_is_explained() -> None:
    from catalog.models import Product
    from channels.services.explaining import explain_product

    make_shop(selection={"field": "color", "op": "eq", "value": "red"})
    make_shoes("boot", values={"name:en_US": "Boot", "price": [{"amount": "1", "currency": "EUR"},
               {"amount": "1", "currency": "USD"}], "color": "red"})  # fmt: skip
    journal.run_consumers()
    publish_pending()
    ChannelView.objects.filter(code="web").update(selection={"field": "gone", "op": "eq", "value": "x"})
    make_view("other", channel="web")
    mark_everything()

    publish_pending()

    assert Publication.objects.get(view__code="web").state == "live"
    answer = explain_product("web", Product.objects.get(sku="boot"))
    assert [reason.code for reason in answer.reasons] == ["selection_broken"]


@pytest.mark.django_db
def test_a_filter_that_cannot_be_read_is_not_saved() -> None:
    from pim.errors import Refused

    make_shop()

    with pytest.raises(Refused) as refused:
        make_view("web", selection={"field": "gone", "op": "eq", "value": "x"})

    assert refused.value.pointer == "/selection/field"
