"""Calls as they happen at a reception desk, played on a real Asterisk.

Each function plays one situation on a ``kit.Asterisk`` and returns when its calls
are over. What it should be reduced to stands in ``tests/connector/expected.py``.
Numbers are invented: clients +7 916 123-45-67 and +7 912 000-00-02.
"""

import time

CLIENT, SECOND = "79161234567", "79120000002"
DID = "74951234567"
NO_PATIENCE, GROUP, QUEUE = "74951234560", "74951234568", "74951234569"
LOCAL_QUEUE, OPTIMISED, IVR, RECORDED, FORWARDED, SEQUENCE, NAMED, BUSY_DID = (
    f"749512345{n}" for n in range(70, 78)
)


def pause(seconds=0.3):
    time.sleep(seconds)


def talk(client, agent, seconds=0.4):
    client.wait_answered()
    pause(seconds)
    client.hangup()
    agent.wait_ended()


def inbound_answered(pbx):
    anna = pbx.phone("101")
    client = pbx.trunk_call(CLIENT, name="Ivan Smirnov")
    pause(0.5)
    talk(client, anna.wait_call().answer())


def inbound_agent_hangs_up(pbx):
    anna = pbx.phone("101")
    client = pbx.trunk_call(CLIENT)
    call = anna.wait_call().answer()
    client.wait_answered()
    pause()
    call.hangup()
    client.wait_ended()


def second_provider(pbx):
    anna = pbx.phone("101")
    client = pbx.trunk_call(CLIENT, did="4930123456", trunk="sipgate-2")
    talk(client, anna.wait_call().answer())


def missed_caller_gave_up(pbx):
    anna = pbx.phone("101")
    client = pbx.trunk_call(CLIENT)
    call = anna.wait_call()
    pause(0.5)
    client.hangup()
    call.wait_ended()


def missed_no_answer(pbx):
    anna = pbx.phone("101")
    client = pbx.trunk_call(CLIENT, did=NO_PATIENCE)
    anna.wait_call().wait_ended()
    client.wait_ended()


def busy(pbx):
    anna = pbx.phone("101")
    client = pbx.trunk_call(CLIENT)
    anna.wait_call().refuse()
    client.wait_ended()


def busy_without_telephone(pbx):
    client = pbx.trunk_call(CLIENT, did=BUSY_DID)
    client.wait_ended()


def anonymous(pbx):
    anna = pbx.phone("101")
    client = pbx.trunk_call("anonymous", name="Anonymous")
    talk(client, anna.wait_call().answer())


def outbound_answered(pbx):
    outside = pbx.trunk()
    anna = pbx.phone("101").call(CLIENT)
    client = outside.wait_call()
    pause()
    client.answer()
    anna.wait_answered()
    pause()
    anna.hangup()
    client.wait_ended()


def outbound_no_answer(pbx):
    outside = pbx.trunk()
    anna = pbx.phone("101").call(CLIENT)
    client = outside.wait_call()
    pause(0.5)
    anna.hangup()
    client.wait_ended()


def outbound_busy(pbx):
    outside = pbx.trunk()
    anna = pbx.phone("101").call(CLIENT)
    outside.wait_call().refuse()
    anna.wait_ended()


def internal(pbx):
    boris = pbx.phone("102")
    anna = pbx.phone("101").call("102")
    call = boris.wait_call().answer()
    talk(anna, call)


def hold(pbx):
    anna = pbx.phone("101")
    client = pbx.trunk_call(CLIENT)
    call = anna.wait_call().answer()
    client.wait_answered()
    pause()
    call.hold()
    pause(1.0)
    call.unhold()
    pause()
    call.hold()
    pause(0.5)
    call.unhold()
    client.hangup()
    call.wait_ended()


def blind_transfer(pbx):
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT)
    first = anna.wait_call().answer()
    client.wait_answered()
    pause()
    first.refer("102")
    second = boris.wait_call()
    pause()
    second.answer()
    pause(0.4)
    first.hangup()
    client.hangup()
    second.wait_ended()


def blind_transfer_unanswered(pbx):
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT)
    first = anna.wait_call().answer()
    client.wait_answered()
    pause()
    first.refer("102")
    second = boris.wait_call()
    pause(0.4)
    client.hangup()
    second.wait_ended()
    first.hangup()


def attended_transfer(pbx):
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT)
    first = anna.wait_call().answer()
    client.wait_answered()
    pause()
    first.hold()
    consult = anna.call("102")
    second = boris.wait_call()
    pause()
    second.answer()
    consult.wait_answered()
    pause(0.5)
    first.refer("102", replaces=consult)
    pause(0.5)
    first.hangup()
    client.hangup()
    second.wait_ended()


def attended_transfer_twice(pbx):
    anna, boris, clara = pbx.phone("101"), pbx.phone("102"), pbx.phone("103")
    client = pbx.trunk_call(CLIENT)
    first = anna.wait_call().answer()
    client.wait_answered()
    pause()
    first.hold()
    consult = anna.call("102")
    second = boris.wait_call().answer()
    consult.wait_answered()
    pause()
    first.refer("102", replaces=consult)
    pause(0.4)
    first.hangup()
    second.hold()
    consult = boris.call("103")
    third = clara.wait_call().answer()
    consult.wait_answered()
    pause()
    second.refer("103", replaces=consult)
    pause(0.4)
    second.hangup()
    client.hangup()
    third.wait_ended()


