"""Jobs, the journal, people and tokens in the admin."""

import pytest
from django.urls import reverse

from pim import extensions
from pim.choices import JobState
from pim.extensions import JobKind
from pim.models import ApiToken, Job, JobIssue, User
from pim.services.jobs import start_job
from pim.services.tokens import check_token
from tests.catalog.admin.pages import log_in
from tests.factories.structure import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return log_in()


@pytest.fixture
def job():
    if extensions.job_kinds.find("test_admin") is None:
        extensions.job_kinds.register("test_admin", JobKind("test_admin", "Test", lambda ctx: None, is_undoable=True))
    return start_job("test_admin", {}, actor=None, is_detached=False)


def test_a_job_shows_its_progress_and_its_findings(client, job):
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, done=50, total=200)
    JobIssue.objects.create(
        job=job, level="error", code="bad", message="Row is bad", file="a.csv", line=7, column="sku"
    )

    page = client.get(reverse("admin:pim_job_change", args=[job.uuid]))

    assert page.context["progress"].percent == 25
    assert 'hx-trigger="every 1s"' in page.content.decode()
    assert "a.csv:7" in page.content.decode()


def test_a_job_that_has_ended_is_not_asked_again(client, job):
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE, done=3, total=3)

    page = client.get(reverse("admin:pim_job_change", args=[job.uuid]))

    assert "every 1s" not in page.content.decode()
    assert (page.context["may_undo"], page.context["may_cancel"]) == (True, False)


def test_a_waiting_job_is_stopped_and_an_ended_one_is_undone(client, job):
    client.post(reverse("admin:pim_job_cancel", args=[job.uuid]))
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED

    Job.objects.filter(pk=job.pk).update(state=JobState.DONE)
    answer = client.post(reverse("admin:pim_job_undo", args=[job.uuid]))

    undoing = Job.objects.get(undo_of=job)
    assert answer.url == reverse("admin:pim_job_change", args=[undoing.uuid])
    assert client.get(answer.url).context["undone_label"] == "Test"


def test_jobs_are_listed_newest_first_and_walked_by_key(client, job):
    Job.objects.bulk_create(Job(kind="test_admin") for _ in range(120))

    first = client.get(reverse("admin:pim_job_changelist"))
    second = client.get(reverse("admin:pim_job_changelist") + first.context["cl"].next_url)

    seen = [row.pk for page in (first, second) for row in page.context["cl"].result_list]
    assert seen == sorted(Job.objects.values_list("pk", flat=True), reverse=True)


def test_the_journal_shows_who_changed_what(client):
    make("locale", en_US={"labels": {"en_US": "English"}})

    page = client.get(reverse("admin:pim_entry_changelist"), {"subject": "en_US"})

    (entry,) = page.context["entries"]
    assert (entry.subject_type, entry.key, entry.kind) == ("locale", "en_US", "create")
    assert ("labels", "", "en_US: English") in [(c.key, c.before, c.after) for c in entry.changes]


def test_a_token_is_shown_once_and_works_until_it_is_switched_off(client):
    user = User.objects.get(username="superuser")

    shown = client.post(
        reverse("admin:pim_apitoken_add"), {"name": "ERP", "user": str(user.uuid), "scopes": ["catalog:read"]}
    )

    secret, token = shown.context["secret"], ApiToken.objects.get()
    assert "no-store" in shown.headers["Cache-Control"]
    assert secret in shown.content.decode()
    assert check_token(secret, ip=None) == token
    again = client.get(reverse("admin:pim_apitoken_change", args=[token.uuid]))
    assert secret not in again.content.decode()
    client.post(reverse("admin:pim_apitoken_revoke", args=[token.uuid]))
    assert check_token(secret, ip=None) is None


def test_a_token_with_a_network_that_is_none_is_refused_at_its_field(client):
    user = User.objects.get(username="superuser")

    page = client.post(reverse("admin:pim_apitoken_add"), {"name": "X", "user": str(user.uuid), "networks": "moon"})

    assert list(page.context["form"].errors) == ["networks"]
    assert not ApiToken.objects.exists()


def test_people_and_groups_open_and_accounts_are_not_deleted(client):
    user = User.objects.get(username="superuser")

    assert client.get(reverse("admin:pim_user_changelist")).status_code == 200
    assert client.get(reverse("admin:pim_user_change", args=[user.pk])).status_code == 200
    assert client.get(reverse("admin:auth_group_changelist")).status_code == 200
    assert client.post(reverse("admin:pim_user_delete", args=[user.pk])).status_code == 403


def test_every_page_has_one_main_and_no_inline_script(client):
    make("locale", en_US={})

    for name in ("index", "pim_locale_changelist", "pim_locale_add", "pim_entry_changelist", "pim_user_changelist"):
        html = client.get(reverse(f"admin:{name}")).content.decode()
        assert html.count("<main") == 1, name
        assert "<script>" not in html, name
        assert "onclick=" not in html, name


@pytest.mark.parametrize(
    ("asked", "said", "not_said"),
    [
        ({}, "There is nothing here yet.", "Show all"),
        ({"state": "failed"}, "Nothing matches.", "There is nothing here yet."),
        ({"q": "nobody"}, "Show all", "There is nothing here yet."),
    ],
)
def test_an_empty_list_says_whether_something_was_asked_for(client, asked, said, not_said):
    Job.objects.all().delete()

    page = client.get(reverse("admin:pim_job_changelist"), asked).content.decode()

    assert said in page
    assert not_said not in page
    assert "yielded" not in page
