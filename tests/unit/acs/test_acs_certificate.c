/* Whose certificate an Inform comes with (acs_play.h): its own, that of its kind, or another's, which
 * is told, and refused where the ACS is to. */
#include "tests/unit/acs/acs_play.h"

static void put_note(void *user, const struct acs_session *session,
    const struct acs_note *note)
{
	struct acs_play *play = user;

	if (note->kind != ACS_NOTE_CERTIFICATE)
		return;
	assert_null(session->device);
	buf_printf(&play->diary, "[%.*s comes as %s%s]",
	    STR_ARG(note->msg->inform.device.serial_number), note->text,
	    note->is_refused ? ", refused" : "");
}

static void begin(struct acs_play *play, const char *certificate, bool refuses)
{
	play_begin(play, NULL);
	play->config.noted = put_note;
	play->config.refuses_other_names = refuses;
	(void)snprintf(play->peer.certificate, sizeof(play->peer.certificate), "%s",
	    certificate);
	play_start(play);
}

static void assert_diary(struct acs_play *play, const char *diary)
{
	assert_string_equal(buf_cstr(&play->diary), diary);
	buf_reset(&play->diary);
}

static void its_own_certificate_is_nothing_to_tell(void **state)
{
	static const char *const names[] = { "", "0000E2-5920-S1", "0000E2-5920",
		"0000E2" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct acs_play play;

		begin(&play, names[i], true);
		assert_string_equal(play_turn(&play, "|inform 1 BOOT"),
		    "200 InformResponse #c");
		assert_string_equal(play_turn(&play, "cookie|"), "204");
		assert_diary(&play,
		    "[0000E2-5920-S1 informs: 1 BOOT][0000E2-5920-S1 ok]");
		play_end(&play);
	}
}

static void anothers_certificate_is_told(void **state)
{
	struct acs_play play;

	(void)state;
	begin(&play, "0000E2-5920-S2", false);
	assert_string_equal(play_turn(&play, "|inform 1 BOOT"),
	    "200 InformResponse #c");
	/* Of the Inform, and of nothing else in the session. */
	assert_string_equal(play_turn(&play, "cookie|"), "204");
	assert_diary(&play,
	    "[S1 comes as 0000E2-5920-S2][0000E2-5920-S1 informs: 1 BOOT]"
	    "[0000E2-5920-S1 ok]");
	play_end(&play);
}

/* Nothing of what it says is believed: the device is not even known. */
static void anothers_certificate_is_refused(void **state)
{
	struct acs_play play;

	(void)state;
	begin(&play, "0000E2-5920-S2", true);
	assert_string_equal(play_turn(&play, "|inform 1 BOOT"), "200 fault 8001 #c");
	assert_diary(&play,
	    "[S1 comes as 0000E2-5920-S2, refused][nobody failed: the certificate is of "
	    "\"0000E2-5920-S2\", not of \"0000E2-5920-S1\"]");
	assert_int_equal(play.devices.by_id.len, 0);
	/* Whose it is may come with it on the same connection. */
	assert_string_equal(play_turn(&play, "|other 1 BOOT"), "200 InformResponse #c");
	assert_int_equal(play.devices.by_id.len, 1);
	play_end(&play);
}

/* A device of that serial number may have another ProductClass. */
static void its_serial_number_alone_is_not_its_name(void **state)
{
	struct acs_play play;

	(void)state;
	begin(&play, "0000E2-S1", true);
	assert_string_equal(play_turn(&play, "|inform 1 BOOT"), "200 fault 8001 #c");
	assert_diary(&play,
	    "[S1 comes as 0000E2-S1, refused][nobody failed: the certificate is of "
	    "\"0000E2-S1\", not of \"0000E2-5920-S1\"]");
	play_end(&play);
}

/* A session goes on over another connection by its cookie, and what that one has shown says
 * nothing of the Inform. */
static void a_certificate_counts_with_its_inform(void **state)
{
	struct acs_play play;

	(void)state;
	begin(&play, "0000E2-5920-S1", true);
	assert_string_equal(play_turn(&play, "|inform 1 BOOT"),
	    "200 InformResponse #c");
	(void)snprintf(play.peer.certificate, sizeof(play.peer.certificate), "x");
	assert_string_equal(play_turn(&play, "cookie|"), "204");
	assert_diary(&play, "[0000E2-5920-S1 informs: 1 BOOT][0000E2-5920-S1 ok]");
	play_end(&play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_own_certificate_is_nothing_to_tell),
		cmocka_unit_test(anothers_certificate_is_told),
		cmocka_unit_test(anothers_certificate_is_refused),
		cmocka_unit_test(its_serial_number_alone_is_not_its_name),
		cmocka_unit_test(a_certificate_counts_with_its_inform),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
