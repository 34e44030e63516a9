#!/usr/bin/env python3
"""A security key in software: CTAP 2 over CTAPHID, as its specification (fidoalliance.org) has it and not as Qorgan
or libfido2 do, with clientPIN (protocols 1 and 2) and hmac-secret.

  authenticator.py FOLDER   a key whose state is FOLDER/key.json, and which is plugged in at the socket FOLDER/usb; it
                            writes a line once it is

The state is read before each command and written after it, so that a test can change it meanwhile:
  product, pin ("" for none), tries, pulled (wrong PINs since it was plugged in), touch (whether somebody touches it; or
  "refused", or "gone": taken out meanwhile), protocols, extensions, always_uv, versions; credentials, by id, are its own.
"""
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import socket
import struct
import sys
import threading

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

TRIES = 8
OK, INVALID_COMMAND, MISSING = 0x00, 0x01, 0x14
EXCLUDED, UNSUPPORTED_ALGORITHM, DENIED, NO_CREDENTIALS, TIMEOUT = 0x19, 0x26, 0x27, 0x2e, 0x2f
PIN_INVALID, PIN_BLOCKED, PIN_AUTH_INVALID, PIN_AUTH_BLOCKED, PIN_NOT_SET, PIN_REQUIRED = range(0x31, 0x37)


class Refusal(Exception):
    """Its argument is the status byte."""


class Gone(Exception):
    """It was taken out."""


# ---- CBOR, in the canonical form of CTAP 2 -------------------------------------------------

def cbor_head(major, number):
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 24:
            return bytes([major << 5 | number])
        if number < 1 << 8 * size:
            return bytes([major << 5 | code]) + number.to_bytes(size, 'big')
    raise ValueError(number)


def cbor(value):
    if value is True or value is False:
        return b'\xf5' if value else b'\xf4'
    if isinstance(value, int):
        return cbor_head(0, value) if value >= 0 else cbor_head(1, -1 - value)
    if isinstance(value, bytes):
        return cbor_head(2, len(value)) + value
    if isinstance(value, str):
        return cbor_head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return cbor_head(4, len(value)) + b''.join(map(cbor, value))
    pairs = sorted((cbor(key), cbor(item)) for key, item in value.items())
    pairs.sort(key=lambda pair: (pair[0][0] >> 5, len(pair[0]), pair[0]))
    return cbor_head(5, len(pairs)) + b''.join(key + item for key, item in pairs)


def cbor_read(data, at=0):
    """The value at that place, and where it ends."""
    major, number = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        return {20: False, 21: True, 22: None}[number], at
    if number >= 24:
        size = {24: 1, 25: 2, 26: 4, 27: 8}[number]
        number = int.from_bytes(data[at:at + size], 'big')
        at += size
    if major < 2:
        return number if major == 0 else -1 - number, at
    if major < 4:
        part = data[at:at + number]
        assert len(part) == number
        return (part if major == 2 else part.decode()), at + number
    if major == 4:
        items = []
        for _ in range(number):
            item, at = cbor_read(data, at)
            items.append(item)
        return items, at
    assert major == 5
    pairs = {}
    for _ in range(number):
        key, at = cbor_read(data, at)
        pairs[key], at = cbor_read(data, at)
    return pairs, at


# ---- The protocols between platform and key ---------------------------------------------------

def aes(key, iv, text, encrypts):
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv))
    worker = cipher.encryptor() if encrypts else cipher.decryptor()
    return worker.update(text) + worker.finalize()


class Secret:
    """What both sides share: by which they encrypt and authenticate."""

    def __init__(self, protocol, key, peer):
        point = ec.EllipticCurvePublicNumbers(int.from_bytes(peer[-2], 'big'), int.from_bytes(peer[-3], 'big'),
                                              ec.SECP256R1()).public_key()
        x = key.exchange(ec.ECDH(), point)
        self.protocol = protocol
        if protocol == 1:
            self.hmac_key = self.aes_key = hashlib.sha256(x).digest()
        else:
            self.hmac_key, self.aes_key = (HKDF(hashes.SHA256(), 32, bytes(32), info).derive(x)
                                           for info in (b'CTAP2 HMAC key', b'CTAP2 AES key'))

    def encrypt(self, text):
        iv = bytes(16) if self.protocol == 1 else secrets.token_bytes(16)
        return (b'' if self.protocol == 1 else iv) + aes(self.aes_key, iv, text, True)

    def decrypt(self, text):
        iv, text = (bytes(16), text) if self.protocol == 1 else (text[:16], text[16:])
        return aes(self.aes_key, iv, text, False)

    def check(self, message, tag):
        check_tag(self.protocol, self.hmac_key, message, tag)


