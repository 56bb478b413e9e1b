"""One visit is one pure state machine: `step(model, event) -> (model, effects)`.

No Kivy, no sockets, no clock, no threads: time is a field of every event, the network is an effect. Everything a person can
see is drawn from the model alone; when a visit ends, nothing of the last person exists anywhere in it.

    failures.py   the closed set of what can stand in the way, its order and codes
    states.py     what can be on the screen
    services.py   the same of activation and card services
    events.py     what can happen
    actions.py    what a person can touch
    effects.py    what the engine shall do
    step.py       the rules, in `rules_*.py` by stage of the visit
    deadlines.py  when time itself is the next event
    journal.py    the log, derived from (before, event, after) in one place
"""
