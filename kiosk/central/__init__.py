"""The bureau's central service as the kiosk knows it: the contract that travels, and the client."""