def check_tag(protocol, key, message, tag):
    whole = hmac.digest(key, message, 'sha256')
    if not hmac.compare_digest(whole[:16] if protocol == 1 else whole, tag):
        raise Refusal(PIN_AUTH_INVALID)


def cose(key):
    numbers = key.public_key().public_numbers()
    return {1: 2, -1: 1, -2: numbers.x.to_bytes(32, 'big'), -3: numbers.y.to_bytes(32, 'big')}


# ---- The key ---------------------------------------------------------------------------------

class Key:
    def __init__(self, folder):
        self.path = os.path.join(folder, 'key.json')
        self.agreement = ec.generate_private_key(ec.SECP256R1())
        self.token = secrets.token_bytes(32)
        self.aaguid = hashlib.sha256(b'qorgan test').digest()[:16]
        self.counter = 0
        self.lock = threading.Lock()

    def run(self, command, data, keep_alive):
        """The answer, status byte first."""
        with self.lock:
            self.state = json.load(open(self.path, encoding='utf-8'))
            self.keep_alive = keep_alive
            try:
                request = cbor_read(data)[0] if data else {}
                handler = {1: self.make, 2: self.assert_, 4: self.info, 6: self.client_pin}.get(command)
                if not handler:
                    raise Refusal(INVALID_COMMAND)
                return bytes([OK]) + cbor(handler(request))
            except Refusal as refusal:
                return bytes([refusal.args[0]])
            finally:
                with open(self.path + '.new', 'w', encoding='utf-8') as file:
                    json.dump(self.state, file, indent=1, ensure_ascii=False)
                os.replace(self.path + '.new', self.path)

    def info(self, _):
        return {1: self.state.get('versions', ['U2F_V2', 'FIDO_2_0']), 2: self.state.get('extensions', ['hmac-secret']),
                3: self.aaguid, 4: {'rk': True, 'up': True, 'clientPin': bool(self.state['pin'])}, 5: 1200,
                6: self.state.get('protocols', [1])}

    def touched(self):
        self.keep_alive()
        if self.state.get('touch') == 'refused':
            raise Refusal(DENIED)
        if self.state.get('touch') == 'gone':
            raise Gone
        if not self.state.get('touch', True):
            raise Refusal(TIMEOUT)

    # -- PIN

    def client_pin(self, request):
        step = request[2]
        if step == 1:
            return {3: self.state['tries']}
        if step == 2:
            return {1: {**cose(self.agreement), 3: -25}}
        if step == 5:
            return self.pin_token(request)
        raise Refusal(INVALID_COMMAND)

    def pin_token(self, request):
        if not self.state['pin']:
            raise Refusal(PIN_NOT_SET)
        if self.state['tries'] == 0:
            raise Refusal(PIN_BLOCKED)
        if self.state.get('pulled', 0) >= 3:
            raise Refusal(PIN_AUTH_BLOCKED)
        secret = Secret(request[1], self.agreement, request[3])
        self.state['tries'] -= 1
        if secret.decrypt(request[6]) != hashlib.sha256(self.state['pin'].encode()).digest()[:16]:
            self.agreement = ec.generate_private_key(ec.SECP256R1())
            self.state['pulled'] = self.state.get('pulled', 0) + 1
            if self.state['tries'] == 0:
                raise Refusal(PIN_BLOCKED)
            raise Refusal(PIN_AUTH_BLOCKED if self.state['pulled'] >= 3 else PIN_INVALID)
        self.state.update(tries=TRIES, pulled=0)
        self.token = secrets.token_bytes(32)
        return {2: secret.encrypt(self.token)}

    def verified(self, tag, protocol, message):
        """Whether the PIN was typed: the tag is by the token that it gave."""
        if tag is None:
            return False
        check_tag(protocol, self.token, message, tag)
        return True

    # -- Credentials

    def data(self, party, flags, rest=b''):
        self.counter += 1
        return hashlib.sha256(party.encode()).digest() + struct.pack('>BI', flags, self.counter) + rest

    def make(self, request):
        if not any(kind['alg'] == -7 for kind in request[4]):
            raise Refusal(UNSUPPORTED_ALGORITHM)
        verified = self.verified(request.get(8), request.get(9), request[1])
        if self.state['pin'] and not verified:
            raise Refusal(PIN_REQUIRED)
        if any(entry['id'].hex() in self.state['credentials'] for entry in request.get(5, [])):
            raise Refusal(EXCLUDED)
        self.touched()
        key = ec.generate_private_key(ec.SECP256R1())
        name = secrets.token_bytes(self.state.get('id_size', 64))
        self.state['credentials'][name.hex()] = {
            'party': request[2]['id'], 'private': format(key.private_numbers().private_value, '064x'),
            'random': {'with_pin': secrets.token_hex(32), 'without': secrets.token_hex(32)}}
        extensions = {'hmac-secret': True} if request.get(6, {}).get('hmac-secret') else {}
        data = self.data(request[2]['id'], 0x41 | (4 if verified else 0) | (0x80 if extensions else 0),
                         self.aaguid + struct.pack('>H', len(name)) + name + cbor({**cose(key), 3: -7}) +
                         (cbor(extensions) if extensions else b''))
        signature = key.sign(data + request[1], ec.ECDSA(hashes.SHA256()))
        return {1: 'packed', 2: data, 3: {'alg': -7, 'sig': signature}}

    def assert_(self, request):
        up = request.get(5, {}).get('up', True)
        verified = self.verified(request.get(6), request.get(7), request[2])
        known = [entry['id'] for entry in request.get(3, [])
                 if self.state['credentials'].get(entry['id'].hex(), {}).get('party') == request[1]]
        if not known:
            raise Refusal(NO_CREDENTIALS)
        if up and self.state.get('always_uv') and not verified:
            raise Refusal(PIN_REQUIRED)
        if up:
            self.touched()
        credential = self.state['credentials'][known[0].hex()]
        extensions = {}
        asked = request.get(4, {}).get('hmac-secret')
        if asked and up:
            extensions['hmac-secret'] = self.hmac_secret(asked, credential['random']['with_pin' if verified else 'without'])
        data = self.data(request[1], (1 if up else 0) | (4 if verified else 0) | (0x80 if extensions else 0),
                         cbor(extensions) if extensions else b'')
        key = ec.derive_private_key(int(credential['private'], 16), ec.SECP256R1())
        return {1: {'id': known[0], 'type': 'public-key'}, 2: data,
                3: key.sign(data + request[2], ec.ECDSA(hashes.SHA256()))}

    def hmac_secret(self, asked, random):
        secret = Secret(asked.get(4, 1), self.agreement, asked[1])
        secret.check(asked[2], asked[3])
        salts = secret.decrypt(asked[2])
        if len(salts) not in (32, 64):
            raise Refusal(MISSING)
        return secret.encrypt(b''.join(hmac.digest(bytes.fromhex(random), salts[at:at + 32], 'sha256')
                                       for at in range(0, len(salts), 32)))


