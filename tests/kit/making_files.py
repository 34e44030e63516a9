"""Vectors of records, cards, proofs and evidence of two histories."""
from formats import leaf_hash, tree_root
from making import (KAZ, KGZ, KIND_COSIGNER, KIND_LOG, NOW, ORDER_8, RISK, TJK, UZB, Signer, canonical,
                    consistency_path, fingerprint, inclusion_path, key_of_mixed_order, log_of, note, record, seed_of,
                    signature_with_larger_scalar, stray_bits, text64, vkey_of)
from making_notes import SEEN, STRANGER, WITNESS
from primitives import bech32_encode

SIZE, INDEX = 7, 0


# ---- Records ---------------------------------------------------------------------------------


def nested(depth):
    return '{"a":' * depth + "1" + "}" * depth


def records(kit):
    good = record("risk", "CYB-01", 1, RISK)
    answer, salt = "UZB risk CYB-01 1", text64(seed_of("risk CYB-01 1")[:16])

    def body(text):
        return good.replace(canonical(RISK), text.encode())

    def fine(name, comment, payload):
        kit.good("record_" + name, comment, payload, answer)

    def bad(name, comment, payload):
        assert payload != good, name
        kit.add("record_" + name, "protocol", comment, payload)

    def altered(name, comment, old, new):
        bad(name, comment, good.replace(old, new))

    fine("plain", "with Cyrillic letters and what is escaped", good)
    fine("empty_body", "nothing in its body", body("{}"))
    fine("escapes", "each character that is escaped, in the one way", body(
        '{"a":"\\b\\t\\n\\f\\r\\"\\\\\\u0001\\u001f"}'))
    fine("unescaped", "characters that need no escape", body('{"a":"/\x7f\u2028\ufeff\U0001f600é"}'))
    fine("numbers", "the largest and the least", body('{"a":[0,-1,9007199254740991,-9007199254740991]}'))
    fine("words", "true and false, empty lists and objects", body('{"a":true,"b":false,"c":[],"d":{}}'))
    fine("names", "names in the order of their bytes", body('{"":1,"A":1,"a":1,"aa":1,"b":1,"~":1}'))
    fine("deepest", "nested as deep as is allowed", body(nested(15)))
    room = 262144 - len(body('{"a":""}'))
    fine("largest", "of 256 KiB", body('{"a":"%s"}' % ("x" * room)))
    bad("too_large", "one byte more than 256 KiB", body('{"a":"%s"}' % ("x" * (room + 1))))
    bad("too_deep", "nested one deeper", body(nested(16)))
    bad("unsorted", "two members in another order", body('{"b":1,"a":1}'))
    bad("twice", "a member twice", body('{"a":1,"a":1}'))
    bad("space", "white space", body('{"a": 1}'))
    bad("null", "null", body('{"a":null}'))
    bad("fraction", "a number with a fraction", body('{"a":1.0}'))
    bad("exponent", "a number with an exponent", body('{"a":1e2}'))
    bad("minus_zero", "zero with a sign", body('{"a":-0}'))
    bad("leading_zero", "a number with a leading zero", body('{"a":01}'))
    bad("large_number", "a number beyond 2^53 - 1", body('{"a":9007199254740992}'))
    bad("escaped_slash", "an escape that is not needed", body('{"a":"\\/"}'))
    bad("escaped_letter", "a letter as an escape", body('{"a":"\\u0041"}'))
    bad("escaped_cyrillic", "a letter beyond ASCII as an escape", body('{"a":"\\u0424"}'))
    bad("long_escape", "a line feed as \\u000a", body('{"a":"\\u000a"}'))
    bad("capital_escape", "an escape in capitals", body('{"a":"\\u001F"}'))
    bad("lone_surrogate", "half of a surrogate pair, escaped", body('{"a":"\\ud800"}'))
    bad("control", "a control character as it is", body('{"a":"\x01"}'))
    bad("cyrillic_name", "a name of a member beyond ASCII", body('{"ф":1}'))
    bad("not_utf8", "a byte that is not UTF-8", body('{"a":"é"}').replace("é".encode(), b"\xe9"))
    bad("overlong", "a letter in more bytes than it needs", body('{"a":"?"}').replace(b"?", b"\xc1\x81"))
    bad("surrogate_bytes", "half of a surrogate pair in UTF-8", body('{"a":"?"}').replace(b"?", b"\xed\xa0\x80"))
    bad("with_feed", "a line feed behind it", good + b"\n")
    bad("with_mark", "a byte order mark before it", b"\xef\xbb\xbf" + good)
    bad("cut", "the last brace is missing", good[:-1])
    bad("of_nothing", "no byte", b"")
    bad("list", "a list of it", b"[" + good + b"]")
    bad("body_list", "its body is a list", body("[]"))
    altered("without_salt", "a member of the envelope is missing", b'"salt":"%s",' % salt.encode(), b"")
    altered("with_more", "a member that is not of the envelope", b'"version":1', b'"version":1,"word":1')
    altered("version_0", "a version of 0", b'"version":1', b'"version":0')
    altered("version_33_bits", "a version beyond 32 bits", b'"version":1', b'"version":4294967296')
    altered("version_text", "a version that is a text", b'"version":1', b'"version":"1"')
    altered("commit_negative", "a negative commit", b'"commit":1', b'"commit":-1')
    altered("short_salt", "a salt of 15 bytes", salt.encode(), text64(bytes(15)).encode())
    altered("salt_with_stray_bits", "a salt in another form", salt.encode(), stray_bits(salt).encode())
    for name, comment, text in (("with_offset", "a time that is not in UTC", "2026-02-01T10:00:00+05:00"),
                                ("with_fraction", "a time with a fraction", "2026-02-01T10:00:00.0Z"),
                                ("small_t", "a time with a small t", "2026-02-01t10:00:00Z"),
                                ("of_february", "a day that is none", "2026-02-30T10:00:00Z"),
                                ("of_second_60", "a second that is none", "2026-02-01T10:00:60Z"),
                                ("of_hour_24", "an hour that is none", "2026-02-01T24:00:00Z"),
                                ("short", "a time without seconds", "2026-02-01T10:00Z")):
        altered("time_" + name, comment, b"2026-02-01T10:00:00Z", text.encode())
    altered("id_with_slash", "an id that no risk can have", b'"CYB-01"', b'"CYB/01"')
    altered("id_empty", "an empty id", b'"id":"CYB-01"', b'"id":""')
    altered("of_unknown_kind_and_id", "an id with a space, of a kind that is not known", b'"CYB-01","kind":"risk"',
            b'"CYB 01","kind":"letter"')
    altered("kind_with_space", "a kind whose name is none", b'"kind":"risk"', b'"kind":"a risk"')
    altered("user_with_space", "a user whose name is none", b"a.karimova", b"a karimova")
    altered("owner_empty", "an empty owner", b'"UZB","salt"', b'"","salt"')


