"""The same Idempotency-Key with the same request gets the same answer, and the deed is done once."""

import hashlib
import hmac
import secrets
import time
import zlib
from collections.abc import Callable
from typing import Final

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from kiosk.central.contract import ProblemType
from kiosk.sandbox.central.problems import ProblemError
from kiosk.sandbox.central.tables import IdempotentAnswer

KEPT_SECONDS: Final = 24 * 3600

_SECRET: Final = secrets.token_bytes(32)


def fingerprint(method: str, path: str, body: bytes) -> str:
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).hexdigest()


def secret_fingerprint(method: str, path: str, body: bytes) -> str:
    """Of a request that holds a password: under a key that goes with the process, so that nobody finds it out of the database.
    Sent again after a restart it is another request."""
    return hmac.digest(_SECRET, fingerprint(method, path, body).encode(), "sha256").hex()


def once(
    sessions: sessionmaker[Session],
    device: str,
    key: str,
    request: str,
    status: int,
    deed: Callable[[Session], bytes],
) -> tuple[int, bytes]:
    """Do `deed` in one transaction with the note of its answer, or give the answer of the first time.

    The note is written first: of two at once the second waits at the unique key until the first is through. A deed that
    raises leaves no note. Raises ProblemError(IDEMPOTENCY_CONFLICT) when the key was used for another request.
    """
    try:
        with sessions.begin() as db:
            db.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created < time.time() - KEPT_SECONDS))
            known = db.get(IdempotentAnswer, (device, key))
            if known is not None:
                return _again(known, request)
            note = IdempotentAnswer(
                device=device, key=key, request=request, status=status, body=b"", created=time.time()
            )
            db.add(note)
            db.flush()
            body = deed(db)
            note.body = zlib.compress(body, 1)
            return status, body
    except IntegrityError:
        with sessions.begin() as db:
            known = db.get(IdempotentAnswer, (device, key))
            if known is None:
                raise
            return _again(known, request)


def _again(known: IdempotentAnswer, request: str) -> tuple[int, bytes]:
    if known.request != request:
        raise ProblemError(ProblemType.IDEMPOTENCY_CONFLICT)
    return known.status, zlib.decompress(known.body)


def key_of(db: Session, device: str, key: str, what: str) -> None:
    """The key belongs to `what` from now on, whatever request brings it. Raises ProblemError(IDEMPOTENCY_CONFLICT) where it was
    used for something else. For deeds that keep their own answer."""
    asked = fingerprint("", what, b"")
    known = db.get(IdempotentAnswer, (device, key))
    if known is None:
        db.add(IdempotentAnswer(device=device, key=key, request=asked, status=0, body=b"", created=time.time()))
    elif known.request != asked:
        raise ProblemError(ProblemType.IDEMPOTENCY_CONFLICT)
