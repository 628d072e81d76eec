"""The refusals of delivery."""

from django.utils.translation import gettext_lazy as _

from pim.errors import DomainError, NotFound


class NotAuthenticated(DomainError):
    """No token, or not one of ours (401)."""

    def __init__(self) -> None:
        super().__init__("invalid_token", _("Send a valid token: Authorization: Bearer vtr_…"))


class FeedExpired(DomainError):
    """The token is older than what the feed remembers (410): start again."""

    def __init__(self) -> None:
        super().__init__("feed_expired", _("This position is too old. Start again with since=initial."), "/since")


class UnknownView(NotFound):
    """There is no such view, or not for this token."""

    def __init__(self, code: str) -> None:
        super().__init__("unknown_view", _("There is no view “%(code)s”.") % {"code": code[:100]})
