"""The rules that `make mutants` breaks, as data: where each is kept, how it is broken, which tests must notice.

A test holds that every replacement fits its file exactly once: who rewrites a rule moves its mutant along.
"""

from dataclasses import dataclass

Edit = tuple[str, str]

VISIT = "tests/kiosk/visit"
CARD = f"{VISIT}/test_card_to_record.py"
OTHER = f"{VISIT}/test_another_card.py"
PAGES = f"{VISIT}/test_record_pages.py"
WORLD = f"{VISIT}/test_world_and_time.py"
CHIP = "tests/drivers/card/test_pin_and_records.py"
COUNTER = "tests/drivers/card/test_event_counter.py"
READER = "tests/drivers/card/test_pcsc_real.py"
PROOF = "tests/kiosk/sandbox/central/test_proof_of_genuineness.py"
TRUST = "tests/kiosk/central/test_client_trust.py"
BYTES = "tests/kiosk/central/test_fault_bytes.py"
FAULTS = "tests/kiosk/central/test_client_against_faults.py"
FORGET = "tests/kiosk/ops/test_forget.py"
RECENT = f"{VISIT}/test_recent_data.py"
SEALED = "tests/kiosk/store/test_sealed.py"
CACHE = "tests/kiosk/store/test_cache.py"
LOSSES = "tests/kiosk/store/test_losslist.py"
ACTIVATION = "tests/kiosk/engine/test_activation.py"
PIN_RULES = "tests/kiosk/test_pinrules.py"
GATE = "tests/kiosk/engine/test_audit.py"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule, the file that keeps it, how it is broken, and the tests (pytest node ids) that must fail then."""

    rule: str
    file: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]


MUTANTS: tuple[Mutant, ...] = (
    # --- help ---
    Mutant(
        "a clerk is what looks up, whoever else is signed in",
        "kiosk/visit/offers.py",
        (
            (
                "    return tuple(rule for rule in model.rules.help.grounds if staff.role in rule.roles)",
                "    return model.rules.help.grounds",
            ),
        ),
        (f"{VISIT}/test_lookup.py::test_a_ground_of_another_role_or_none_of_the_regions_cannot_be_chosen",),
    ),
    Mutant(
        "nothing that was revealed stands under a cover",
        "kiosk/visit/rules_lookup.py",
        (("            if staff.covered:", "            if staff.covered and False:"),),
        (f"{VISIT}/test_lookup.py::test_what_comes_while_the_page_is_covered_is_not_shown_under_it",),
    ),
    Mutant(
        "what is handed over has no card: the clerk's may leave",
        "kiosk/visit/rules_lookup.py",
        (("replace(slot, done=True)", "slot"),),
        (f"{VISIT}/test_lookup.py::test_a_clerks_card_that_was_left_in_is_to_be_taken_at_the_end",),
    ),
    Mutant(
        "a card ends a session without one visibly",
        "kiosk/visit/rules_world.py",
        (("    if state is not None and (state.insertion == 0 or isinstance(state, Staff)):", "    if False:"),),
        (f"{VISIT}/test_query.py::test_a_card_put_in_ends_it_visibly_and_then_its_own_visit_begins",),
    ),
    Mutant(
        "what is not sent of a password is wiped",
        "kiosk/visit/rules_staff.py",
        (("    return model, effects or (OpenPassword(visit),)", "    return model, effects"),),
        (f"{VISIT}/test_staff_sign_in.py::test_in_a_known_outage_nothing_is_sent_and_the_password_is_wiped",),
    ),
    Mutant(
        "a staff card is proved whatever the region allows",
        "kiosk/visit/rules_card.py",
        (("    if reply.staff is not None and reply.verdict is not Verdict.GENUINE:", "    if False:"),),
        (
            f"{VISIT}/test_staff_sign_in.py::"
            "test_a_staff_card_that_is_not_proved_gets_no_pin_page_whatever_the_region_allows",
        ),
    ),
    Mutant(
        "without the card nothing is revealed",
        "kiosk/visit/offers.py",
        (("    return record.access is Access.CARD", "    return True"),),
        (f"{VISIT}/test_lookup.py::test_a_record_without_a_card_reveals_nothing_and_offers_the_report_of_a_loss_only",),
    ),
    # --- audit ---
    Mutant(
        "a record is shown once its line is on the disk",
        "kiosk/engine/engine.py",
        (("self._held = self._trail is not None and not self._trail.durable", "self._held = False"),),
        (f"{GATE}::test_a_record_is_shown_once_its_line_is_on_the_disk",),
    ),
    Mutant(
        "a disk that hangs is one that cannot be written",
        "kiosk/engine/audit.py",
        (("        self._tell(AuditStands(self._now(), visit, False))\n        return None", "        return None"),),
        (f"{GATE}::test_a_disk_that_hangs_is_one_that_cannot_be_written",),
    ),
    Mutant(
        "a line that could not be written is not durable",
        "kiosk/engine/audit.py",
        (
            (
                "            self._pause()\n            return False",
                "            self._since = None\n            return False",
            ),
        ),
        (f"{GATE}::test_a_line_that_could_not_be_written_is_not_durable_until_it_is",),
    ),
    Mutant(
        "what a page shows or asks for has its line",
        "kiosk/visit/audit.py",
        (("for key, reach in new.items() if key not in old]", "for key, reach in new.items() if False]"),),
        (f"{VISIT}/test_audit.py::test_an_own_record_has_its_line_while_it_is_asked_for_and_no_other",),
    ),
    Mutant(
        "no line goes that central has not countersigned",
        "kiosk/store/auditfile.py",
        (("min(row.held, row.seen or 0, row.base", "min(row.held, row.length, row.base"),),
        ("tests/kiosk/store/test_audit.py::test_nothing_is_removed_that_central_has_not_countersigned",),
    ),
    Mutant(
        "central's word on a chain is taken with its signature only",
        "kiosk/engine/audit.py",
        (("if signer is None or not _signed(signer, seen):", "if signer is None:"),),
        (f"{GATE}::test_central_s_word_without_its_signature_is_not_taken",),
    ),
    # --- the visit ---
    Mutant(
        "an answer for another visit or card is dropped",
        "kiosk/visit/step.py",
        (
            (
                "return state is not None and (state.visit, state.insertion) == (visit, insertion)",
                "return state is not None",
            ),
        ),
        (OTHER,),
    ),
    Mutant(
        "a PIN is sent once per confirm",
        "kiosk/visit/rules_card.py",
        (
            (
                "    if pad.verifying or pad.asking_since is not None:\n        return stay(model)\n    match action:",
                "    if pad.asking_since is not None:\n        return stay(model)\n    match action:",
            ),
            ("verifying=True, digits=0, note", "verifying=True, note"),
        ),
        (f"{CARD}::test_a_pin_is_sent_once_per_confirm_and_the_digits_are_forgotten",),
    ),
    Mutant(
        "nothing personal is asked for before the PIN",
        "kiosk/visit/rules_card.py",
        (
            (
                "return goto(model, pad, OpenPinEntry(pad.visit), WarmCentral(pad.visit))",
                "return goto(model, pad, OpenPinEntry(pad.visit), FetchOverview(pad.visit, pad.insertion))",
            ),
        ),
        (f"{CARD}::test_after_the_chip_s_yes_the_overview_is_asked_for_and_shown",),
    ),
    Mutant(
        "a card of another place is asked for no PIN",
        "kiosk/visit/rules_card.py",
        (("if model.rules.areas and facts.area not in model.rules.areas:", "if False:"),),
        (f"{CARD}::test_a_card_of_another_place_is_sent_nowhere_and_asked_for_no_pin",),
    ),
    Mutant(
        "a card that is not activated is asked for no PIN",
        "kiosk/visit/failures.py",
        (
            (
                "        case CardStatus.NOT_ACTIVATED:\n            return Failure.NOT_ACTIVATED",
                "        case CardStatus.NOT_ACTIVATED:\n            return None",
            ),
        ),
        (f"{CARD}::test_a_late_refusal_takes_the_pin_pad_away",),
    ),
    Mutant(
        "a late refusal of central's counts after the PIN too",
        "kiosk/visit/rules_card.py",
        (("        case _ if pad.refused is not None:", "        case _ if False:"),),
        (f"{CARD}::test_a_late_refusal_does_not_interrupt_a_pin_at_the_chip",),
    ),
    Mutant(
        "a card that is not genuine opens nothing",
        "kiosk/visit/failures.py",
        (
            (
                "        case Verdict.NOT_GENUINE:\n            return Failure.NOT_GENUINE",
                "        case Verdict.NOT_GENUINE:\n            return None",
            ),
        ),
        (f"{CARD}::test_what_central_may_say_against_a_pin",),
    ),
    Mutant(
        "a record that disagrees with the card is not shown",
        "kiosk/visit/rules_card.py",
        (
            (
                "Failure.CARD_DISAGREES if not agrees else of_status(overview.card_status)",
                "of_status(overview.card_status)",
            ),
        ),
        (f"{CARD}::test_a_record_that_disagrees_with_the_card_is_not_shown",),
    ),
    Mutant(
        "of two failures the higher is shown",
        "kiosk/visit/failures.py",
        (("    return min((f for f in found", "    return max((f for f in found"),),
        (f"{VISIT}/test_order_of_failures.py",),
    ),
    Mutant(
        "a failure page waits for the reading page's minimum",
        "kiosk/visit/rules_card.py",
        (("    if model.now < reading.since + model.rules.reading_minimum:", "    if False:"),),
        (f"{CARD}::test_a_failure_page_waits_for_the_reading_page_s_minimum",),
    ),
    Mutant(
        "the card's removal ends the visit",
        "kiosk/visit/rules_world.py",
        (
            (
                "    if state is not None and state.insertion == event.insertion:\n"
                "        return ended(model, WhyEnded.STAFF_CARD_LEFT) if isinstance(state, Staff) else end(model)\n"
                "    if isinstance(model.state, TakeCard):",
                "    if isinstance(model.state, TakeCard):",
            ),
        ),
        (f"{OTHER}::test_the_card_s_removal_ends_the_visit_at_once",),
    ),
    Mutant(
        "a visit that nobody is at ends",
        "kiosk/visit/rules_record.py",
        (
            (
                "        return left_alone(model) if now >= record.asking_since + question(model) else stay(model)",
                "        return stay(model)",
            ),
        ),
        (f"{WORLD}::test_the_question_comes_after_a_minute_and_ends_the_visit_after_twenty_seconds",),
    ),
    Mutant(
        "aids are reset when the visit ends",
        "kiosk/visit/base.py",
        (("    return replace(model, prefs=Prefs(language=model.rules.default_language))", "    return model"),),
        (f"{WORLD}::test_aids_end_with_the_visit",),
    ),
    Mutant(
        "a card left in the slot is reminded of",
        "kiosk/visit/rules_world.py",
        (("if take.reminder is Reminder.QUIET and now >= take.since + rules.take_card_louder:", "if False:"),),
        (f"{WORLD}::test_a_card_left_in_the_slot_is_reminded_of_and_reported",),
    ),
    Mutant(
        "a revealed value hides by itself",
        "kiosk/visit/rules_record.py",
        (("    if record.reveal is not None and now >= record.reveal.until:", "    if False:"),),
        (f"{PAGES}::test_what_is_revealed_hides_by_itself",),
    ),
    Mutant(
        "rows of an older request are dropped",
        "kiosk/visit/rules_record.py",
        (
            (
                "waiting.request != event.request:\n        return stay(model)\n    return goto(model, _filled(model, record, _",
                "False:\n        return stay(model)\n    return goto(model, _filled(model, record, _",
            ),
        ),
        (f"{PAGES}::test_old_rows_are_dropped_when_another_year_was_chosen_since",),
    ),
    # --- masks and logs ---
    Mutant(
        "numbers are masked",
        "kiosk/masking.py",
        (('    return number[:3] + "*" * (len(number) - 7) + number[-4:]', "    return number"),),
        ("tests/kiosk/test_masking.py",),
    ),
    Mutant(
        "no text of another library gets into the log",
        "kiosk/ops/logs.py",
        (('out |= {"event": "library-said",', 'out |= {"event": record.getMessage(),'),),
        ("tests/kiosk/ops/test_logs.py",),
    ),
    Mutant(
        "no command with a secret can be printed",
        "drivers/card/apdu.py",
        (("    {INS_SELECT}\n)", "    {INS_SELECT, INS_VERIFY}\n)"),),
        (f"{CHIP}::test_no_command_with_a_secret_can_be_printed",),
    ),
    # --- the card ---
    Mutant(
        "a PIN is never transmitted again after 6Cxx",
        "drivers/card/apdu.py",
        (("                case Status.WRONG_LE if apdu is not first:", "                case Status.WRONG_LE:"),),
        (f"{CHIP}::test_a_pin_is_transmitted_once_whatever_the_card_answers",),
    ),
    Mutant(
        "the typed PIN is wiped",
        "drivers/card/ssc.py",
        (
            (
                "0x00, 0x00, _packed(pin)))\n        finally:\n            wipe(pin)",
                "0x00, 0x00, _packed(pin)))\n        finally:\n            pass",
            ),
        ),
        (f"{CHIP}::test_the_typed_digits_are_wiped_whatever_comes_of_them",),
    ),
    Mutant(
        "a probe of 9000 is no verified PIN",
        "drivers/card/ssc.py",
        (("                self._probe = PinNotSet()\n", "                self._probe = PinTries(3)\n"),),
        (f"{CHIP}::test_a_probe_of_9000_means_that_the_card_asks_for_no_pin_and_none_is_sent",),
    ),
    Mutant(
        "a locked PIN is not a wrong one",
        "drivers/card/ssc.py",
        (
            (
                "                self._probe = PinLocked()\n                return PinLocked()",
                "                self._probe = PinLocked()\n                return PinWrong(0)",
            ),
        ),
        (f"{CHIP}::test_a_locked_pin_is_locked_and_not_wrong",),
    ),
    Mutant(
        "a truncated record is an error",
        "drivers/card/tlv.py",
        (
            (
                "        if end > len(data):\n            raise Malformed(file, named,",
                "        if False:\n            raise Malformed(file, named,",
            ),
        ),
        (f"{CHIP}::test_a_truncated_record_is_malformed_never_shorter",),
    ),
    Mutant(
        "padding of packed digits is no digit",
        "drivers/card/layout.py",
        (('digits = value.hex().upper().rstrip("F")', 'digits = value.hex().upper().replace("F", "0")'),),
        (f"{CHIP}::test_padding_is_no_digit_and_an_empty_field_is_none",),
    ),
    Mutant(
        "a swap is seen by the event counter",
        "drivers/card/watcher.py",
        (("slot.counter == counter(known) and ", ""),),
        (f"{COUNTER}::test_another_counter_with_a_card_in_both_looks_is_another_card",),
    ),
    Mutant(
        "a connection belongs to the card that was reported",
        "drivers/card/pcsc.py",
        (("            if counter(answers[0][1]) != slot.counter:", "            if False:"),),
        (f"{COUNTER}::test_a_card_that_was_swapped_before_the_watcher_looked_is_not_connected",),
    ),
    Mutant(
        "each connect begins with a cold reset, and the card is powered off at the end",
        "drivers/card/pcsc.py",
        (
            ("        for initialization in (UNPOWER_CARD, RESET_CARD):", "        for initialization in (0,):"),
            (
                "            self._scard.SCardDisconnect(self._card, UNPOWER_CARD)\n            self._scard.SCardReleaseContext",
                "            self._scard.SCardDisconnect(self._card, 0)\n            self._scard.SCardReleaseContext",
            ),
        ),
        (f"{READER}::test_each_connect_is_a_cold_reset",),
    ),
    # --- central ---
    Mutant(
        "only our authority is trusted",
        "kiosk/central/transport.py",
        (
            (
                "    context.hostname_checks_common_name = False\n",
                "    context.check_hostname = False\n    context.verify_mode = ssl.CERT_NONE\n",
            ),
            ('cert_reqs="CERT_REQUIRED"', 'cert_reqs="CERT_NONE", assert_hostname=False'),
        ),
        (f"{TRUST}::test_a_service_with_a_wrong_certificate_gets_no_request",),
    ),
    Mutant(
        "the deadline is a total, not one for each read",
        "kiosk/central/transport.py",
        (
            (
                "        left = (self.connect_deadline if self.connecting else self.deadline) - time.monotonic()",
                "        left = self.deadline - self.started",
            ),
        ),
        (f"{FAULTS}::test_the_total_deadline_holds_whatever_drips_or_hangs",),
    ),
    Mutant(
        "no redirect is followed",
        "kiosk/central/transport.py",
        (
            (
                "        return None\n\n\nclass Line:",
                "        return super().get_redirect_target(resp)\n\n\nclass Line:",
            ),
            ("            allow_redirects=False,", "            allow_redirects=True,"),
        ),
        (f"{BYTES}::test_a_redirect_is_never_followed",),
    ),
    Mutant(
        "an answer has a largest size",
        "kiosk/central/transport.py",
        (
            (
                "    if length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > limit):",
                "    if False:",
            ),
            ("        if len(body) > limit:", "        if False:"),
            ("        call.most = limit + limit // 4 + 4 * CHUNK", "        call.most = 1 << 62"),
        ),
        (f"{FAULTS}::test_a_broken_answer_is_a_named_failure",),
    ),
    Mutant(
        "a challenge is good once",
        "kiosk/sandbox/central/verdict.py",
        (("            ChallengeRow.used.is_(False),\n", ""),),
        (f"{PROOF}::test_a_challenge_is_good_once",),
    ),
    Mutant(
        "another kiosk's challenge is refused",
        "kiosk/sandbox/central/verdict.py",
        (("            ChallengeRow.device == device,\n", ""),),
        (f"{PROOF}::test_another_kiosk_s_challenge_is_refused",),
    ),
    Mutant(
        "another card's EF05 is refused",
        "kiosk/sandbox/central/verdict.py",
        (
            (
                "    if card.atr != request.atr or card.number != request.issuer.number:",
                "    if card.atr != request.atr:",
            ),
        ),
        (f"{PROOF}::test_another_card_s_number_in_ef05_is_refused_even_where_its_chip_would_answer_alike",),
    ),
    Mutant(
        "another kiosk's session is refused",
        "kiosk/sandbox/central/sessions.py",
        (("    if row.device != device:", "    if False:"),),
        (f"{PROOF}::test_a_session_is_its_own_kiosk_s_only",),
    ),
    # --- recent data ---
    Mutant(
        "recent data is opened after the chip's 9000 only",
        "kiosk/visit/rules_card.py",
        (
            (
                "    if pad.offline is not None:\n        return goto(model, pad, OpenPinEntry(pad.visit))\n",
                "    if pad.offline is not None:\n"
                "        return unseal(model, Opening(pad.visit, pad.insertion, model.now, None))\n",
            ),
        ),
        (f"{RECENT}::test_a_wrong_pin_opens_nothing",),
    ),
    Mutant(
        "a card on the loss list gets nothing",
        "kiosk/visit/rules_card.py",
        (
            (
                "return _found(model, reading, Failure.STATUS_LISTED, final=False)",
                "return reading_goes_on(model, replace(reading, offline=why))",
            ),
        ),
        (f"{RECENT}::test_a_card_reported_lost_gets_nothing_in_an_outage",),
    ),
    Mutant(
        "only a card that was proved is kept",
        "kiosk/visit/rules_card.py",
        (("    genuine = reply is not None and reply.verdict is Verdict.GENUINE\n", "    genuine = True\n"),),
        (f"{RECENT}::test_what_could_not_be_proved_is_not_kept",),
    ),
    Mutant(
        "rows that are not kept are not shown as none",
        "kiosk/visit/rules_record.py",
        (("return _turn(model, record, _with_rows(page, NotKept()))", "return _turn(model, record, page)"),),
        (f"{RECENT}::test_what_is_not_kept_is_said_never_shown_empty",),
    ),
    Mutant(
        "a card that answers by chance has no row",
        "kiosk/engine/asking.py",
        (("        if first != second or first[0] == first[1]:", "        if first[0] == first[1]:"),),
        ("tests/kiosk/engine/test_asking.py",),
    ),
    Mutant(
        "what stands beside a row is authenticated with it",
        "kiosk/store/sealed.py",
        (
            (
                "_context(row.row_id, row.version, card_number, row.challenges, row.times)",
                "_context(row.row_id, row.version, card_number, row.challenges, Times(0, 0, 0))",
            ),
            (
                "nonce, content, _context(row_id, VERSION, card_number, challenges, times)",
                "nonce, content, _context(row_id, VERSION, card_number, challenges, Times(0, 0, 0))",
            ),
        ),
        (f"{SEALED}::test_nothing_beside_the_row_can_be_changed",),
    ),
    Mutant(
        "recent means recent",
        "kiosk/store/cache.py",
        (("_rows.c.row_id == row_id, _rows.c.expires > now)", "_rows.c.row_id == row_id)"),),
        (f"{CACHE}::test_recent_means_recent",),
    ),
    Mutant(
        "an older loss list never replaces a newer one",
        "kiosk/store/losslist.py",
        (("        if offered.number <= self.number:\n", "        if False:\n"),),
        (f"{LOSSES}::test_an_older_list_never_replaces_a_newer_one_not_even_after_a_restart",),
    ),
    Mutant(
        "a clock before the mark gives no time",
        "kiosk/engine/clock.py",
        (("return None if at < self._mark - BEHIND_SECONDS else", "return"),),
        ("tests/kiosk/engine/test_clock.py::test_a_start_before_the_mark_has_no_time_until_central_tells_it",),
    ),
    # --- activation ---
    Mutant(
        "CHANGE is durable in the journal before the card has it",
        "kiosk/engine/activation.py",
        (("                changing = journal.advance(row.id, Step.CHANGING)\n", "                changing = row\n"),),
        (ACTIVATION,),
    ),
    Mutant(
        "after a tear a no of the card proves nothing",
        "kiosk/engine/activation.py",
        (
            (
                "                if before is not Step.CHANGING:\n                    self._write(row, Step.REFUSED)\n",
                "                self._write(row, Step.REFUSED)\n",
            ),
        ),
        (f"{ACTIVATION}::test_the_old_pin_typed_for_the_new_one_after_a_tear_is_no_refusal",),
    ),
    Mutant(
        "a cancel goes out only while the journal says that CHANGE was never sent",
        "kiosk/engine/delivery.py",
        (
            (
                "current.closed is not None or current.step not in UNSENT or row.id",
                "current.closed is not None or row.id",
            ),
        ),
        (ACTIVATION,),
    ),
    Mutant(
        "a reservation that is being cancelled carries no CHANGE any more",
        "kiosk/engine/delivery.py",
        (("                current = journal.advance(row.id, Step.CANCELLING)\n", "                pass\n"),),
        (ACTIVATION,),
    ),
    Mutant(
        "with one try left nobody is asked after a tear",
        "kiosk/visit/rules_activation.py",
        (("return stop(model, activation, Stop.ONE_TRY_LEFT)", "pass"),),
        ("tests/kiosk/visit/test_activation.py", "tests/kiosk/visit/test_activation_pins.py"),
    ),
    Mutant(
        "a new PIN is none that cards are issued with",
        "kiosk/pinrules.py",
        (("        return PinRule.INITIAL\n", "        return None\n"),),
        (f"{PIN_RULES}::test_not_what_cards_are_issued_with",),
    ),
    # --- what is left of a person ---
    Mutant(
        "no decoder remembers a string",
        "kiosk/central/decode.py",
        (('"cache_strings": "keys"', '"cache_strings": "all"'),),
        ("tests/kiosk/central/test_decode.py::test_no_decoder_remembers_a_string",),
    ),
    Mutant(
        "freed blocks are overwritten after a visit",
        "kiosk/ops/forget.py",
        (("    _overwrite_blocks()\n", ""),),
        (f"{FORGET}::test_pythons_freed_blocks_are_overwritten_and_what_is_in_use_stays",),
    ),
)
