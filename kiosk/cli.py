"""The commands: run · demo · central · check · doctor · card · cache · audit. The only place that prints.

Exit codes: 0 done, 1 something is wrong, 2 wrong use, 3 no display; of `doctor` by severity (`kiosk.health.Report`).
"""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from drivers.card.reader import CardReader
    from kiosk.config import Settings

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
    if arguments.command == "doctor":
        return _doctor(arguments.config, as_json=arguments.json, language=arguments.language)
    if arguments.command == "cache":
        return _cache(arguments.config, purge=arguments.action == "purge", everything=arguments.all)
    if arguments.command == "audit":
        return _audit(arguments.config, arguments.action, arguments.key, arguments.head)
    return _card(arguments.config, as_json=arguments.json, reveal=arguments.reveal, wait=arguments.wait)


def _parser() -> "argparse.ArgumentParser":
    import argparse
    from pathlib import Path

    parser = argparse.ArgumentParser(prog="kiosk", description="Self-service kiosk for social security halls.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("run", "the kiosk, with a real reader and the bureau's central service"),
        ("check", "read kiosk.ini and the region profile and say what is wrong with them"),
        ("doctor", "look at every part and say what is wrong and who must act; exit code 0 well, 1 notice, 2 fault"),
        ("card", "read the card in the reader"),
        ("cache", "recent data kept for outages; as the kiosk's user, also while the kiosk runs"),
        ("audit", "who looked at whose record: check the chain, or write it out; also while the kiosk runs"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--config", type=Path, default=Path("kiosk.ini"), help="settings file (kiosk.ini)")
        if name == "card":
            command.add_argument("--json", action="store_true", help="as JSON")
            command.add_argument("--reveal", action="store_true", help="personal data in clear instead of masked")
            command.add_argument("--wait", type=float, default=CARD_WAIT_SECONDS, help="seconds to wait for a card")
        if name == "doctor":
            command.add_argument("--json", action="store_true", help="as JSON")
            command.add_argument("--language", default="", help="of the text, as en or zh_CN; else that of LANG")
        if name == "audit":
            command.add_argument(
                "action",
                choices=("verify", "export", "renew"),
                help="name the first bad line; a line of JSON for each line; "
                "set a file aside that the kiosk cannot use, so that it begins another chain, an alarm at central",
            )
            command.add_argument(
                "--key", type=Path, help="verify: file with the chain's first key, from central's escrow"
            )
            command.add_argument(
                "--head", help="verify: the highest head that central has seen, <chain>;<length>;<head>"
            )
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


def _audit(path: "Path", action: str, key: "Path | None", head: str | None) -> int:
    """Nobody's name or number is in a line. Without the first key, which is at central, no MAC can be checked: then it is only
    looked whether a line is missing and whether the line that central countersigned last is there."""
    import json

    from kiosk import kept
    from kiosk.run import load
    from kiosk.store.audit import KEY_BYTES, Broken, Sound, head_of
    from kiosk.store.auditfile import AuditUnwritable

    loaded = load(path)
    if loaded.errors:
        print("\n".join(loaded.errors), file=sys.stderr)
        return 1
    seen = None if head is None else head_of(head.strip())
    if head is not None and seen is None:
        print("--head: <chain>;<length>;<head>, as central tells it", file=sys.stderr)
        return 2
    try:
        k0 = None if key is None else bytes.fromhex(key.read_text("ascii"))
        if k0 is not None and len(k0) != KEY_BYTES:
            raise ValueError
    except (OSError, ValueError) as error:
        print(f"{key}: {getattr(error, 'strerror', None) or '64 hexadecimal digits'}", file=sys.stderr)
        return 2
    chain = kept.look_into_audit(loaded.settings)
    if isinstance(chain, str):
        print(chain, file=sys.stderr)
        return 1
    if action == "renew":
        return _renew(loaded.settings)
    try:
        if action == "export":
            with chain.reading() as (standing, countersigned, lines):
                first: dict[str, object] = {"chain": standing.head.chain, "length": standing.head.length}
                if countersigned is not None:
                    first |= {"seen": countersigned.head.length, "signature": countersigned.signature.hex()}
                print(json.dumps(first))
                for number, text, mac in lines:
                    print(json.dumps({"number": number, "text": text, "mac": mac.hex()}))
            return 0
        match chain.verify(k0, () if seen is None else (seen,)):
            case Sound() as sound:
                checked = "all MACs checked" if sound.macs else "no MAC checked: that takes --key"
                print(f"sound: lines {sound.first} to {sound.last}, {checked}")
                return 0
            case Broken(fault=fault, first=one, last=last):
                print(f"{fault.value}: line {one}" if one == last else f"{fault.value}: lines {one} to {last}")
                return 1
    except AuditUnwritable as broken:
        print(broken, file=sys.stderr)
        return 1
    finally:
        chain.close_file()


def _renew(settings: "Settings") -> int:
    """Only of a file that is damaged: what can still be written is gone on with."""
    from kiosk import kept
    from kiosk.store.auditfile import AuditUnwritable, set_chain_aside

    key = kept.DeviceKeyFile(settings)
    chain = kept.audit_of(settings, key).opened()
    try:
        if chain is None:
            return 1
        head = chain.head()
        print(f"the chain can be written, nothing was done: {head.length} lines", file=sys.stderr)
    except AuditUnwritable as broken:
        if broken.damaged:
            set_chain_aside(settings.audit.folder)
            print(f"set aside: {broken}")
            return 0
        print(broken, file=sys.stderr)
    finally:
        if chain is not None:
            chain.close_file()
    return 1


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


def _doctor(path: "Path", *, as_json: bool, language: str) -> int:
    """What the service screen says, with settings that are wrong, too."""
    import json

    from kiosk.doctor import examined
    from kiosk.ops.report import as_json as jsonable
    from kiosk.ops.report import text
    from kiosk.run import client_of, load, place_of, reader_of

    loaded = load(path)
    place = place_of(loaded)
    client = None if loaded.errors else client_of(loaded.settings)
    report = examined(path, loaded.settings, loaded.errors, place, client, reader_of(loaded.settings))
    if as_json:
        print(json.dumps(jsonable(report), ensure_ascii=False, indent=2))
    else:
        print(text(place(_spoken(language)).words, report, settings=True), end="")
    return report.exit_code


def _spoken(asked: str) -> str:
    """The language of a terminal: as asked for, else by LANG, else English."""
    import os

    from kiosk.config import ASSETS

    there = [path.name for path in (ASSETS / "locale").iterdir() if path.is_dir()]
    wanted = asked or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return next((code for code in there if wanted.startswith((code, code.partition("_")[0]))), "en")
