"""The page behind a share link, for people without an account: password, terms, pictures, downloads."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from assets.choices import ShareEventKind
from assets.models import Asset, DownloadTicket, ShareLink
from assets.services.downloads.files import ORIGINAL, is_shown_inline, open_file
from assets.services.downloads.packing import Packed, plan_download
from assets.services.downloads.requests import DownloadRequest, Use
from assets.services.downloads.selection import MAX_ASSETS
from assets.services.downloads.tickets import issue_ticket, redeem_ticket, stream_ticket
from assets.services.sharing.links import ShareState, find_by_token, state_of
from assets.services.sharing.showing import (
    SHOWN,
    ShareGate,
    is_preview_address,
    list_shared,
    page_share,
    preset_labels,
    show_assets,
)
from assets.services.sharing.visits import (
    Visit,
    accept_terms,
    begin_visit,
    read_visit,
    record_event,
    try_password,
    write_visit,
)
from assets.views.answers import answer_plain, harden
from assets.views.downloads import answer_zip
from pim.api.authentication import client_ip
from pim.errors import DomainError, NotAllowed, Refused
from pim.services.cursors import open_cursor, sign_cursor
from pim.values.specs import Json

COOKIE = "vt_share"
POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
ENDPOINT = "share"
_GONE = {
    ShareState.EXPIRED: gettext_lazy("Its time is over."),
    ShareState.WITHDRAWN: gettext_lazy("It was withdrawn by who made it."),
    ShareState.ORPHANED: gettext_lazy("Who made it may no longer share files."),
}

View = Callable[..., HttpResponseBase]


def sealed(view: View) -> View:
    """What every answer of a link has: nothing is indexed or cached, no other page learns of the address.

    The address itself is the secret, and the cookie is sent with no request from another site, so Django's own check
    is not needed; it could not work either, since a page without referrer posts with the origin "null".
    """

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, token: str, **arguments: Any) -> HttpResponseBase:
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site":
            return answer_plain(403, _("This form was sent from another site."))
        response = view(request, token, **arguments)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return answer


@sealed
@require_http_methods(["GET", "POST"])
def portal(request: HttpRequest, token: str) -> HttpResponseBase:
    """The page: what is still asked for, else what is shared; POST answers a step or asks for a ZIP."""
    share = find_by_token(token)
    if share is None:
        return _close(request, None, _("There is nothing at this address."), status=404)
    if (state := state_of(share)) != ShareState.ACTIVE:
        record_event(share, ShareEventKind.DENIED, state.value, address=client_ip(request))
        return _close(request, share, str(_GONE[state]), status=410)
    visit = read_visit(share, request.COOKIES.get(COOKIE, ""))
    if visit is None:
        visit = begin_visit()
        record_event(share, ShareEventKind.OPENED, "", address=client_ip(request))
    if request.method == "POST":
        return _take_step(request, share, token, visit)
    return _remember(_show(request, share, token, visit), share, token, visit)


@sealed
@require_GET
def preview(request: HttpRequest, token: str, uuid: UUID, preset: str) -> HttpResponseBase:
    """A picture of the page; its address is signed and holds for an hour or two."""
    signature, expires = request.GET.get("s", ""), request.GET.get("e", "")
    if preset not in SHOWN or not is_preview_address(request.path, expires, signature):
        return answer_plain(403, _("This address is not valid, or not any more."))
    return _serve(request, token, uuid, preset, as_attachment=False)


@sealed
@require_GET
def download(request: HttpRequest, token: str, uuid: UUID) -> HttpResponseBase:
    """One file, in a preset of the link or as it was uploaded."""
    return _serve(request, token, uuid, request.GET.get("preset", ORIGINAL), as_attachment=True)


@sealed
@require_GET
def download_all(request: HttpRequest, token: str, ticket: str) -> HttpResponseBase:
    """A ZIP, once, for the visit that asked for it."""
    found = _find_entered(request, token)
    if found is None:
        return answer_plain(403, _("Open the link first."))
    share, visit = found
    try:
        row = redeem_ticket(ticket, DownloadTicket.objects.filter(share=share), session=visit.session)
        wanted = DownloadRequest.load(row.request)
        pieces = stream_ticket(row, wanted, ShareGate(share), also_tell=_teller(request, share, wanted))
    except DomainError as error:
        record_event(share, ShareEventKind.DENIED, error.code, address=client_ip(request))
        return answer_plain(404, str(error.message))
    return answer_zip(pieces, share.title)


def _take_step(request: HttpRequest, share: ShareLink, token: str, visit: Visit) -> HttpResponse:
    address = client_ip(request)
    if "password" in request.POST:
        try:
            visit = try_password(share, visit, request.POST["password"][:1000], address=address)
        except NotAllowed as error:
            status = 429 if error.code == "too_many_attempts" else 403
            answer = _show(request, share, token, visit, problem=str(error.message), status=status)
            return _remember(answer, share, token, visit)
    elif share.password and not visit.has_password:
        pass  # one step after the other
    elif "accept" in request.POST:
        visit = accept_terms(share, visit, address=address)
    elif "zip" in request.POST and visit.may_enter(share):
        return _ask_zip(request, share, token, visit)
    return _remember(HttpResponseRedirect(_base(token)), share, token, visit)


def _ask_zip(request: HttpRequest, share: ShareLink, token: str, visit: Visit) -> HttpResponse:
    try:
        if request.POST["zip"] == "all":
            uuids = tuple(list_shared(share, limit=MAX_ASSETS + 1))
        else:
            uuids = tuple(UUID(text) for text in dict.fromkeys(request.POST.getlist("asset")))
        use = Use(share.channel or None, share.territory or None, share.medium or None)
        wanted = DownloadRequest(uuids, request.POST.get("preset", ORIGINAL), "flat", use)
        plan = plan_download(wanted, ShareGate(share))
    except (DomainError, ValueError) as error:
        sentence = str(error.message) if isinstance(error, DomainError) else _("Choose some files first.")
        code = error.code if isinstance(error, DomainError) else "invalid_uuid"
        record_event(share, ShareEventKind.DENIED, code, address=client_ip(request))
        return _remember(_show(request, share, token, visit, problem=sentence, status=422), share, token, visit)
    issued = issue_ticket(wanted, plan, share=share, session=visit.session)
    return HttpResponseRedirect(reverse("share-zip", args=[token, issued.token]))


def _serve(request: HttpRequest, token: str, uuid: UUID, preset: str, *, as_attachment: bool) -> HttpResponseBase:
    found = _find_entered(request, token)
    if found is None:
        return answer_plain(403, _("Open the link first."))
    share = found[0]
    asset = Asset.objects.with_current().filter(uuid=uuid).first()
    verdict = ShareGate(share).judge(asset, preset) if asset is not None else None
    if asset is None or verdict is None or "not_shared" in verdict.codes:
        record_event(share, ShareEventKind.DENIED, "not_shared", address=client_ip(request))
        return answer_plain(404, _("There is no such file here."))
    if not verdict.allowed:
        subject = f"{asset.code}: {verdict.codes[0]}"
        record_event(share, ShareEventKind.DENIED, subject, address=client_ip(request))
        return answer_plain(410, str(verdict.reasons[0].message))
    try:
        file = open_file(asset, preset)
    except DomainError as error:
        return answer_plain(404, str(error.message))
    if as_attachment:
        subject = f"{asset.code} ({preset or 'original'})"
        record_event(share, ShareEventKind.DOWNLOADED, subject, address=client_ip(request))
    response = StreamingHttpResponse(file.pieces, content_type=file.media_type)
    is_inline = not as_attachment and is_shown_inline(file.media_type)
    response["Content-Disposition"] = content_disposition_header(not is_inline, file.filename) or "attachment"
    response["Cache-Control"] = "private, no-store" if as_attachment else "private, max-age=3600"
    harden(response)
    return response


def _find_entered(request: HttpRequest, token: str) -> tuple[ShareLink, Visit] | None:
    """The link and the visit, where every step is done and the link is good."""
    share = find_by_token(token)
    if share is None or state_of(share) != ShareState.ACTIVE:
        return None
    visit = read_visit(share, request.COOKIES.get(COOKIE, ""))
    return (share, visit) if visit is not None and visit.may_enter(share) else None


def _show(
    request: HttpRequest, share: ShareLink, token: str, visit: Visit, *, problem: str = "", status: int = 200
) -> TemplateResponse:
    context: dict[str, Any] = {"share": share, "problem": problem, "base": _base(token)}
    if share.password and not visit.has_password:
        # Nobody who does not know the password learns what the link is about.
        context = {"problem": problem, "base": _base(token)}
        return TemplateResponse(request, "assets/portal_password.html", context, status=status)
    if share.terms and not visit.has_accepted:
        return TemplateResponse(request, "assets/portal_terms.html", context, status=status)
    found = page_share(share, after=_read_place(share, request.GET.get("after", "")))
    following = found.page.next_values
    context |= {
        "files": show_assets(share, found.assets, base=_base(token)),
        "presets": preset_labels(share),
        "is_first_page": "after" not in request.GET,
        "next_place": sign_cursor(following, query_hash=share.uuid.hex, endpoint=ENDPOINT) if following else "",
        "owner": share.owner,
    }
    return TemplateResponse(request, "assets/portal.html", context, status=status)


def _close(request: HttpRequest, share: ShareLink | None, sentence: str, *, status: int) -> HttpResponse:
    return TemplateResponse(request, "assets/portal_gone.html", {"sentence": sentence, "share": share}, status=status)


def _remember(response: HttpResponse, share: ShareLink, token: str, visit: Visit) -> HttpResponse:
    """A cookie of the browser's session, for this link alone."""
    response.set_cookie(
        COOKIE,
        write_visit(share, visit),
        path=_base(token),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _teller(request: HttpRequest, share: ShareLink, wanted: DownloadRequest) -> Callable[[Packed], None]:
    address = client_ip(request)

    def tell(packed: Packed) -> None:
        sentence = ngettext("%d file as ZIP", "%d files as ZIP", packed.files) % packed.files
        whole = "" if packed.is_complete else _(", broken off")
        subject = f"{sentence} ({wanted.preset or 'original'}){whole}"
        record_event(share, ShareEventKind.DOWNLOADED, subject, address=address)
        for line in packed.left_out:
            subject = f"{line.asset or line.uuid}: {' '.join(line.verdict.codes)}"
            record_event(share, ShareEventKind.DENIED, subject, address=address)

    return tell


def _base(token: str) -> str:
    return reverse("share", args=[token])


def _read_place(share: ShareLink, text: str) -> tuple[Json, ...] | None:
    """Where the next page begins; whatever was tampered with is the beginning."""
    try:
        return open_cursor(text, query_hash=share.uuid.hex, endpoint=ENDPOINT).values if text else None
    except Refused:
        return None
