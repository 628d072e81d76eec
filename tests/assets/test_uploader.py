"""The uploader on the library's page: who gets it, and what it offers them."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import Settings

from pim.models import User
from pim.services.structure import StructureChange, write_structure
from tests.factories.assets import make_license

pytestmark = pytest.mark.django_db
LIBRARY = "/admin/assets/asset/"


def page_for(*permissions: str) -> str:
    user = User.objects.create_user("uploader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client.get(LIBRARY).content.decode()


def offered(page: str, name: str) -> list[str]:
    select = re.search(rf'<select name="{name}">(.*?)</select>', page, re.DOTALL)
    return re.findall(r'value="(\w+)"', select[1]) if select else []


def test_who_may_not_add_assets_gets_none() -> None:
    assert 'id="upload"' not in page_for("view_asset")


def test_who_may_not_change_assets_sets_nothing() -> None:
    page = page_for("view_asset", "add_asset")

    assert 'id="upload"' in page
    assert offered(page, "folder") == offered(page, "license") == []
    assert "data-alt" not in page
    assert 'name="keywords"' not in page.partition('id="upload"')[2].partition("</form>")[0]


def test_folders_are_offered_in_the_order_of_the_tree_and_the_rest_by_name(settings: Settings) -> None:
    settings.ASSET_URL_IMPORT = False
    write_structure("locale", [StructureChange("en_US", {"code": "en_US"})], actor=None, origin="system")
    for code, parent in (("shop", None), ("agency", None), ("shoes", "shop")):
        fields = {"code": code, "parent": parent}
        write_structure("folder", [StructureChange(code, fields)], actor=None, origin="system").raise_first()
    make_license("b", labels={"en_US": "Zoo"})
    make_license("a", labels={"en_US": "agency"})

    page = page_for("view_asset", "add_asset", "change_asset", "add_folder")

    assert offered(page, "folder") == ["shop", "shoes", "agency"]
    assert offered(page, "license") == ["a", "b"]
    assert 'name="keeps_paths"' in page
    assert re.findall(r'data-alt="(\w+)"', page) == ["en_US"]
    assert 'data-uploader="addresses"' not in page
