"""From an incomplete product to what a consumer reads: the journey of a manager, a creative, a reviewer, a developer."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser import desks
from tests.browser.conftest import Seat
from tests.stacks import Stack, wait_for

MOVED_WITHIN_S = 2.0


@dataclass(frozen=True, slots=True)
class Gap:
    """A value that is missing in a locale."""

    locale: str
    label: str
    value: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Journey:
    """What the journey is about in one catalog.

    Attributes:
        picture: label, code and owner of the attribute that takes the picture.
        reviewed: label, code, owner and locale of a value that may not go out without approval.
    """

    catalog: str
    channel: str
    view_label: str
    family: str
    sku: str
    type_name: str
    gaps: tuple[Gap, ...]
    picture: tuple[str, str, str]
    reviewed: tuple[str, str, str, str]
    live_in: frozenset[str]


JOURNEYS = [
    Journey(
        "demo",
        "webshop",
        "Web shop",
        "Bags",
        "BAG-ETTA-RUST",
        "BagsProduct",
        (
            Gap("en_US", "GTIN", "4006381333931"),
            Gap("en_US", "Weight", "0.5", "Kilogram"),
            Gap("fr_FR", "Short description", "Etta se ferme d’un tour de bouton en laiton."),
            Gap("fr_FR", "Description", "Petit, avec tout dedans : téléphone, portefeuille et livre de poche."),
        ),
        ("Main picture", "image", "BAG-ETTA-RUST"),
        ("Claim", "claim", "BAG-ETTA", "en_US"),
        frozenset({"de_DE", "en_US", "fr_FR"}),
    ),
    Journey(
        "icecat",
        "ecommerce",
        "Ecommerce",
        "Clothing",
        "Tshirt-divided-blue-l",
        "ClothingProduct",
        (
            Gap("de_DE", "Description", "Ein geteiltes T-Shirt aus weicher Baumwolle."),
            Gap("de_DE", "Variant Name", "T-Shirt, geteilt, blau"),
            Gap("fr_FR", "Description", "Un t-shirt en deux tons, en coton doux."),
        ),
        ("Variant picture", "variation_image", "model-tshirt-divided-blue"),
        ("Variant Name", "variation_name", "model-tshirt-divided-blue", "en_US"),
        frozenset({"de_DE", "en_US", "fr_FR"}),
    ),
]


@pytest.mark.parametrize(
    "journey", [pytest.param(each, id=each.catalog, marks=pytest.mark.xdist_group(each.catalog)) for each in JOURNEYS]
)
def test_a_product_is_completed_pictured_approved_and_delivered(
    request: pytest.FixtureRequest, seat: Seat, journey: Journey
):
    stack: Stack = request.getfixturevalue(f"{journey.catalog}_stack")
    token = desks.make_token(seat(stack, "admin"), "Web shop", view=journey.channel)
    shop = Shop(stack, token, journey.channel)
    name = upload_with_focal_rectangle(seat(stack, "creative"), journey)

    manager = seat(stack, "manager")
    complete(manager, journey)
    link_picture(manager, journey, name)
    before = shop.position()
    said = read_reasons(manager, journey)

    assert shop.product(journey.sku).status == 404
    assert said == shop.reasons(journey.sku) != []

    page = desks.search_product(manager, journey.sku, channel=journey.channel, locale="en_US")
    desks.move(page, "Send to review", with_models=True)
    approved_at = approve(seat(stack, "reviewer"), journey)

    wait_for(lambda: shop.product(journey.sku).status == 200, within_s=30)
    shown = shop.product(journey.sku)
    document = shown.json()
    assert (datetime.fromisoformat(document["published_at"]) - approved_at).total_seconds() <= MOVED_WITHIN_S
    assert set(document["locales"]) == journey.live_in
    assert [change["sku"] for change in shop.changes(before)].count(journey.sku) == 1
    assert shop.position() > before
    assert shop.reasons(journey.sku) == []

    check_picture(shop, journey, document)
    check_that_the_approved_copy_stays(stack, seat, shop, journey, etag=shown.headers["ETag"])


@dataclass(frozen=True, slots=True)
class Shop:
    """A developer's program that reads one view."""

    stack: Stack
    token: str
    view: str

    def product(self, sku, *, etag=""):
        headers = {"If-None-Match": etag} if etag else {}
        return self.stack.call(f"/hub/{self.view}/products/{sku}", token=self.token, headers=headers)

    def reasons(self, sku):
        answer = self.stack.call(f"/hub/{self.view}/products/{sku}?explain=1", token=self.token).json()
        return [reason["message"] for reason in answer["reasons"]]

    def changes(self, since):
        return self.stack.call(f"/hub/{self.view}/changes?since={since}", token=self.token).json()["changes"]

    def position(self):
        return self.stack.call(f"/hub/{self.view}/changes?since=initial&limit=1", token=self.token).json()["position"]

    def ask(self, query, **variables):
        body = {"query": query, "variables": variables}
        answer = self.stack.call(f"/hub/{self.view}/graphql", token=self.token, body=body).json()
        assert "errors" not in answer, answer
        return answer["data"]


