/* Tasks that are queued for a CPE, in its sessions (acs_play.h). */
#include "tests/unit/acs/tasks.h"

static void calls_go_out_in_order_after_the_policy(void **state)
{
	static const char policy[] = "rules:\n  - {on: any, steps: [{get: P}]}\n";
	const struct task *task;
	struct acs_play play;

	(void)state;
	play_begin(&play, policy);
	play_start(&play);
	assert_string_equal(play_add(&play.tasks, CPE, "GetParameterValues",
				"{\"names\":[\"A\"]}"),
	    "");
	assert_string_equal(play_add(&play.tasks, "other", "Reboot", "{}"), "");
	assert_string_equal(play_add(&play.tasks, CPE, "Reboot",
				"{\"command-key\":\"7\"}"),
	    "");
	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"),
	    "200 GetParameterValues Device.P");
	assert_string_equal(play_turn(&play, "cookie|values Device.P=1"),
	    "200 GetParameterValues Device.A");
	/* One that comes meanwhile has its turn, too. */
	assert_string_equal(play_add(&play.tasks, CPE, "FactoryReset", "{}"), "");
	assert_string_equal(play_turn(&play,
				"cookie|values Device.A=x<y,Device.Password=p"),
	    "200 Reboot key 7");
	assert_string_equal(play_turn(&play, "cookie|fault 9001"), "200 FactoryReset");
	assert_string_equal(play_turn(&play, "cookie|did FactoryReset"), "204");

	task = nth(&play.tasks, 1);
	assert_int_equal(task->state, TASK_DONE);
	assert_string_equal(task->list, "values");
	assert_string_equal(task->items,
	    "{\"name\":\"Device.A\",\"value\":\"x<y\",\"type\":\"string\"}\n"
	    "{\"name\":\"Device.Password\",\"value\":\"***\",\"type\":\"string\"}\n");
	assert_null(task->arguments);
	task = nth(&play.tasks, 3);
	assert_int_equal(task->state, TASK_FAULT);
	assert_int_equal(task->fault, 9001);
	assert_int_equal(nth(&play.tasks, 2)->state, TASK_QUEUED);
	assert_int_equal(nth(&play.tasks, 4)->state, TASK_DONE);
	assert_int_equal(task_queue_waiting(&play.tasks, CPE), 0);
	play_end(&play);
}

/* What was sent and not answered is sent again in the next session, so many times. */
static void a_call_without_an_answer_is_sent_again(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{}");
	(void)play_add(&play.tasks, CPE, "FactoryReset", "{}");
	for (int i = 0; i < TASK_SENDS_MAX; i++) {
		(void)play_turn(&play, "new|inform 1 BOOT");
		assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	}
	(void)play_turn(&play, "new|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 FactoryReset");
	assert_int_equal(nth(&play.tasks, 1)->state, TASK_FAILED);
	assert_string_equal(nth(&play.tasks, 1)->text,
	    "sent 3 times, and never answered");
	play_end(&play);
}

static void a_call_that_is_passed_over_holds_none_back(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{}");
	(void)play_add(&play.tasks, CPE, "FactoryReset", "{}");
	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	assert_string_equal(play_turn(&play, "cookie|"), "200 FactoryReset");
	assert_int_equal(nth(&play.tasks, 1)->state, TASK_FAILED);
	assert_string_equal(nth(&play.tasks, 1)->text,
	    "the CPE answered with an empty POST");
	/* The answer that comes after all is not the one that is due. */
	assert_string_equal(play_turn(&play, "cookie|did Reboot"), "400 close");
	(void)play_turn(&play, "new|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 FactoryReset");
	assert_string_equal(play_turn(&play, "cookie|did FactoryReset"), "204");
	assert_int_equal(nth(&play.tasks, 2)->state, TASK_DONE);
	play_end(&play);
}

/* The CPE may have answered on the connection that is gone. */
static void a_call_goes_out_again_on_another_connection(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{}");
	(void)play_add(&play.tasks, CPE, "FactoryReset", "{}");
	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	assert_string_equal(play_turn(&play, "new cookie|"), "200 Reboot");
	assert_string_equal(play_turn(&play, "cookie|did Reboot"), "200 FactoryReset");
	assert_int_equal(nth(&play.tasks, 1)->state, TASK_DONE);
	assert_int_equal(nth(&play.tasks, 1)->n_sent, 2);

	/* Who never answers is not asked for ever, nor on the same connection again. */
	assert_string_equal(play_turn(&play, "new cookie|"), "200 FactoryReset");
	assert_string_equal(play_turn(&play, "new cookie|"), "200 FactoryReset");
	assert_string_equal(play_turn(&play, "new cookie|"), "204");
	assert_int_equal(nth(&play.tasks, 2)->state, TASK_FAILED);
	assert_string_equal(nth(&play.tasks, 2)->text,
	    "sent 3 times, and never answered");
	play_end(&play);
}

/* What is asked on another connection is answered there, or not at all. */
static void a_call_that_is_passed_over_there_is_over(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{}");
	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "new cookie|"), "200 Reboot");
	assert_string_equal(play_turn(&play, "cookie|"), "204");
	assert_int_equal(nth(&play.tasks, 1)->state, TASK_FAILED);
	assert_string_equal(nth(&play.tasks, 1)->text,
	    "the CPE answered with an empty POST");
	play_end(&play);
}

