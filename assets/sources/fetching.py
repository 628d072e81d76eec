"""A file of an address somebody has named: fetched from public hosts only, in bounded time and length.

The name is resolved once and the connection goes to that very address, so that a name cannot answer the check with one
address and the connection with another (DNS rebinding). Proxies of the environment are not asked.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from urllib.parse import unquote, urljoin, urlsplit

from django.utils.translation import gettext as _

from assets.sources.addresses import Address, Resolver, is_public, resolve
from pim.errors import DomainError, Refused

MIB = 1024 * 1024
_CHUNK_BYTES = 1 << 16
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"https": 443, "http": 80}
MAX_URL = 2_000


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """What may be fetched. `is_allowed` judges each address; `resolve` is how names become addresses."""

    schemes: frozenset[str] = frozenset({"https"})
    max_bytes: int = 512 * MIB
    connect_s: float = 10.0
    total_s: float = 300.0
    max_redirects: int = 3
    is_allowed: Callable[[Address], bool] = is_public
    resolve: Resolver = resolve


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: the name that the last address ends with, and how long it is."""

    filename: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class _Target:
    """One address, taken apart."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """For the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def check_url(url: str, policy: FetchPolicy) -> None:
    """Refuse what is no address that could be fetched; nothing is asked of the network.

    Raises:
        Refused: `invalid_url`, `url_scheme`.
    """
    _parse(url, policy)


def fetch(url: str, target: IO[bytes], policy: FetchPolicy, *, on_chunk: Callable[[], None] = lambda: None) -> Fetched:
    """Write what an address gives into a file; `on_chunk` is called for each piece.

    Raises:
        Refused: `invalid_url`, `url_scheme`, `url_not_public`, `url_unknown_host`, `url_redirects`, `url_too_large`,
            `url_status`, `url_unreachable`.
    """
    deadline = time.monotonic() + policy.total_s
    for _number in range(policy.max_redirects + 1):
        place = _parse(url, policy)
        with _asking(place, policy, deadline) as response:
            location = response.headers.get("Location", "") if response.status in _REDIRECTS else ""
            if not location and response.status != http.client.OK:
                raise Refused("url_status", _("The server answered with the status %d.") % response.status, "/url")
            size = 0 if location else _copy(response, target, policy, on_chunk)
        if not location:
            return Fetched(unquote(place.path.partition("?")[0].rpartition("/")[2]), size)
        url = _follow(url, location)
    raise Refused(
        "url_redirects", _("The address leads on to others more than %d times.") % policy.max_redirects, "/url"
    )


def _parse(url: str, policy: FetchPolicy) -> _Target:
    try:
        if len(url) > MAX_URL or not url.isprintable() or " " in url:
            raise ValueError(url)
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode() if parts.hostname and ":" not in parts.hostname else ""
        host = host or (parts.hostname or "")
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise Refused("invalid_url", _("This is not an address of a file."), "/url") from None
    if parts.scheme not in policy.schemes:
        allowed = ", ".join(sorted(policy.schemes))
        raise Refused("url_scheme", _("Only addresses with %s are fetched.") % allowed, "/url")
    if not host or parts.username is not None or parts.password is not None:
        raise Refused("invalid_url", _("This is not an address of a file."), "/url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Target(parts.scheme, host, port, _quoted(path))


def _follow(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise Refused("invalid_url", _("This is not an address of a file."), "/url") from None


def _quoted(path: str) -> str:
    """What is not ASCII is percent-encoded; what is encoded already is left as it is."""
    return "".join(sign if sign.isascii() else "".join(f"%{byte:02X}" for byte in sign.encode()) for sign in path)


@contextmanager
def _asking(place: _Target, policy: FetchPolicy, deadline: float) -> Iterator[http.client.HTTPResponse]:
    """Ask one host, without following; the connection is cut when the time is over, however slowly it drips."""
    address = _choose_address(place, policy)
    connection = _Pinned(place, address, policy)
    cut = threading.Timer(max(0.0, deadline - time.monotonic()), connection.cut)
    cut.daemon = True
    cut.start()
    try:
        headers = {"Host": place.authority, "Accept": "*/*", "User-Agent": "Vitrine", "Connection": "close"}
        connection.request("GET", place.path, headers=headers)
        with connection.getresponse() as response:
            yield response
        # A body without a length ends where the connection does, also where we have cut it.
        if connection.is_cut:
            raise TimeoutError
    except DomainError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        if connection.is_cut:
            raise Refused("url_unreachable", _("The file did not arrive in time."), "/url") from error
        raise Refused("url_unreachable", _("The server could not be reached, or broke off."), "/url") from error
    finally:
        cut.cancel()
        connection.close()


def _choose_address(place: _Target, policy: FetchPolicy) -> Address:
    """One address of the name; a name with a single address inside the house is refused altogether."""
    try:
        addresses = policy.resolve(place.host, place.port)
    except (OSError, ValueError):
        addresses = []
    if not addresses:
        raise Refused("url_unknown_host", _("There is no host “%s”.") % place.host, "/url")
    if not all(policy.is_allowed(address) for address in addresses):
        raise Refused("url_not_public", _("“%s” is not a public address.") % place.host, "/url")
    return addresses[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, on behalf of a name: the certificate must be the name's."""

    def __init__(self, place: _Target, address: Address, policy: FetchPolicy) -> None:
        super().__init__(place.host, place.port, timeout=policy.connect_s)
        self._place, self._address = place, address
        self._kept: socket.socket | None = None
        self.is_cut = False

    def connect(self) -> None:
        """Without asking for the name's address again."""
        sock = socket.create_connection((str(self._address), self._place.port), self.timeout)
        if self._place.scheme == "https":
            sock = ssl.create_default_context().wrap_socket(
                sock, server_hostname=self._place.host, do_handshake_on_connect=False
            )
        # A response takes the socket over; cutting needs it all the same, and a greeting may drip as well.
        self.sock = self._kept = sock
        if self.is_cut:
            raise TimeoutError
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()

    def cut(self) -> None:
        """Break off from another thread."""
        self.is_cut = True
        try:
            if self._kept is not None:
                self._kept.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _copy(
    response: http.client.HTTPResponse, target: IO[bytes], policy: FetchPolicy, on_chunk: Callable[[], None]
) -> int:
    too_large = Refused("url_too_large", _("The file is larger than %d MB.") % (policy.max_bytes // MIB), "/url")
    announced = response.length
    if announced is not None and announced > policy.max_bytes:
        raise too_large
    size = 0
    while chunk := response.read1(_CHUNK_BYTES):
        size += len(chunk)
        if size > policy.max_bytes:
            raise too_large
        target.write(chunk)
        on_chunk()
    if announced is not None and size != announced:
        raise http.client.IncompleteRead(b"", announced - size)
    return size
