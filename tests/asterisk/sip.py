"""A small SIP telephone over UDP for tests on the loopback.

Enough of RFC 3261 to ring, answer, refuse, cancel, hold and hang up, RFC 3515 and
3891 for transfers (REFER, with Replaces), INFO for keys, RTP from an A-law file. One
thread per telephone reads its socket; every method may be called from a test.
"""

import queue
import random
import re
import socket
import threading
import time
import uuid

ANSWER_SECONDS = 5
FRAME = 160  # octets of A-law in 20 ms


def token(length=10):
    return uuid.uuid4().hex[:length]


class Message:
    def __init__(self, data):
        head, _, self.body = data.decode("utf-8", "replace").partition("\r\n\r\n")
        self.first, *lines = head.split("\r\n")
        self.headers = []
        for line in lines:
            name, _, value = line.partition(":")
            self.headers.append((name.strip().lower(), value.strip()))
        number, _, self.cseq_method = self.get("cseq").partition(" ")
        self.cseq = int(number or 0)
        self.is_response = self.first.startswith("SIP/2.0")
        self.code = int(self.first.split()[1]) if self.is_response else 0
        self.method = self.cseq_method if self.is_response else self.first.split()[0]

    def get(self, name):
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name):
        return [value for key, value in self.headers if key == name]

    @property
    def contact_uri(self):
        found = re.search(r"<([^>]+)>", self.get("contact"))
        return found.group(1) if found else None