def attended_transfer_ringing(pbx):
    """Handed over while the colleague's telephone still rings."""
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT)
    first = anna.wait_call().answer()
    client.wait_answered()
    pause()
    first.hold()
    consult = anna.call("102")
    second = boris.wait_call()
    consult.wait_ringing()
    pause()
    first.refer("102", replaces=consult)
    pause()
    second.answer()
    pause(0.5)
    first.hangup()
    client.hangup()
    second.wait_ended()


def attended_transfer_older_consult(pbx):
    """101 and 102 already talk when the client calls: the older id wins the merge."""
    anna, boris = pbx.phone("101"), pbx.phone("102")
    talking = anna.call("102")
    second = boris.wait_call().answer()
    talking.wait_answered()
    pause()
    client = pbx.trunk_call(CLIENT)
    first = anna.wait_call()
    talking.hold()
    first.answer()
    client.wait_answered()
    pause(0.4)
    first.hold()
    first.refer("102", replaces=talking)
    pause(0.5)
    first.hangup()
    client.hangup()
    second.wait_ended()


def attended_transfer_outside(pbx):
    """The colleague sits outside: the consulting call is a call of its own."""
    anna, outside = pbx.phone("101"), pbx.trunk()
    client = pbx.trunk_call(CLIENT)
    first = anna.wait_call().answer()
    client.wait_answered()
    pause()
    first.hold()
    consult = anna.call("79990000001")
    second = outside.wait_call().answer()
    consult.wait_answered()
    pause(0.5)
    first.refer("79990000001", replaces=consult)
    pause(0.5)
    first.hangup()
    client.hangup()
    second.wait_ended()


def consult_without_transfer(pbx):
    """101 asks 102, then goes on with the client: 102 never spoke with them."""
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT)
    first = anna.wait_call().answer()
    client.wait_answered()
    first.hold()
    consult = anna.call("102")
    second = boris.wait_call().answer()
    consult.wait_answered()
    pause(0.4)
    consult.hangup()
    second.wait_ended()
    first.unhold()
    pause()
    client.hangup()
    first.wait_ended()


def outbound_blind_transfer(pbx):
    anna, boris, outside = pbx.phone("101"), pbx.phone("102"), pbx.trunk()
    first = anna.call(CLIENT)
    client = outside.wait_call().answer()
    first.wait_answered()
    pause()
    first.refer("102")
    second = boris.wait_call().answer()
    pause(0.5)
    first.hangup()
    client.hangup()
    second.wait_ended()


def outbound_attended_transfer(pbx):
    anna, boris, outside = pbx.phone("101"), pbx.phone("102"), pbx.trunk()
    first = anna.call(CLIENT)
    client = outside.wait_call().answer()
    first.wait_answered()
    pause()
    first.hold()
    consult = anna.call("102")
    second = boris.wait_call().answer()
    consult.wait_answered()
    pause()
    first.refer("102", replaces=consult)
    pause(0.5)
    first.hangup()
    client.hangup()
    second.wait_ended()


def key_blind_transfer(pbx):
    """Transfer by the keys ## as FreePBX sets them up."""
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT)
    first = anna.wait_call().answer()
    client.wait_answered()
    pause()
    first.press("##", 0.2)
    pause(1.2)
    first.press("102", 0.2)
    second = boris.wait_call(8).answer()
    pause(0.5)
    client.hangup()
    second.wait_ended()
    first.hangup()


def key_attended_transfer(pbx):
    """Transfer by the keys *2: the PBX makes the consulting call."""
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT)
    first = anna.wait_call().answer()
    client.wait_answered()
    pause()
    first.press("*2", 0.2)
    pause(1.2)
    first.press("102", 0.2)
    second = boris.wait_call(8).answer()
    pause(0.5)
    first.hangup()
    pause(0.5)
    client.hangup()
    second.wait_ended()


def ring_group(pbx):
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT, did=GROUP)
    loser, call = anna.wait_call(), boris.wait_call()
    pause()
    call.answer()
    loser.wait_ended()
    talk(client, call)


def ring_group_both_answer(pbx):
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT, did=GROUP)
    calls = [anna.wait_call(), boris.wait_call()]
    pause()
    for call in calls:
        call.answer()
    client.wait_answered()
    pause(0.5)
    client.hangup()
    for call in calls:
        call.wait_ended()


def sequence(pbx):
    """101 does not answer, then 102 is rung and does."""
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT, did=SEQUENCE)
    anna.wait_call()
    talk(client, boris.wait_call().answer())


def pickup(pbx):
    """103 takes the call that rings at 101."""
    anna, clara = pbx.phone("101"), pbx.phone("103")
    client = pbx.trunk_call(CLIENT)
    ringing = anna.wait_call()
    pause()
    call = clara.call("*8")
    client.wait_answered()
    ringing.wait_ended()
    pause(0.4)
    client.hangup()
    call.wait_ended()


