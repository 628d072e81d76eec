"""The product form: fields by family and level, writing only what changed, conflicts, history."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Association, Product
from catalog.services.changes import ProductChange
from pim.models import Entry
from tests.catalog.admin.pages import log_in, open_form, texts, url_of
from tests.factories.catalog import make_product, make_tree, write
from tests.factories.structure import make, make_structure

pytestmark = pytest.mark.django_db

ENGLISH = {"channel": "web", "locale": "en_US"}


@pytest.fixture(autouse=True)
def structure():
    make_structure()


@pytest.fixture
def client():
    return log_in()


def rows_of(page):
    return {row.spec.code: row for tab in page.context["tabs"] for row in tab.rows}


def values_of(sku):
    values = {}
    for row in Product.objects.get(sku=sku).value_rows.all():
        values.update(row.values)
    return values


def save(client, sku, posted, **params):
    query = "&".join(f"{name}={value}" for name, value in (params or ENGLISH).items())
    return client.post(f"{url_of(sku)}?{query}", posted)


def test_the_form_has_the_familys_attributes_in_the_chosen_channel_and_locale(client):
    make_product("A", values={"name:en_US": "Clog", "name:de_DE": "Holzschuh", "description:web:de_DE": "<p>Gut</p>"})

    page = client.get(url_of("A"), {"channel": "web", "locale": "de_DE"})

    rows = rows_of(page)
    assert set(rows) == {"name", "description", "color", "size", "weight", "price", "ean", "stock", "erp"}
    assert rows["name"].bound.html_name == "v-name:de_DE"
    assert rows["name"].bound.value() == "Holzschuh"
    assert rows["description"].bound.html_name == "v-description:web:de_DE"
    assert rows["erp"].bound.field.disabled
    assert "Clog" not in page.content.decode()


def test_only_the_documents_of_the_chosen_locale_are_read(client):
    make("locale", fr_FR={})
    make_product("A", values={"name:en_US": "Clog"})

    with CaptureQueriesContext(connection) as queries:
        client.get(url_of("A"), ENGLISH)

    reads = [query["sql"] for query in queries if "FROM catalog_productvalues" in query["sql"]]
    assert "locale = ANY('{0,1}'" in reads[0]


def test_a_variant_shows_what_it_inherits_and_from_whom(client):
    make_tree()

    rows = rows_of(client.get(url_of("boot-red-s"), ENGLISH))

    assert (rows["name"].place, rows["name"].text, rows["name"].source_label) == ("above", "Boot", "boot")
    assert rows["name"].source_url == url_of("boot")
    assert (rows["color"].place, rows["color"].text, rows["color"].source_label) == ("above", "Red", "boot-red")
    assert (rows["size"].place, rows["size"].is_axis) == ("here", True)
    assert rows["ean"].place == "here"


def test_a_model_leaves_to_its_variants_what_is_theirs(client):
    make_tree()

    page = client.get(url_of("boot"), ENGLISH)

    rows = rows_of(page)
    assert (rows["name"].place, rows["size"].place) == ("here", "below")
    assert [row.axes for row in page.context["variants"]] == ["Blue", "Red"]
    assert [row.product.variants for row in page.context["variants"]] == [2, 2]


def test_what_is_required_and_missing_is_marked_and_one_click_away(client):
    make_product("A")

    page = client.get(url_of("A"), ENGLISH)

    rows = rows_of(page)
    assert (rows["name"].is_required, rows["name"].is_missing) == (True, True)
    assert (rows["color"].is_required, rows["color"].is_missing) == (False, False)
    assert [(link.label, link.url) for link in page.context["missing"]] == [
        ("name", "#row-v-name-en_US"),
        ("price", "#row-v-price"),
    ]
    assert 'id="row-v-name-en_US"' in page.content.decode()
    assert [(slot.locale, slot.percent) for slot in page.context["slots"]] == [("de_DE", 33), ("en_US", 33)]


def test_what_a_variant_misses_leads_to_the_model_that_has_it(client):
    make_tree()

    page = client.get(url_of("boot-red-s"), {"channel": "print", "locale": "en_US"})

    (link,) = page.context["missing"]
    assert (link.label, link.url, link.is_here) == (
        "description",
        f"{url_of('boot')}#row-v-description-print-en_US",
        False,
    )


def test_saving_untouched_writes_nothing(client):
    make_product(
        "A",
        categories=["shoes"],
        groups=["promotion"],
        values={
            "name:en_US": "Clog",
            "weight": {"amount": "1.50", "unit": "KILOGRAM"},
            "price": [{"amount": "1", "currency": "EUR"}],
        },
    )
    entries = Entry.objects.count()

    answer = save(client, "A", open_form(client, "A", **ENGLISH))

    assert answer.status_code == 302
    assert Entry.objects.count() == entries
    assert Product.objects.get(sku="A").revision == 1


def test_only_what_was_changed_is_written_and_journaled(client):
    make_product("A", values={"name:en_US": "Clog", "color": "red", "stock": 3})
    posted = open_form(client, "A", **ENGLISH)

    save(
        client,
        "A",
        {**posted, "v-color": "blue", "v-stock": "", "v-price_EUR": "9.90", "v-weight_0": "2", "v-weight_1": "GRAM"},
    )

    assert values_of("A") == {
        "name:en_US": "Clog",
        "color": "blue",
        "price": {"EUR": "9.90"},
        "weight": {"amount": "2", "unit": "GRAM"},
    }
    entry = Entry.objects.latest("id")
    assert entry.delta == {
        "color": ["red", "blue"],
        "stock": [3, None],
        "price": [None, {"EUR": "9.90"}],
        "weight": [None, {"amount": "2", "unit": "GRAM"}],
    }
    assert (entry.origin, entry.actor.username, entry.revision) == ("admin", "superuser", 2)


def test_a_refused_value_stands_beside_its_field_and_nothing_is_written(client):
    make_product("A", values={"ean": "123"})
    make_product("B", values={"color": "red"})
    posted = open_form(client, "B", **ENGLISH)

    number = save(client, "B", {**posted, "v-stock": "many", "v-color": "blue"})
    taken = save(client, "B", {**posted, "v-ean": "123", "v-color": "blue"})

    assert list(number.context["form"].errors) == ["v-stock"]
    assert list(taken.context["form"].errors) == ["v-ean"]
    assert values_of("B") == {"color": "red"}


def test_two_people_who_edit_different_attributes_both_win(client):
    make_product("A", values={"name:en_US": "Clog", "color": "red"})
    posted = open_form(client, "A", **ENGLISH)
    write(ProductChange("A", values={"color": "blue"}))

    answer = save(client, "A", {**posted, "v-name:en_US": "Sandal"})

    assert answer.status_code == 302
    assert values_of("A") == {"name:en_US": "Sandal", "color": "blue"}


def test_a_conflict_shows_both_values_and_saving_again_keeps_mine(client):
    make_product("A", values={"name:en_US": "Clog", "color": "red"})
    posted = open_form(client, "A", **ENGLISH)
    write(ProductChange("A", values={"name:en_US": "Slipper", "color": "green"}))

    refused = save(client, "A", {**posted, "v-name:en_US": "Sandal"})

    row = rows_of(refused)["name"]
    assert (row.bound.value(), row.theirs) == ("Sandal", "Slipper")
    assert rows_of(refused)["color"].bound.value() == "green"
    assert texts(refused, "vp-theirs") == ["Now: Slipper"]
    assert values_of("A") == {"name:en_US": "Slipper", "color": "green"}

    again = save(client, "A", {**posted, "revision": "2", "v-name:en_US": "Sandal", "v-color": "green"})

    assert again.status_code == 302
    assert values_of("A") == {"name:en_US": "Sandal", "color": "green"}


def test_categories_groups_associations_and_enabled_are_part_of_the_form(client):
    make_product("A", categories=["shoes"])
    make_product("B")
    posted = open_form(client, "A", **ENGLISH)
    posted.pop("enabled")

    save(
        client,
        "A",
        {**posted, "category": ["sale"], "group": ["promotion"], "link-SET": ["products:B"], "quantity-SET": ["2.5"]},
    )

    page = client.get(url_of("A"), ENGLISH)
    links = page.context["links"]
    assert (links.own_categories, links.group_codes) == (["sale"], ["promotion"])
    assert [(link.key, link.quantity) for link in links.associations["SET"]] == [("B", "2.5")]
    assert not Product.objects.get(sku="A").enabled


def test_a_two_way_association_shows_on_the_other_side(client):
    make_product("A")
    make_product("B", associations={"PAIR": {"products": [{"key": "A"}]}})

    page = client.get(url_of("A"), ENGLISH)

    assert [link.key for link in page.context["links"].mirrored["PAIR"]] == ["B"]
    posted = open_form(client, "A", **ENGLISH)
    save(client, "A", posted)
    assert Association.objects.count() == 1

    make_product("C", associations={"PAIR": {"products": [{"key": "A"}]}})
    save(client, "A", {**posted, "link-PAIR": []})
    assert Association.objects.get().owner.sku == "C"


def test_inherited_categories_say_where_they_are_from(client):
    make_tree()
    write(ProductChange("boot", categories=["shoes"]))

    page = client.get(url_of("boot-red-s"), ENGLISH)

    (category,) = page.context["links"].categories
    assert (category.code, category.owner, category.is_own) == ("shoes", "boot", False)


def test_changed_since_approval_is_marked_with_the_approved_value(client):
    make_product("A", stage="approved", values={"name:en_US": "Clog", "color": "red"})
    posted = open_form(client, "A", **ENGLISH)

    save(client, "A", {**posted, "v-color": "blue"})

    page = client.get(url_of("A"), ENGLISH)
    rows = rows_of(page)
    assert (rows["color"].approved, rows["name"].approved) == ("Red", None)
    assert Product.objects.get(sku="A").stage == "enriching"


def test_stage_buttons_move_and_say_why_they_cannot(client):
    make_product("A")

    page = client.get(url_of("A"), ENGLISH)
    way = next(way for way in page.context["ways"] if not way.problems)
    answer = client.post(url_of("A", "move"), {"way": way.code, "comment": "go"}, follow=True)

    assert Product.objects.get(sku="A").stage == way.target
    (said,) = answer.context["messages"]
    assert str(said) == "A is now in Enriching."
    assert Entry.objects.latest("id").message == "go"


def test_history_shows_the_diff_and_restores_a_state(client):
    make_product("A", values={"name:en_US": "Clog", "color": "red"}, categories=["shoes"])
    write(ProductChange("A", values={"color": "blue", "stock": 4}, categories=["sale"]))

    page = client.get(url_of("A", "history"))
    client.post(url_of("A", "restore"), {"revision": "1"})

    newest = page.context["entries"][0]
    assert [(change.key, change.before, change.after) for change in newest.changes] == [
        ("categories", "shoes", "sale"),
        ("color", "Red", "Blue"),
        ("stock", "", "4"),
    ]
    assert values_of("A") == {"name:en_US": "Clog", "color": "red"}
    assert client.get(url_of("A"), ENGLISH).context["links"].own_categories == ["shoes"]


def test_the_family_changes_apart_from_the_form_and_keeps_other_values(client):
    make("family", bag={"attributes": ["sku", "name"], "requirements": {}})
    make_product("A", values={"name:en_US": "Clog", "color": "red"})

    preview = client.post(url_of("A", "family"), {"family": "bag"})
    assert (preview.context["leaving"], Product.objects.get(sku="A").family.code) == (["color"], "shoe")
    client.post(url_of("A", "family"), {"family": "bag", "sure": "1"})

    page = client.get(url_of("A"), ENGLISH)
    assert set(rows_of(page)) == {"name"}
    assert [(row.key, row.text) for row in page.context["other_rows"]] == [("color", "Red")]
    posted = open_form(client, "A", **ENGLISH)
    save(client, "A", {**posted, "remove-other": ["color"]})
    assert values_of("A") == {"name:en_US": "Clog"}


def test_all_values_outside_the_family_go_with_one_button_and_without_review(client):
    make("family", bag={"attributes": ["sku", "name"], "requirements": {}})
    values = {"name:en_US": "Clog", "color": "red", "erp": "4711", "ean": "12"}
    make_product("A", values=values, stage="approved")
    write(ProductChange("A", family="bag"))
    stage = Product.objects.get(sku="A").stage

    save(client, "A", {**open_form(client, "A", **ENGLISH), "purge-other": "1"})

    assert values_of("A") == {"name:en_US": "Clog"}
    assert (stage, Product.objects.get(sku="A").stage) == ("approved", "approved")


def test_new_products_models_and_variants_are_asked_for_what_they_need(client):
    add = reverse("admin:catalog_product_add")

    client.post(add, {"sku": "S1", "family": "shoe"})
    client.post(f"{add}?kind=model", {"sku": "M1", "family_variant": "by_size"})
    model = Product.objects.get(sku="M1")
    missing = client.post(f"{add}?parent={model.uuid}", {"sku": "M1-S"})
    made = client.post(f"{add}?parent={model.uuid}", {"sku": "M1-S", "axis-size": "s"})
    twin = client.post(f"{add}?parent={model.uuid}", {"sku": "M1-S2", "axis-size": "s"})

    assert Product.objects.get(sku="S1").family.code == "shoe"
    assert (model.kind, model.family_variant.code) == ("model", "by_size")
    assert list(missing.context["form"].errors) == ["axis-size"]
    assert made.url == url_of("M1-S")
    assert Product.objects.get(sku="M1-S").kind == "variant"
    assert twin.context["form"].errors
    assert not Product.objects.filter(sku="M1-S2").exists()


def test_a_sku_that_is_taken_is_refused_at_its_field(client):
    make_product("S1")

    page = client.post(reverse("admin:catalog_product_add"), {"sku": "s1", "family": ""})

    assert list(page.context["form"].errors) == ["sku"]


def test_deleting_asks_first_and_takes_what_is_below_along(client):
    make_tree()

    asked = client.get(url_of("boot", "delete"))
    client.post(url_of("boot", "delete"))

    assert asked.context["below"] == 6
    assert Product.objects.present().count() == 0


def test_a_save_costs_the_same_whatever_the_product_holds(client):
    make_product("A")
    make_product(
        "B", categories=["shoes", "sale"], values={"name:en_US": "Clog", "color": "red", "stock": 1, "ean": "5"}
    )
    few, many = open_form(client, "A", **ENGLISH), open_form(client, "B", **ENGLISH)

    with CaptureQueriesContext(connection) as one:
        assert save(client, "A", {**few, "v-color": "blue"}).status_code == 302
    with CaptureQueriesContext(connection) as five:
        assert save(client, "B", {**many, "v-color": "blue", "v-stock": "2", "v-name:en_US": "B"}).status_code == 302

    assert abs(len(five) - len(one)) <= 5
    assert len(five) <= 75


def test_suggestions_find_categories_by_label_and_products_by_sku(client):
    make_product("clog-1", values={"name:en_US": "Clog"})
    url = reverse("admin:catalog_product_suggest")

    categories = client.get(url, {"kind": "category", "q": "sho"}).json()["results"]
    products = client.get(url, {"kind": "product", "q": "CLOG"}).json()["results"]

    assert [(found["value"], found["hint"]) for found in categories] == [("shoes", "master")]
    assert [(found["value"], found["label"]) for found in products] == [("products:clog-1", "Clog")]


def test_the_hint_of_a_fallback_keeps_paragraphs_apart(client):
    make("locale", de_DE={"fallback": "en_US"})
    make_product("A", values={"description:web:en_US": "<p>It holds everything</p><p>Etta closes</p>"})

    row = rows_of(client.get(url_of("A"), {"channel": "web", "locale": "de_DE"}))["description"]

    assert "It holds everything Etta closes" in row.note
