"""Runs the visit: takes its effects, executes them on workers, feeds results back as events.

engine.py     the loop: one thread steps the model; nothing else ever does
secret.py     the PIN's only buffer
card.py       the worker that owns the card: one job at a time, cancellable between APDUs
central.py    calls to central for the visit
device.py     heartbeat, challenges, link and clock: central for the kiosk itself
"""
