"""Vectors of keys, notes, checkpoints, cosignatures and minisign signatures."""
import hashlib

from making import (DASH, KAZ, KIND_COSIGNER, KIND_LOG, NEUTRAL, ORDER_8, TJK, UZB, Signer, key_of_mixed_order, log_of,
                    minisig, note, seed_of, signature_with_larger_scalar, signature_with_small_order,
                    signature_with_torsion, stray_bits, text64, vkey_of)
from primitives import P, ed25519_public, ed25519_sign, point_decode

TEXT = "The first line\n\nand a third, of grün and Ғ\n"
WITNESS = Signer("witness.example/kaz", seed_of("a witness"), KIND_COSIGNER)
STRANGER = Signer("stranger.example", seed_of("a stranger"))
SEEN = 1769940000


def vkeys(kit):
    def bad(name, comment, text):
        kit.add("vkey_" + name, "bad data", comment, text + "\n")

    name, public = UZB.origin, UZB.log.public
    kit.good("vkey_log", "the key of a log", UZB.log.vkey + "\n", "%s, type 1" % name)
    kit.good("vkey_cosigner", "the key of a cosigner", UZB.cosigner.vkey + "\n", "%s, type 4" % name)
    for title, key in (("neutral", NEUTRAL), ("order_8", ORDER_8), ("order_2", (P - 1).to_bytes(32, "little"))):
        bad("point_of_" + title, "the point is of small order", vkey_of(name, KIND_LOG, key))
    bad("point_of_mixed_order", "the point is no small one, but not of the prime-order subgroup either",
        vkey_of(name, KIND_LOG, key_of_mixed_order(UZB.log.seed)))
    other = next(y for y in range(2, 19) if point_decode(y.to_bytes(32, "little")))
    bad("point_not_canonical", "the coordinate is the prime and %d more" % other,
        vkey_of(name, KIND_LOG, (P + other).to_bytes(32, "little")))
    none = next(y for y in range(2, 19) if not point_decode(y.to_bytes(32, "little")))
    bad("point_not_on_curve", "no point has that coordinate", vkey_of(name, KIND_LOG, none.to_bytes(32, "little")))
    bad("of_another_id", "the id is that of another name", vkey_of(name, KIND_LOG, public, KAZ.log.id))
    bad("of_unknown_type", "a type that is not known", vkey_of(name, 2, public))
    bad("with_space", "the name has a space", vkey_of(name + " x", KIND_LOG, public))
    bad("without_name", "the name is empty", vkey_of("", KIND_LOG, public))
    bad("cut_short", "the key has 31 bytes", vkey_of(name, KIND_LOG, public[:31]))
    bad("without_id", "the id is missing", "%s+%s" % (name, text64(b"\1" + public)))
    identifier = UZB.log.id.hex()
    assert identifier != identifier.upper()
    bad("id_in_capitals", "the id is written in capitals", UZB.log.vkey.replace(identifier, identifier.upper()))