class Call:
    """One dialogue, seen from the telephone."""

    def __init__(self, phone, outgoing):
        self.phone, self.outgoing = phone, outgoing
        self.cid, self.tag = f"{token(16)}@{phone.ip}", token()
        self.cseq = 0
        self.code = None
        self.ringing, self.answered = threading.Event(), threading.Event()
        self.ended = threading.Event()
        self.rtp, self.remote_rtp = None, None
        self._playing = None

    def wait_ringing(self, timeout=ANSWER_SECONDS):
        return self._wait(self.ringing, timeout, "did not ring")

    def wait_answered(self, timeout=ANSWER_SECONDS):
        return self._wait(self.answered, timeout, "was not answered")

    def wait_ended(self, timeout=ANSWER_SECONDS):
        return self._wait(self.ended, timeout, "did not end")

    def _wait(self, event, timeout, what):
        if not event.wait(timeout):
            raise AssertionError(f"call of {self.phone.name} {what} in {timeout} s")
        return self

    # The other side called us

    def answer(self):
        self.answered.set()
        self.phone.respond(self.invite, self.address, 200, "OK", self, self.sdp())
        return self

    def refuse(self, code=486, reason="Busy Here"):
        self.ended.set()
        self.phone.respond(self.invite, self.address, code, reason, self)

    # Both

    def hangup(self):
        """End the call in the way its state asks for."""
        if self.ended.is_set():
            return
        if self.answered.is_set():
            self.ended.set()
            self.stop_audio()
            self.request("BYE")
        elif self.outgoing:
            self._cancel()
            self.wait_ended()
        else:
            self.refuse(603, "Decline")

    def hold(self):
        return self._reinvite("sendonly")

    def unhold(self):
        return self._reinvite("sendrecv")

    def refer(self, target, replaces=None):
        """Transfer: blind to ``target``, attended if ``replaces`` is a second call."""
        host, port = self.phone.server
        uri = f"sip:{target}@{host}:{port}"
        if replaces:
            to_tag = re.search(r"tag=([^;>]+)", replaces.remote).group(1)
            uri += f"?Replaces={replaces.cid.replace('@', '%40')}"
            uri += f"%3Bto-tag%3D{to_tag}%3Bfrom-tag%3D{replaces.tag}"
        me = f"<sip:{self.phone.name}@{self.phone.ip}:{self.phone.port}>"
        extra = [f"Refer-To: <{uri}>", f"Referred-By: {me}"]
        return self.request("REFER", extra=extra)

    def press(self, keys, pause=0.15):
        for key in keys:
            body = f"Signal={key}\r\nDuration=100\r\n"
            self.request("INFO", body=body, kind="application/dtmf-relay")
            time.sleep(pause)

    # Requests within the dialogue

    def request(self, method, **options):
        """Send, wait for the final response and return it."""
        self.cseq += 1
        waiting = self.phone.expect(self.cid, self.cseq, method)
        self.send(method, self.cseq, **options)
        return waiting.get(timeout=ANSWER_SECONDS)

    def send(self, method, cseq, body="", extra=(), kind="application/sdp", **same):
        phone = self.phone
        self.branch = same.get("branch") or "z9hG4bK" + token(16)
        lines = [
            f"{method} {self.target} SIP/2.0",
            f"Via: SIP/2.0/UDP {phone.ip}:{phone.port};branch={self.branch}",
            "Max-Forwards: 70",
            f"From: {self.local}",
            f"To: {same.get('to') or self.remote}",
            f"Call-ID: {self.cid}",
            f"CSeq: {cseq} {method}",
            f"Contact: <sip:{phone.name}@{phone.ip}:{phone.port}>",
            "Allow: INVITE, ACK, BYE, CANCEL, REFER, NOTIFY, OPTIONS, UPDATE, INFO",
            *extra,
        ]
        phone.transmit(lines, body, kind, phone.server)

    def start(self, number, from_number, from_name, extra):
        phone = self.phone
        self.target = f"sip:{number}@{phone.server[0]}:{phone.server[1]}"
        name = f'"{from_name}" ' if from_name else ""
        who = f"{name}<sip:{from_number or phone.name}@{phone.ip}:{phone.port}>"
        self.local = f"{who};tag={self.tag}"
        self.remote = self.first_remote = f"<{self.target}>"
        self.cseq = 1
        self.send("INVITE", 1, self.sdp(), extra)
        self.invite_branch = self.branch

    def _cancel(self):
        same = {"branch": self.invite_branch, "to": self.first_remote}
        self.send("CANCEL", 1, **same)

    def _reinvite(self, direction):
        response = self.request("INVITE", body=self.sdp(direction))
        self.send("ACK", self.cseq)
        return response

    def on_invite_response(self, message):
        """Answers to our own first INVITE (not to a re-INVITE)."""
        self.remote = message.get("to")
        if message.code in (180, 183):
            self.ringing.set()
        if message.code < 200:
            return
        self.code = message.code
        if message.code < 300:
            self.target = message.contact_uri or self.target
            self.take_sdp(message.body)
            self.send("ACK", message.cseq)
            self.answered.set()
        else:
            self.send("ACK", message.cseq, branch=self.invite_branch)
            self.ended.set()

    # Sound

    def sdp(self, direction="sendrecv"):
        if self.rtp is None:
            self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.rtp.bind((self.phone.ip, 0))
        ip, port = self.rtp.getsockname()
        number = random.randint(1, 99999)
        return (
            f"v=0\r\no=- {number} {number} IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\n"
            f"t=0 0\r\nm=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
            f"a={direction}\r\n"
        )

    def take_sdp(self, body):
        port = re.search(r"m=audio (\d+)", body)
        address = re.search(r"c=IN IP4 (\S+)", body)
        if port and address:
            self.remote_rtp = (address.group(1), int(port.group(1)))

    def play(self, alaw):
        """Send A-law sound (bytes) in the background, silence after its end."""
        self._playing = threading.Event()
        work = threading.Thread(target=self._play, args=(alaw, self._playing))
        work.daemon = True
        work.start()

    def stop_audio(self):
        if self._playing:
            self._playing.set()

    def _play(self, sound, stop):
        source, begin = random.randint(1, 2**31), time.monotonic()
        for number in range(10**6):
            if stop.wait(max(0, begin + number * 0.02 - time.monotonic())):
                return
            frame = sound[number * FRAME : (number + 1) * FRAME].ljust(FRAME, b"\xd5")
            head = bytes([0x80, 8]) + (number & 0xFFFF).to_bytes(2, "big")
            head += (number * FRAME & 0xFFFFFFFF).to_bytes(4, "big")
            self.rtp.sendto(head + source.to_bytes(4, "big") + frame, self.remote_rtp)


