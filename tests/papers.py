"""Reads the frozen grant and receipt with an independent implementation of COSE: pycose, over Python's cryptography.

Run by `cargo xtask test papers` in an environment of its own.
"""

import hashlib
import sys

import cbor2
from pycose.keys import EC2Key
from pycose.keys.curves import P256
from pycose.messages import Sign1Message

TENANT = "1"


def key(point: bytes) -> EC2Key:
    assert len(point) == 65 and point[0] == 4
    return EC2Key(crv=P256, x=point[1:33], y=point[33:])


def read(sealed: bytes, kind: str, signer: bytes) -> dict:
    # on paper stands the envelope without its tag, 18
    message = Sign1Message.decode(b"\xd2" + sealed)
    header = {name.__name__: value for name, value in message.phdr.items()}
    assert header["Algorithm"].__name__ == "Es256", header
    assert header["ContentType"] == f"application/{kind}", header
    assert header["KID"] == hashlib.sha256(signer).digest()[:16], header
    assert not message.uhdr
    message.key = key(signer)
    for tenant, counts in ((TENANT, True), ("2", False)):
        message.external_aad = f"application/{kind}|{tenant}".encode()
        assert message.verify_signature() is counts, (kind, tenant)
    claims = cbor2.loads(message.payload)
    assert cbor2.dumps(claims, canonical=True) == message.payload, "the one written form of RFC 8949"
    return claims


def main() -> None:
    with open(sys.argv[1], encoding="ascii") as lines:
        papers = {name: bytes.fromhex(digits) for name, digits in (line.split() for line in lines)}
    grant = read(papers["grant"], "am-grant", papers["issuer"])
    receipt = read(papers["receipt"], "am-receipt", papers["device"])
    device = grant[8][1]
    assert (device[1], device[-1]) == (2, 1), "an EC2 key on P-256"
    assert b"\x04" + device[-2] + device[-3] == papers["device"], "the grant is for the key that signed the receipt"
    assert grant[7] == receipt[7], "the receipt names the grant"
    assert grant[6] == grant[5] <= receipt[6] <= grant[4] == grant[6] + 72 * 3600
    assert grant[3] == TENANT
    print(f"a grant of {grant[1]} in {len(papers['grant'])} bytes, a receipt in {len(papers['receipt'])}")


main()