# ---- CTAPHID ----------------------------------------------------------------------------------

PACKET = 64
PING, INIT, CBOR, CANCEL, KEEPALIVE, ERROR = 0x81, 0x86, 0x90, 0x91, 0xbb, 0xbf
EVERYBODY = 0xffffffff


def send(link, channel, command, data):
    packet = struct.pack('>IBH', channel, command, len(data)) + data[:PACKET - 7]
    link.send(packet.ljust(PACKET, b'\0'))
    data = data[PACKET - 7:]
    for sequence in range(128):
        if not data:
            break
        link.send((struct.pack('>IB', channel, sequence) + data[:PACKET - 5]).ljust(PACKET, b'\0'))
        data = data[PACKET - 5:]


def message_read(link):
    """Channel, command and data; None once it is unplugged."""
    packet = link.recv(PACKET + 1)
    if not packet:
        return None
    channel, command, size = struct.unpack('>IBH', packet[1:8])
    data = packet[8:]
    while len(data) < size:
        data += link.recv(PACKET + 1)[6:]
    return channel, command, data[:size]


def serve(key, link):
    with link, contextlib.suppress(Gone, ConnectionError):
        while (message := message_read(link)) is not None:
            channel, command, data = message
            if command == INIT:
                send(link, channel, INIT, data + struct.pack('>IBBBBB', secrets.randbits(31) + 1, 2, 1, 0, 0, 0x0c))
            elif command == CBOR:
                send(link, channel, CBOR, key.run(data[0], data[1:], lambda: send(link, channel, KEEPALIVE, b'\2')))
            elif command == PING:
                send(link, channel, PING, data)
            elif command != CANCEL:
                send(link, channel, ERROR, b'\1')


def main():
    folder = sys.argv[1]
    path = os.path.join(folder, 'key.json')
    if not os.path.exists(path):
        with open(path, 'w', encoding='utf-8') as file:
            json.dump({'product': 'Test Key', 'pin': '', 'tries': TRIES, 'credentials': {}}, file)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as plug:
        plug.bind(os.path.join(folder, 'usb'))
        plug.listen(8)
        key = Key(folder)
        print('plugged in', flush=True)
        while True:
            link, _ = plug.accept()
            threading.Thread(target=serve, args=(key, link), daemon=True).start()


main()
