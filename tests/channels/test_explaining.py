"""Why a product is not live, in words for people: things by their names, beside the keys that programs read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assets.models import Asset
from catalog.models import Product
from channels.services.explaining import describe_reason, explain_product, give_verdicts
from tests.factories.assets import make_asset, make_license
from tests.factories.channels import COMPLETE, make_shoes, make_shop
from tests.factories.structure import make

pytestmark = pytest.mark.django_db


def test_files_and_stages_are_told_by_their_names() -> None:
    make_shop(requires_approval=True)
    make("attribute", picture={"type": "asset", "group": "basics"})
    attributes = ["sku", "name", "description", "color", "size", "weight", "price", "ean", "stock", "picture"]
    make("family", shoe={"attributes": attributes})
    asset = make_asset("front.png")
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    Asset.objects.filter(pk=asset.pk).update(license=make_license("fair", valid_until=yesterday))
    make_shoes("boot", values={**COMPLETE, "picture": str(asset.uuid)})
    Product.objects.filter(sku="boot").update(stage="in_review")
    product = Product.objects.get(sku="boot")

    reasons = {reason.code: reason for reason in explain_product("web", product).reasons}

    stage, file = reasons["not_approved"], reasons["asset_not_allowed"]
    assert (stage.message, stage.about["stage"]) == ("boot is not approved: its stage is In review.", "in_review")
    assert file.message == f"The file {asset.code} may not be used here: its licence has ended."
    assert file.about["asset"] == str(asset.uuid)
    assert {stage.message, file.message} <= set(give_verdicts(product)[0].reasons)


def test_a_file_is_told_by_its_code_where_it_is_known() -> None:
    reason = {"code": "asset_not_ready", "asset": "u-1"}

    assert describe_reason(reason, {"asset": {"u-1": "front"}}).message == "The file front is not ready."
    assert describe_reason(reason).message == "The file u-1 is not ready."
