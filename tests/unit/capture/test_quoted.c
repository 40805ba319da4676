/* Secrets that a session has shown, where a fault or an error page quotes them. */
#include "tests/unit/unit.h"

#include "capture/analysis/analysis.h"
#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "tests/support/script_analyse.h"

#include <string.h>

/* All that is kept of its messages, as JSON, with their bodies. */
static void read_script(struct buf *out, const char *script, bool shows_secrets)
{
	const struct analysis_options options = { .path = "capture.pcap",
		.keep_bodies = true,
		.show_secrets = shows_secrets };
	struct analysis *analysis = NULL;
	struct error err = ERROR_NULL;
	struct json json = json_writer(out, 1);

	if (script_analyse("quoted", str_of(script), &options, NULL, &analysis, &err) <
	    0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < analysis->n_sessions; i++) {
		const struct analysis_session *session = &analysis->sessions[i];

		analysis_write_session(session, &json);
		for (size_t k = 0; k < session->n_messages; k++)
			buf_append_str(out, session->messages[k].body);
	}
	json_object_begin(&json, NULL);
	analysis_write_rest(analysis, &json);
	json_object_end(&json);
	analysis_free(analysis);
}

static void is_hidden(const char *script, const char *secret, const char *around)
{
	auto_buf hidden = BUF_NULL, shown = BUF_NULL;

	read_script(&hidden, script, false);
	read_script(&shown, script, true);
	if (strstr(buf_cstr(&hidden), secret))
		fail_msg("%s", strstr(buf_cstr(&hidden), secret));
	assert_non_null(strstr(buf_cstr(&hidden), around));
	assert_non_null(strstr(buf_cstr(&shown), secret));
}

#define BEGIN                                                     \
	"begin url=http://10.0.0.11:7547/acs events=\"1 BOOT\"\n" \
	"> empty\n"

static void a_fault_quotes_what_was_set(void **state)
{
	(void)state;
	is_hidden(BEGIN
	    "< SetParameterValues ParameterKey=k Device.ManagementServer.Password=hunter\n"
	    "> Fault code=9003 Device.ManagementServer.Password=9007\n"
	    "\tedit s|Invalid arguments|no hunter for us|\n"
	    "finish\n",
	    "hunter", "no *** for us");
}

static void a_secret_that_begins_as_an_older_one_is_hidden_whole(void **state)
{
	(void)state;
	is_hidden(BEGIN
	    "< SetParameterValues ParameterKey=k Device.ManagementServer.Password=hunter\n"
	    "> SetParameterValuesResponse\n"
	    "< SetParameterValues ParameterKey=k "
	    "Device.ManagementServer.Password=hunterxq77\n"
	    "> Fault code=9003 Device.ManagementServer.Password=9007\n"
	    "\tedit s|Invalid arguments|no hunterxq77 for us|\n"
	    "finish\n",
	    "xq77", "no *** for us");
}

/* The body is shown, too, as it was written. */
static void a_fault_quotes_it_in_markup(void **state)
{
	(void)state;
	is_hidden(BEGIN "< SetParameterValues ParameterKey=k "
			"Device.ManagementServer.Password=\"hun<ter\"\n"
			"> Fault code=9003 text=\"no hun<ter for us\"\n"
			"finish\n",
	    "hun", "no *** for us");
}

static void the_faultstring_of_soap_quotes_it(void **state)
{
	(void)state;
	is_hidden(BEGIN
	    "< SetParameterValues ParameterKey=k Device.ManagementServer.Password=hunter\n"
	    "> Fault code=9003\n"
	    "\tedit s|CWMP fault|no hunter for us|\n"
	    "finish\n",
	    "hunter", "no *** for us");
}

static void the_fault_of_a_download_quotes_the_password_of_the_file(void **state)
{
	(void)state;
	is_hidden(BEGIN
	    "< Download CommandKey=d FileType=\"1 Firmware Upgrade Image\" "
	    "URL=http://10.0.0.9/f Username=u Password=hunter FileSize=1\n"
	    "> Fault code=9010\n"
	    "\tedit s|</FaultCode><FaultString>|&no login as u with hunter: |\n"
	    "finish\n",
	    "hunter", "no login as u with ***: ");
}