# ---- Cards --------------------------------------------------------------------------------------------


def card_text(state, digits=None, **altered):
    lines = {"state": state.code, "origin": state.origin, "recipient": bech32_encode("age", state.recipient),
             "minisign": state.minisign(), "vkey": state.log.vkey, "cosigner": state.cosigner.vkey,
             "created": "2026-01-15T10:00:00Z", "valid-from": "2026-01-15", "valid-until": "2029-01-15"}
    lines.update({name.replace("_", "-"): value for name, value in altered.items()})
    lines = {name: value for name, value in lines.items() if value is not None}
    keys = "".join("%s %s\n" % (name, value) for name, value in lines.items()
                   if name in ("state", "origin", "recipient", "minisign", "vkey", "cosigner"))
    return ("qorgan-card 1\nThe public keys of a state, for its partners. Compare the fingerprint with that state by "
            "telephone before you add them.\n" + "".join("%s %s\n" % pair for pair in lines.items()) +
            "fingerprint %s\n" % (digits or fingerprint(keys)))


def cards(kit):
    log = UZB.log

    def digits(text):
        return text.rstrip("\n").rpartition("fingerprint ")[2]

    def fine(name, comment, text, *more, state=UZB):
        kit.good("card_" + name, comment, note(text, state.log.line(text), *more), digits(text), now=NOW)

    def add(name, expect, comment, text, *lines):
        kit.add("card_" + name, expect, comment, note(text, *(lines or [log.line(text)])), now=NOW)

    def bad(name, comment, text):
        assert text != good, name
        add(name, "bad data", comment, text)

    def altered(name, comment, **lines):
        bad(name, comment, card_text(UZB, **lines))

    good, recipient = card_text(UZB), bech32_encode("age", UZB.recipient)
    fine("uzb", "of the state that sends the packages of the kit", good)
    fine("kgz", "of a third state", card_text(KGZ), state=KGZ)
    fine("kgz_without_cosigner", "without a key for countersigning", card_text(KGZ, cosigner=None), state=KGZ)
    fine("first_day", "on its first day", card_text(UZB, valid_from=NOW[:10]))
    fine("last_day", "on its last day", card_text(UZB, valid_until=NOW[:10]))
    fine("signed_by_former", "signed by the key before, too", good, Signer(UZB.origin, seed_of("former")).line(good))
    former = Signer(UZB.origin, seed_of("former"))
    successor = card_text(UZB, replaces=former.vkey, replaced_at="7")
    fine("successor", "in the place of one with another key of the log, which signed it too", successor,
         former.line(successor))
    altered("replaced_nowhere", "it does not say at which size it replaces the key", replaces=former.vkey)
    altered("replaced_by_nothing", "a size at which no key is replaced", replaced_at="7")
    altered("replaced_at_zero_seven", "that size has a leading zero", replaces=former.vkey, replaced_at="07")
    altered("replaces_itself", "it replaces its own key", replaces=UZB.log.vkey, replaced_at="7")
    altered("replaces_another", "it replaces the key of another log", replaces=KAZ.log.vkey, replaced_at="7")
    add("expired", "denied", "the day before was its last", card_text(UZB, valid_until="2026-04-30"))
    add("not_yet", "denied", "the next day is its first", card_text(UZB, valid_from="2026-05-02"))
    add("not_signed", "protocol", "only another key signed it", good, STRANGER.line(good))
    add("altered", "protocol", "a day was altered after it was signed", good.replace("2029-", "2039-"), log.line(good))
    add("signed_by_cosigner", "protocol", "its key for countersigning signed it", good, Signer(
        UZB.origin, UZB.cosigner.seed).line(good))
    add("with_larger_s", "protocol", "S of the signature is larger by the order of the group", good, log.line_of(
        signature_with_larger_scalar(log.sign(good))))
    bad("another_title", "another number of the format", good.replace("card 1", "card 2"))
    bad("another_introduction", "the second line is another", good.replace("telephone", "letter"))
    bad("with_more", "a line that is none of a card", good.replace("created", "contact x\ncreated"))
    bad("line_twice", "a line twice", good.replace("state UZB\n", "state UZB\nstate UZB\n"))
    bad("lines_swapped", "two lines in another order", good.replace(
        "created 2026-01-15T10:00:00Z\nvalid-from 2026-01-15", "valid-from 2026-01-15\ncreated 2026-01-15T10:00:00Z"))
    bad("two_spaces", "two spaces in a line", good.replace("state UZB", "state  UZB"))
    bad("with_empty_line", "an empty line in it", good.replace("created", "\ncreated"))
    bad("line_behind", "a line behind the fingerprint", good + "more\n")
    bad("cyrillic", "a letter beyond ASCII that looks like another", good.replace("state UZB", "state UZВ"))
    altered("another_fingerprint", "the digits are those of other keys", digits=digits(card_text(KGZ)))
    altered("of_another_origin", "the origin is one of another state", origin=KAZ.origin)
    altered("without_recipient", "a line is missing", recipient=None)
    altered("recipient_in_capitals", "the recipient is in capitals", recipient=recipient.upper())
    altered("recipient_mistyped", "one letter of the recipient is another", recipient=mistyped(recipient))
    altered("identity_as_recipient", "a secret key of age stands there", recipient=UZB.identity_text)
    altered("minisign_of_small_order", "the key of packages is of small order", minisign=UZB.minisign(ORDER_8))
    altered("minisign_of_mixed_order", "the key of packages is not of the prime-order subgroup",
            minisign=UZB.minisign(key_of_mixed_order(UZB.package)))
    altered("minisign_cut", "the key of packages is cut short", minisign=UZB.minisign()[:-4])
    altered("vkey_of_another", "the vkey is of another log", vkey=KAZ.log.vkey)
    altered("vkey_of_small_order", "the key of the log is of small order", vkey=vkey_of(UZB.origin, KIND_LOG, ORDER_8))
    altered("vkey_of_cosigner", "the vkey is one for countersigning", vkey=UZB.cosigner.vkey)
    altered("cosigner_of_another", "the cosigner is another state's", cosigner=KAZ.cosigner.vkey)
    altered("cosigner_of_mixed_order", "the cosigner is not of the prime-order subgroup", cosigner=vkey_of(
        UZB.origin, KIND_COSIGNER, key_of_mixed_order(UZB.cosigner.seed)))
    altered("ends_before", "it ends before it begins", valid_until="2026-01-14")
    altered("day_that_is_none", "a day that is none", valid_until="2029-02-29")
    altered("day_reversed", "a day in another order", valid_until="15-01-2029")
    altered("created_with_offset", "the time of creation is not in UTC", created="2026-01-15T15:00:00+05:00")
    short = Signer("qorgan/UZB/1234", log.seed)
    text = card_text(UZB, origin=short.name, vkey=short.vkey, cosigner=None)
    add("of_no_store", "bad data", "the id of the store in the origin is not of 16 bytes", text, short.line(text))
    whole = note(good, log.line(good))
    kit.add("card_with_crlf", "bad data", "lines end in CR LF", whole.replace("\n", "\r\n"), now=NOW)
    kit.add("card_without_signature", "bad data", "no signature", good, now=NOW)
    kit.add("card_too_long", "bad data", "more than 16 KiB", note(good, log.line(good), *["— s%d %s\n" % (
        i, text64(bytes(200))) for i in range(60)]), now=NOW)


