/* Texts between an ACS and a CPE, in memory over both: what a policy sets and orders comes back
 * byte by byte, whatever it means to XML, and limits count characters, not bytes. */
#include "tests/unit/acs/acs_and_cpe.h"
#include "tests/unit/cases.h"

#define MODEL "tests/unit/cpe/models/vendor.yaml"
#define NAME  "X_0000C1_Lamp.X_EXAMPLE_Note"
#define KEY   "ManagementServer.ParameterKey"

enum {
	VALUE_MAX = 64,
	KEY_MAX = 32
};

enum kind {
	VALUE,
	PARAMETER_KEY,
	COMMAND_KEY
};

/* The last character of either length is none that is trimmed. */
#define SPECIAL "<&\t>\"'\n]]>&amp;%s"
#define BYTES_2 "\xc3\xa4\xc3\x9f\xe2\x82\xac\xe6\xbc\xa2\xf0\x9f\x98\x80"

static const struct scene {
	const char *name;
	enum kind kind;
	const char *alphabet;
} scenes[] = {
	{ "a value that is special to XML", VALUE, SPECIAL },
	{ "a value of several bytes a character", VALUE, BYTES_2 },
	{ "a ParameterKey that is special to XML", PARAMETER_KEY, SPECIAL },
	{ "a ParameterKey of several bytes a character", PARAMETER_KEY, BYTES_2 },
	{ "a CommandKey that is special to XML", COMMAND_KEY, SPECIAL },
	{ "a CommandKey of several bytes a character", COMMAND_KEY, BYTES_2 },
};

/* n characters of the alphabet, which begins again where it ends. */
static void fill_text(struct buf *out, const char *alphabet, size_t n)
{
	const char *at = alphabet;

	for (size_t i = 0; i < n; i++) {
		do
			buf_append_char(out, *at++);
		while (((unsigned char)*at & 0xc0) == 0x80);
		if (!*at)
			at = alphabet;
	}
}

/* As a text in double quotes of YAML. */
static void append_quoted(struct buf *out, struct str text)
{
	buf_append_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == '"' || c == '\\')
			buf_append_char(out, '\\');
		if (c == '\n' || c == '\t')
			buf_append_text(out, c == '\n' ? "\\n" : "\\t");
		else
			buf_append_char(out, c);
	}
	buf_append_char(out, '"');
}

static void write_policy(struct buf *out, enum kind kind, struct str text)
{
	buf_append_text(out, "rules:\n  - on: any\n    steps:\n      - ");
	if (kind == COMMAND_KEY)
		buf_append_text(out, "rpc: Reboot\n        command-key: ");
	else if (kind == PARAMETER_KEY)
		buf_append_text(out, "set: {" NAME ": x}\n        parameter-key: ");
	else
		buf_append_text(out, "set:\n          " NAME ": ");
	append_quoted(out, text);
	buf_append_text(out, "\n      - get: [" NAME ", " KEY "]\n");
}

/* What the ACS then knows of the CPE. */
static struct str known(const struct line *line, const char *name)
{
	const struct device *device =
	    map_get(&line->acs.devices.by_id, STR("0000C1-Box-020000000001"));

	assert_non_null(device);
	return device_value(device, name);
}

static void a_text_comes_back(void **state)
{
	const struct scene *scene = *state;
	auto_buf text = BUF_NULL, policy = BUF_NULL, wanted = BUF_NULL;
	struct line line;

	fill_text(&text, scene->alphabet, scene->kind == VALUE ? VALUE_MAX : KEY_MAX);
	write_policy(&policy, scene->kind, buf_str(&text));
	line_begin_as(&line, MODEL, buf_cstr(&policy), AUTH_MD5);
	assert_int_equal(run_session(&line), SESSION_CLOSE);

	if (scene->kind == COMMAND_KEY) {
		buf_printf(&wanted, "reboot %s", buf_cstr(&text));
		assert_string_equal(line.stub->diary, buf_cstr(&wanted));
		/* and by the Inform of the boot that follows */
		assert_int_equal(event_queue_add(&line.events, CWMP_EVENT_M_REBOOT,
				     buf_str(&text)),
		    0);
		assert_int_equal(run_session(&line), SESSION_CLOSE);
		buf_reset(&wanted);
		buf_printf(&wanted, "[%s]", buf_cstr(&text));
		assert_string_equal(buf_cstr(&line.keys), buf_cstr(&wanted));
	} else {
		assert_true(str_eq(known(&line, scene->kind == VALUE
						    ? "InternetGatewayDevice." NAME
						    : "InternetGatewayDevice." KEY),
		    buf_str(&text)));
	}
	line_end(&line);
}

/* One character more than goes is a fault, and the old value stays. */
static void a_value_of_one_character_more_is_refused(void **state)
{
	static const char *const alphabets[] = { SPECIAL, BYTES_2 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(alphabets); i++) {
		auto_buf text = BUF_NULL, policy = BUF_NULL;
		struct line line;

		fill_text(&text, alphabets[i], VALUE_MAX + 1);
		write_policy(&policy, VALUE, buf_str(&text));
		line_begin_as(&line, MODEL, buf_cstr(&policy), AUTH_MD5);
		assert_int_equal(run_session(&line), SESSION_CLOSE);

		assert_non_null(strstr(buf_cstr(&line.ladder),
		    "<- 200 SetParameterValues\n-> POST Fault\n"));
		assert_string_equal(line.stub->diary, "");
		line_end(&line);
	}
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, a_text_comes_back, scenes);
	cases_add(&cases, a_value_of_one_character_more_is_refused);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
