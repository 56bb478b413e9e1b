"""What pages with an entry share: how far a sign-in is, what is said of the last entry."""

from enum import Enum, unique


@unique
class EntryNote(Enum):
    """What a page with an entry says of the last one."""

    NONE = "none"
    INCOMPLETE = "incomplete"
    CHECKSUM = "checksum"  # GB 11643, or no card number: a slip of the finger; nothing was sent
    REFUSED = "refused"  # name, password or code; number or password: not told which
    WRONG_ROLE = "wrong_role"  # a second sign-in is a supervisor's, and another person's
    UNKNOWN = "unknown"  # no such ticket, slip, failure code
    EXPIRED = "expired"  # the ticket
    NOT_FOUND = "not_found"


@unique
class SignInStep(Enum):
    NAME = "name"  # shown
    PASSWORD = "password"  # noqa: S105 a name, not a secret
    CODE = "code"  # one-time: shown
