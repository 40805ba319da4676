#include "lib/proto/telnet.h"

#include "lib/base/wire.h"

enum { /* RFC 854, commands */
	SE = 240,
	AYT = 246,
	EC = 247,
	EL = 248,
	IP = 244,
	SB = 250,
	WILL = 251,
	WONT = 252,
	DO = 253,
	DONT = 254,
	IAC = 255
};

enum { /* options */
	ECHO = 1,
	SUPPRESS_GO_AHEAD = 3,
	NAWS = 31
};

static void say(struct buf *reply, uint8_t verb, uint8_t option)
{
	const uint8_t bytes[] = { IAC, verb, option };

	buf_append(reply, bytes, sizeof(bytes));
}

void telnet_open(struct telnet *telnet, struct buf *reply)
{
	*telnet = (struct telnet){ .state = TELNET_TEXT };
	telnet->asked_ours[ECHO] = telnet->asked_ours[SUPPRESS_GO_AHEAD] = true;
	telnet->asked_theirs[NAWS] = true;
	say(reply, WILL, ECHO);
	say(reply, WILL, SUPPRESS_GO_AHEAD);
	say(reply, DO, NAWS);
}

void telnet_open_client(struct telnet *telnet)
{
	*telnet = (struct telnet){ .is_client = true, .state = TELNET_TEXT };
}

/* ---- options -------------------------------------------------------------------------- */

static bool is_offered(const struct telnet *telnet, uint8_t option)
{
	return option == SUPPRESS_GO_AHEAD || (!telnet->is_client && option == ECHO);
}

static bool is_welcome(const struct telnet *telnet, uint8_t option)
{
	return option == SUPPRESS_GO_AHEAD ||
	       option == (telnet->is_client ? ECHO : NAWS);
}

/* One side of an option: wants is what the client says of it. An answer to what we asked needs none
 * of ours, nor does what is so already (RFC 854, no acknowledgement of a state). */
static void settle(bool *is_on, bool *asked, bool wants, bool may, uint8_t yes,
    uint8_t no, uint8_t option, struct buf *reply)
{
	bool was_asked = *asked, next = wants && may;

	*asked = false;
	if (!was_asked && *is_on != next)
		say(reply, next ? yes : no, option);
	else if (!was_asked && wants && !may)
		say(reply, no, option);
	*is_on = next;
}

static void negotiate(struct telnet *telnet, uint8_t option, struct buf *reply)
{
	bool wants = telnet->verb == DO || telnet->verb == WILL;

	if (telnet->verb == DO || telnet->verb == DONT)
		settle(&telnet->ours[option], &telnet->asked_ours[option], wants,
		    is_offered(telnet, option), WILL, WONT, option, reply);
	else
		settle(&telnet->theirs[option], &telnet->asked_theirs[option], wants,
		    is_welcome(telnet, option), DO, DONT, option, reply);
}

/* ---- subnegotiation ------------------------------------------------------------------- */

static void sub_add(struct telnet *telnet, uint8_t byte)
{
	if (telnet->n_sub < TELNET_SUB_MAX)
		telnet->sub[telnet->n_sub] = byte;
	telnet->n_sub += telnet->n_sub <= TELNET_SUB_MAX;
}

static void sub_end(struct telnet *telnet)
{
	if (telnet->n_sub != 5 || telnet->sub[0] != NAWS || !telnet->theirs[NAWS])
		return;
	telnet->width = get_u16(telnet->sub + 1);
	telnet->height = get_u16(telnet->sub + 3);
}

/* ---- bytes ---------------------------------------------------------------------------- */

/* CR LF is the end of a line, CR NUL a CR that only goes back; another CR is one, too. */
static enum telnet_state take_server_text(uint8_t byte, bool is_behind_cr,
    struct buf *text)
{
	if (is_behind_cr && byte != '\n')
		buf_append_char(text, '\r');
	if (byte == IAC)
		return TELNET_IAC;
	if (byte == '\r')
		return TELNET_CR;
	if (byte != '\0')
		buf_append_char(text, (char)byte);
	return TELNET_TEXT;
}

static enum telnet_state take_text(uint8_t byte, bool is_behind_cr, struct buf *keys)
{
	if (is_behind_cr && (byte == '\0' || byte == '\n'))
		return TELNET_TEXT;
	if (byte == IAC)
		return TELNET_IAC;
	if (byte != '\0')
		buf_append_char(keys, (char)byte);
	return byte == '\r' ? TELNET_CR : TELNET_TEXT;
}

/* What keys of a client's menu come as. */
static enum telnet_state take_key(uint8_t byte, struct buf *keys, struct buf *reply)
{
	switch (byte) {
	case IP:
		buf_append_char(keys, TELNET_KEY_INTERRUPT);
		break;
	case EC:
		buf_append_char(keys, TELNET_KEY_ERASE);
		break;
	case EL:
		buf_append_char(keys, TELNET_KEY_ERASE_LINE);
		break;
	case AYT:
		buf_append_text(reply, "\r\n"); /* any sign of life will do */
		break;
	default:
		break;
	}
	return TELNET_TEXT;
}

static enum telnet_state take_command(struct telnet *telnet, uint8_t byte,
    struct buf *keys, struct buf *reply)
{
	switch (byte) {
	case IAC:
		buf_append_char(keys, (char)IAC);
		return TELNET_TEXT;
	case WILL:
	case WONT:
	case DO:
	case DONT:
		telnet->verb = byte;
		return TELNET_OPTION;
	case SB:
		telnet->n_sub = 0;
		return TELNET_SUB;
	default:
		break;
	}
	return telnet->is_client ? TELNET_TEXT : take_key(byte, keys, reply);
}

static enum telnet_state take_sub(struct telnet *telnet, uint8_t byte)
{
	if (byte == IAC)
		return TELNET_SUB_IAC;
	sub_add(telnet, byte);
	return TELNET_SUB;
}

/* Behind IAC in a subnegotiation: a byte 255 of it, or its end. */
static enum telnet_state end_sub(struct telnet *telnet, uint8_t byte)
{
	if (byte == IAC) {
		sub_add(telnet, byte);
		return TELNET_SUB;
	}
	if (byte == SE)
		sub_end(telnet);
	return TELNET_TEXT;
}

static enum telnet_state take(struct telnet *telnet, uint8_t byte, struct buf *keys,
    struct buf *reply)
{
	bool is_behind_cr = telnet->state == TELNET_CR;

	switch (telnet->state) {
	case TELNET_TEXT:
	case TELNET_CR:
		return telnet->is_client ? take_server_text(byte, is_behind_cr, keys)
					 : take_text(byte, is_behind_cr, keys);
	case TELNET_IAC:
		return take_command(telnet, byte, keys, reply);
	case TELNET_OPTION:
		negotiate(telnet, byte, reply);
		return TELNET_TEXT;
	case TELNET_SUB:
		return take_sub(telnet, byte);
	case TELNET_SUB_IAC:
		return end_sub(telnet, byte);
	}
	return TELNET_TEXT;
}

void telnet_take(struct telnet *telnet, struct str bytes, struct buf *keys,
    struct buf *reply)
{
	for (size_t i = 0; i < bytes.len; i++)
		telnet->state = take(telnet, (uint8_t)bytes.p[i], keys, reply);
}

void telnet_put(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '\n')
			buf_append_char(out, '\r');
		if ((uint8_t)text.p[i] == IAC)
			buf_append_char(out, (char)IAC);
		buf_append_char(out, text.p[i]);
		if (text.p[i] == '\r')
			buf_append_char(out, '\0');
	}
}
