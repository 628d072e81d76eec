"""How the admin looks and what its sidebar offers; changes with the house's colours and with each new screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

Label = Promise | str


@dataclass(frozen=True, slots=True)
class Screen:
    """One sidebar line: the list of a model, or a page of the admin by its URL name.

    Attributes:
        counts: dotted name of what says how much waits there; its text stands beside the title, empty for nothing.
    """

    title: Label
    icon: str
    model: str = ""
    url_name: str = ""
    counts: str = ""

    def url(self) -> str | None:
        """None where the admin does not know the screen."""
        name = self.url_name or f"{self.model.replace('.', '_').lower()}_changelist"
        try:
            return reverse(f"admin:{name}")
        except NoReverseMatch:
            return None

    def is_open_to(self, request: HttpRequest) -> bool:
        if not self.model:
            return True
        app, name = self.model.lower().split(".")
        return request.user.has_perm(f"{app}.view_{name}") or request.user.has_perm(f"{app}.change_{name}")


@dataclass(frozen=True, slots=True)
class Section:
    title: Label
    screens: tuple[Screen, ...] = field(default_factory=tuple)
    is_collapsible: bool = False


# The order of a working day: what needs me, the products, the pictures and what may be done with them, who waits for
# what, what goes out, and rarely the structure underneath.
SECTIONS: tuple[Section, ...] = (
    Section("", (Screen(_("Home"), "home", url_name="index"),)),
    Section(
        _("Catalog"),
        (
            Screen(_("Products"), "inventory_2", "catalog.Product"),
            Screen(_("Categories"), "account_tree", "pim.Category"),
            Screen(_("Groups"), "workspaces", "catalog.Group"),
            Screen(_("Import"), "upload_file", "catalog.ImportProfile"),
        ),
    ),
    Section(
        _("Assets"),
        (
            Screen(_("Library"), "photo_library", "assets.Asset"),
            Screen(_("Link by name"), "add_link", "catalog.Linking"),
            Screen(
                _("Files to be linked"),
                "link_off",
                "catalog.AssetMatch",
                counts="catalog.admin.linking.counting.count_decisions",
            ),
            Screen(_("Share links"), "share", "assets.ShareLink"),
            Screen(_("Downloads"), "folder_zip", "assets.DownloadTicket"),
            Screen(_("Hygiene"), "health_and_safety", "assets.HygieneReport"),
        ),
    ),
    Section(
        _("Rights"),
        (
            Screen(_("Licences"), "copyright", "assets.License"),
            Screen(_("Releases"), "how_to_reg", "assets.Release"),
            Screen(_("Rights forecast"), "event_upcoming", "assets.License", "assets_rights_forecast"),
        ),
    ),
    Section(
        _("Work"),
        (
            Screen(_("Workflows"), "schema", "workflows.Workflow"),
            Screen(_("Jobs"), "manufacturing", "pim.Job"),
            Screen(_("Journal"), "history", "pim.Entry"),
        ),
    ),
    Section(
        _("Delivery"),
        (
            Screen(_("Channel views"), "storefront", "channels.ChannelView"),
            Screen(_("Publications"), "send", "channels.Publication"),
        ),
    ),
    Section(
        _("Structure"),
        (
            Screen(_("Families"), "category", "catalog.Family"),
            Screen(_("Family variants"), "lan", "catalog.FamilyVariant"),
            Screen(_("Attributes"), "list_alt", "pim.Attribute"),
            Screen(_("Attribute groups"), "tab_group", "pim.AttributeGroup"),
            Screen(_("Association types"), "link", "catalog.AssociationType"),
            Screen(_("Asset families"), "perm_media", "assets.AssetFamily"),
            Screen(_("Rendition presets"), "crop", "assets.RenditionPreset"),
            Screen(_("Picture rules"), "rule", "assets.PictureRule"),
            Screen(_("Naming rules"), "text_snippet", "catalog.NamingRule"),
            Screen(_("Channels"), "cell_tower", "pim.Channel"),
            Screen(_("Locales"), "translate", "pim.Locale"),
            Screen(_("Currencies"), "payments", "pim.Currency"),
            Screen(_("Measurements"), "straighten", "pim.MeasurementFamily"),
        ),
        is_collapsible=True,
    ),
    Section(
        _("Access"),
        (
            Screen(_("Users"), "person", "pim.User"),
            Screen(_("Groups of users"), "group", "auth.Group"),
            Screen(_("API tokens"), "key", "pim.ApiToken"),
        ),
        is_collapsible=True,
    ),
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The navigation this person sees: the screens that exist and that their permissions open."""
    sections = []
    shown = _find_shown(request.path)
    for section in SECTIONS:
        items = [
            {"title": screen.title, "icon": screen.icon, "link": url, "active": url == shown, **_badge(screen, request)}
            for screen in section.screens
            if screen.is_open_to(request) and (url := screen.url())
        ]
        if items:
            sections.append({"title": section.title, "collapsible": section.is_collapsible, "items": items})
    return sections


def _find_shown(path: str) -> str:
    """The screen that a page belongs to: the one whose address it continues furthest; all continue that of home."""
    home = reverse("admin:index")
    urls = {url for section in SECTIONS for screen in section.screens if (url := screen.url())}
    return max((url for url in urls if path == url or (url != home and path.startswith(url))), key=len, default="")


def _badge(screen: Screen, request: HttpRequest) -> dict[str, Any]:
    text = import_string(screen.counts)(request) if screen.counts else ""
    # A text that is no dotted name is shown as it is; unfold would try to call one.
    return {"badge": text, "badge_variant": "warning"} if text else {}


def favicon(_request: HttpRequest) -> str:
    return static("config/icon.svg")


# Slate with a quiet green-blue: colour is left to pictures and to what needs attention.
UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Vitrine",
    "SITE_HEADER": "Vitrine",
    "SITE_SUBHEADER": _("Products and pictures"),
    "SITE_SYMBOL": "storefront",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": favicon}],
    "DASHBOARD_CALLBACK": "catalog.admin.home.describe_home",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": False,
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "primary": {
            "50": "oklch(97.6% .012 208)",
            "100": "oklch(94.4% .028 208)",
            "200": "oklch(89.2% .051 208)",
            "300": "oklch(81.6% .079 210)",
            "400": "oklch(71.2% .099 213)",
            "500": "oklch(60.2% .101 217)",
            "600": "oklch(51.6% .091 220)",
            "700": "oklch(44.8% .077 223)",
            "800": "oklch(39.2% .063 225)",
            "900": "oklch(34.8% .052 227)",
            "950": "oklch(25.2% .040 230)",
        },
    },
    "COMMAND": {"search_models": True, "show_history": False},
    "SIDEBAR": {
        "show_search": False,
        "command_search": True,
        "show_all_applications": False,
        "navigation": sidebar,
    },
}
