"""Clients of a console over Telnet, by sockets alone: telnet_client.py SECONDS SCENE ADDRESS PORT

Each scene is a function below; it ends the program with status 1 and words where the console does
something else. What hangs is waited for so many seconds.
"""

import re
import socket
import sys
import time

PATIENCE = float(sys.argv[1])
SCENE, HOST, PORT = sys.argv[2], sys.argv[3], int(sys.argv[4])
FULL = "All user interfaces are used, please try later!"
LINES = 16


class Console:
    """A client that refuses every option, as simple tools do."""

    def __init__(self):
        self.socket = socket.create_connection((HOST, PORT), timeout=PATIENCE)
        self.text = ""
        self.is_over = False

    def _take(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self.is_over = not data
        for verb, option in re.findall(rb"\xff([\xfb-\xfe])(.)", data, re.S):
            answer = {0xFB: 0xFE, 0xFD: 0xFC}.get(verb[0])
            if answer:
                self.socket.sendall(bytes([0xFF, answer, option[0]]))
        data = re.sub(rb"\xff[\xfb-\xfe].", b"", data, flags=re.S)
        self.text += data.replace(b"\r\0", b"\r").decode("latin-1")

    def until(self, pattern):
        """What is shown up to the pattern, which is taken with it."""
        while not (match := re.search(pattern, self.text)):
            if self.is_over:
                sys.exit(f"{SCENE}: ended before {pattern!r}: {self.text!r}")
            self._take()
        shown, self.text = self.text[: match.end()], self.text[match.end() :]
        return shown

    def until_end(self):
        while not self.is_over:
            self._take()
        return self.text

    def type(self, text, pattern):
        self.socket.sendall(text.encode("latin-1"))
        return self.until(pattern)

    def close(self):
        self.socket.close()


def expect(holds, words):
    if not holds:
        sys.exit(f"{SCENE}: {words}")


def log_in(name="admin", password="s3cret-of-admin"):
    console = Console()
    console.until(r"login: $")
    console.type(name + "\r\n", r"Password:$")
    shown = console.type(password + "\r\n", r"<sw1>$")
    expect(password not in shown, "the password is shown")
    return console


def login():
    console = Console()
    console.until(r"login: $")
    for tries in range(3):
        console.type("admin\r\n", r"Password:$")
        shown = console.type(f"s3cret-of-nobody{tries}\r\n", r"failed\.\r\n")
        expect("s3cret" not in shown, "a wrong password is shown")
    expect(console.until_end() == "", "a fourth try is offered")
    console = log_in()
    shown = console.type("display clock\r\n", r"<sw1>$")
    expect(" UTC " in shown, f"no clock: {shown!r}")
    expect(shown.startswith("display clock\r\n"), "no echo for who refused it")
    console.type("system-view\r\n", r"\[sw1\]$")
    console.type("\x1a", r"<sw1>$")
    console.socket.sendall(b"quit\r\n")
    expect(console.until_end() == "quit\r\n", "quit does not end it")


def onward():
    """From one console to another, and back by its own end, by Ctrl+K and by that of the client."""
    address, port = sys.argv[5:7]
    console = log_in()
    shown = console.type(f"telnet {address} 9\r\n", r"<sw1>$")
    expect("Can't connect to the remote host!\r\n" in shown, f"no failure: {shown!r}")
    dial = f"telnet {address} {port}\r\n"
    for leave, word in ((b"quit\r", "closed by the remote host!"), (b"\x0b", "")):
        shown = console.type(dial, r"Password:$")
        expect(f"Connected to {address} ...\r\n" in shown, f"not told: {shown!r}")
        console.type("s3cret-of-sw2\r", r"<sw2>$")
        shown = console.type("display clock\r", r"<sw2>$")
        expect(shown.count("display clock") == 1, f"no echo, or two: {shown!r}")
        expect(" UTC " in shown, f"no clock: {shown!r}")
        console.socket.sendall(leave)
        expect(word in console.until(r"<sw1>$"), "the end is not told")
    console.type(dial, r"Password:$")
    console.close()


def levels():
    console = log_in("reader", "s3cret-of-reader")
    expect(" UTC " in console.type("display clock\r\n", r"<sw1>$"), "no clock")
    for line in ("system-view", "save force", "reboot"):
        shown = console.type(line + "\r\n", r"<sw1>$")
        expect("Permission denied" in shown, f"{line} is allowed: {shown!r}")


def crowd():
    """All lines are taken, then 1,000 come; who is there notices nothing."""
    consoles = [log_in() for _ in range(LINES)]
    for _ in range(1000):
        other = Console()
        shown = other.until_end()
        expect(shown.strip() in ("", FULL), f"a 17th sees {shown!r}")
        other.close()
    last = Console()
    expect(last.until_end() == FULL + "\r\n", f"the 17th is told {last.text!r}")
    for console in consoles:
        expect(" UTC " in console.type("display clock\r\n", r"<sw1>$"), "no clock")
    consoles[7].close()
    end = time.monotonic() + PATIENCE
    while True:
        console = Console()
        while not console.is_over and "login: " not in console.text:
            console._take()
        if not console.is_over:
            return
        console.close()
        expect(time.monotonic() < end, "a line that was left is not given to another")
        time.sleep(0.05)


def long_line():
    console = log_in()
    console.socket.sendall(b"x" * (1 << 20))
    shown = console.type("\x03", r"\n<sw1>$")
    expect(shown.count("x") == 511, f"{shown.count('x')} characters are a line")
    controls = bytes(range(1, 32)).translate(None, b"\x03\n\r\x1a\x1b")
    console.socket.sendall(controls)
    console.type("\x03", r"\n<sw1>$")
    expect(" UTC " in console.type("display clock\r\n", r"<sw1>$"), "no clock")


def deaf():
    """One types as much as is taken and reads nothing; another is served all the while."""
    deaf_one, other = log_in(), log_in()
    deaf_one.type("screen-length disable\r\n", r"<sw1>$")
    for buffer in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        deaf_one.socket.setsockopt(socket.SOL_SOCKET, buffer, 8192)
    deaf_one.socket.setblocking(False)
    command = b"display current-configuration\r\n" * 100
    n_full = 0
    while n_full < 3:
        try:
            deaf_one.socket.send(command)
        except BlockingIOError:
            n_full += 1
        expect(" UTC " in other.type("display clock\r\n", r"<sw1>$"), "no clock")
    deaf_one.close()


def idle():
    """A session in which nothing is typed ends; this console ends it after a second."""
    console = Console()
    console.until(r"Password:$")
    console.type("s3cret-of-sw2\r\n", r"<sw2>$")
    expect(console.until_end() == "", "words are said")


def held():
    """Says "ready" and waits for the end of a session, by whatever means."""
    console = log_in()
    print("ready", flush=True)
    console.until_end()


def back():
    """A console that has started anew, as soon as it is reached."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            log_in()
            return
        except OSError:
            expect(time.monotonic() < end, "it is not reached any more")
            time.sleep(0.05)


globals()[SCENE]()
