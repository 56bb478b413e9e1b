"""The reference central service: the contract of `kiosk.central.contract` served over mutual TLS, on a seeded population.

It is the simulated world's centre and the integrator's example. `kiosk run` never imports it.

    app.py         settings to running servers; `serve(settings)`, `main(argv)`
    api.py         routes that look: envelopes in, envelopes out, problem details
    api_deeds.py   routes that do: activation, reports of loss, tickets; web.py is what both share
    tables.py      SQLAlchemy tables; database.py opens SQLite or PostgreSQL
    sessions.py    challenges, card sessions, tokens, the "PIN verified" statement
    verdict.py     is this the chip that was issued
    idempotency.py one answer for one Idempotency-Key
    records.py     overview and pages, read from the books
    activation.py  may a card be activated, who stands there; codes.py codes to phones (phones.py)
    reservations.py the second party of an activation; counter.py reports of loss (reports.py ends them), tickets
    api_staff.py   routes for staff; staff_signin.py who signs in (totp.py), staff_lookup.py look-ups on the record,
                   staff_counter.py tickets, slips, a clerk's word, staff_pairs.py for technicians; staff_tables.py their tables
    deeds.py       the tables of these; seen.py what the simulator's port tells of them
    picture.py     the one rule from booked rows to the months picture
    population/    synthetic residents and their lives
    outer.py       around it all: faults, conditions, recording (faults.py, world.py), set on the simulator's own port
    process.py     starts it as a child process with the demo certificates, for demo and tests
"""
