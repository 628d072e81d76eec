"""What passes the gate is published, once, and withdrawn when it no longer does."""

from __future__ import annotations

import orjson
import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from catalog.services.changes import ProductChange
from channels.models import ChannelView, Dirty, Publication, PublicationFacet
from channels.services.explaining import explain_product
from channels.services.publishing import publish_pending
from tests.factories.catalog import make_tree, write
from tests.factories.channels import COMPLETE, make_shoes, make_shop, make_view, publish
from tests.factories.structure import make
from tests.factories.workflows import restore_default_workflows

pytestmark = pytest.mark.django_db


def _web() -> QuerySet[Publication]:
    return Publication.objects.filter(view__code="web")


def _states() -> dict[str, str]:
    return dict(_web().order_by("sku").values_list("sku", "state"))


def _position() -> int:
    return ChannelView.objects.get(code="web").position


def test_a_complete_product_in_the_tree_is_live_in_the_locales_that_are_complete() -> None:
    make_shop()
    make_shoes("boot")

    publish()

    found = _web().get(sku="boot")
    assert (found.state, found.position, list(found.by_locale)) == ("live", 1, ["en_US"])
    shared, part = orjson.loads(found.shared), orjson.loads(found.by_locale["en_US"])
    assert shared["values"] == {"price": [{"amount": "10.00", "currency": "EUR"}, {"amount": "12", "currency": "USD"}]}
    assert (shared["categories"], shared["live_in"], shared["family"]) == (["shoes"], ["en_US"], "shoe")
    assert (part["label"], part["values"]) == ("Boot", {"name": "Boot"})
    assert [reason["code"] for reason in found.reasons] == ["incomplete"]
    assert found.reasons[0]["locale"] == "de_DE"


def test_publishing_again_writes_nothing() -> None:
    make_shop()
    make_shoes("boot", "shoe")
    publish()
    write(ProductChange("boot", values={"erp": "not delivered to the index"}), atomic=True)
    publish()
    before = list(Publication.objects.order_by("id").values())
    position = _position()
    from channels.services.marking import mark_everything

    mark_everything()
    done = publish_pending()

    assert done.looked_at == 4
    assert [(s.published, s.withdrawn, s.noted) for s in done.by_view.values()] == [(0, 0, 0)] * 2
    assert list(Publication.objects.order_by("id").values()) == before
    assert _position() == position
    assert not Dirty.objects.exists()


def test_a_product_outside_the_tree_or_without_a_price_is_not_live() -> None:
    make_shop()
    make_shoes("homeless", categories=[])
    make_shoes("poor", values={"name:en_US": "Poor"})

    publish()

    assert _states() == {"poor": "withheld"}
    assert _position() == 0
    answer = explain_product("web", Product.objects.get(sku="homeless"))
    assert [reason.code for reason in answer.reasons] == ["not_selected", "incomplete"]


def test_what_stops_to_pass_is_withdrawn_and_leaves_a_tombstone() -> None:
    make_shop()
    make_shoes("boot")
    publish()

    write(ProductChange("boot", enabled=False), atomic=True)
    publish()

    found = _web().get(sku="boot")
    assert (found.state, found.position, found.shared, found.by_locale) == ("withdrawn", 2, "", {})
    assert [reason["code"] for reason in found.reasons] == ["disabled", "incomplete"]
    assert not PublicationFacet.objects.exists()

    write(ProductChange("boot", enabled=True), atomic=True)
    publish()

    assert (_states(), _position()) == ({"boot": "live"}, 3)


def test_every_locale_must_pass_where_the_view_says_so() -> None:
    make_shop(locale_rule="all")
    make_shoes("boot")
    publish()
    assert _states() == {"boot": "withheld"}

    write(ProductChange("boot", values={"name:de_DE": "Stiefel"}), atomic=True)
    publish()

    assert _states() == {"boot": "live"}
    assert list(_web().get(sku="boot").by_locale) == ["de_DE", "en_US"]


def test_a_variant_is_published_with_what_it_inherits_and_its_model_is_not() -> None:
    make_shop()
    make_tree()
    write(ProductChange("boot", categories=["shoes"], values={"price": COMPLETE["price"]}), atomic=True)

    publish()

    assert _states() == dict.fromkeys(("boot-blue-m", "boot-blue-s", "boot-red-m", "boot-red-s"), "live")
    shared = orjson.loads(_web().get(sku="boot-red-s").shared)
    assert (shared["kind"], shared["parent"], shared["root"]) == ("variant", "boot-red", "boot")
    part = orjson.loads(_web().get(sku="boot-red-s").by_locale["en_US"])
    assert part["values"]["color"] == {"code": "red", "label": "Red"}


def test_a_change_of_a_model_republishes_its_variants() -> None:
    make_shop()
    make_tree()
    write(ProductChange("boot", categories=["shoes"], values={"price": COMPLETE["price"]}), atomic=True)
    publish()

    write(ProductChange("boot", values={"name:en_US": "Boots"}), atomic=True)
    publish()

    assert _position() == 8
    part = orjson.loads(_web().get(sku="boot-red-s").by_locale["en_US"])
    assert part["label"] == "Boots"


def test_a_new_label_of_an_option_reaches_the_products_that_have_it() -> None:
    make_shop()
    make_shoes("boot", values={**COMPLETE, "color": "red"})
    make_shoes("shoe", values={**COMPLETE, "color": "blue"})
    publish()

    make("option", **{"color.red": {"attribute": "color", "code": "red", "labels": {"en_US": "Crimson"}}})
    publish()

    assert dict(_web().values_list("sku", "position")) == {"boot": 3, "shoe": 2}


def test_a_stricter_family_withdraws() -> None:
    make_shop()
    make_shoes("boot")
    publish()

    make("family", shoe={"requirements": {"web": ["sku", "name", "price", "color"]}})
    publish()

    assert _states() == {"boot": "withdrawn"}


def test_a_deleted_product_leaves_a_tombstone() -> None:
    from catalog.services.deletion import delete_products

    make_shop()
    make_shoes("boot")
    publish()

    delete_products(["boot"], actor=None, origin="command")
    publish()

    assert (_states(), _position()) == ({"boot": "withdrawn"}, 2)


def test_publishing_takes_as_many_queries_for_one_product_as_for_twenty() -> None:
    make_shop()
    make_shoes("warm")
    publish()
    counts = []
    for skus in (["one"], [f"shoe-{n}" for n in range(20)]):
        make_shoes(*skus)
        from pim import journal

        journal.run_consumers()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            publish_pending()
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_a_view_made_anew_is_filled() -> None:
    make_shop()
    make_shoes("boot")
    publish()

    make_view("outlet", channel="web", completeness=0)
    publish()

    assert list(Publication.objects.filter(view__code="outlet").values_list("sku", "position")) == [("boot", 1)]


def test_no_review_values_go_out_at_once_and_reviewed_ones_wait() -> None:
    restore_default_workflows()
    make_shop(requires_approval=True)
    make_shoes("boot", stage="approved")
    publish()
    assert _states() == {"boot": "live"}

    write(ProductChange("boot", values={"stock": 7}), atomic=True)
    publish()
    shared = orjson.loads(_web().get(sku="boot").shared)
    assert (shared["values"]["stock"], _position()) == (7, 2)

    write(ProductChange("boot", values={"name:en_US": "Not yet", "stock": 8}), atomic=True)
    publish()
    found = _web().get(sku="boot")
    assert (found.state, _position()) == ("live", 3)
    assert orjson.loads(found.shared)["values"]["stock"] == 8
    assert orjson.loads(found.by_locale["en_US"])["values"]["name"] == "Boot"
