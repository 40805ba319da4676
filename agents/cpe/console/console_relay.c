/* "telnet" of a console: a connection from where the CPE lives to a Telnet server elsewhere, whose text
 * the session shows, and which is sent what is typed. What waits on either side is bounded: keys
 * by a bell, text by not being read, and so is what options are answered with. */
#include "agents/cpe/console/console_internal.h"

#include "agents/cpe/dhcp/lease_lookup.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/proto/telnet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	RELAY_DIAL_MS = 20000, /* for the name and the connection */
	RELAY_READ_BYTES = 2048,
	RELAY_KEYS_MAX =
	    4096 /* bytes that wait for the other end, and one read's answers */
};

struct console_relay {
	struct cli_live
	    *live; /* borrowed: it stops this before it goes; null: it has */
	const struct cpe *cpe;
	struct resolver *resolver; /* null: no name is asked for */
	uv_timer_t timer;
	uv_tcp_t tcp;
	uv_connect_t connect;
	uv_write_t write;
	struct telnet telnet;
	struct buf out, sending; /* sending is the loop's while is_sending */
	bool is_sending, is_open;
	unsigned n_handles; /* that the loop still has */
	char bytes[RELAY_READ_BYTES];
};

/* ---- end of life --------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *handle)
{
	struct console_relay *relay = handle->data;

	if (--relay->n_handles > 0)
		return;
	buf_free(&relay->out);
	buf_free(&relay->sending);
	free(relay);
}

static void let_go(struct console_relay *relay)
{
	relay->live = NULL;
	relay->is_open = false;
	if (relay->resolver)
		resolver_cancel(steal_ptr(&relay->resolver));
	uv_close((uv_handle_t *)&relay->timer, on_closed);
	uv_close((uv_handle_t *)&relay->tcp, on_closed);
}

static void stop(void *work)
{
	let_go(work);
}

/* It could not be begun. */
static void fail(struct console_relay *relay)
{
	struct cli_live *live = relay->live;

	let_go(relay);
	cli_live_ended(live, "Can't connect to the remote host!");
}

/* The other end is gone. */
static void end(struct console_relay *relay)
{
	struct cli_live *live = relay->live;

	let_go(relay);
	cli_live_say(live, STR("\nThe connection was closed by the remote host!\n"));
	cli_live_ended(live, NULL);
}

/* ---- sending ------------------------------------------------------------------------------- */

static void send_out(struct console_relay *relay);
static void resume(void *work);

static void on_sent(uv_write_t *request, int status)
{
	struct console_relay *relay = request->data;

	relay->is_sending = false;
	buf_free(&relay->sending);
	if (!relay->live)
		return;
	if (status < 0) {
		end(relay);
		return;
	}
	send_out(relay);
	resume(relay);
}

/* One piece is under way at a time; what comes meanwhile waits in out. */
static void send_out(struct console_relay *relay)
{
	uv_buf_t piece;

	if (relay->is_sending || relay->out.len == 0 || !relay->is_open)
		return;
	relay->sending = relay->out;
	relay->out = (struct buf)BUF_NULL;
	piece = uv_buf_init((char *)relay->sending.data, (unsigned)relay->sending.len);
	relay->write.data = relay;
	relay->is_sending = uv_write(&relay->write, (uv_stream_t *)&relay->tcp, &piece,
				1, on_sent) == 0;
	/* Of a connection that takes nothing the next read tells. */
	if (!relay->is_sending)
		buf_free(&relay->sending);
}

static bool on_key(void *work, char key)
{
	struct console_relay *relay = work;

	if (relay->out.len >= RELAY_KEYS_MAX)
		return false;
	telnet_put(&relay->out, str_make(&key, 1));
	send_out(relay);
	return true;
}

/* ---- reading ------------------------------------------------------------------------------- */

static void on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *ret)
{
	struct console_relay *relay = handle->data;

	(void)wanted;
	*ret = uv_buf_init(relay->bytes, sizeof(relay->bytes));
}

/* What a terminal may be given from elsewhere: text, ends of lines, and what goes back. */
static void keep_text(struct buf *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->len; i++) {
		uint8_t c = text->data[i];

		if ((c >= ' ' && c < 0x7f) || c == '\n' || c == '\r' || c == '\b' ||
		    c == '\a' || c == '\t')
			text->data[n++] = c;
	}
	text->len = n;
}

