#include "agents/cpe/console/telnet_line.h"

#include "lib/program/log.h"

#include <stdlib.h>

#define FULL "All user interfaces are used, please try later!\n"

static uv_stream_t *stream_of(struct telnet_line *line)
{
	return (uv_stream_t *)&line->tcp;
}

/* ---- end of life ------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *handle)
{
	struct telnet_line *line = handle->data;

	line->closed(line);
	if (line->has_begun)
		cli_vty_free(&line->vty);
	buf_free(&line->keys);
	buf_free(&line->text);
	buf_free(&line->out);
	buf_free(&line->sending);
	free(line);
}

static bool is_closing(const struct telnet_line *line)
{
	return uv_is_closing((const uv_handle_t *)&line->tcp);
}

void telnet_line_abort(struct telnet_line *line)
{
	if (is_closing(line))
		return;
	if (line->has_begun)
		cli_live_free(&line->vty.live);
	uv_close((uv_handle_t *)&line->tcp, on_closed);
}

/* ---- sending ------------------------------------------------------------------------------ */

static void go_on(struct telnet_line *line);

static void on_sent(uv_write_t *request, int status)
{
	struct telnet_line *line = request->data;

	line->is_sending = false;
	buf_free(&line->sending);
	line->leave_by = uv_now(line->tcp.loop) + TELNET_LINGER_MS;
	if (status < 0)
		telnet_line_abort(line);
	if (!is_closing(line))
		go_on(line);
}

/* One piece is under way at a time; what comes meanwhile waits in out. */
static void send_out(struct telnet_line *line)
{
	uv_buf_t piece;

	if (line->is_sending || line->out.len == 0)
		return;
	line->sending = line->out;
	line->out = (struct buf)BUF_NULL;
	piece = uv_buf_init((char *)line->sending.data, (unsigned)line->sending.len);
	line->write.data = line;
	if (uv_write(&line->write, stream_of(line), &piece, 1, on_sent) == 0)
		line->is_sending = true;
	else
		telnet_line_abort(line);
}

static void on_shut(uv_shutdown_t *request, int status)
{
	struct telnet_line *line = request->data;

	(void)status;
	if (line->has_peer_ended)
		telnet_line_abort(line);
}

/* Behind the last words a FIN. The client's own is waited for: a close over bytes that nobody has read is a
 * reset, which can destroy them on their way. */
static void shut(struct telnet_line *line)
{
	if (line->is_sending || line->is_shut)
		return;
	line->is_shut = true;
	line->shutdown.data = line;
	if (uv_shutdown(&line->shutdown, stream_of(line), on_shut) < 0)
		telnet_line_abort(line);
}

/* ---- keys --------------------------------------------------------------------------------- */

static bool has_room(const struct telnet_line *line)
{
	return line->out.len + (line->is_sending ? line->sending.len : 0) <
	       TELNET_OUT_MAX;
}

static void tell(const struct telnet_line *line, bool was_in)
{
	if (!was_in && cli_vty_is_logged_in(&line->vty))
		log_info("%s: a session at its console, from %s", line->terms->name,
		    line->peer);
	if (line->vty.has_failed)
		log_warn("%s: %d logins to its console from %s failed",
		    line->terms->name, CLI_TRIES_MAX, line->peer);
}

static void take_byte(struct telnet_line *line, char byte)
{
	bool was_in = cli_vty_is_logged_in(&line->vty);

	buf_reset(&line->keys);
	buf_reset(&line->text);
	telnet_take(&line->telnet, str_make(&byte, 1), &line->keys, &line->out);
	cli_vty_resize(&line->vty, line->telnet.width);
	for (size_t i = 0; i < line->keys.len; i++) {
		line->used_at = uv_now(line->tcp.loop);
		cli_vty_take(&line->vty, (char)line->keys.data[i], &line->text);
	}
	telnet_put(&line->out, buf_str(&line->text));
	if (line->keys.len > 0)
		tell(line, was_in);
}

/* What has come by itself, and the keys that had to wait for its end. False: there is neither. */
static bool take_live(struct telnet_line *line)
{
	bool has_taken;

	buf_reset(&line->text);
	if (cli_vty_has_news(&line->vty)) {
		if (line->vty.state == CLI_VTY_LIVE)
			line->used_at = uv_now(line->tcp.loop);
		cli_vty_tell(&line->vty, &line->text);
		has_taken = true;
	} else {
		has_taken = cli_vty_take_ahead(&line->vty, &line->text);
	}
	telnet_put(&line->out, buf_str(&line->text));
	return has_taken;
}

static bool is_over(const struct telnet_line *line)
{
	return line->vty.state == CLI_VTY_OVER;
}

static bool has_no_memory(const struct telnet_line *line)
{
	return line->out.error || line->text.error || line->keys.error;
}

static void leave(struct telnet_line *line)
{
	line->is_leaving = true;
	line->leave_by = uv_now(line->tcp.loop) + TELNET_LINGER_MS;
	line->n_taken = line->n_bytes;
}

/* A client that sends no more has been answered. */
static bool is_answered(const struct telnet_line *line)
{
	return line->has_peer_ended && has_room(line) &&
	       !cli_live_goes_on(&line->vty.live);
}

