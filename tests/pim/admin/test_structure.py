"""Structure pages: what they write, how they refuse, and who may."""

import pytest
from django.urls import reverse

from pim.models import Attribute, Category, Entry, Locale, MeasurementFamily, Option
from pim.services.structure import StructureChange, write_structure
from tests.catalog.admin.pages import log_in
from tests.factories.structure import make, make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure():
    make_structure()


@pytest.fixture
def client():
    return log_in()


def url(model, page, obj=None):
    arguments = [obj.uuid] if obj is not None else []
    return reverse(f"admin:{model}_{page}", args=arguments)


def as_posted(form):
    """What a browser would post if nothing were touched."""
    posted = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if field.disabled or value is None or value is False or value in ([], ""):
            continue
        if name in {"labels", "guidelines"} or name == "config_pattern_error":
            posted |= {f"{name}-{locale}": text for locale, text in value.items()}
        elif name == "units":
            posted |= {
                f"units-{n}-{part}": row.get(part, "")
                for n, row in enumerate(value)
                for part in ("code", "symbol", "factor", "offset", "unece")
            }
        elif name == "matrix":
            posted["matrix"] = value["attributes"]
            posted |= {f"matrix-{channel}": list(codes) for channel, codes in value["requirements"].items()}
        elif name == "levels":
            for n, level in enumerate(value, start=1):
                posted |= {f"levels-{code}": n for code in (*level["axes"], *level["attributes"])}
            posted["levels-axis"] = [code for level in value for code in level["axes"]]
            posted["levels-over"] = [code for level in value for code in level["overridable"]]
        else:
            posted[name] = "on" if value is True else value
    return posted


def open_form(client, address):
    page = client.get(address)
    assert page.status_code == 200
    return as_posted(page.context["form"])


PAGES = [
    ("pim_locale", "pim.Locale"),
    ("pim_currency", "pim.Currency"),
    ("pim_channel", "pim.Channel"),
    ("pim_category", "pim.Category"),
    ("pim_attributegroup", "pim.AttributeGroup"),
    ("pim_attribute", "pim.Attribute"),
    ("pim_option", "pim.Option"),
    ("pim_measurementfamily", "pim.MeasurementFamily"),
    ("catalog_family", "catalog.Family"),
    ("catalog_familyvariant", "catalog.FamilyVariant"),
    ("catalog_associationtype", "catalog.AssociationType"),
    ("catalog_group", "catalog.Group"),
]


@pytest.mark.parametrize(("name", "label"), PAGES)
def test_saving_untouched_writes_nothing(client, name, label):
    from django.apps import apps

    entries = Entry.objects.count()
    for obj in apps.get_model(label).objects.all():
        address = url(name, "change", obj)
        answer = client.post(address, open_form(client, address))
        assert answer.status_code == 302, answer.context["form"].errors

    assert Entry.objects.count() == entries


@pytest.mark.parametrize(("name", "label"), PAGES)
def test_lists_forms_and_histories_open(client, name, label):
    from django.apps import apps

    obj = apps.get_model(label).objects.first()

    pages = [url(name, "changelist"), url(name, "add"), *(url(name, page, obj) for page in ("history", "delete"))]
    assert [client.get(page).status_code for page in pages] == [200] * 4


def test_an_attribute_is_made_with_the_settings_of_its_type(client):
    address = url("pim_attribute", "add") + "?type=measurement"
    form = client.get(address).context["form"]
    assert form.type_settings[:3] == ["config_family", "config_default_unit", "config_units"]

    answer = client.post(
        address,
        {
            "code": "depth",
            "labels-en_US": "Depth",
            "group": "basics",
            "position": "3",
            "config_family": "Weight",
            "config_units": "KILOGRAM, GRAM",
            "config_decimals": "2",
            "facet": "on",
        },
    )

    assert answer.status_code == 302
    depth = Attribute.objects.get(code="depth")
    assert (depth.type, depth.labels, depth.facet, depth.localizable) == (
        "measurement",
        {"en_US": "Depth"},
        True,
        False,
    )
    assert depth.config == {"family": "Weight", "units": ["KILOGRAM", "GRAM"], "decimals": 2}


def test_a_refusal_stands_beside_the_setting_it_is_about(client):
    page = client.post(
        url("pim_attribute", "add") + "?type=measurement",
        {"code": "depth", "group": "basics", "position": "0"},
    )

    assert list(page.context["form"].errors) == ["config_family"]
    assert not Attribute.objects.filter(code="depth").exists()