/* For text, and for what goes back to one who does not read. */
static bool has_room(const struct console_relay *relay)
{
	return cli_live_has_room(relay->live) && relay->out.len < RELAY_KEYS_MAX;
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
	struct console_relay *relay = stream->data;
	auto_buf text = BUF_NULL;

	(void)bytes;
	if (!relay->live)
		return;
	if (n < 0) {
		end(relay);
		return;
	}
	telnet_take(&relay->telnet, str_make(relay->bytes, (size_t)n), &text,
	    &relay->out);
	keep_text(&text);
	send_out(relay);
	if (text.len > 0)
		cli_live_pass(relay->live, buf_str(&text));
	if (relay->live && !has_room(relay))
		(void)uv_read_stop(stream);
}

static void resume(void *work)
{
	struct console_relay *relay = work;

	if (relay->is_open && has_room(relay))
		(void)uv_read_start((uv_stream_t *)&relay->tcp, on_alloc, on_read);
}

/* ---- beginning ----------------------------------------------------------------------------- */

static void on_connected(uv_connect_t *request, int status)
{
	struct console_relay *relay = request->data;
	auto_buf text = BUF_NULL;

	if (!relay->live)
		return;
	(void)uv_timer_stop(&relay->timer);
	if (status < 0) {
		fail(relay);
		return;
	}
	relay->is_open = true;
	(void)uv_tcp_nodelay(&relay->tcp, 1);
	(void)uv_tcp_keepalive(&relay->tcp, 1, TELNET_KEEPALIVE_S);
	buf_printf(&text, "Connected to %s ...\n", relay->live->dial.host);
	send_out(relay);
	resume(relay);
	cli_live_pass(relay->live, buf_str(&text));
}

static int dial(struct console_relay *relay, uint32_t address)
{
	const struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(address),
		.sin_port = htons(relay->live->dial.port),
	};
	const struct cpe_place *place = relay->cpe->place;
	auto_fd fd = cpe_place_socket(place, SOCK_STREAM, place->address, NULL);
	int r = fd < 0 ? fd : uv_tcp_open(&relay->tcp, fd);

	if (r < 0)
		return r;
	(void)steal_fd(&fd); /* the handle's from now on */
	relay->connect.data = relay;
	return uv_tcp_connect(&relay->connect, &relay->tcp,
	    (const struct sockaddr *)&to, on_connected);
}

static void on_resolved(void *user, const struct resolver_answer *answer)
{
	struct console_relay *relay = user;

	relay->resolver = NULL;
	if (answer->len == 0 || dial(relay, answer->addresses[0]) < 0)
		fail(relay);
}

static void on_late(uv_timer_t *timer)
{
	fail(timer->data);
}

/* From the loop's next round on: nothing is told from inside what begins it. */
static void on_begun(uv_timer_t *timer)
{
	struct console_relay *relay = timer->data;
	const struct cpe *cpe = relay->cpe;
	struct str host = str_of(relay->live->dial.host);
	auto_buf text = BUF_NULL;
	uint32_t address;
	int r;

	(void)uv_timer_start(timer, on_late, RELAY_DIAL_MS, 0);
	buf_printf(&text, "Trying %.*s ...\nPress CTRL+K to abort\n", STR_ARG(host));
	cli_live_pass(relay->live, buf_str(&text));
	if (!relay->live) /* who was told has ended it */
		return;
	if (ipv4_parse(host, &address) == 0)
		r = dial(relay, address);
	else
		r = lease_lookup(&relay->resolver, cpe->fleet->loop, cpe->place,
		    cpe->lease, host, PLACE_V4, on_resolved, relay, NULL);
	if (r < 0 && relay->live)
		fail(relay);
}

int console_dial(void *user, struct cli_live *live, struct error *err)
{
	const struct console *console = user;
	const struct cpe *cpe = console->cpe;
	struct console_relay *relay;

	if (cpe->state == CPE_OFF)
		return error_set(err, ERR_USAGE, "The device is off.");
	relay = calloc(1, sizeof(*relay));
	if (!relay)
		return error_set(err, -ENOMEM, "Not enough memory.");
	relay->live = live;
	relay->cpe = cpe;
	telnet_open_client(&relay->telnet);
	(void)uv_timer_init(cpe->fleet->loop, &relay->timer);
	(void)uv_tcp_init(cpe->fleet->loop, &relay->tcp);
	relay->timer.data = relay->tcp.data = relay;
	relay->n_handles = 2;
	(void)uv_timer_start(&relay->timer, on_begun, 0, 0);
	live->work = relay;
	live->stop = stop;
	live->key = on_key;
	live->resume = resume;
	return 0;
}
