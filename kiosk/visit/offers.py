"""What can be done now, by whom: the rules take nothing else, and the screens draw nothing else."""

from kiosk.help import Access, Ground, Role
from kiosk.visit.help import (
    GroundRule,
    HelpAction,
    OpenFailures,
    OpenLookup,
    OpenQuery,
    OpenRemedy,
    OpenReport,
    OpenSettings,
    OpenSlip,
    OpenStaffSignIn,
    OpenTicket,
    Staff,
    TestAll,
)
from kiosk.visit.states import Idle, Link, Model, OutOfService, Record, World


def may_show(world: World) -> bool:
    """May anybody's record be shown here at all. Without a reader staff still can help; without a clock, settings or an audit
    chain that can be written nobody can."""
    return not (world.audit_broken or world.config_invalid or world.clock_wrong)


def from_attract(model: Model) -> tuple[HelpAction, ...]:
    """Entries on the attract page and on the one that says the kiosk cannot serve.

    In an outage staff find the remedies here, also in a hall with staff cards, which open nothing then.
    """
    rules = model.rules.help
    match model.state:
        case Idle():
            query: tuple[HelpAction, ...] = (OpenQuery(),) if rules.query else ()
            staff = rules.sign_in_without_card or model.world.link is Link.OFFLINE
            return (*query, OpenStaffSignIn()) if staff else query
        case OutOfService():
            return (OpenStaffSignIn(),) if rules.staff_sign_in_when_broken else ()
        case _:
            return ()


def grounds(model: Model, staff: Staff) -> tuple[GroundRule, ...]:
    """The region's, as far as this role may look up on them."""
    if staff.diagnostics_only or not may_show(model.world):
        return ()
    return tuple(rule for rule in model.rules.help.grounds if staff.role in rule.roles)


def ground_rule(model: Model, staff: Staff, ground: Ground) -> GroundRule | None:
    return next((rule for rule in grounds(model, staff) if rule.ground is ground), None)


def at_desk(model: Model, staff: Staff) -> tuple[HelpAction, ...]:
    """On the desk, in this order. Remedies need neither central nor a record."""
    if staff.role not in (Role.CLERK, Role.SUPERVISOR) or not may_show(model.world):
        return (OpenRemedy(),)
    look_up: tuple[HelpAction, ...] = (OpenLookup(),) if grounds(model, staff) else ()
    return (*look_up, OpenTicket(), OpenSlip(), OpenRemedy())


def of_technician() -> tuple[HelpAction, ...]:
    """Beside the test of each part (`TestPart`)."""
    return (TestAll(), OpenFailures(), OpenSettings(), OpenReport(), OpenRemedy())


def services(model: Model, record: Record) -> bool:
    """Does OpenServices lead on: with the own card to change of the PIN and report of a loss, without one to the latter only. In
    an outage nothing that changes anything is offered."""
    return record.offline is None and model.world.link is not Link.OFFLINE and loss(model, record)


def loss(model: Model, record: Record) -> bool:
    """Can the loss be reported at all: without the card where the region has it so."""
    return record.access is not Access.QUERY or model.rules.help.query_loss


def entries(model: Model, record: Record) -> bool:
    """Are an account's movements shown: without the card where the region has it so."""
    return record.access is not Access.QUERY or model.rules.help.query_entries


def reveals(record: Record) -> bool:
    """Can masked values be shown for some seconds: by who has the own card in the slot and knew its PIN."""
    return record.access is Access.CARD