class Telephone:
    """One SIP account on its own UDP port.

    :param tuple server: (address, port) of the PBX
    :param int refuse: answer every call with this SIP code
    """

    def __init__(self, name, address, server, refuse=None):
        self.name, self.server, self.refuse = name, server, refuse
        self.calls, self._waiting = {}, {}
        self.incoming = queue.Queue()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self.ip, self.port = self._socket.getsockname()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def call(self, number, from_number=None, from_name=None, extra=()):
        call = Call(self, outgoing=True)
        self.calls[call.cid] = call
        call.start(number, from_number, from_name, extra)
        return call

    def wait_call(self, timeout=ANSWER_SECONDS):
        try:
            return self.incoming.get(timeout=timeout)
        except queue.Empty:
            message = f"nobody called {self.name} in {timeout} s"
            raise AssertionError(message) from None

    def close(self):
        for call in self.calls.values():
            call.stop_audio()
        self._socket.close()
        self._thread.join(1)
        for call in self.calls.values():
            if call.rtp:
                call.rtp.close()

    def expect(self, cid, cseq, method):
        waiting = self._waiting[cid, cseq, method] = queue.Queue()
        return waiting

    def transmit(self, lines, body, kind, address):
        if body:
            lines = [*lines, f"Content-Type: {kind}"]
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}"])
        self._socket.sendto(f"{head}\r\n\r\n{body}".encode(), address)

    def respond(self, message, address, code, reason, call=None, body=""):
        to = message.get("to")
        if code > 100 and "tag=" not in to:
            to += f";tag={call.tag if call else token()}"
        lines = [
            f"SIP/2.0 {code} {reason}",
            *(f"Via: {via}" for via in message.all("via")),
            f"From: {message.get('from')}",
            f"To: {to}",
            f"Call-ID: {message.get('call-id')}",
            f"CSeq: {message.get('cseq')}",
            f"Contact: <sip:{self.name}@{self.ip}:{self.port}>",
        ]
        self.transmit(lines, body, "application/sdp", address)

    def _read(self):
        while True:
            try:
                data, address = self._socket.recvfrom(65535)
            except OSError:
                return  # closed
            if data.strip():
                self._take(Message(data), address)

    def _take(self, message, address):
        call = self.calls.get(message.get("call-id"))
        if message.is_response:
            if call and message.method == "INVITE" and message.cseq == 1:
                call.on_invite_response(message)
            key = (message.get("call-id"), message.cseq, message.method)
            if message.code >= 200 and key in self._waiting:
                self._waiting.pop(key).put(message)
        elif message.method == "INVITE" and not call:
            self._called(message, address)
        elif message.method == "INVITE":
            if message.cseq != call.invite_cseq:  # else a repeat
                call.take_sdp(message.body)
                self.respond(message, address, 200, "OK", call, call.sdp())
        elif message.method != "ACK":
            self.respond(message, address, 200, "OK", call)
            self._ended_by(message.method, call)

    def _ended_by(self, method, call):
        if call and method == "BYE":
            call.stop_audio()
            call.ended.set()
        elif call and method == "CANCEL" and not call.answered.is_set():
            invite = (call.invite, call.address)
            self.respond(*invite, 487, "Request Terminated", call)
            call.ended.set()

    def _called(self, message, address):
        call = Call(self, outgoing=False)
        call.cid = message.get("call-id")
        call.local = f"{message.get('to')};tag={call.tag}"
        call.remote = message.get("from")
        call.target = message.contact_uri
        call.invite, call.address, call.invite_cseq = message, address, message.cseq
        call.take_sdp(message.body)
        self.calls[call.cid] = call
        if self.refuse:
            call.refuse(self.refuse, "Refused")
        else:
            self.respond(message, address, 180, "Ringing", call)
        self.incoming.put(call)