static void take_bytes(struct telnet_line *line)
{
	/* Who sends no more has left a terminal elsewhere. */
	if (line->has_peer_ended && cli_live_takes_keys(&line->vty.live))
		cli_live_break(&line->vty.live);
	while (!is_over(line) && has_room(line)) {
		char byte;

		if (take_live(line))
			continue;
		if (line->n_taken == line->n_bytes)
			break;
		byte = line->bytes[line->n_taken];
		line->bytes[line->n_taken++] = '\0'; /* it may be of a password */
		take_byte(line, byte);
	}
	if (is_over(line) || is_answered(line))
		leave(line);
}

/* ---- reading ------------------------------------------------------------------------------ */

static void on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *ret)
{
	struct telnet_line *line = handle->data;

	(void)wanted;
	*ret = uv_buf_init(line->bytes, sizeof(line->bytes));
}

/* It may still read, as one whose input is a file: what it has typed is answered. */
static void end_of_peer(struct telnet_line *line)
{
	line->has_peer_ended = true;
	if (line->is_shut) {
		telnet_line_abort(line);
		return;
	}
	go_on(line);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
	struct telnet_line *line = stream->data;

	(void)bytes;
	if (n == UV_EOF)
		end_of_peer(line);
	else if (n < 0)
		telnet_line_abort(line);
	if (n <= 0 || line->is_leaving)
		return;
	line->n_bytes = (size_t)n;
	line->n_taken = 0;
	go_on(line);
}

/* What was read is taken as far as there is room for what it shows; only then more is read. */
static void go_on(struct telnet_line *line)
{
	bool waits;

	if (!line->is_leaving)
		take_bytes(line);
	if (has_no_memory(line)) {
		telnet_line_abort(line);
		return;
	}
	send_out(line);
	if (is_closing(line))
		return;
	waits = line->n_taken < line->n_bytes;
	if (waits)
		(void)uv_read_stop(stream_of(line));
	else if (!line->has_peer_ended)
		(void)uv_read_start(stream_of(line), on_alloc, on_read);
	if (line->is_leaving)
		shut(line);
}

/* ---- beginning ---------------------------------------------------------------------------- */

struct telnet_line *telnet_line_new(uv_loop_t *loop, const struct telnet_terms *terms,
    void (*closed)(struct telnet_line *line), void *owner)
{
	struct telnet_line *line = calloc(1, sizeof(*line));

	if (!line)
		return NULL;
	line->terms = terms;
	line->closed = closed;
	line->owner = owner;
	list_init(&line->link);
	if (uv_tcp_init(loop, &line->tcp) < 0) {
		free(line);
		return NULL;
	}
	line->tcp.data = line;
	return line;
}

static void look_at_peer(struct telnet_line *line)
{
	struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
	int len = sizeof(address);

	(void)uv_tcp_getpeername(&line->tcp, (struct sockaddr *)&address, &len);
	if (address.ss_family == AF_INET)
		(void)uv_ip4_name((const struct sockaddr_in *)&address, line->peer,
		    sizeof(line->peer));
}

static void connect_up(struct telnet_line *line)
{
	line->opened_at = line->used_at = uv_now(line->tcp.loop);
	look_at_peer(line);
	(void)uv_tcp_nodelay(&line->tcp, 1);
	(void)uv_tcp_keepalive(&line->tcp, 1, TELNET_KEEPALIVE_S);
}

static void on_typed(void *user, struct str text)
{
	struct telnet_line *line = user;

	if (line->terms->typed)
		line->terms->typed(line->terms->user, line->number, line->peer, text);
}

static void on_told(void *user)
{
	struct telnet_line *line = user;

	if (!is_closing(line))
		go_on(line);
}

bool telnet_line_say(struct telnet_line *line, bool is_debug, struct str text)
{
	if (!line->has_begun || line->is_leaving || is_closing(line) ||
	    !cli_session_watches(&line->vty.session, is_debug))
		return false;
	cli_live_say(&line->vty.live, text);
	return true;
}

void telnet_line_show(struct telnet_line *line)
{
	if (line->has_begun && !line->is_leaving)
		on_told(line);
}

void telnet_line_begin(struct telnet_line *line)
{
	connect_up(line);
	line->has_begun = true;
	line->booted = line->terms->booted(line->terms->user);
	telnet_open(&line->telnet, &line->out);
	cli_vty_open(&line->vty, line->terms->device, &line->terms->gate, &line->text);
	line->vty.live.told = on_told;
	line->vty.live.user = line;
	line->vty.typed = on_typed;
	line->vty.user = line;
	telnet_put(&line->out, buf_str(&line->text));
	tell(line, false);
	go_on(line);
}

void telnet_line_refuse(struct telnet_line *line)
{
	connect_up(line);
	line->is_refused = true;
	telnet_put(&line->out, STR(FULL));
	leave(line);
	go_on(line);
}

/* ---- time --------------------------------------------------------------------------------- */

static bool is_due(const struct telnet_line *line, uint64_t now)
{
	uint64_t idle_ms = (uint64_t)(line->terms->idle / NS_PER_MS);

	if (!cli_vty_is_logged_in(&line->vty))
		return now - line->opened_at >= TELNET_LOGIN_MS;
	return idle_ms > 0 && now - line->used_at >= idle_ms;
}

void telnet_line_tick(struct telnet_line *line)
{
	uint64_t now = uv_now(line->tcp.loop);

	if (is_closing(line))
		return;
	if (line->is_leaving) {
		if (now >= line->leave_by)
			telnet_line_abort(line);
		return;
	}
	if (line->terms->booted(line->terms->user) != line->booted) {
		telnet_line_abort(line);
		return;
	}
	if (!is_due(line, now))
		return;
	leave(line);
	go_on(line);
}