def notes(kit):
    log = UZB.log
    good = note(TEXT, log.line(TEXT))
    signature = log.sign(TEXT)

    def bad(name, comment, payload, **keys):
        kit.add("note_" + name, "protocol", comment, payload, vkey=log.vkey, **keys)

    def signed_as(name, comment, altered):
        bad("signature_" + name, comment, note(TEXT, log.line_of(altered)))

    kit.good("note_signed", "a text with one signature", good, "3 lines", vkey=log.vkey)
    kit.good("note_of_others_too", "lines by keys that are not known are passed over", note(
        TEXT, STRANGER.line(TEXT), log.line(TEXT), WITNESS.line(TEXT, SEEN)), "3 lines", vkey=log.vkey)
    kit.good("note_of_same_name", "one of another key under the same name is passed over", note(
        TEXT, Signer(log.name, seed_of("another")).line(TEXT), log.line(TEXT)), "3 lines", vkey=log.vkey)
    kit.good("note_signed_twice", "two lines of the same key, both of which hold", note(
        TEXT, log.line(TEXT), log.line(TEXT)), "3 lines", vkey=log.vkey)
    kit.good("note_of_100", "as many lines of signature as are read", note(
        TEXT, *["%s s%d %s\n" % (DASH, i, text64(bytes(5))) for i in range(99)], log.line(TEXT)), "3 lines",
             vkey=log.vkey)
    bad("of_101", "one line of signature too many", note(
        TEXT, *["%s s%d %s\n" % (DASH, i, text64(bytes(5))) for i in range(100)], log.line(TEXT)))
    bad("altered", "one letter of the text is another", good.replace("first", "First"))
    bad("one_of_two_wrong", "of two lines by the key, one does not hold", note(
        TEXT, log.line(TEXT), log.line_of(signature[:-1] + bytes([signature[-1] ^ 1]))))
    bad("not_signed", "only a key that is not known signed", note(TEXT, STRANGER.line(TEXT)))
    bad("of_another_name", "the right key, under another name", note(TEXT, Signer("another", log.seed).line(TEXT)))
    bad("of_another_key", "another key, under the right name", note(
        TEXT, Signer(log.name, seed_of("another")).line(TEXT)))
    bad("of_another_id", "the right signature, with another id", note(TEXT, "%s %s %s\n" % (
        DASH, log.name, text64(KAZ.log.id + signature))))
    bad("without_signatures", "no line of signature", TEXT + "\n")
    bad("without_empty_line", "nothing parts the text from the signatures", "One line\n" + log.line("One line\n"))
    bad("without_last_feed", "the last line does not end", good[:-1])
    bad("with_crlf", "lines end in CR LF", good.replace("\n", "\r\n"))
    bad("with_crlf_signed", "lines of the text end in CR LF, and were signed so", note(
        TEXT.replace("\n", "\r\n"), log.line(TEXT.replace("\n", "\r\n"))))
    for name, character in (("tab", "\t"), ("escape", "\x1b"), ("zero", "\0")):
        text = "A line%swith it\n" % character
        bad("with_" + name, "a control character in the text, which was signed", note(text, log.line(text)))
    raw = TEXT.encode().replace("ü".encode(), b"\xfc")
    bad("not_utf8", "the text, which was signed, is not UTF-8", raw + b"\n" + log.line_of(
        ed25519_sign(log.seed, raw)).encode())
    long = "x" * 65500 + "\n"
    bad("too_long", "more than 64 KiB", note(long, log.line(long)))
    bad("with_hyphen", "the line of signature begins with a hyphen", good.replace(DASH, "-"))
    bad("with_two_spaces", "two spaces behind the name", good.replace(log.name + " ", log.name + "  "))
    bad("with_space_behind", "a space behind the Base64", good[:-1] + " \n")
    bad("with_empty_signature", "the line ends behind the name", note(TEXT, log.line(TEXT), "%s other \n" % DASH))
    bad("with_id_alone", "a line of another key that holds its id alone", note(
        TEXT, log.line(TEXT), "%s other %s\n" % (DASH, text64(bytes(4)))))
    line = log.line(TEXT)
    bad("without_padding", "the Base64 lacks its padding", note(TEXT, line.rstrip("=\n") + "\n"))
    bad("with_stray_bits", "the Base64 has bits that mean nothing, and are not zero", note(TEXT, stray_bits(line)))
    bad("in_base64url", "the Base64 has other letters", note(
        TEXT, "%s other %s\n" % (DASH, "-_-_AAAA"), log.line(TEXT)))
    signed_as("of_63_bytes", "the signature lacks a byte", signature[:-1])
    signed_as("of_65_bytes", "the signature has a byte more", signature + b"\0")
    signed_as("altered_r", "one bit of R is another", bytes([signature[0] ^ 1]) + signature[1:])
    signed_as("altered_s", "one bit of S is another", signature[:40] + bytes([signature[40] ^ 4]) + signature[41:])
    signed_as("with_larger_s", "S is larger by the order of the group: not in its one form",
              signature_with_larger_scalar(signature))
    signed_as("of_small_order_r", "R is the neutral point, and the equation holds",
              signature_with_small_order(log.seed, TEXT.encode()))
    signed_as("not_canonical_r", "R is the neutral point, written with a coordinate above the prime",
              signature_with_small_order(log.seed, TEXT.encode(), (P + 1).to_bytes(32, "little")))
    signed_as("by_cofactor", "the equation holds only if it is multiplied by the cofactor",
              signature_with_torsion(log.seed, TEXT.encode()))
    signed_as("of_zeros", "all bytes are zero", bytes(64))


