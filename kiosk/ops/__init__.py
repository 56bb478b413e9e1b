"""Running the kiosk day after day: its log."""
