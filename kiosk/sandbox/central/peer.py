"""Who is at the other end: the common name of the peer's certificate, put into the request's scope.

uvicorn does not hand the certificate on. Each of its connections copies `app_state` into every request's `state`; a connection
gets its own here, with the device in it. TLS itself has refused peers without a certificate of our CA before.
"""

import asyncio
import ssl
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

DEVICE = "device"
TRANSPORT = "transport"
AUDIT_SEEN = "audit_seen"
"""Where the answer's header of that name waits in a request's state until the answer leaves."""


class PeerProtocol(H11Protocol):
    """HTTP/1.1 with `state["device"]` (str or None) and `state["transport"]` (for faults below HTTP)."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.app_state = {**self.app_state, DEVICE: common_name(transport), TRANSPORT: transport}
        super().connection_made(transport)


def common_name(transport: asyncio.BaseTransport) -> str | None:
    """The subject's CN, None where there is no certificate or no single name."""
    tls: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
    certificate: dict[str, Any] = (tls.getpeercert() if tls is not None else None) or {}
    names = [value for part in certificate.get("subject", ()) for key, value in part if key == "commonName"]
    return str(names[0]) if len(names) == 1 else None
