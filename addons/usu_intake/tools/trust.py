"""How far a letter's sender is believed. Pure: plain values in, verdict out."""

from dataclasses import dataclass

from publicsuffixlist import PublicSuffixList

VERIFIED = "verified"
UNVERIFIED = "unverified"
FORGED = "forged"

_suffixes = PublicSuffixList(accept_unknown=True)


@dataclass(frozen=True)
class Proof:
    """What is known about the claim "this letter is from <address>".

    :param str result: ``pass`` (the domain vouches for it), ``fail`` (the domain says
        it is not so) or ``none``
    :param str reason: key of the sentence for people (see ``REASONS``)
    :param str domain: the domain that vouched
    """

    result: str
    reason: str
    domain: str = ""


def organisation(domain):
    """``mail.clinic.co.uk`` -> ``clinic.co.uk``; a suffix itself -> "".

    :param str domain: lower case, IDNA
    """
    return _suffixes.privatesuffix(domain.rstrip(".")) or ""


def aligned(domain, other):
    """DMARC's relaxed alignment (RFC 7489, 3.1): the same organisation."""
    if not domain or not other:
        return False
    return domain == other or (
        bool(organisation(domain)) and organisation(domain) == organisation(other)
    )


def from_results(results, domain):
    """Judge the trusted server's results for a letter from ``domain``.

    :param list results: of ``auth_results.read``
    :return: ``Proof``

    A DMARC result for the very domain decides. Without one, an aligned DKIM or SPF
    pass vouches; an aligned failure without any pass speaks against the sender.
    """
    mine = [r for r in results if aligned(r[2], domain)]
    dmarc = [r[1] for r in mine if r[0] == "dmarc"]
    if dmarc:
        if dmarc[0] == "pass":
            return Proof("pass", "dmarc_pass", domain)
        if dmarc[0] == "fail":
            return Proof("fail", "dmarc_fail", domain)
    passes = [r for r in mine if r[0] in ("dkim", "spf") and r[1] == "pass"]
    if passes:
        return Proof("pass", f"{passes[0][0]}_pass", passes[0][2])
    fails = [r for r in mine if r[1] in ("fail", "hardfail")]
    if fails:
        return Proof("fail", f"{fails[0][0]}_fail", fails[0][2])
    return Proof("none", "no_result", "")


def from_dkim(passed, signed, domain):
    """Judge the clinic's own check of the signatures.

    :param list passed: domains whose signature holds
    :param list signed: domains that a signature names
    """
    for signer in passed:
        if aligned(signer, domain):
            return Proof("pass", "own_dkim_pass", signer)
    broken = [d for d in signed if aligned(d, domain)]
    if broken:
        return Proof("fail", "own_dkim_fail", broken[0])
    return Proof("none", "no_proof", "")


def verdict(proof, *, problem="", token=False):
    """One word for a letter.

    :param Proof proof:
    :param str problem: of ``address.read_from``; with one, nobody is verified
    :param bool token: the letter answers one of ours and proves it
    :return: ``verified``, ``unverified`` or ``forged``
    """
    if problem:
        return UNVERIFIED
    if proof.result == "pass" or (token and proof.result == "none"):
        return VERIFIED
    if proof.result == "fail" and not token:
        return FORGED
    return UNVERIFIED
