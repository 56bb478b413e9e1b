"""What a kiosk asks for staff and technicians: to be held against the contract's document."""

from kiosk.central.client import CentralClient
from kiosk.central.contract import ProblemType
from kiosk.help import AuthorisationKind, Ground, LookupOutcome, RevealField, SignInOutcome, TicketState
from kiosk.sandbox.central.cardholder import Cardholder
from kiosk.sandbox.central.simulator import Simulator
from kiosk.services import Party, TicketReason
from tests.kiosk.sandbox.central.staffroom import CLERK, SUPERVISOR, AtTheKiosk, number_of, signed_in

COURT = (Ground.COURT, AuthorisationKind.COURT_ORDER, "FY-2026-0009")


def helped(client: CentralClient, simulator: Simulator) -> None:
    """Signed in by card and by name, look-ups of every outcome, a reveal, a hand-over, what is told on the own visit."""
    simulator.first_day()
    wrong = client.sign_staff_in("0231", "Hall-00000000", "000000").value
    assert wrong is not None
    assert wrong.outcome is SignInOutcome.REFUSED
    asked = simulator.sign_in_of(CLERK)
    typed = client.sign_staff_in(asked.name, asked.password, asked.code).value
    assert typed is not None
    assert typed.session is not None
    assert typed.token is not None
    by_name = AtTheKiosk(client, typed.session, typed.token)
    whose = number_of("jinan-civil-servant")
    assert by_name.look_up(whose, *COURT).outcome is LookupOutcome.SECOND_NEEDED
    assert by_name.second(simulator, SUPERVISOR).outcome is SignInOutcome.SIGNED_IN
    assert by_name.look_up(whose, *COURT).outcome is LookupOutcome.FOUND
    assert by_name.look_up(whose, Ground.ENTRUSTED).outcome is LookupOutcome.REFUSED
    _at_the_counter(client, by_name)
    assert client.end_staff_session(*by_name.where).status == 204
    assert client.reveal(*by_name.where, "some-lookup", RevealField.NAME).problem == ProblemType.SESSION_ENDED

    clerk = signed_in(client)
    lookup = clerk.found(number_of("jinan-3-0-open"))
    assert clerk.reveal(lookup, RevealField.PHONE).value is not None
    person = clerk.hand_over(lookup)
    assert person.session is not None
    assert person.token is not None
    assert client.overview(person.session, person.token, card_number=None).value is not None
    client.end_session(person.session, person.token)

    own = Cardholder.of("jinan-3-0-open")
    opened = own.open(client).value
    assert opened is not None
    assert opened.token is not None
    overview = client.overview(opened.session, opened.token, card_number=own.card_number).value
    assert overview is not None
    assert [one.ground for one in overview.views] == [Ground.PRESENT]
    _stood_there(client, simulator)
    assert client.technician_pairs().value is not None
    assert client.parts().value is not None
    simulator.first_day()


def _at_the_counter(client: CentralClient, clerk: AtTheKiosk) -> None:
    opened = Cardholder.of("jinan-2-0").open(client).value
    assert opened is not None
    assert opened.token is not None
    at = (opened.session, opened.token)
    client.overview(*at, card_number=Cardholder.of("jinan-2-0").card_number)
    given, report = client.ticket(*at, TicketReason.PIN_LOCKED).value, client.report_loss(*at).value
    assert given is not None
    assert report is not None
    taken = client.take_ticket(*clerk.where, given.code).value
    assert taken is not None
    assert taken.state is TicketState.TAKEN
    for reference in (report.reference, "261120-ZZZZ-ZZZZ"):
        slip = client.slip_again(*clerk.where, reference).value
        assert slip is not None
        assert (slip.slip is None) == (reference != report.reference)


def _stood_there(client: CentralClient, simulator: Simulator) -> None:
    card = "jinan-not-activated"
    opened = Cardholder.of(card).open(client).value
    assert opened is not None
    assert opened.token is not None
    at = (opened.session, opened.token)
    clerk = simulator.sign_in_of(CLERK)
    said = client.confirm_identity(*at, clerk, Party.HOLDER, None, number_of(card)).value
    assert said is not None
    assert said.identity is not None
    again = client.confirm_identity(*at, clerk, Party.HOLDER, None, number_of(card)).value
    assert again is not None
    assert (again.sign_in, again.identity) == (SignInOutcome.REFUSED, None)
