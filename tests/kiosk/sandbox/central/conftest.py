"""One running service for this folder; the fixtures are those of the client's tests."""

from tests.kiosk.central.conftest import central, client, connect, holder, pki, running, session, simulator

__all__ = ["central", "client", "connect", "holder", "pki", "running", "session", "simulator"]
