"""What is kept on the kiosk. Imported when it is first needed: start-up does not pay for the database."""
