"""The real PC/SC stack, once for all tests of the card."""

from tests.pcsc import make_reader, own_pcscd, pcscd, slot

__all__ = ["make_reader", "own_pcscd", "pcscd", "slot"]