/* Where an ACS answers what is no envelope, its first line is shown. */
static void an_error_page_quotes_it(void **state)
{
	(void)state;
	is_hidden(BEGIN
	    "< SetParameterValues ParameterKey=k Device.ManagementServer.Password=hunter\n"
	    "> SetParameterValuesResponse\n"
	    "< 500\n"
	    "\tbody \"cannot store hunter\"\n"
	    "close\n",
	    "hunter", "cannot store ***");
}

/* A word that was no secret of this session stays, and so does a short one. */
static void what_was_not_set_stays(void **state)
{
	auto_buf hidden = BUF_NULL;

	(void)state;
	read_script(&hidden,
	    BEGIN "< SetParameterValues ParameterKey=k Device.X=hunter "
		  "Device.ManagementServer.Password=too\n"
		  "> Fault code=9003 Device.X=9007\n"
		  "\tedit s|Invalid arguments|hunter is too short|\n"
		  "finish\n",
	    false);
	assert_non_null(strstr(buf_cstr(&hidden), "hunter is too short"));
}

/* It was told to the device sessions before: by the download itself, in its URL or by a Set. */
static void a_transfer_that_failed_quotes_it_sessions_later(void **state)
{
	static const struct {
		const char *asks, *words, *around;
	} rows[] = {
		{ "< Download CommandKey=d FileType=\"1 Firmware Upgrade Image\" "
		  "URL=http://10.0.0.9/f Username=u Password=hunter FileSize=1\n"
		  "> DownloadResponse Status=1\n",
		    "no login as u/hunter", "no login as u/***" },
		{ "< Download CommandKey=d FileType=\"1 Firmware Upgrade Image\" "
		  "URL=http://u:hunter@10.0.0.9/f FileSize=1\n"
		  "> DownloadResponse Status=1\n",
		    "hunter is refused", "*** is refused" },
		{ "< SetParameterValues ParameterKey=k "
		  "Device.ManagementServer.Password=hunter\n"
		  "> SetParameterValuesResponse\n",
		    "no hunter", "no ***" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf script = BUF_NULL;

		buf_printf(&script,
		    BEGIN "%sfinish\n"
			  "wait 2m\n"
			  "begin url=http://10.0.0.11:7547/acs events=\"2 PERIODIC\"\n"
			  "> empty\n"
			  "finish\n"
			  "wait 2m\n"
			  "begin url=http://10.0.0.11:7547/acs events=\"7 TRANSFER "
			  "COMPLETE,M Download:d\"\n"
			  "> TransferComplete CommandKey=d FaultCode=9010 "
			  "FaultString=\"%s\"\n"
			  "< TransferCompleteResponse\n"
			  "> empty\n"
			  "finish\n",
		    rows[i].asks, rows[i].words);
		is_hidden(buf_cstr(&script), "hunter", rows[i].around);
	}
}

/* Until an Inform comes, nobody knows whose secrets they are. */
static void a_session_without_an_inform_knows_its_own(void **state)
{
	(void)state;
	is_hidden("open\n"
		  "> GetRPCMethods\n"
		  "< SetParameterValues ParameterKey=k "
		  "Device.ManagementServer.Password=hunter\n"
		  "> Fault code=9003 Device.ManagementServer.Password=9007\n"
		  "\tedit s|Invalid arguments|no hunter for us|\n"
		  "close\n",
	    "hunter", "no *** for us");
}

static void a_dot_at_the_end_of_a_name_opens_nothing(void **state)
{
	(void)state;
	is_hidden(BEGIN
	    "< SetParameterValues ParameterKey=k Device.IPsec.X.1.Password.=hunter\n"
	    "> SetParameterValuesResponse\n"
	    "finish\n",
	    "hunter", "1.Password.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fault_quotes_what_was_set),
		cmocka_unit_test(a_secret_that_begins_as_an_older_one_is_hidden_whole),
		cmocka_unit_test(a_fault_quotes_it_in_markup),
		cmocka_unit_test(the_faultstring_of_soap_quotes_it),
		cmocka_unit_test(
		    the_fault_of_a_download_quotes_the_password_of_the_file),
		cmocka_unit_test(an_error_page_quotes_it),
		cmocka_unit_test(what_was_not_set_stays),
		cmocka_unit_test(a_transfer_that_failed_quotes_it_sessions_later),
		cmocka_unit_test(a_session_without_an_inform_knows_its_own),
		cmocka_unit_test(a_dot_at_the_end_of_a_name_opens_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
