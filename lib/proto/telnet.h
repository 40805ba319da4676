/* The Telnet protocol (RFC 854) of a server, with the options that a console needs: it
 * echoes (RFC 857) and suppresses go-ahead (RFC 858), so that a client sends each key
 * at once, and is told the size of the client's window (NAWS, RFC 1073). Options are
 * negotiated so that no two sides can go on answering each other for ever (RFC 1143).
 * The same of a client, which lets its server echo and suppress go-ahead, and takes the
 * server's text. */
#pragma once

#include "lib/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	TELNET_OPTIONS = 256,
	TELNET_SUB_MAX = 16, /* bytes of a subnegotiation that are looked at */
	/* What keys of a client's menu come as. */
	TELNET_KEY_INTERRUPT = 0x03,
	TELNET_KEY_ERASE = 0x7f,
	TELNET_KEY_ERASE_LINE = 0x15
};

enum telnet_state {
	TELNET_TEXT,
	TELNET_CR, /* the last byte of text was one: NUL or LF belongs to it */
	TELNET_IAC,
	TELNET_OPTION, /* behind WILL, WONT, DO or DONT */
	TELNET_SUB,
	TELNET_SUB_IAC
};

struct telnet {
	bool is_client;
	enum telnet_state state;
	uint8_t verb; /* in TELNET_OPTION */
	uint8_t sub[TELNET_SUB_MAX];
	size_t n_sub; /* bytes of it, also those that had no room */
	/* Of each option whether we have it on, and whether the client has. */
	bool ours[TELNET_OPTIONS], theirs[TELNET_OPTIONS];
	/* Whether we have asked and not been answered yet. */
	bool asked_ours[TELNET_OPTIONS], asked_theirs[TELNET_OPTIONS];
	unsigned width, height; /* of the window; 0: not told */
};

/* Begins as a server does: appends what it offers and asks for to reply. */
void telnet_open(struct telnet *telnet, struct buf *reply);

/* Begins as a client that waits for what its server offers. */
void telnet_open_client(struct telnet *telnet);

/* Takes bytes of the other side, in whatever pieces they come. A client's keys are
 * appended to keys (Enter is one CR, however it was sent), or a server's text, whose
 * lines end with LF; answers to reply: at most as many bytes as were taken. */
void telnet_take(struct telnet *telnet, struct str bytes, struct buf *keys,
    struct buf *reply);

/* Appends text for the client: LF as CR LF, a CR that only goes back as CR NUL, 255 doubled. */
void telnet_put(struct buf *out, struct str text);
