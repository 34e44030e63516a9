#!/usr/bin/env python3
"""Cosigns the checkpoint of a proof with an Ed25519 key of openssl, as C2SP
tlog-cosignature says: prints the proof with the line added, and writes the
verifier key to KEY.vkey.

cosign.py KEY NAME TIME <PROOF"""
import base64
import hashlib
import subprocess
import sys


def openssl(*arguments):
    return subprocess.run(("openssl",) + arguments, check=True, capture_output=True).stdout


key, name, time = sys.argv[1], sys.argv[2], int(sys.argv[3])
proof = sys.stdin.buffer.read()
text = proof.split(b"\n\n")[1] + b"\n"
typed = b"\x04" + openssl("pkey", "-in", key, "-pubout", "-outform", "DER")[-32:]
identifier = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
with open(key + ".message", "wb") as message:
    message.write(b"cosignature/v1\ntime %d\n" % time + text)
signature = openssl("pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", key + ".message")
line = base64.b64encode(identifier + time.to_bytes(8, "big") + signature)
sys.stdout.buffer.write(proof + "\u2014 {} ".format(name).encode() + line + b"\n")
with open(key + ".vkey", "w") as vkey:
    vkey.write("{}+{}+{}\n".format(name, identifier.hex(), base64.b64encode(typed).decode()))