def named_account(pbx):
    desk = pbx.phone("reception")
    client = pbx.trunk_call(CLIENT, did=NAMED)
    talk(client, desk.wait_call().answer())


def forwarded_outside(pbx):
    outside = pbx.trunk()
    client = pbx.trunk_call(CLIENT, did=FORWARDED)
    talk(client, outside.wait_call().answer())


def queue(pbx, did=QUEUE):
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT, did=did)
    loser, call = anna.wait_call(), boris.wait_call()
    pause()
    call.answer()
    loser.wait_ended()
    pause(0.8)
    client.hangup()
    call.wait_ended()


def queue_local_members(pbx):
    queue(pbx, LOCAL_QUEUE)


def queue_local_optimised(pbx):
    queue(pbx, OPTIMISED)


def queue_local_transfer(pbx):
    """Answered behind a Local channel, then handed over with a consulting call."""
    anna, boris, clara = pbx.phone("101"), pbx.phone("102"), pbx.phone("103")
    client = pbx.trunk_call(CLIENT, did=LOCAL_QUEUE)
    loser, first = boris.wait_call(), anna.wait_call()
    first.answer()
    loser.wait_ended()
    pause(0.4)
    first.hold()
    consult = anna.call("103")
    second = clara.wait_call().answer()
    consult.wait_answered()
    pause()
    first.refer("103", replaces=consult)
    pause(0.5)
    first.hangup()
    client.hangup()
    second.wait_ended()


def queue_abandoned(pbx, did=QUEUE):
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT, did=did)
    calls = [anna.wait_call(), boris.wait_call()]
    pause(0.5)
    client.hangup()
    for call in calls:
        call.wait_ended()


def queue_local_abandoned(pbx):
    queue_abandoned(pbx, LOCAL_QUEUE)


def queue_all_busy(pbx):
    """Both refuse, the client waits a little and gives up: missed, not busy."""
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT, did=QUEUE)
    for call in (anna.wait_call(), boris.wait_call()):
        call.refuse()
    pause(0.4)
    client.hangup()


def ivr(pbx):
    anna = pbx.phone("101")
    client = pbx.trunk_call(CLIENT, did=IVR).wait_answered()
    pause(0.6)
    client.press("1")
    call = anna.wait_call()
    pause()
    talk(client, call.answer())


def ivr_to_queue(pbx):
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT, did=IVR).wait_answered()
    pause(0.6)
    client.press("2")
    call, loser = anna.wait_call(), boris.wait_call()
    call.answer()
    loser.wait_ended()
    pause(0.5)
    client.hangup()
    call.wait_ended()


def ivr_abandoned(pbx):
    client = pbx.trunk_call(CLIENT, did=IVR).wait_answered()
    pause(0.6)
    client.hangup()


def call_waiting(pbx):
    """A second client rings 101 during the first call and is taken after it."""
    anna = pbx.phone("101")
    one = pbx.trunk_call(CLIENT)
    first = anna.wait_call().answer()
    one.wait_answered()
    pause()
    two = pbx.trunk_call(SECOND)
    second = anna.wait_call()
    pause()
    first.hold()
    second.answer()
    two.wait_answered()
    pause(0.5)
    two.hangup()
    second.wait_ended()
    first.unhold()
    pause()
    one.hangup()
    first.wait_ended()


def parked(pbx):
    """Parked by 101 (blind to 700), fetched by 102."""
    anna, boris = pbx.phone("101"), pbx.phone("102")
    client = pbx.trunk_call(CLIENT)
    first = anna.wait_call().answer()
    client.wait_answered()
    pause()
    first.refer("700")
    pause(0.6)
    first.hangup()
    call = boris.call("701").wait_answered()
    pause(1.2)  # a tone is played before the two are connected
    client.hangup()
    call.wait_ended()


def recorded(pbx):
    anna = pbx.phone("101")
    client = pbx.trunk_call(CLIENT, did=RECORDED)
    talk(client, anna.wait_call().answer())


def click_to_dial(pbx, originate=None):
    """101 is rung by the PBX; after the answer the client is called."""
    anna, outside = pbx.phone("101"), pbx.trunk()
    (originate or pbx.originate)("PJSIP/101", CLIENT)
    call = anna.wait_call()
    pause()
    call.answer()
    client = outside.wait_call()
    pause()
    client.answer()
    pause(0.5)
    call.hangup()
    client.wait_ended()


def click_to_dial_local(pbx):
    """The same through a Local channel, as other programs do it."""
    click_to_dial(
        pbx, lambda _channel, number: pbx.originate("Local/101@from-internal", number)
    )


def click_to_dial_refused(pbx):
    anna = pbx.phone("101")
    pbx.originate("PJSIP/101", CLIENT)
    anna.wait_call().refuse()


ALL = {
    name: function
    for name, function in list(globals().items())
    if callable(function)
    and getattr(function, "__module__", "") == __name__
    and name not in ("pause", "talk")
}
