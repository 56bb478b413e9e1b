"""The reference central service: the contract of `kiosk.central.contract` served over mutual TLS, on a seeded population.

It is the simulated world's centre and the integrator's example. `kiosk run` never imports it.

    app.py         settings to running servers; `serve(settings)`, `main(argv)`
    api.py         routes: envelopes in, envelopes out, problem details
    tables.py      SQLAlchemy tables; database.py opens SQLite or PostgreSQL
    sessions.py    challenges, card sessions, tokens, the "PIN verified" statement
    verdict.py     is this the chip that was issued
    idempotency.py one answer for one Idempotency-Key
    records.py     overview and pages, read from the books
    picture.py     the one rule from booked rows to the months picture
    population/    synthetic residents and their lives
    outer.py       around it all: faults, conditions, recording (faults.py, world.py), set on the simulator's own port
    process.py     starts it as a child process with the demo certificates, for demo and tests
"""
