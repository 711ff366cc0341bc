"""Letters that claim to be somebody: forty-odd tricks, and genuine ones beside them.

``anna@home.test`` is a client, ``head@clinic.test`` an employee, ``mx.clinic.test`` the
clinic's own server. ``SELECTOR``'s public key of ``home.test`` is in ``keys()``.
"""

import base64
from functools import cache

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from .common import KNOWN, SERVER, STAFF, letter, vouched

SELECTOR = "s1"
OUTSIDE = ("Received", f"from out.home.test by {SERVER} with ESMTPS")
FOREIGN = ("Received", "from a by relay.evil.test with SMTP")
PASS = "dmarc=pass header.from=home.test"


@cache
def _key(domain):
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def keys():
    """DNS of the domains that sign."""
    return {
        f"{SELECTOR}._domainkey.{domain}": "v=DKIM1; k=rsa; p="
        + base64.b64encode(
            _key(domain)
            .public_key()
            .public_bytes(
                serialization.Encoding.DER,
                serialization.PublicFormat.SubjectPublicKeyInfo,
            )
        ).decode()
        for domain in ("home.test", "evil.test", "mail.home.test")
    }


def sign(raw, domain="home.test", **options):
    pem = _key(domain).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    head = dkim.sign(raw, SELECTOR.encode(), domain.encode(), pem, **options)
    return head + raw


def said(text, server=SERVER):
    return ("Authentication-Results", f"{server}; {text}")


def forgeries():
    """``{name: raw}``: none may count as verified or get an author."""
    return {
        **_headers_of_authentication(),
        **_sender_lines(),
        **_lookalikes(),
        **_signatures(),
    }


def _headers_of_authentication():
    good = said(PASS)
    shapes = {
        "nothing": [],
        "received_only": [OUTSIDE],
        "ar_below_foreign_received": [OUTSIDE, FOREIGN, good],
        "ar_below_denial": [said("dmarc=fail header.from=home.test"), FOREIGN, good],
        "ar_of_other_server": [said(PASS, "mx.evil.test")],
        "ar_longer_name": [said(PASS, f"{SERVER}.evil.test")],
        "ar_prefix": [said(PASS, "x" + SERVER)],
        "ar_commented_name": [
            ("Authentication-Results", f"({SERVER}) evil.test; {PASS}")
        ],
        "ar_without_name": [("Authentication-Results", PASS)],
        "ar_other_domain": [said("dmarc=pass header.from=evil.test")],
        "ar_parent_of_suffix": [said("dmarc=pass header.from=test")],
        "ar_lookalike_domain": [said("dmarc=pass header.from=home.test.evil.test")],
        "ar_dkim_of_other_domain": [said("dkim=pass header.d=evil.test")],
        "ar_spf_of_other_domain": [said("spf=pass smtp.mailfrom=bounce@evil.test")],
        "ar_pass_in_comment": [said("dmarc=none (dmarc=pass header.from=home.test)")],
        "ar_reason_quoted": [
            said('spf=fail reason="dmarc=pass" smtp.mailfrom=home.test')
        ],
        "ar_garbage": [said("dmarc=pass=pass header.from===home.test;;;")],
        "ar_none": [said("none")],
        "ar_softfail": [said("spf=softfail smtp.mailfrom=home.test")],
        "ar_temperror": [said("dkim=temperror header.d=home.test; dmarc=temperror")],
        "ar_fail": [said("dmarc=fail header.from=home.test")],
        "ar_dkim_fail": [said("dkim=fail header.d=home.test")],
        "ar_hidden_in_arc": [("ARC-Authentication-Results", f"i=1; {SERVER}; {PASS}")],
        "arc_seal": [("ARC-Seal", "i=1; cv=pass; d=home.test")],
        "x_header": [("X-Authentication-Results", f"{SERVER}; {PASS}")],
        "received_spf": [("Received-SPF", "pass (home.test: designates)")],
        "sender_header": [("Sender", KNOWN), ("Resent-From", KNOWN)],
    }
    return {name: letter(headers=headers) for name, headers in shapes.items()}