def upload_with_focal_rectangle(creative, journey):
    """The name of a new picture; what matters in it is marked."""
    name = f"{journey.catalog}-journey"
    page = creative.open("/admin/assets/asset/")
    desks.drop_file(page, f"{name}.jpg", draw_picture(journey.catalog), media_type="image/jpeg")
    expect(page.locator(".as-uploads li")).to_contain_text("uploaded")
    card = page.locator(".as-card").filter(has_text=name)
    expect(card).to_have_attribute("data-state", "ready", timeout=desks.READY_WITHIN_MS)
    card.locator(".as-name").click()

    desks.draw_rectangle(page, 0.25, 0.25, 0.5, 0.75)
    expect(page.locator("[data-crop=state]")).to_have_text("not saved yet")
    page.get_by_role("button", name="Save crops").click()
    expect(page.locator("[data-crop=notice]")).to_contain_text("Saved.")
    return name


def draw_picture(seed):
    noise = random.Random(seed)
    tiny = Image.new("RGB", (12, 9))
    tiny.putdata([tuple(noise.randrange(256) for _ in range(3)) for _ in range(12 * 9)])
    file = io.BytesIO()
    tiny.resize((1200, 900), Image.Resampling.BICUBIC).save(file, "JPEG", quality=88)
    return file.getvalue()


def complete(manager, journey):
    """Find the product among the incomplete ones and fill in what the panel says is missing, locale by locale."""
    first = journey.gaps[0].locale
    page = desks.open_grid(manager, channel=journey.channel, locale=first)
    desks.add_filter(page, "Family", journey.family)
    desks.add_filter(page, "Missing", journey.gaps[0].label)
    desks.search(page, journey.sku)
    desks.open_row(page, journey.sku)
    for gap in journey.gaps:
        if f"locale={gap.locale}" not in page.url:
            desks.switch_locale(page, gap.locale)
        desks.fill_missing(page, gap.label, gap.value, unit=gap.unit)
    expect(page.locator(".vp-todo")).to_have_count(0)


def link_picture(manager, journey, name):
    label, _code, owner = journey.picture
    page = desks.search_product(manager, owner, channel=journey.channel, locale="en_US")
    desks.choose_asset(page, label, name)
    desks.save(page)
    expect(desks.field_of(page, label).locator(".vp-asset img")).to_have_count(1)


def read_reasons(manager, journey):
    """What the product's page says about why it is not live."""
    page = desks.search_product(manager, journey.sku, channel=journey.channel, locale="en_US")
    verdict = page.locator(".vp-verdict").filter(has_text=journey.view_label)
    expect(verdict.locator(".vt-badge")).to_have_text("not live")
    verdict.locator("summary").click()
    return verdict.locator(".vp-why li").all_inner_texts()


def approve(reviewer, journey):
    """Approve the product and its models; returns when the server had done it."""
    page = desks.search_product(reviewer, journey.sku, channel=journey.channel, locale="en_US")
    with page.expect_response(lambda response: response.url.endswith("/move/")) as answered:
        desks.move(page, "Approve", with_models=True)
    expect(page.locator(".vp-side .is-stage")).to_have_text("Approved")
    return parsedate_to_datetime(answered.value.headers["date"])


def check_picture(shop, journey, document):
    """The picture is in both answers, and its address gives image bytes without any token."""
    _label, code, _owner = journey.picture
    address = document["locales"]["en_US"]["values"][code]["url"]
    query = "query ($sku: String!) { product(sku: $sku) { sku ... on %s { %s(locale: en_US) { url width height } } } }"
    found = shop.ask(query % (journey.type_name, code), sku=journey.sku)["product"]

    rendition = shop.stack.call(address)

    assert found["sku"] == journey.sku
    assert found[code]["url"] == address
    assert (rendition.status, rendition.headers.get_content_maintype()) == (200, "image")
    picture = Image.open(io.BytesIO(rendition.body))
    assert picture.width * 3 == picture.height * 4


def check_that_the_approved_copy_stays(stack, seat, shop, journey, *, etag):
    """A reviewed value that is edited afterwards is seen by nobody outside until it is approved again."""
    label, code, owner, locale = journey.reviewed
    manager = seat(stack, "manager")
    approved = shop.product(journey.sku).json()["locales"][locale]["values"][code]
    page = desks.search_product(manager, owner, channel=journey.channel, locale=locale)

    desks.fill_field(page, label, "Edited after approval")
    desks.save(page)

    expect(page.locator(".vp-side")).to_contain_text("approved copy is live")
    expect(desks.field_of(page, label)).to_contain_text("changed since approval")
    assert shop.product(journey.sku, etag=etag).status == 304
    assert shop.product(journey.sku).json()["locales"][locale]["values"][code] == approved

    desks.move(page, "Send to review", with_models=False)
    reviewer = seat(stack, "reviewer")
    desks.move(
        desks.search_product(reviewer, owner, channel=journey.channel, locale=locale), "Approve", with_models=False
    )
    again = wait_for(lambda: (answer := shop.product(journey.sku, etag=etag)).status == 200 and answer, within_s=30)
    assert again.headers["ETag"] != etag
    assert again.json()["locales"][locale]["values"][code] == "Edited after approval"
