#include "lib/console/live/cli_live.h"

#include <inttypes.h>

static void stop(struct cli_live *live)
{
	if (live->work)
		live->stop(live->work);
	live->work = NULL;
	live->key = NULL;
	live->resume = NULL;
}

void cli_live_free(struct cli_live *live)
{
	stop(live);
	buf_free(&live->text);
	live->n_left_out = 0;
}

static void tell(struct cli_live *live)
{
	if (live->told)
		live->told(live->user);
}

/* ---- lines that wait --------------------------------------------------------------------- */

static uint64_t count_lines(struct str text)
{
	uint64_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.p[i] == '\n';
	return n;
}

void cli_live_say(struct cli_live *live, struct str lines)
{
	if (live->text.len + lines.len > CLI_LIVE_BYTES_MAX)
		live->n_left_out += count_lines(lines);
	else
		buf_append_str(&live->text, lines);
}

void cli_live_pass(struct cli_live *live, struct str text)
{
	buf_append_str(&live->text, text);
	tell(live);
}

void cli_live_take(struct cli_live *live, struct buf *out)
{
	buf_append_str(out, buf_str(&live->text));
	buf_free(&live->text);
	if (live->n_left_out > 0)
		buf_printf(out, "%s%" PRIu64 " lines were left out.\n",
		    live->error_mark ? live->error_mark : "", live->n_left_out);
	live->n_left_out = 0;
	if (live->work && live->resume)
		live->resume(live->work);
}

/* ---- what goes on ------------------------------------------------------------------------ */

static void say_and_tell(struct cli_live *live, const struct buf *lines)
{
	cli_live_say(live, buf_str(lines));
	tell(live);
}

/* The last words have room, whatever waits. */
static void put_end(struct cli_live *live, const char *why)
{
	live->is_refused = why != NULL;
	if (why)
		buf_printf(&live->text, "%s%s\n",
		    live->error_mark ? live->error_mark : "", why);
	else
		cli_ping_end(&live->ping, &live->text);
}

void cli_live_break(struct cli_live *live)
{
	if (!live->work)
		return;
	stop(live);
	put_end(live, NULL);
}

void cli_live_found(struct cli_live *live, uint32_t address)
{
	auto_buf lines = BUF_NULL;

	cli_ping_found(&live->ping, address, &lines);
	say_and_tell(live, &lines);
}

void cli_live_sent(struct cli_live *live)
{
	cli_ping_sent(&live->ping);
}

void cli_live_answered(struct cli_live *live, uint16_t sequence, unsigned ttl,
    clock_ns time)
{
	auto_buf lines = BUF_NULL;

	cli_ping_answered(&live->ping, sequence, ttl, time, &lines);
	say_and_tell(live, &lines);
}

void cli_live_late(struct cli_live *live)
{
	auto_buf lines = BUF_NULL;

	cli_ping_late(&live->ping, &lines);
	say_and_tell(live, &lines);
}

void cli_live_ended(struct cli_live *live, const char *why)
{
	live->work = NULL;
	live->key = NULL;
	live->resume = NULL;
	put_end(live, why);
	tell(live);
}