def checkpoints(kit):
    log, (leaves, _) = UZB.log, log_of(7)
    text = UZB.checkpoint(leaves)
    origin, size, root, _ = text.split("\n")

    def add(name, expect, comment, text, answer=None):
        kit.add("checkpoint_" + name, expect, comment, note(text, log.line(text)), answer, vkey=log.vkey)

    add("signed", "success", "a checkpoint of seven leaves", text, "7 " + root)
    empty = UZB.checkpoint([])
    add("of_nothing", "success", "of a log without leaves, whose root is SHA-256 of nothing", empty,
        "0 " + empty.split("\n")[2])
    add("with_extension", "success", "a fourth line", text + "an extension\n", "7 " + root)
    add("of_most", "success", "as many leaves as 64 bits hold", text.replace("\n7\n", "\n18446744073709551615\n"),
        "18446744073709551615 " + root)
    for name, comment, number in (("too_many", "one leaf more than 64 bits hold", "18446744073709551616"),
                                  ("leading_zero", "the number has a leading zero", "07"), ("plus", "a sign", "+7"),
                                  ("minus", "a negative number", "-7"), ("hexadecimal", "in hexadecimal", "0x7"),
                                  ("empty_size", "an empty line where the number is", ""),
                                  ("space", "a space before the number", " 7")):
        add(name, "protocol", comment, text.replace("\n7\n", "\n%s\n" % number))
    add("short_root", "protocol", "the root has 31 bytes", text.replace(root, text64(bytes(31))))
    add("long_root", "protocol", "the root has 33 bytes", text.replace(root, text64(bytes(33))))
    add("root_with_stray_bits", "protocol", "the Base64 of the root is not in its one form",
        text.replace(root, stray_bits(root)))
    add("hexadecimal_root", "protocol", "the root is in hexadecimal", text.replace(root, "00" * 32))
    add("without_root", "protocol", "two lines", "%s\n%s\n" % (origin, size))
    add("without_origin", "protocol", "the origin is missing", "\n" + text.split("\n", 1)[1])
    add("empty_extension", "protocol", "an empty line at the end", text + "\nmore\n")
    add("of_another_log", "protocol", "the key of the log signed for another origin",
        text.replace("UZB", "TJK"))


def cosigned(kit):
    log, (leaves, _) = UZB.log, log_of(7)
    text = UZB.checkpoint(leaves)
    signature = WITNESS.sign(text, SEEN)

    def add(name, expect, comment, *lines, answer=None, of=text):
        kit.add("cosigned_" + name, expect, comment, note(of, log.line(of), *lines), answer, vkey=WITNESS.vkey)

    add("once", "success", "by one cosigner", WITNESS.line(text, SEEN), answer=str(SEEN))
    add("twice", "success", "twice, of which the newest counts", WITNESS.line(text, SEEN + 60),
        WITNESS.line(text, SEEN), answer=str(SEEN + 60))
    add("in_1970", "success", "at the first second of 1970", WITNESS.line(text, 0), answer="0")
    add("in_9999", "success", "at the last second of the year 9999", WITNESS.line(text, 253402300799),
        answer="253402300799")
    add("after_9999", "protocol", "dated one second later", WITNESS.line(text, 253402300800))
    add("in_the_far_future", "protocol", "of a time beyond 63 bits", WITNESS.line(text, 2**63))
    add("by_nobody", "protocol", "the cosigner did not sign")
    add("altered", "protocol", "one bit of the signature is another", WITNESS.line_of(
        signature[:20] + bytes([signature[20] ^ 1]) + signature[21:]))
    add("redated", "protocol", "another time than the one that was signed", WITNESS.line_of(
        (SEEN + 1).to_bytes(8, "big") + signature[8:]))
    add("without_time", "protocol", "the line has no time", WITNESS.line_of(signature[8:]))
    add("with_more", "protocol", "a byte too many", WITNESS.line_of(signature + b"\0"))
    add("as_a_note", "protocol", "the text alone was signed, as a log does", WITNESS.line_of(
        SEEN.to_bytes(8, "big") + ed25519_sign(WITNESS.seed, text.encode())))
    add("by_the_same_key_as_log", "protocol", "the same key, with the type of a log", Signer(
        WITNESS.name, WITNESS.seed).line(text))
    add("one_of_two_wrong", "protocol", "one of two does not hold", WITNESS.line(text, SEEN), WITNESS.line_of(
        (SEEN + 1).to_bytes(8, "big") + signature[8:]))
    add("with_larger_s", "protocol", "S is larger by the order of the group", WITNESS.line_of(
        signature[:8] + signature_with_larger_scalar(signature[8:])))
    add("not_of_a_checkpoint", "protocol", "what was cosigned is no checkpoint", WITNESS.line("A text\n", SEEN),
        of="A text\n")