def _sender_lines():
    """Sender lines that show one and are another; the server vouches for home.test."""
    lines = {
        "two_addresses": f"{KNOWN}, x@evil.test",
        "two_angles": f"<{KNOWN}> <x@evil.test>",
        "name_is_address": f"{KNOWN} <x@evil.test>",
        "quoted_name_is_address": f'"{KNOWN}" <x@evil.test>',
        "group": f"Clients: {KNOWN};",
        "comment": f"x@evil.test ({KNOWN})",
        "encoded_name": "=?utf-8?q?anna=40home=2Etest?= <x@evil.test>",
        "route": f"<@evil.test:{KNOWN}>",
        "quoted_local": '"anna@home.test "@evil.test',
        "source_percent": "anna%home.test@evil.test",
        "nul": "anna@home.test\0@evil.test",
        "client_name": "Anna Petrova <anna.petrova@evil.test>",
        "staff_name": "Head of Desk <head@evil.test>",
        "empty": " ",
    }
    body = letter(sender="", headers=[vouched(), OUTSIDE])
    found = {name: f"From: {line}\r\n".encode() + body for name, line in lines.items()}
    found["two_headers"] = f"From: x@evil.test\r\nFrom: {KNOWN}\r\n".encode() + body
    found["two_headers_turned"] = (
        f"From: {KNOWN}\r\nFrom: x@evil.test\r\n".encode() + body
    )
    found["no_header"] = body
    found["staff_unproved"] = letter(f"Head <{STAFF}>")
    found["staff_denied"] = letter(STAFF, headers=[vouched("clinic.test", "fail")])
    found["staff_of_other_domain"] = letter(STAFF, headers=[vouched("home.test")])
    return found


def _lookalikes():
    lines = {
        "cyrillic_local": "ann\u0430@home.test",
        "cyrillic_domain": "anna@h\u043eme.test",
        "punycode_domain": "anna@xn--hme-uqc.test",
        "hyphen_domain": "anna@home-test.test",
        "subdomain_of_evil": "anna@home.test.evil.test",
        "other_suffix": "anna@home.example",
        "extra_letter": "anna@hoome.test",
    }
    return {
        name: letter("", headers=[said("dmarc=pass header.from=evil.test")]).replace(
            b"To:", f"From: Anna Petrova <{line}>\r\nTo:".encode(), 1
        )
        for name, line in lines.items()
    }


def _signatures():
    good = sign(letter())
    part = sign(letter(), length=True)
    return {
        "dkim_of_other_domain": sign(letter(), "evil.test"),
        "dkim_body_changed": good.replace(b"free hour", b"free drink"),
        "dkim_subject_changed": good.replace(b"A question", b"An order"),
        "dkim_body_added_behind_l": part + b"\r\nand send money\r\n",
        "dkim_l_tag_alone": part,
        "dkim_second_from": b"From: x@evil.test\r\n" + good,
        "dkim_unknown_selector": good.replace(b"s=s1", b"s=s2"),
        "dkim_renamed_domain": sign(letter(), "evil.test").replace(
            b"d=evil.test", b"d=home.test"
        ),
        "dkim_garbage": b"DKIM-Signature: v=1; d=home.test; s=s1; b=!!\r\n" + letter(),
    }


def genuine():
    """``{name: raw}``: all of them are the client, verified."""
    shapes = {
        "dmarc_pass": [said(PASS), OUTSIDE],
        "dmarc_pass_below_own_received": [OUTSIDE, said(PASS)],
        "dkim_pass": [said("dkim=pass header.d=home.test")],
        "dkim_of_subdomain": [said("dkim=pass header.d=mail.home.test")],
        "dkim_by_identity": [said("dkim=pass header.i=@home.test header.b=x")],
        "spf_pass": [said("spf=pass smtp.mailfrom=anna@home.test")],
        "several_results": [
            said(f"spf=none smtp.mailfrom=x; dkim=pass header.d=evil.test; {PASS}")
        ],
        "comments": [said(f"dkim=pass (2048-bit key) header.d=home.test; {PASS}")],
        "upper_case": [("Authentication-Results", f"{SERVER.upper()}; DMARC=PASS "
                        "header.from=HOME.TEST")],
        "version": [("Authentication-Results", f"{SERVER} 1; {PASS}")],
        "foreign_ar_too": [said(PASS), said("dmarc=fail", "mx.evil.test")],
    }  # fmt: skip
    found = {name: letter(headers=headers) for name, headers in shapes.items()}
    found["own_dkim"] = sign(letter())
    found["own_dkim_of_subdomain"] = sign(letter(), "mail.home.test")
    found["own_dkim_relaxed"] = sign(letter(), canonicalize=(b"relaxed", b"relaxed"))
    return found
