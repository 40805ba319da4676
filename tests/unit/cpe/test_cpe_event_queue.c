/* agents/cpe/event_queue: stories of one line each.
 *
 * A story is words: a code's name adds it ("BOOT", "M_REBOOT=key"), and
 *   take         an Inform is made
 *   inform       InformResponse comes    transfer   TransferCompleteResponse comes
 *   over         the session ends        reboot     the CPE restarts
 *   told=KEY     TransferCompleteResponse comes to the one of several that tells KEY
 * What must wait afterwards is the list of codes on the wire, in order. */
#include "tests/unit/unit.h"

#include "agents/cpe/session/event_queue.h"
#include "lib/base/compiler.h"

#include <stdio.h>

static const char *const symbols[] = {
#define XX(symbol, code, repeats, retry, delivered) #symbol,
	CWMP_EVENT_MAP(XX)
#undef XX
};

static void add(struct event_queue *queue, struct str word)
{
	struct str key;
	struct str name = str_cut(word, '=', &key);

	for (size_t i = 0; i < ARRAY_LEN(symbols); i++) {
		if (str_is(name, symbols[i])) {
			assert_int_equal(event_queue_add(queue, (enum cwmp_event_code)i,
					     key),
			    0);
			return;
		}
	}
	fail_msg("no event %.*s", STR_ARG(name));
}

static void play(struct event_queue *queue, struct str word)
{
	struct cwmp_event events[EVENT_QUEUE_MAX];

	if (str_is(word, "take"))
		(void)event_queue_take(queue, events);
	else if (str_is(word, "inform"))
		event_queue_confirm(queue, CWMP_INFORM);
	else if (str_is(word, "transfer"))
		event_queue_confirm(queue, CWMP_TRANSFER_COMPLETE);
	else if (str_starts(word, STR("told=")))
		event_queue_confirm_one(queue, CWMP_TRANSFER_COMPLETE,
		    str_from(word, 5));
	else if (str_is(word, "over"))
		event_queue_end(queue);
	else if (str_is(word, "reboot"))
		event_queue_reboot(queue);
	else
		add(queue, word);
}

static void check(const char *story, const char *wanted)
{
	struct event_queue queue = { NULL, 0, 0 };
	struct cwmp_event events[EVENT_QUEUE_MAX];
	struct str rest = str_of(story);
	auto_buf seen = BUF_NULL;
	size_t n;

	while (rest.len > 0)
		play(&queue, str_cut(rest, ' ', &rest));
	n = event_queue_take(&queue, events);
	for (size_t i = 0; i < n; i++) {
		buf_printf(&seen, "%s%.*s", i ? ", " : "", STR_ARG(events[i].code));
		if (events[i].command_key.len > 0)
			buf_printf(&seen, "=%.*s", STR_ARG(events[i].command_key));
	}
	assert_string_equal(buf_cstr(&seen), wanted);
	event_queue_free(&queue);
}

static void test_stories_end_with_what_still_has_to_be_told(void **state)
{
	static const struct {
		const char *story, *wanted;
	} rows[] = {
		{ "", "" },
		{ "BOOTSTRAP BOOT", "0 BOOTSTRAP, 1 BOOT" },
		/* single and multiple */
		{ "PERIODIC PERIODIC", "2 PERIODIC" },
		{ "M_REBOOT=a M_REBOOT=b", "M Reboot=a, M Reboot=b" },
		{ "SCHEDULED M_SCHEDULE_INFORM=x SCHEDULED M_SCHEDULE_INFORM=y",
		    "3 SCHEDULED, M ScheduleInform=x, M ScheduleInform=y" },
		/* BOOTSTRAP discards the others */
		{ "BOOT PERIODIC M_REBOOT=a BOOTSTRAP", "0 BOOTSTRAP" },
		{ "BOOTSTRAP BOOTSTRAP", "0 BOOTSTRAP" },
		/* delivered by which response */
		{ "BOOTSTRAP BOOT take inform over", "" },
		{ "TRANSFER_COMPLETE M_DOWNLOAD=k BOOT take inform transfer over", "" },
		/* one of several */
		{ "TRANSFER_COMPLETE M_DOWNLOAD=a M_DOWNLOAD=b take inform told=a over",
		    "7 TRANSFER COMPLETE, M Download=b" },
		{ "TRANSFER_COMPLETE M_DOWNLOAD=a M_DOWNLOAD=b take inform told=b "
		  "told=a over",
		    "" },
		{ "TRANSFER_COMPLETE M_DOWNLOAD=a M_UPLOAD=a take inform told=a over",
		    "7 TRANSFER COMPLETE, M Upload=a" },
		{ "TRANSFER_COMPLETE M_DOWNLOAD=a take M_DOWNLOAD=b told=a over",
		    "M Download=b" },
		{ "TRANSFER_COMPLETE take told=a over", "" },
		{ "BOOT M_REBOOT=a take told=a over", "1 BOOT, M Reboot=a" },
		/* a session that fails */
		{ "BOOT PERIODIC take over", "1 BOOT, 2 PERIODIC" },
		{ "BOOT PERIODIC take inform over", "" },
		{ "TRANSFER_COMPLETE M_DOWNLOAD=k take inform over",
		    "7 TRANSFER COMPLETE, M Download=k" },
		{ "CONNECTION_REQUEST take over", "" },
		{ "CONNECTION_REQUEST PERIODIC take over", "2 PERIODIC" },
		{ "HEARTBEAT take over", "" },
		/* what occurs during a session waits for the next */
		{ "BOOT take PERIODIC inform over", "2 PERIODIC" },
		{ "PERIODIC take PERIODIC inform over", "2 PERIODIC" },
		{ "PERIODIC take PERIODIC over", "2 PERIODIC" },
		{ "CONNECTION_REQUEST take CONNECTION_REQUEST over",
		    "6 CONNECTION REQUEST" },
		/* what occurs before the Inform is written stands in it, once */
		{ "PERIODIC take PERIODIC VALUE_CHANGE", "2 PERIODIC, 4 VALUE CHANGE" },
		{ "PERIODIC take PERIODIC take inform over", "" },
		{ "M_REBOOT=a take M_REBOOT=b", "M Reboot=a, M Reboot=b" },
		/* a reboot */
		{ "BOOTSTRAP BOOT VALUE_CHANGE PERIODIC DIAGNOSTICS_COMPLETE reboot",
		    "0 BOOTSTRAP, 2 PERIODIC" },
		{ "M_REBOOT=a BOOT reboot BOOT", "M Reboot=a, 1 BOOT" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check(rows[i].story, rows[i].wanted);
}

static void test_no_more_wait_than_an_inform_can_hold(void **state)
{
	struct event_queue queue = { NULL, 0, 0 };

	(void)state;
	for (int i = 0; i < EVENT_QUEUE_MAX; i++)
		assert_int_equal(event_queue_add(&queue, CWMP_EVENT_M_REBOOT, STR("k")),
		    0);
	assert_int_equal(event_queue_add(&queue, CWMP_EVENT_M_REBOOT, STR("k")),
	    ERR_LIMIT);
	assert_int_equal(event_queue_add(&queue, CWMP_EVENT_BOOTSTRAP, STR_NULL), 0);
	assert_int_equal(queue.len, 1);
	event_queue_free(&queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stories_end_with_what_still_has_to_be_told),
		cmocka_unit_test(test_no_more_wait_than_an_inform_can_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
