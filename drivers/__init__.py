"""The devices of the kiosk. Nothing in here imports anything of `kiosk`."""
