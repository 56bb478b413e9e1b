"""The commands: run · demo · central · check · card · cache. The only place that prints.

Exit codes: 0 done, 1 something is wrong, 2 wrong use, 3 no display.
"""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from drivers.card.reader import CardReader

CARD_WAIT_SECONDS = 10.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    # The kiosk itself as service managers start it: what explains the options to people is not loaded.
    match given:
        case ["run", "--config", config] if not config.startswith("-"):
            return _run(config)
    # These two have options of their own; what they need is imported only here.
    if given[:1] == ["demo"]:
        from kiosk.sandbox import demo

        return demo.main(given[1:])
    if given[:1] == ["central"]:
        from kiosk.sandbox.central import app

        return app.main(given[1:])
    arguments = _parser().parse_args(given)
    if arguments.command == "run":
        return _run(str(arguments.config))
    if arguments.command == "check":
        return _check(arguments.config)
    if arguments.command == "cache":
        return _cache(arguments.config, purge=arguments.action == "purge", everything=arguments.all)
    return _card(arguments.config, as_json=arguments.json, reveal=arguments.reveal, wait=arguments.wait)


def _parser() -> "argparse.ArgumentParser":
    import argparse
    from pathlib import Path

    parser = argparse.ArgumentParser(prog="kiosk", description="Self-service kiosk for social security halls.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("run", "the kiosk, with a real reader and the bureau's central service"),
        ("check", "read kiosk.ini and the region profile and say what is wrong with them"),
        ("card", "read the card in the reader"),
        ("cache", "recent data kept for outages; as the kiosk's user, also while the kiosk runs"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--config", type=Path, default=Path("kiosk.ini"), help="settings file (kiosk.ini)")
        if name == "card":
            command.add_argument("--json", action="store_true", help="as JSON")
            command.add_argument("--reveal", action="store_true", help="personal data in clear instead of masked")
            command.add_argument("--wait", type=float, default=CARD_WAIT_SECONDS, help="seconds to wait for a card")
        if name == "cache":
            command.add_argument(
                "action", choices=("status", "purge"), help="say what is there; remove what is past its time"
            )
            command.add_argument("--all", action="store_true", help="purge: remove everybody's")
    for name, text in (
        ("demo", "everything simulated: card reader, central service, dock"),
        ("central", "the reference central service alone"),
    ):
        commands.add_parser(name, help=text, add_help=False)
    return parser


def _run(path: str) -> int:
    from kiosk.ops import heap

    heap.no_thread_caches()
    heap.one()
    import gc

    # What is loaded and built until the first page stays for good; `kiosk.ui.app` collects again from then on.
    gc.disable()
    from kiosk.ui import prelude

    prelude.begin()
    from kiosk.ops import compiled

    compiled.begin()
    from pathlib import Path

    from kiosk.ops import logs
    from kiosk.ops.forget import keep_out_of_dumps

    logs.set_up()
    keep_out_of_dumps()
    from kiosk.run import Kiosk, load

    loaded = load(Path(path))
    for error in loaded.errors:
        print(error, file=sys.stderr)
    return Kiosk(loaded).run()


def _check(path: "Path") -> int:
    from kiosk.run import load

    loaded = load(path)
    for error in loaded.errors:
        print(error)
    if not loaded.errors:
        print(f"{path}: ok, region {loaded.region.area}")
    return 1 if loaded.errors else 0


def _cache(path: "Path", *, purge: bool, everything: bool) -> int:
    """Counts, times and bytes of what is kept; nobody's data."""
    import time

    from kiosk import kept
    from kiosk.run import load

    loaded = load(path)
    if loaded.errors:
        print("\n".join(loaded.errors), file=sys.stderr)
        return 1
    try:
        cache = kept.look_into(loaded.settings)
        if isinstance(cache, str):
            print(cache, file=sys.stderr)
            return 1
        try:
            if purge:
                # Never by a clock that is before the last time central told: it would keep what is past its time.
                at = max(int(time.time()), cache.clock_mark)
                print(f"removed: {cache.purge(None if everything else at)}")
            for key, value in kept.described(loaded.settings, cache).items():
                print(f"{key}: {value}")
        finally:
            cache.close()
    except OSError as error:
        print(f"{loaded.settings.cache.folder}: {error.strerror or type(error).__name__}", file=sys.stderr)
        return 1
    return 0


def _card(path: "Path", *, as_json: bool, reveal: bool, wait: float) -> int:
    """EF05, EF06 and the free PIN probe of the inserted card, masked unless asked for."""
    import json
    import time

    from drivers.card.pcsc import PcscReader
    from kiosk.cardinfo import describe, wait_for_card
    from kiosk.run import load, profiles_of

    loaded = load(path)
    if loaded.errors:
        print("\n".join(loaded.errors), file=sys.stderr)
        return 1
    settings = loaded.settings
    reader: CardReader = PcscReader(settings.reader.names, settings.reader.allow_virtual, profiles_of(settings))
    try:
        insertion = wait_for_card(reader, time.monotonic() + wait)
        if isinstance(insertion, str):
            print(f"no card: {insertion}", file=sys.stderr)
            return 1
        found = describe(reader, insertion, reveal=reveal)
    finally:
        reader.stop()
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for key, value in found.items():
            print(f"{key}: {value}")
    return 0 if found["state"] == "usable" else 1
