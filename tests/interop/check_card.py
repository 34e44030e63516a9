#!/usr/bin/env python3
"""check_card.py CARD VKEY...: checks with openssl, and none of Qorgan's code, that each of
the verifier keys signed the card (C2SP signed-note, Ed25519); prints how many did."""
import base64
import subprocess
import sys
import tempfile

PREFIX = bytes.fromhex("302a300506032b6570032100")  # SubjectPublicKeyInfo of Ed25519

note = open(sys.argv[1], "rb").read()
text, signatures = note.split(b"\n\n")
text += b"\n"
count = 0
for vkey in sys.argv[2:]:
    name, number, key = vkey.split("+", 2)
    public = base64.b64decode(key)[1:]
    for line in signatures.decode().splitlines():
        dash, signer, encoded = line.split(" ")
        signature = base64.b64decode(encoded)
        if signer != name or signature[:4].hex() != number:
            continue
        with tempfile.NamedTemporaryFile() as pem, tempfile.NamedTemporaryFile() as message, \
                tempfile.NamedTemporaryFile() as raw:
            for file, data in (pem, PREFIX + public), (message, text), (raw, signature[4:]):
                file.write(data)
                file.flush()
            count += subprocess.run(
                ("openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", pem.name, "-in",
                 message.name, "-sigfile", raw.name), capture_output=True, check=False).returncode == 0
print(count)
