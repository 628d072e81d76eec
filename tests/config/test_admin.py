"""The sidebar shows what exists and what the person may open."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client, RequestFactory

from config import admin
from pim.models import User

pytestmark = pytest.mark.django_db


def titles(user: User) -> list[str]:
    request = RequestFactory().get("/admin/")
    request.user = user
    return [str(item["title"]) for section in admin.sidebar(request) for item in section["items"]]


def test_somebody_without_permissions_sees_the_way_home():
    assert titles(User.objects.create_user("nora", password="x", is_staff=True)) == ["Home"]


def test_a_permission_opens_its_screen():
    user = User.objects.create_user("nora", password="x", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_group", content_type__app_label="auth"))

    assert titles(user) == ["Home", "Groups of users"]


def test_every_screen_of_the_sidebar_exists():
    missing = [str(screen.title) for section in admin.SECTIONS for screen in section.screens if screen.url() is None]

    assert missing == []


def test_the_home_page_opens_for_an_administrator():
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="x"))

    answer = client.get("/admin/")

    assert answer.status_code == 200
    assert b"Vitrine" in answer.content