/* A proxy may bring the POSTs of several CPEs on one connection. */
static void a_call_that_is_passed_over_behind_a_proxy_is_over(void **state)
{
	struct acs_play play;
	char cookie[sizeof(play.cookie)];

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{}");
	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	memcpy(cookie, play.cookie, sizeof(cookie));
	(void)play_turn(&play, "|other 2 PERIODIC");
	memcpy(play.cookie, cookie, sizeof(cookie));
	assert_string_equal(play_turn(&play, "cookie|"), "204");
	assert_int_equal(nth(&play.tasks, 1)->state, TASK_FAILED);
	play_end(&play);
}

static void a_call_goes_out_again_after_a_second_inform(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{}");
	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	assert_string_equal(play_turn(&play, "cookie|inform 1 BOOT"),
	    "200 InformResponse #c");
	assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	assert_string_equal(play_turn(&play, "cookie|did Reboot"), "204");
	assert_int_equal(nth(&play.tasks, 1)->state, TASK_DONE);
	play_end(&play);
}

#define SOAP_FAULT(parts)                                                           \
	"cookie|<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" " \
	"xmlns:c=\"urn:dslforum-org:cwmp-1-0\"><e:Body><e:Fault>" parts             \
	"</e:Fault></e:Body></e:Envelope>"
#define DETAIL                                         \
	"<detail><c:Fault><FaultCode>9005</FaultCode>" \
	"<FaultString>Invalid parameter name</FaultString></c:Fault></detail>"

static void what_soap_says_stands_in_for_a_fault_code(void **state)
{
	static const struct {
		const char *fault, *text;
		uint32_t code;
	} rows[] = {
		{ SOAP_FAULT("<faultcode>e:Server</faultcode><faultstring>Busy"
			     "</faultstring>"),
		    "the fault has no FaultCode: Server, Busy", 0 },
		{ SOAP_FAULT("<faultcode>Client</faultcode><faultstring/>"),
		    "the fault has no FaultCode: Client", 0 },
		{ SOAP_FAULT("<faultcode>Client</faultcode><faultstring>" DETAIL
			     "</faultstring>"),
		    "Invalid parameter name", 9005 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct acs_play play;
		const struct task *task;

		play_begin(&play, NULL);
		play_start(&play);
		(void)play_add(&play.tasks, CPE, "Reboot", "{}");
		(void)play_turn(&play, "|inform 1 BOOT");
		(void)play_turn(&play, "cookie|");
		assert_string_equal(play_turn(&play, rows[i].fault), "204");
		task = nth(&play.tasks, 1);
		assert_int_equal(task->state, TASK_FAULT);
		assert_int_equal(task->fault, rows[i].code);
		assert_string_equal(task->text, rows[i].text);
		play_end(&play);
	}
}

/* A session that is dead for the CPE, and not yet for the ACS, holds no task back. */
static void the_newer_session_has_the_call(void **state)
{
	struct acs_play play;
	char old[128];

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{}");
	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	(void)snprintf(old, sizeof(old), "Cookie:%s|did Reboot", play.cookie);
	(void)play_turn(&play, "new|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 Reboot");
	assert_string_equal(play_turn(&play, "cookie|did Reboot"), "204");
	assert_int_equal(nth(&play.tasks, 1)->state, TASK_DONE);
	/* What the old one says then is nothing to anybody. */
	(void)snprintf(play.id, sizeof(play.id), "acs-1");
	assert_string_equal(play_turn(&play, old), "204");
	play_end(&play);
}

/* What is behind it goes out as if it had never been there; from the first byte of it on the
 * CPE may have it, and then it is asked for an answer as ever. */
static void a_call_is_withdrawn_until_it_is_sent(void **state)
{
	const struct task *task;
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_add(&play.tasks, CPE, "Reboot", "{\"command-key\":\"secret\"}");
	(void)play_add(&play.tasks, CPE, "FactoryReset", "{}");
	assert_string_equal(withdraw(&play.tasks, 3), "there is no task 3");
	assert_string_equal(withdraw(&play.tasks, 1), "");
	assert_int_equal(task_queue_waiting(&play.tasks, CPE), 1);
	task = nth(&play.tasks, 1);
	assert_int_equal(task->state, TASK_WITHDRAWN);
	assert_string_equal(task_state_name(task->state), "withdrawn");
	assert_string_equal(task->text, "it was withdrawn before it was sent");
	assert_int_equal(task->over, 9 * NS_PER_S);
	assert_null(task->arguments);
	assert_string_equal(withdraw(&play.tasks, 1), "task 1 is over: withdrawn");

	(void)play_turn(&play, "|inform 1 BOOT");
	assert_string_equal(play_turn(&play, "cookie|"), "200 FactoryReset");
	assert_string_equal(withdraw(&play.tasks, 2),
	    "task 2 was sent to " CPE ", which may have done it");
	assert_string_equal(play_turn(&play, "cookie|did FactoryReset"), "204");
	assert_string_equal(withdraw(&play.tasks, 2), "task 2 is over: done");
	play_end(&play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_go_out_in_order_after_the_policy),
		cmocka_unit_test(a_call_without_an_answer_is_sent_again),
		cmocka_unit_test(a_call_that_is_passed_over_holds_none_back),
		cmocka_unit_test(a_call_goes_out_again_on_another_connection),
		cmocka_unit_test(a_call_that_is_passed_over_there_is_over),
		cmocka_unit_test(a_call_that_is_passed_over_behind_a_proxy_is_over),
		cmocka_unit_test(a_call_goes_out_again_after_a_second_inform),
		cmocka_unit_test(what_soap_says_stands_in_for_a_fault_code),
		cmocka_unit_test(the_newer_session_has_the_call),
		cmocka_unit_test(a_call_is_withdrawn_until_it_is_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