def mistyped(text):
    return text[:20] + ("q" if text[20] != "q" else "p") + text[21:]


# ---- Proofs ---------------------------------------------------------------------------------------------


def proof_text(extra, index, path, signed):
    extra = "" if extra is None else "extra %s\n" % (extra if isinstance(extra, str) else text64(extra))
    return "c2sp.org/tlog-proof@v1\n%sindex %s\n%s\n%s" % (
        extra, index, "".join("%s\n" % (each if isinstance(each, str) else text64(each)) for each in path), signed)


def proofs(kit):
    leaves, logged = log_of(SIZE)
    path, text, log = inclusion_path(leaves, INDEX), UZB.checkpoint(leaves), UZB.log
    signed, proven = UZB.signed(leaves), logged[INDEX]
    good = proof_text(proven, INDEX, path, signed)

    def add(name, expect, comment, payload, answer=None, vkey=log.vkey):
        kit.add("proof_" + name, expect, comment, payload, answer, vkey=vkey)

    def with_path(name, comment, path, expect="no"):
        add(name, expect, comment, proof_text(proven, INDEX, path, signed))

    def answer(at, size):
        name = ("risk", "CYB-01") if at == 0 else ("commit", str(at))
        return "%s %s 1, leaf %d of %d" % (*name, at, size)

    for size in (1, 2, 7, 8):
        for at in sorted({0, size // 2, size - 1}):
            grown, behind = log_of(size)
            add("leaf_%d_of_%d" % (at, size), "success", "leaf %d of a log of %d" % (at, size),
                proof_text(behind[at], at, inclusion_path(grown, at), UZB.signed(grown)), answer(at, size))
    cosigned = note(text, log.line(text), WITNESS.line(text, SEEN))
    add("cosigned", "success", "with a cosignature that is asked for", proof_text(proven, INDEX, path, cosigned),
        answer(0, 7), vkey=[log.vkey, WITNESS.vkey])
    add("not_cosigned", "no", "without a cosignature that is asked for", good, vkey=[log.vkey, WITNESS.vkey])
    add("cosigned_falsely", "no", "one bit of the cosignature is another", proof_text(proven, INDEX, path, note(
        text, log.line(text), WITNESS.line_of(WITNESS.sign(text, SEEN)[:-1] + b"\xff"))), vkey=[log.vkey, WITNESS.vkey])
    add("for_a_cosigner_alone", "no", "no key of the log is given", proof_text(proven, INDEX, path, cosigned),
        vkey=[WITNESS.vkey])
    add("without_key", "no", "no key is given: nothing vouches for it", good, vkey=[])
    add("by_another_key", "no", "another key signed the checkpoint", proof_text(proven, INDEX, path, note(
        text, Signer(log.name, seed_of("another")).line(text))))
    add("of_another_log", "no", "the key that is given is of another log", good, vkey=KAZ.log.vkey)
    add("of_another_log_that_signed", "no", "the log whose key is given signed the checkpoint of another", proof_text(
        proven, INDEX, path, note(text, log.line(text), KAZ.log.line(text))), vkey=KAZ.log.vkey)
    add("with_larger_s", "no", "S of the signature is larger by the order of the group", proof_text(
        proven, INDEX, path, note(text, log.line_of(signature_with_larger_scalar(log.sign(text))))))
    add("record_altered", "no", "one letter of the record is another", proof_text(
        proven.replace(b"karimova", b"karimovA"), INDEX, path, signed))
    add("another_index", "no", "the index is that of another leaf", proof_text(proven, INDEX + 1, path, signed))
    add("index_beyond", "no", "there is no such leaf", proof_text(proven, SIZE, path, signed))
    with_path("hash_altered", "a hash of the path is another", [leaf_hash(b"x")] + path[1:])
    with_path("hashes_swapped", "two hashes of the path are swapped", [path[1], path[0]] + path[2:])
    with_path("hash_missing", "a hash of the path is missing", path[:-1])
    with_path("hash_more", "the path goes on", path + [path[0]])
    with_path("hash_short", "a hash of 31 bytes", [path[0][:31]] + path[1:], "bad data")
    with_path("hash_with_stray_bits", "a hash whose Base64 is not in its one form", [
        stray_bits(text64(path[0]))] + path[1:], "bad data")
    with_path("of_66_hashes", "a path longer than any can be", path * 22, "bad data")
    another = text.replace("\n7\n", "\n8\n")
    add("another_size", "no", "the log signed the root with another size", proof_text(
        logged[6], 6, inclusion_path(leaves, 6), note(another, log.line(another))))
    theirs = record("risk", "CYB-01", 1, RISK, owner="KAZ")
    add("of_another_state", "no", "the record is another state's", proof_text(
        theirs, 0, [], UZB.signed([leaf_hash(theirs)])))
    spaced = proven.replace(b",", b", ", 1)
    add("not_canonical", "no", "what was logged is not canonical", proof_text(
        spaced, 0, [], UZB.signed([leaf_hash(spaced)])))
    add("without_record", "bad data", "no line \"extra\"", proof_text(None, INDEX, path, signed))
    add("with_empty_record", "bad data", "an empty line \"extra\"", proof_text(b"", INDEX, path, signed))
    add("extra_with_stray_bits", "bad data", "the Base64 of the record is not in its one form", proof_text(
        stray_bits(padded(proven)), INDEX, path, signed))
    add("extra_twice", "bad data", "two lines \"extra\"", good.replace("extra", "extra QQ==\nextra"))
    add("index_zero", "bad data", "the index has a leading zero", good.replace("index 0", "index 00"))
    add("index_missing", "bad data", "no line \"index\"", good.replace("index 0\n", ""))
    add("another_title", "bad data", "another version of the format", good.replace("@v1", "@v2"))
    add("without_checkpoint", "bad data", "it ends behind the path", good[:good.index("\n\n") + 2])
    add("without_empty_line", "bad data", "nothing ends the path", good.replace("\n\n", "\n", 1))
    add("without_signature", "bad data", "the checkpoint bears no signature", proof_text(
        proven, INDEX, path, text + "\n"))
    add("with_crlf", "bad data", "lines end in CR LF", good.replace("\n", "\r\n"))
    add("without_last_feed", "bad data", "the last line does not end", good[:-1])
    add("with_more", "bad data", "a line behind the signatures", good + "more\n")
    add("without_root", "bad data", "the checkpoint has two lines", proof_text(
        proven, INDEX, path, signed.replace(text.split("\n")[2] + "\n", "")))
    add("of_nothing", "bad data", "no byte", "")
    add("cut_in_path", "bad data", "it ends within the path", good[:good.index("\n\n") - 20])
    large = record("risk", "CYB-01", 1, {**RISK, "basis": {"en": "x" * 262144}})
    add("record_too_large", "bad data", "a record of more than 256 KiB", proof_text(
        large, 0, [], UZB.signed([leaf_hash(large)])))
    long = text + "x" * 63000 + "\n"
    add("too_long_together", "bad data", "path and checkpoint have more than 64 KiB together, not alone", proof_text(
        proven, INDEX, path * 20, note(long, log.line(long))))
    add("too_long", "bad data", "more than 64 KiB beside the record", proof_text(
        proven, INDEX, path, note(text + "x" * 65536 + "\n", log.line(text))))


def padded(data):
    """Base64 that has a letter with bits to spare."""
    while len(data) % 3 == 0:
        data = data[:-1]
    return text64(data)


# ---- Two histories ----------------------------------------------------------------------------------------


def fork_text(root, path, first, second):
    lines = ([] if root is None else [("root", root)] + [("path", each) for each in path]) + [
        ("first", first.encode()), ("second", second.encode())]
    return "qorgan-fork@v1\n" + "".join("%s %s\n" % (name, each if isinstance(each, str) else text64(each))
                                        for name, each in lines)


def fork_of(state, first, second):
    """Evidence that the histories of these leaves were both signed."""
    short, long = sorted((first, second), key=len)
    if len(short) == len(long):
        return fork_text(None, [], state.signed(short), state.signed(long))
    path = consistency_path(long, len(short)) if short else []
    return fork_text(tree_root(long[:len(short)]), path, state.signed(short), state.signed(long))


def other_log_of(count):
    return [leaf_hash(b"another %d" % i) for i in range(count)]


def forks(kit):
    log = UZB.log

    def add(name, expect, comment, payload, answer=None, vkey=log.vkey):
        kit.add("fork_" + name, expect, comment, payload, answer, vkey=vkey)

    for first, second in ((1, 2), (2, 7), (4, 7), (5, 8), (7, 7), (8, 8)):
        add("%d_and_%d" % (first, second), "success", "of %d and of %d leaves" % (first, second),
            fork_of(UZB, log_of(first)[0], other_log_of(second)), "%d and %d" % (first, second))
    short, long = log_of(5)[0], other_log_of(8)
    good = fork_of(UZB, short, long)
    root, path = tree_root(long[:5]), consistency_path(long, 5)
    text = UZB.checkpoint(short)
    seen = note(text, log.line(text), WITNESS.line(text, SEEN))
    strange = "%s\n0\n%s\n" % (UZB.origin, text64(leaf_hash(b"no root of nothing")))
    add("of_nothing_and_8", "success", "a root that a log without leaves cannot have", fork_text(
        tree_root([]), [], note(strange, log.line(strange)), UZB.signed(long)), "0 and 8")
    add("cosigned", "success", "a cosigner saw the first", fork_text(root, path, seen, UZB.signed(long)), "5 and 8",
        vkey=[log.vkey, WITNESS.vkey])
    add("not_cosigned", "no", "a cosigner that is asked for saw neither", good, vkey=[log.vkey, WITNESS.vkey])
    add("of_one_history", "no", "the second goes on from the first", fork_of(UZB, long[:5], long))
    add("of_one_checkpoint", "no", "the same checkpoint twice", fork_of(UZB, long, long))
    add("another_root", "no", "a root to which the path does not lead", fork_text(
        leaf_hash(b"x"), path, UZB.signed(short), UZB.signed(long)))
    add("path_cut", "no", "a hash of the path is missing", fork_text(
        root, path[:-1], UZB.signed(short), UZB.signed(long)))
    add("path_longer", "no", "the path goes on", fork_text(root, path + path[:1], UZB.signed(short), UZB.signed(long)))
    add("path_altered", "no", "a hash of the path is another", fork_text(root, [leaf_hash(b"x")] + path[1:],
                                                                         UZB.signed(short), UZB.signed(long)))
    add("path_of_nothing", "no", "a path from a log without leaves", fork_text(
        tree_root([]), path, note(strange, log.line(strange)), UZB.signed(long)))
    add("of_two_logs", "no", "the checkpoints are of two logs", fork_text(
        root, path, TJK.signed(short), UZB.signed(long)))
    text_of_other = TJK.checkpoint(short)
    add("of_two_logs_signed_by_one", "no", "the checkpoints are of two logs, and one key signed both", fork_text(
        root, path, note(text_of_other, log.line(text_of_other)), UZB.signed(long)))
    add("first_not_signed", "no", "another key signed the first", fork_text(root, path, note(
        text, Signer(UZB.origin, seed_of("another")).line(text)), UZB.signed(long)))
    second = UZB.checkpoint(long)
    add("second_not_signed", "no", "another key signed the second", fork_text(root, path, UZB.signed(short), note(
        second, Signer(UZB.origin, seed_of("another")).line(second))))
    add("with_larger_s", "no", "S of a signature is larger by the order of the group", fork_text(
        root, path, note(text, log.line_of(signature_with_larger_scalar(log.sign(text)))), UZB.signed(long)))
    add("of_another_log", "no", "the key that is given is of another log", good, vkey=KAZ.log.vkey)
    add("without_key", "no", "no key is given", good, vkey=[])
    add("reversed", "bad data", "the first is of more leaves", fork_text(
        root, path, UZB.signed(long), UZB.signed(short)))
    add("root_where_none_is", "bad data", "a root, and both are of one size", fork_text(
        tree_root(long), [], UZB.signed(log_of(8)[0]), UZB.signed(long)))
    add("without_root", "bad data", "no root, and they are of two sizes", fork_text(
        None, [], UZB.signed(short), UZB.signed(long)))
    lines = good.split("\n")
    add("without_first", "bad data", "the first is missing", "\n".join(lines[:-3] + lines[-2:]))
    add("without_second", "bad data", "the second is missing", "\n".join(lines[:-2] + lines[-1:]))
    add("with_more", "bad data", "a line behind the second", good + "more\n")
    add("unknown_line", "bad data", "a line that is not known", good.replace("first ", "third QQ==\nfirst "))
    add("another_title", "bad data", "another version of the format", good.replace("@v1", "@v2"))
    add("without_last_feed", "bad data", "the last line does not end", good[:-1])
    add("with_crlf", "bad data", "lines end in CR LF", good.replace("\n", "\r\n"))
    add("root_short", "bad data", "the root has 31 bytes", good.replace(text64(root), text64(root[:31])))
    add("note_malformed", "bad data", "the first is no signed note", fork_text(root, path, text, UZB.signed(long)))


def make(kit):
    records(kit)
    cards(kit)
    proofs(kit)
    forks(kit)
