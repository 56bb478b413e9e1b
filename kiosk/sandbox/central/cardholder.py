"""What a kiosk sends for a card file: the reading and the chip's answer, without reader and chip. For tests and benches of
the client and the service; journeys use the virtual card."""

from dataclasses import dataclass

from drivers.card.cardfile import CardFile, MasterKeys, load_cards, load_keys
from drivers.card.proof import card_key, internal_auth_answer
from kiosk.central.answers import Answer
from kiosk.central.client import CentralClient
from kiosk.central.contract import (
    CardSession,
    CardSessionRequest,
    Challenge,
    HolderFile,
    InternalAuthProof,
    IssuerFile,
    NoProof,
    NoProofReason,
)


@dataclass(frozen=True, slots=True)
class Cardholder:
    """Somebody with the card of a card file."""

    card: CardFile
    keys: MasterKeys

    @classmethod
    def of(cls, card: str) -> "Cardholder":
        """By the id of a file in assets/cards. Raises KeyError."""
        return cls(load_cards()[card], load_keys())

    @property
    def card_number(self) -> str:
        return self.issuer.number

    @property
    def atr(self) -> str:
        return self.card.chip.atr.hex().upper()

    @property
    def issuer(self) -> IssuerFile:
        """EF05. Raises ValueError for a card that is none of social security."""
        read = self.card.issuer
        if read is None:
            raise ValueError("not a social security card")
        return IssuerFile(
            read.identification,
            read.category,
            read.version,
            read.initialising_org,
            read.issued,
            read.expires,
            read.number,
        )

    @property
    def holder(self) -> HolderFile | None:
        """EF06, None where the card keeps it closed."""
        if self.card.quirks.holder_closed or self.card.holder is None:
            return None
        return HolderFile(self.card.holder.ssn, self.card.holder.name)

    def answer(self, challenge: Challenge) -> InternalAuthProof:
        """The chip's answer to INTERNAL AUTHENTICATE; a counterfeit chip's where the file says so."""
        algorithm = self.card.chip.algorithm
        master = self.keys.of(algorithm)
        if master is None:
            raise ValueError("no key")
        if self.card.quirks.key == "foreign":
            master = bytes(byte ^ 0x5A for byte in master)
        key = card_key(master, self.card.chip.atr, self.card.key_area, algorithm)
        proc8, orig8 = bytes.fromhex(challenge.proc8), bytes.fromhex(challenge.orig8)
        return InternalAuthProof(challenge.id, internal_auth_answer(key, algorithm, proc8, orig8).hex().upper())

    def request(self, challenge: Challenge | None) -> CardSessionRequest:
        """None: the card gave no proof."""
        proof = NoProof(NoProofReason.CARD_REFUSED) if challenge is None else self.answer(challenge)
        return CardSessionRequest(self.atr, self.issuer, self.holder, proof)

    def open(self, client: CentralClient) -> Answer[CardSession]:
        """Ask for a challenge, answer it, open the session. Raises ValueError when no challenge is to be had."""
        challenges = client.challenges(1).value
        if challenges is None:
            raise ValueError("no challenge")
        return client.open_card_session(self.request(challenges.challenges[0]))
