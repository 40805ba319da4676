"""A host that broadcasts its name, or notes who does.

vlan_host.py hear FILE          appends a line for each frame heard: the name, and the VLAN of its tag (0: none)
vlan_host.py say NAME COUNT     broadcasts so many frames
"""
import socket
import struct
import sys
import time

ETHERTYPE = 0x88B5  # of local experiments, IEEE 802 9.2.4
AUXDATA = 8  # PACKET_AUXDATA, packet(7)
VLAN_VALID = 1 << 4


def tag_of(ancillary):
    for _, kind, data in ancillary:
        if kind == AUXDATA:
            status, _, _, _, _, tci, _ = struct.unpack("IIIHHHH", data[:20])
            return tci & 0xFFF if status & VLAN_VALID else 0
    return 0


def hear(path):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.setsockopt(263, AUXDATA, 1)
    s.bind(("eth0", 3))
    with open(path, "a", buffering=1) as out:
        print("ready", file=out)
        while True:
            frame, ancillary, _, at = s.recvmsg(2048, 256)
            if at[2] == socket.PACKET_OUTGOING:
                continue
            kind, name = frame[12:14], frame[14:22]
            if kind == struct.pack("!H", ETHERTYPE):
                print(name.rstrip(b"\0").decode(), tag_of(ancillary), file=out)


def say(name, count):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    s.bind(("eth0", ETHERTYPE))
    own = s.getsockname()[4]
    frame = b"\xff" * 6 + own + struct.pack("!H", ETHERTYPE)
    frame += name.encode().ljust(46, b"\0")
    for i in range(count):
        s.send(frame)
        if i % 20 == 19:  # whoever hears has room for some hundreds
            time.sleep(0.005)


if sys.argv[1] == "hear":
    hear(sys.argv[2])
else:
    say(sys.argv[2], int(sys.argv[3]))
