#!/usr/bin/env python3
"""A slot of a security key, as SECURITY.md has it, opened by stock tools: fido2-assert asks the key for its secret, Python
derives the age identity, age opens the slot's file, and the commitment tells that it is the right one.

  slot_judge.py STORE.MDB KEY.JSON DEVICE PIN
  slot_judge.py --alter STORE.MDB KEY.JSON COPY   a copy of the store in which the slot has another salt, its checksum right
"""
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile

HEAD, CREDENTIAL, COMMITMENT, SEALED, CHECKSUM = 36, 3, 32, 24 + 392 + 16, 16
LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'


def slots_find(data, state):
    """Each slot in the file whose credential the key has, and that credential. In free pages lie those of former times."""
    for name in map(bytes.fromhex, json.load(open(state, encoding='utf-8'))['credentials']):
        at = -1
        while (at := data.find(name, at + 1)) >= 0:
            begin = at - HEAD - CREDENTIAL
            size = int.from_bytes(data[begin + 2:begin + 4], 'big') + at - begin + len(name) + COMMITMENT + SEALED + CHECKSUM
            slot = data[begin:begin + size]
            if slot[:2] == b'\2\3' and checksum(slot[:-CHECKSUM]) == slot[-CHECKSUM:]:
                yield slot, name


def checksum(data):
    return hashlib.blake2b(data, digest_size=CHECKSUM).digest()


def subkey(key, number):
    """crypto_kdf of libsodium."""
    return hashlib.blake2b(b'', digest_size=32, key=key, salt=number.to_bytes(8, 'little') + bytes(8),
                           person=b'qorganst' + bytes(8)).digest()


def bech32(prefix, data):
    def polymod(values):
        total = 1
        for value in values:
            top = total >> 25
            total = (total & 0x1ffffff) << 5 ^ value
            for i, term in enumerate((0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3)):
                total ^= term if top >> i & 1 else 0
        return total
    bits = ''.join(f'{byte:08b}' for byte in data)
    values = [int(bits[at:at + 5].ljust(5, '0'), 2) for at in range(0, len(bits), 5)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = polymod(expanded + values + [0] * 6) ^ 1
    return prefix + '1' + ''.join(LETTERS[v] for v in values + [check >> 5 * (5 - i) & 31 for i in range(6)])


def secret_ask(device, pin, name, salt):
    challenge, name, salt = (base64.b64encode(part).decode() for part in (os.urandom(32), name, salt))
    asked = f'{challenge}\nqorgan\n{name}\n{salt}\n'.encode()
    with tempfile.NamedTemporaryFile() as file:
        file.write(asked)
        file.flush()
        subprocess.run(['expect', '-c', f'log_user 0; set timeout 60; spawn fido2-assert -G -h -v -i {file.name} '
                               f'-o {file.name}.out {device}; expect "PIN" {{ send "{pin}\\r" }}; expect eof; '
                               'lassign [wait] a b c code; exit $code'], check=True)
    answer = open(file.name + '.out', 'rb').read().split()
    os.remove(file.name + '.out')
    return base64.b64decode(answer[-1])


def alter(store, state, copy):
    data = open(store, 'rb').read()
    for slot, _ in slots_find(data, state):
        changed = bytearray(slot[:-CHECKSUM])
        changed[4] ^= 1
        data = data.replace(slot, bytes(changed) + checksum(bytes(changed)))
    open(copy, 'wb').write(data)


def judge(store, state, device, pin):
    slot, name = next(slots_find(open(store, 'rb').read(), state))
    assert slot[HEAD] == 1 and int.from_bytes(slot[HEAD + 1:HEAD + CREDENTIAL], 'big') == len(name)
    identity = bech32('age-secret-key-', subkey(secret_ask(device, pin, name, slot[4:HEAD]), 4)).upper()
    begin = HEAD + CREDENTIAL + len(name)
    size = int.from_bytes(slot[2:4], 'big')
    with tempfile.NamedTemporaryFile() as key:
        key.write(identity.encode() + b'\n')
        key.flush()
        environment = {name: value for name, value in os.environ.items() if name != 'LD_PRELOAD'}
        master = subprocess.run(['age', '-d', '-i', key.name], input=slot[begin:begin + size], stdout=subprocess.PIPE,
                                check=True, env=environment).stdout
    assert len(master) == 32
    assert slot[begin + size:begin + size + COMMITMENT] == subkey(master, 2)


if sys.argv[1] == '--alter':
    alter(*sys.argv[2:])
else:
    judge(*sys.argv[1:])
