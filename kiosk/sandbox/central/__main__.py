"""`python -m kiosk.sandbox.central`: the reference service alone."""

from kiosk.sandbox.central.app import main

if __name__ == "__main__":
    raise SystemExit(main())
