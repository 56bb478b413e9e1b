"""The social security IC card: reader, APDUs, application, and a whole card in software."""
