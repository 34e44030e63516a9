#!/usr/bin/env python3
"""Makes the card of a state from keys of openssl, as qorgan-package(5) says, without
any of Qorgan's code; prints it.

make_card.py STATE STORE-ID RECIPIENT LOG-KEY [--former KEY] [--former-size N]
             [--created TIME] [--from DATE] [--until DATE]
make_card.py --fingerprint <KEYS-OR-CARD

LOG-KEY also signs packages, as these keys are for tests alone; the second form
prints the fingerprint of the lines of keys on standard input."""
import argparse
import base64
import hashlib
import subprocess
import sys
import tempfile

KEYS = ("state", "origin", "recipient", "minisign", "vkey", "cosigner")


def fingerprint(keys):
    number = int.from_bytes(hashlib.blake2b(keys.encode(), digest_size=32).digest(), "big")
    digits = "%040d" % (number % 10**40)
    return " ".join(digits[at:at + 5] for at in range(0, 40, 5))


def openssl(*arguments):
    return subprocess.run(("openssl",) + arguments, check=True, capture_output=True).stdout


def public_of(key):
    return openssl("pkey", "-in", key, "-pubout", "-outform", "DER")[-32:]


def identifier(origin, typed):
    return hashlib.sha256(origin.encode() + b"\n" + typed).digest()[:4]


def vkey_of(origin, kind, public):
    typed = bytes([kind]) + public
    return "{}+{}+{}".format(origin, identifier(origin, typed).hex(), base64.b64encode(typed).decode())


def signature_line(origin, key, text):
    with tempfile.NamedTemporaryFile() as message:
        message.write(text.encode())
        message.flush()
        signature = openssl("pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", message.name)
    line = identifier(origin, b"\x01" + public_of(key)) + signature
    return "\u2014 {} {}\n".format(origin, base64.b64encode(line).decode())


if sys.argv[1:] == ["--fingerprint"]:
    lines = [line for line in sys.stdin if line.split(" ")[0] in KEYS]
    print(fingerprint("".join(lines)))
    sys.exit()
options = argparse.ArgumentParser()
for name in "state", "store", "recipient", "key":
    options.add_argument(name)
options.add_argument("--former", action="append", default=[])
options.add_argument("--former-size", default="10")
options.add_argument("--created", default="2026-01-15T10:00:00Z")
options.add_argument("--from", dest="first", default="2026-01-15")
options.add_argument("--until", default="2029-01-15")
given = options.parse_args()
origin = "qorgan/{}/{}".format(given.state, given.store)
public = public_of(given.key)
number = hashlib.blake2b(public).digest()[:8]
values = (given.state, origin, given.recipient, base64.b64encode(b"Ed" + number + public).decode(),
          vkey_of(origin, 1, public), vkey_of(origin, 4, public))
keys = "".join("{} {}\n".format(name, value) for name, value in zip(KEYS, values))
text = ("qorgan-card 1\nThe public keys of a state, for its partners. Compare the fingerprint with that state by "
        "telephone before you add them.\n" + keys +
        "created {}\nvalid-from {}\nvalid-until {}\n".format(given.created, given.first, given.until) +
        "".join("replaces {}\nreplaced-at {}\n".format(vkey_of(origin, 1, public_of(former)), given.former_size)
                for former in given.former[:1]) +
        "fingerprint {}\n".format(fingerprint(keys)))
sys.stdout.reconfigure(encoding="utf-8")
print(text)
for key in [given.key] + given.former:
    print(signature_line(origin, key, text), end="")