def test_an_option_is_added_to_its_attribute(client):
    answer = client.post(
        url("pim_option", "add") + "?attribute=color", {"attribute": "color", "code": "pink", "position": "9"}
    )

    assert answer.status_code == 302
    assert Option.objects.get(code="pink").attribute.code == "color"


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(client):
    german = Locale.objects.get(code="de_DE")
    address = url("pim_locale", "change", german)
    posted = open_form(client, address)
    write_structure("locale", [StructureChange("de_DE", {"external_code": "de"})], actor=None, origin="command")

    other_field = client.post(address, {**posted, "labels-de_DE": "Deutsch"})
    same_field = client.post(address, {**posted, "external_code": "deu"})

    german.refresh_from_db()
    assert other_field.status_code == 302
    assert list(same_field.context["form"].errors) == ["external_code"]
    assert (german.external_code, german.labels) == ("de", {"de_DE": "Deutsch"})


def test_a_unit_is_added_changed_and_removed_in_one_table(client):
    weight = MeasurementFamily.objects.get(code="Weight")
    address = url("pim_measurementfamily", "change", weight)
    posted = open_form(client, address)

    client.post(
        address,
        {
            **posted,
            "units-1-remove": "1",
            "units-2-code": "POUND",
            "units-2-symbol": "lb",
            "units-2-factor": "0.45359237",
        },
    )

    assert [(unit.code, unit.factor.normalize()) for unit in weight.units.all()][1][0] == "POUND"
    assert set(weight.units.values_list("code", flat=True)) == {"KILOGRAM", "POUND"}


def test_a_category_moves_by_choosing_another_parent(client):
    sale = Category.objects.get(code="sale")

    client.post(
        url("pim_category", "change", sale),
        {**open_form(client, url("pim_category", "change", sale)), "parent": "shoes"},
    )

    assert Category.objects.get_parent(Category.objects.get(code="sale")).code == "shoes"
    tree = client.get(url("pim_category", "changelist")).context["trees"]
    assert [(node.code, [child.code for child in node.children]) for node in tree] == [("master", ["shoes"])]


def test_a_category_is_not_offered_its_own_descendants_as_parents(client):
    page = client.get(url("pim_category", "change", Category.objects.get(code="master")))

    assert [code for code, _label in page.context["form"].fields["parent"].choices] == [""]


def test_what_is_in_use_is_not_deleted_and_says_so(client):
    german = Locale.objects.get(code="de_DE")

    page = client.post(url("pim_locale", "delete", german))

    assert "is in use" in page.context["problem"]
    assert Locale.objects.filter(code="de_DE").exists()


def test_a_family_is_put_together_in_its_matrix(client):
    from catalog.models import Family
    from pim.services.structure import read_state

    make("family", bag={"attributes": ["sku", "name", "size"], "requirements": {"web": ["size"]}})
    address = url("catalog_family", "change", Family.objects.get(code="bag"))
    posted = open_form(client, address)
    posted["matrix"] = ["sku", "name", "color", "price"]
    posted["matrix-print"] = ["color"]
    posted["matrix-web"] = ["name", "price"]

    answer = client.post(address, posted)

    assert answer.status_code == 302, answer.context["form"].errors
    state = read_state("family", "bag")
    assert state["attributes"] == ["sku", "name", "color", "price"]
    assert state["requirements"] == {"print": {"color": 1}, "web": {"name": 1, "price": 1}}


def test_levels_of_a_family_variant_are_placed_attribute_by_attribute(client):
    from pim.services.structure import read_state

    client.post(
        url("catalog_familyvariant", "add") + "?family=shoe",
        {
            "code": "by_colour",
            "family": "shoe",
            "levels-color": "1",
            "levels-ean": "1",
            "levels-name": "0",
            "levels-axis": ["color"],
            "levels-over": ["ean"],
        },
    )

    assert read_state("family_variant", "by_colour")["levels"] == [
        {"axes": ["color"], "attributes": ["ean"], "overridable": ["ean"]}
    ]


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("nobody", (403, 403, 403)),
        ("creative", (403, 403, 403)),
        ("reviewer", (200, 200, 403)),
        ("manager", (200, 200, 403)),
        ("superuser", (200, 200, 302)),
    ],
)
def test_structure_is_seen_by_some_and_changed_by_few(kind, answers):
    client = log_in(kind)
    german = Locale.objects.get(code="de_DE")
    address = url("pim_locale", "change", german)

    statuses = (
        client.get(url("pim_locale", "changelist")).status_code,
        client.get(address).status_code,
        client.post(address, {"code": "de_DE", "labels-de_DE": "Deutsch"}).status_code,
    )

    assert statuses == answers
    german.refresh_from_db()
    assert german.labels == ({"de_DE": "Deutsch"} if kind == "superuser" else {})
