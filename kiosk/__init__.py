"""A self-service kiosk for social security halls."""

__version__ = "0.1.0"
