/* The one word that names a device. */
#include "lib/cwmp/device_name.h"

#include "lib/base/compiler.h"
#include "tests/unit/unit.h"

#define TEN   "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

static const struct row {
	const char *oui, *product_class, *serial;
	const char *name; /* null: there is none */
} rows[] = {
	{ "00E0FC", "HP5920", "HP001", "00E0FC-HP5920-HP001" },
	{ "00E0FC", "", "HP001", "00E0FC-HP001" },
	{ "00E0FC", "Set top/box", "1-2", "00E0FC-Set%20top%2Fbox-1-2" },
	{ "00E0FC", "K\xc3\xa4se", "~._", "00E0FC-K%C3%A4se-~._" },
	/* 64 characters, and 65 */
	{ "00E0FC", "class", FIFTY "1", "00E0FC-class-" FIFTY "1" },
	{ "00E0FC", "class", FIFTY "12", "00E0FC-" FIFTY "12" },
	{ "00E0FC", "class", FIFTY "1234567", "00E0FC-" FIFTY "1234567" },
	{ "00E0FC", "class", FIFTY "12345678", NULL },
};

static void test_a_device_has_one_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct cwmp_device_id id = {
			.oui = str_of(rows[i].oui),
			.product_class = str_of(rows[i].product_class),
			.serial_number = str_of(rows[i].serial),
		};
		char name[CWMP_DEVICE_NAME_MAX];

		assert_int_equal(cwmp_device_name(&id, name),
		    rows[i].name ? 0 : ERR_LIMIT);
		assert_string_equal(name, rows[i].name ? rows[i].name : "");
	}
}

#define SERIAL_40 "1234567890123456789012345678901234567890"

/* Those of the device and of its kind, and none that is only like them. */
static void test_a_certificate_is_its_own_or_that_of_its_kind(void **state)
{
	static const struct {
		const char *name;
		bool is_its;
	} names[] = {
		{ "00E0FC-HP%205920-HP001", true },
		{ "00E0FC-HP001", false },
		{ "00E0FC-HP%205920", true },
		{ "00E0FC", true },
		{ "00E0FC-HP 5920-HP001", false },
		{ "00E0FC-HP%205920-HP002", false },
		{ "00E0FC-HP%205920-HP001 ", false },
		{ "00E0FC-HP%205920-", false },
		{ "00E0FC-HP%205920-HP00", false },
		{ "00E0FD-HP%205920-HP001", false },
		{ "00e0fc-HP%205920-HP001", false },
		{ "HP001", false },
		{ "", false },
	};
	const struct cwmp_device_id id = { .oui = STR("00E0FC"),
		.product_class = STR("HP 5920"),
		.serial_number = STR("HP001") };
	const struct cwmp_device_id classless = { .oui = STR("00E0FC"),
		.serial_number = STR("HP001") };
	const struct cwmp_device_id just_short_enough = { .oui = STR("00E0FC"),
		.product_class = STR("class-of-16-byte"),
		.serial_number = STR(SERIAL_40) };
	const struct cwmp_device_id too_long = { .oui = STR("00E0FC"),
		.product_class = STR("class-of-16-byte"),
		.serial_number = STR(SERIAL_40 "1") };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (cwmp_device_is_named(&id, str_of(names[i].name)) != names[i].is_its)
			fail_msg("%s", names[i].name);
	}
	assert_true(cwmp_device_is_named(&classless, STR("00E0FC-HP001")));
	assert_true(cwmp_device_is_named(&classless, STR("00E0FC")));
	assert_false(cwmp_device_is_named(&classless, STR("00E0FC-")));
	assert_false(cwmp_device_is_named(&classless, STR("00E0FC-HP5920-HP001")));
	/* Where the whole name is longer than a common name may be. */
	assert_false(
	    cwmp_device_is_named(&just_short_enough, STR("00E0FC-" SERIAL_40)));
	assert_true(cwmp_device_is_named(&too_long, STR("00E0FC-" SERIAL_40 "1")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_device_has_one_name),
		cmocka_unit_test(test_a_certificate_is_its_own_or_that_of_its_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
