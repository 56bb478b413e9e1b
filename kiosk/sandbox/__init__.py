"""The simulated world around a kiosk, for the demo and the tests: never part of `kiosk run`."""
