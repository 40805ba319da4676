/* Secrets that a CPE quotes where it says what went wrong: they are neither kept nor told
 * (acs_play.h). */
#include "tests/unit/acs/acs_play.h"

#define CPE "0000E2-5920-S1"

static const struct task *nth(const struct task_queue *queue, uint64_t id)
{
	const struct task *task = task_queue_find(queue, id);

	assert_non_null(task);
	return task;
}

/* Some CPEs quote what they refuse. */
static void a_fault_is_kept_without_the_secrets_that_it_quotes(void **state)
{
	static const struct {
		const char *method, *arguments, *said, *text;
	} rows[] = {
		{ "SetParameterValues",
		    "{\"values\":{\"ManagementServer.Password\":\"pl4nt99\","
		    "\"DeviceInfo.ProvisioningCode\":\"R&D-7\"}}",
		    "no pl4nt99, nor pl4nt99R&D-7", "no ***, nor ***R&D-7" },
		/* one that begins as another does */
		{ "SetParameterValues",
		    "{\"values\":{\"ManagementServer.Password\":\"pl4nt\","
		    "\"ManagementServer.ConnectionRequestPassword\":\"pl4nt97\"}}",
		    "no pl4nt97, nor pl4nt", "no ***, nor ***" },
		{ "Download",
		    "{\"file-type\":\"1 Firmware Upgrade Image\",\"url\":\"http://h/\","
		    "\"password\":\"pl4nt98\"}",
		    "the server knows no pl4nt98", "the server knows no ***" },
		{ "Upload",
		    "{\"file-type\":\"1 Vendor Configuration File\",\"url\":\"http://h/\","
		    "\"password\":\"pl4n\"}",
		    "pl4n", "***" },
		/* another request has set it */
		{ "Reboot", "{}", "as pl4nt99", "as ***" },
		/* a short one is a part of other words */
		{ "SetParameterValues",
		    "{\"values\":{\"ManagementServer.Password\":\"not\"}}",
		    "not allowed: 'not', as not is none",
		    "not allowed: '***', as not is none" },
	};
	struct acs_play play;
	char turn[128];

	(void)state;
	play_begin(&play, NULL);
	play_start(&play);
	(void)play_turn(&play, "|inform 1 BOOT");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(play_add(&play.tasks, CPE, rows[i].method,
					rows[i].arguments),
		    "");
	(void)play_turn(&play, "cookie|");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct task *task = nth(&play.tasks, i + 1);
		auto_buf members = BUF_NULL;

		(void)snprintf(turn, sizeof(turn), "cookie|fault 9003 %s",
		    rows[i].said);
		(void)play_turn(&play, turn);
		assert_int_equal(task->fault, 9003);
		assert_string_equal(task->text, rows[i].text);
		buf_printf(&members,
		    "\"parameters\":[{\"name\":\"Device.P\",\"fault\":9007,"
		    "\"text\":\"%s\"}]",
		    rows[i].text);
		assert_string_equal(task->members, buf_cstr(&members));
	}
	play_end(&play);
}

#define MESSAGE(body)                                                               \
	"cookie|<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" " \
	"xmlns:c=\"urn:dslforum-org:cwmp-1-2\"><e:Header><c:ID e:mustUnderstand="   \
	"\"1\">7</c:ID></e:Header><e:Body>" body "</e:Body></e:Envelope>"
#define TIMES                                         \
	"<StartTime>2026-01-01T00:00:00Z</StartTime>" \
	"<CompleteTime>2026-01-01T00:00:01Z</CompleteTime>"
#define FAULT(words)                               \
	"<FaultStruct><FaultCode>9010</FaultCode>" \
	"<FaultString>" words "</FaultString></FaultStruct>"

/* The words of each fault that the CPE tells. */
static void put_words(void *user, const struct acs_session *session,
    const struct acs_note *note)
{
	struct acs_play *play = user;
	const struct cwmp_args *args = &note->msg->args;

	(void)session;
	if (note->kind != ACS_NOTE_REQUEST)
		return;
	buf_printf(&play->diary, "{%.*s}", STR_ARG(args->fault_text));
	play_tell_items(&play->diary, args);
}

static void turn_over(struct acs_play *play, const char *inform, const char *told)
{
	(void)play_turn(play, inform);
	buf_reset(&play->diary);
	(void)play_turn(play, told);
	(void)play_turn(play, "cookie|");
}

/* In a session of its own, which may come days after that of the download. */
static void what_a_transfer_says_at_its_end_is_told_without_them(void **state)
{
	struct acs_play play;

	(void)state;
	play_begin(&play, NULL);
	play.config.noted = put_words;
	play_start(&play);
	assert_string_equal(play_add(&play.tasks, CPE, "Download",
				"{\"file-type\":\"1 Firmware Upgrade Image\","
				"\"url\":\"http://u:pl4nt11@h/\","
				"\"password\":\"pl4nt22\"}"),
	    "");
	turn_over(&play, "|inform 1 BOOT", "cookie|");
	(void)play_turn(&play, "cookie|did Download");

	turn_over(&play, "|inform 7 TRANSFER COMPLETE",
	    MESSAGE("<c:TransferComplete><CommandKey>k</CommandKey>" FAULT(
		"neither pl4nt11 nor pl4nt22") TIMES "</c:TransferComplete>"));
	assert_non_null(strstr(buf_cstr(&play.diary), "{neither *** nor ***}"));

	turn_over(&play, "|inform 11 DU STATE CHANGE COMPLETE",
	    MESSAGE(
		"<c:DUStateChangeComplete><Results><OpResultStruct>"
		"<UUID>pl4nt22</UUID>" FAULT(
		    "no pl4nt22") "</OpResultStruct></Results><CommandKey>k</CommandKey>"
				  "</c:DUStateChangeComplete>"));
	assert_non_null(strstr(buf_cstr(&play.diary), "FaultString=no ***"));

	/* It is nothing to another device. */
	turn_over(&play, "|other 7 TRANSFER COMPLETE",
	    MESSAGE("<c:TransferComplete><CommandKey>k</CommandKey>" FAULT("no pl4nt22")
		    TIMES "</c:TransferComplete>"));
	assert_non_null(strstr(buf_cstr(&play.diary), "{no pl4nt22}"));
	play_end(&play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fault_is_kept_without_the_secrets_that_it_quotes),
		cmocka_unit_test(what_a_transfer_says_at_its_end_is_told_without_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
