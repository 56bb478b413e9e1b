"""Readers of ID documents: the protocol, a device behind a vendor's own process, and a simulated one."""