def minisigs(kit):
    seed, data, comment = UZB.package, b"What was handed out.\n", "timestamp:1769940000\tfile:report.pdf"
    good = minisig(data, seed, comment)
    lines = good.split("\n")

    def add(name, expect, comment, payload, answer=None, key=UZB.minisign()):
        kit.add("minisig_" + name, expect, comment, payload, answer, minisign=key, file=text64(data))

    add("signed", "success", "as minisign writes it", good, comment)
    add("without_last_feed", "success", "the last line does not end", good[:-1], comment)
    add("with_crlf", "success", "lines end in CR LF", good.replace("\n", "\r\n"), comment)
    add("without_comment", "success", "an empty trusted comment", minisig(data, seed, ""), "")
    add("of_another_file", "protocol", "the file is another", minisig(data + b"x", seed, comment))
    add("comment_altered", "protocol", "the trusted comment is another", good.replace("report", "letter"))
    add("of_another_key", "protocol", "another key signed", minisig(data, TJK.package, comment))
    add("of_another_key_of_this_id", "protocol", "another key signed, with the id of this one", minisig(
        data, TJK.package, comment, identifier=id_of(UZB)))
    add("legacy", "protocol", "the file itself was signed, not its hash", minisig(data, seed, comment, algorithm=b"Ed"))
    add("of_unknown_kind", "protocol", "an algorithm that is not known", minisig(data, seed, comment, algorithm=b"EX"))
    add("of_another_id", "protocol", "the right key, under the id of another", minisig(
        data, seed, comment, identifier=id_of(TJK)))
    add("another_first_line", "protocol", "the first line begins otherwise", good.replace("untrusted ", "uncertain "))
    add("another_third_line", "protocol", "the third line begins otherwise", good.replace("\ntrusted ", "\nTrusted "))
    add("without_untrusted", "protocol", "the first line is missing", "\n".join(lines[1:]))
    add("without_trusted", "protocol", "the last two lines are missing", "\n".join(lines[:2]) + "\n")
    add("with_more", "protocol", "a fifth line", good + "more\n")
    add("base64_cut", "protocol", "the Base64 lacks its last letters", good.replace(lines[1], lines[1][:-4]))
    add("with_larger_s", "protocol", "S is larger by the order of the group", minisig(
        data, seed, comment, alter=signature_with_larger_scalar))
    add("too_long_a_comment", "protocol", "a trusted comment of more than 8,000 bytes", minisig(data, seed, "x" * 8001))
    add("key_of_small_order", "bad data", "the key is of small order", good, key=UZB.minisign(ORDER_8))
    add("key_of_mixed_order", "bad data", "the key is not of the prime-order subgroup", good,
        key=UZB.minisign(key_of_mixed_order(seed)))
    add("key_of_another_kind", "bad data", "the key says that it is of another kind", good,
        key=text64(b"EX" + id_of(UZB) + ed25519_public(seed)))


def id_of(state):
    return hashlib.blake2b(ed25519_public(state.package)).digest()[:8]


def make(kit):
    vkeys(kit)
    notes(kit)
    checkpoints(kit)
    cosigned(kit)
    minisigs(kit)
