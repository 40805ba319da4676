/* Recorded TLS 1.2 and 1.3 connections, with and without their secrets, whole and torn. */
#include "tests/unit/unit.h"

#include "capture/tls/tls_session.h"
#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "lib/base/wire.h"

#include <stdio.h>

struct seen {
	unsigned hellos, certificates, finished, no_secrets, broken, posts, answers;
	uint64_t unread;
};

static void on_event(void *user, const struct tls_event *event, enum direction from)
{
	struct seen *seen = user;

	(void)from;
	seen->hellos +=
	    event->what == TLS_CLIENT_HELLO || event->what == TLS_SERVER_HELLO;
	seen->certificates += event->what == TLS_CERTIFICATE && event->der.len > 100;
	seen->finished += event->what == TLS_FINISHED;
	seen->no_secrets += event->what == TLS_NO_SECRETS;
	seen->broken += event->what == TLS_BROKEN;
}

static void on_data(void *user, enum direction from, struct str bytes)
{
	struct seen *seen = user;

	if (from == FROM_CLIENT && str_starts(bytes, STR("POST ")))
		seen->posts++;
	if (from == FROM_SERVER && str_starts(bytes, STR("HTTP/1.1 20")))
		seen->answers++;
}

static void on_unread(void *user, enum direction from, uint64_t bytes)
{
	struct seen *seen = user;

	(void)from;
	seen->unread += bytes;
}

enum damage {
	NONE,
	BYTE_BY_BYTE, /* each chunk in pieces of one byte */
	WITHOUT_KEYS,
	LOST_RECORD, /* a client chunk late in the connection is missing */
};

/* Plays a recording: key log, zero, chunks (see fuzz_tls.c). */
static void play(struct str recording, enum damage damage, struct seen *seen)
{
	struct tls_sink sink = { seen, on_event, on_data, on_unread };
	struct tls_session *session = tls_session_new();
	struct keylog keylog = KEYLOG_NULL;
	struct tls_crypto crypto = { 0 };
	uint8_t scratch[TLS_RECORD_MAX + 64];
	struct tls_context context = { &crypto, &keylog, scratch, &sink };
	struct str rest, lines = str_cut(recording, '\0', &rest);
	struct wire_reader r = wire_reader(rest.p, rest.len);
	unsigned n_client = 0;

	assert_non_null(session);
	if (damage != WITHOUT_KEYS)
		assert_int_equal(keylog_add(&keylog, lines), 0);
	while (wire_left(&r) > 0) {
		enum direction from = wire_u8(&r) ? FROM_SERVER : FROM_CLIENT;
		struct str chunk = wire_str(&r, wire_u16(&r));
		size_t step = damage == BYTE_BY_BYTE ? 1 : chunk.len;

		assert_int_equal(r.error, 0);
		if (from == FROM_CLIENT && ++n_client == 4 && damage == LOST_RECORD) {
			tls_session_gap(session, &context, from, chunk.len);
			continue;
		}
		for (; chunk.len > 0; chunk = str_from(chunk, step))
			tls_session_data(session, &context, from,
			    str_make(chunk.p, step));
	}
	tls_session_free(session);
	tls_crypto_free(&crypto);
	keylog_free(&keylog);
}

static struct str load(const char *name, struct buf *file)
{
	const char *source = getenv("CWMPLAB_SOURCE");
	auto_file in = NULL;
	char path[4096];
	uint8_t *room;

	(void)snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/tls/%s",
	    source ? source : ".", name);
	in = fopen(path, "rb");
	assert_non_null(in);
	room = buf_reserve(file, 65536);
	assert_non_null(room);
	file->len += fread(room, 1, 65536, in);
	return buf_str(file);
}

static void test_recordings_show_what_their_secrets_allow(void **state)
{
	static const struct {
		const char *file;
		enum damage damage;
		struct seen expected; /* unread: 1 for any */
	} rows[] = {
		{ "session-tls12", NONE, { 2, 1, 2, 0, 0, 4, 4, 0 } },
		{ "session-tls12", BYTE_BY_BYTE, { 2, 1, 2, 0, 0, 4, 4, 0 } },
		{ "session-tls12", WITHOUT_KEYS, { 2, 1, 2, 1, 0, 0, 0, 1 } },
		{ "session-tls12", LOST_RECORD, { 2, 1, 2, 0, 0, 3, 4, 1 } },
		{ "session-tls13", NONE, { 2, 1, 2, 0, 0, 4, 4, 0 } },
		{ "session-tls13", BYTE_BY_BYTE, { 2, 1, 2, 0, 0, 4, 4, 0 } },
		{ "session-tls13", WITHOUT_KEYS, { 2, 0, 0, 1, 0, 0, 0, 1 } },
		{ "session-tls13", LOST_RECORD, { 2, 1, 2, 0, 0, 3, 4, 1 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf file = BUF_NULL;
		struct seen seen = { 0 };

		play(load(rows[i].file, &file), rows[i].damage, &seen);
		seen.unread = seen.unread > 0;
		if (memcmp(&seen, &rows[i].expected, sizeof(seen)) != 0)
			fail_msg(
			    "row %zu: hellos %u certificates %u finished %u "
			    "no_secrets %u broken %u posts %u answers %u unread %u",
			    i, seen.hellos, seen.certificates, seen.finished,
			    seen.no_secrets, seen.broken, seen.posts, seen.answers,
			    (unsigned)seen.unread);
	}
}

static void test_wrong_secrets_are_told_once_a_direction(void **state)
{
	auto_buf file = BUF_NULL;
	struct seen seen = { 0 };
	struct str bytes = load("session-tls12", &file), rest;
	struct str lines = str_cut(bytes, '\0', &rest);

	(void)state;
	assert_true(lines.len > 80);
	/* Another master secret: its last digit is not what it was. */
	file.data[lines.len - 2] = file.data[lines.len - 2] == '0' ? '1' : '0';

	play(bytes, NONE, &seen);
	assert_int_equal(seen.broken, 2);
	assert_int_equal(seen.posts, 0);
	assert_true(seen.unread > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recordings_show_what_their_secrets_allow),
		cmocka_unit_test(test_wrong_secrets_are_told_once_a_direction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
