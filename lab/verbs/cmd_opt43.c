/* opt43: option 43 by hand. The bytes and what is said of them are lab/opt43's. */
#include "lab/verbs/cmds.h"

#include "lab/opt43/opt43_explain.h"
#include "lab/opt43/opt43_make.h"
#include "lab/opt43/opt43_server.h"
#include "lab/term/cmd.h"
#include "lib/base/json.h"
#include "lib/base/secret.h"
#include "lib/base/text.h"
#include "lib/program/say.h"
#include "lib/program/whole_file.h"

#include <string.h>

enum {
	TEXT_BYTES_MAX = 1 << 20, /* of a file with digits */
	PASSWORD_MAX = 256
};

enum {
	ROW_URL,
	ROW_USERNAME,
	ROW_PASSWORD,
	ROW_PASSWORD_FILE,
	ROW_LAYOUT,
	ROW_SERVICE_PROVIDER,
	ROW_PROVISIONING_CODE,
	ROW_RETRY_MIN_WAIT,
	ROW_RETRY_MULTIPLIER,
	ROW_PXE,
	ROW_FOR,
	ROW_READ,
	ROW_SHOW_SECRETS,
	ROW_JSON,
	N_ROWS
};

static const struct option_row rows[N_ROWS + 1] = {
	[ROW_URL] = OPTION_HEADED("of encode:", "url", "URL", "of the ACS"),
	[ROW_USERNAME] = OPTION(0, "username", "NAME", "of layout comware"),
	[ROW_PASSWORD] = OPTION(0, "password", "WORD", "of layout comware"),
	[ROW_PASSWORD_FILE] = OPTION(0, "password-file", "FILE",
	    "the same from the first line of FILE; -: standard input"),
	[ROW_LAYOUT] = OPTION(0, "layout", "comware|tr069|bbf|both",
	    "of the sub-options (comware); bbf is tr069, too"),
	[ROW_SERVICE_PROVIDER] =
	    OPTION(0, "service-provider", "TEXT", "of layout comware"),
	[ROW_PROVISIONING_CODE] =
	    OPTION(0, "provisioning-code", "TEXT", "of layout tr069"),
	[ROW_RETRY_MIN_WAIT] =
	    OPTION(0, "retry-min-wait", "SECONDS", "of layout tr069"),
	[ROW_RETRY_MULTIPLIER] =
	    OPTION(0, "retry-multiplier", "N", "of layout tr069, in thousandths"),
	[ROW_PXE] = OPTION(0, "pxe", "A.B.C.D",
	    "a PXE server, of layout comware; may be repeated"),
	[ROW_FOR] = OPTION(0, "for", "dnsmasq|kea|isc-dhcpd|comware|comware5|mikrotik",
	    "print the lines of its configuration"),
	[ROW_READ] = { .letter = 'r',
	    .name = "read",
	    .argument = "FILE",
	    .help = "digits from a file; -: standard input",
	    .heading = "of decode and explain:" },
	[ROW_SHOW_SECRETS] = OPTION(0, "show-secrets", NULL, "do not redact passwords"),
	[ROW_JSON] = OPTION_HEADED("of all:", "json", NULL, "as JSON"),
};

struct call {
	struct opt43_request request;
	char password[PASSWORD_MAX];
	const char *server, *read; /* null: not given */
	bool shows_secrets, as_json;
	unsigned given; /* bits of rows */
	char *const *words;
	size_t n_words;
};

/* ---- options ------------------------------------------------------------------------- */

static int fail_usage(const char *words)
{
	say(stderr, "cwmplab opt43: %s\n", words);
	return EXIT_USAGE;
}

/* What "ps" would show of it to everybody is overwritten. */
static int take_password(struct call *call, const char *value, struct error *err)
{
	size_t len = strlen(value);

	if (len >= sizeof(call->password))
		return error_set(err, ERR_USAGE, "--password: more than %d bytes",
		    PASSWORD_MAX - 1);
	memcpy(call->password, value, len + 1);
	memset((char *)(uintptr_t)value, '*', len);
	return 0;
}

static int take_number(const char *name, const char *value, uint32_t min, uint32_t *ret,
    struct error *err)
{
	uint64_t n;

	if (str_to_u64(str_of(value), OPT43_RETRY_MAX, &n) < 0 || n < min)
		return error_set(err, ERR_USAGE,
		    "--%s \"%s\": give a number from %u to %d", name, value, min,
		    OPT43_RETRY_MAX);
	*ret = (uint32_t)n;
	return 0;
}

static int take_pxe(struct opt43_request *request, const char *value, struct error *err)
{
	if (request->n_pxe == OPT43_PXE_MAX)
		return error_set(err, ERR_USAGE, "more than %d times --pxe",
		    OPT43_PXE_MAX);
	if (ipv4_parse(str_of(value), &request->pxe[request->n_pxe]) < 0)
		return error_set(err, ERR_USAGE,
		    "--pxe \"%s\": give an address such as 10.0.0.9", value);
	request->n_pxe++;
	return 0;
}

static int take_encoded(struct call *call, size_t row, const char *value,
    struct error *err)
{
	struct opt43_request *request = &call->request;

	switch (row) {
	case ROW_URL:
		request->acs.url = str_of(value);
		return 0;
	case ROW_USERNAME:
		request->acs.username = str_of(value);
		return 0;
	case ROW_PASSWORD:
		return take_password(call, value, err);
	case ROW_PASSWORD_FILE:
		return first_line_read(value, call->password, sizeof(call->password),
			   err) < 0
			   ? error_prefix(err, "--password-file %s", value)
			   : 0;
	case ROW_SERVICE_PROVIDER:
		request->acs.service_provider = str_of(value);
		return 0;
	case ROW_PROVISIONING_CODE:
		request->acs.provisioning_code = str_of(value);
		return 0;
	case ROW_RETRY_MIN_WAIT:
		request->acs.has_min_wait = true;
		return take_number("retry-min-wait", value, OPT43_RETRY_WAIT_MIN,
		    &request->acs.retry_min_wait, err);
	case ROW_RETRY_MULTIPLIER:
		request->acs.has_multiplier = true;
		return take_number("retry-multiplier", value,
		    OPT43_RETRY_MULTIPLIER_MIN, &request->acs.retry_multiplier, err);
	}
	return take_pxe(request, value, err);
}

static int take(struct call *call, size_t row, const char *value, struct error *err)
{
	const unsigned password = 1u << ROW_PASSWORD | 1u << ROW_PASSWORD_FILE;

	call->given |= 1u << row;
	if ((call->given & password) == password)
		return error_set(err, ERR_USAGE,
		    "--password and --password-file say the same: give one of them");
	switch (row) {
	case ROW_LAYOUT:
		return opt43_request_choose_layout(&call->request, value, err);
	case ROW_FOR:
		call->server = value;
		return 0;
	case ROW_READ:
		call->read = value;
		return 0;
	case ROW_SHOW_SECRETS:
		call->shows_secrets = true;
		return 0;
	case ROW_JSON:
		call->as_json = true;
		return 0;
	}
	return take_encoded(call, row, value, err);
}

/* ---- encode -------------------------------------------------------------------------- */

static void put_bytes(struct buf *out, enum opt43_layout layout, struct str bytes)
{
	buf_printf(out, "%s, %zu bytes\n", opt43_layout_name(layout), bytes.len);
	buf_append_text(out,
	    "as one string, for consoles of Comware 7 and most servers:\n");
	opt43_server_put_digits(out, bytes, bytes.len, "");
	buf_append_text(out, "\nin groups of eight digits, for older consoles:\n");
	opt43_server_put_digits(out, bytes, 4, " ");
	buf_append_text(out, "\nwith colons:\n");
	opt43_server_put_digits(out, bytes, 1, ":");
	buf_append_char(out, '\n');
}

static void put_json_bytes(struct json *json, enum opt43_layout layout,
    struct str bytes)
{
	auto_buf hex = BUF_NULL;

	opt43_server_put_digits(&hex, bytes, bytes.len, "");
	json_object_begin(json, NULL);
	json_text(json, "layout", opt43_layout_name(layout));
	json_uint(json, "bytes", bytes.len);
	json_str(json, "hex", buf_str(&hex));
	json_object_end(json);
}

/* The i-th of the layouts that are asked for. */
static int encode_one(const struct call *call, size_t i, struct buf *out,
    struct json *json, struct error *err)
{
	enum opt43_layout layout = call->request.layouts[i];
	auto_buf bytes = BUF_NULL;
	size_t server;
	int r = opt43_request_make(&call->request, layout, &bytes, err);

	if (r < 0)
		return r;
	if (call->server) {
		r = option_choose(call->server, "server", opt43_server_names,
		    OPT43_SERVERS, &server, err);
		return r < 0 ? r
			     : opt43_server_put(out, (enum opt43_server)server,
				   buf_str(&bytes), err);
	}
	if (call->as_json) {
		put_json_bytes(json, layout, buf_str(&bytes));
		return 0;
	}
	if (i > 0)
		buf_append_char(out, '\n');
	put_bytes(out, layout, buf_str(&bytes));
	return 0;
}

static int encode(struct call *call, struct buf *out, struct error *err)
{
	struct json json = json_writer(out, 1);
	int r = 0;

	call->request.acs.password = str_of(call->password);
	if (call->server && (call->as_json || call->request.n_layouts > 1))
		return error_set(err, ERR_USAGE,
		    "--for prints lines of one layout: no --json, no --layout both");
	if (call->as_json)
		json_array_begin(&json, NULL);
	for (size_t i = 0; i < call->request.n_layouts && r == 0; i++)
		r = encode_one(call, i, out, &json, err);
	if (call->as_json) {
		json_array_end(&json);
		buf_append_char(out, '\n');
	}
	return r < 0 ? r : EXIT_OK;
}

/* ---- decode and explain -------------------------------------------------------------- */

/* Where a text came from: "FILE:2:5", or of words of the command line "word 2, column 5". */
static void put_place(const struct call *call, struct str text, size_t at,
    struct buf *out)
{
	char end = call->read ? '\n' : ' ';
	size_t line = 1, begin = 0;

	for (size_t i = 0; i < at; i++) {
		if (text.p[i] == end) {
			line++;
			begin = i + 1;
		}
	}
	if (call->read)
		buf_printf(out, "%s:%zu:%zu",
		    strcmp(call->read, "-") == 0 ? "standard input" : call->read, line,
		    at - begin + 1);
	else
		buf_printf(out, "word %zu, column %zu", line, at - begin + 1);
}

static int fail_digits(const struct call *call, struct str text, size_t at, int code,
    struct error *err)
{
	auto_buf place = BUF_NULL;

	if (code == ERR_LIMIT)
		return error_set(err, ERR_USAGE, "more than %d bytes", OPT43_READ_MAX);
	put_place(call, text, at, &place);
	if (at == text.len)
		return error_set(err, ERR_USAGE, "%s: a digit is missing",
		    buf_cstr(&place));
	if (hex_digit(text.p[at]) >= 0)
		return error_set(err, ERR_USAGE,
		    "%s: this digit has no second one, which a byte has",
		    buf_cstr(&place));
	return error_set(err, ERR_USAGE, "%s: \"%.*s\" is no hex digit",
	    buf_cstr(&place), 1, text.p + at);
}

/* Each blank of the text stands between two words: those that are in a word are tabs. */
static int join_words(const struct call *call, struct buf *text, struct error *err)
{
	for (size_t i = 0; i < call->n_words; i++) {
		size_t begin = text->len + (i > 0);

		if (i > 0)
			buf_append_char(text, ' ');
		buf_append_text(text, call->words[i]);
		for (size_t k = begin; k < text->len; k++) {
			if (text->data[k] == ' ')
				text->data[k] = '\t';
		}
	}
	return text->error ? error_set(err, text->error, "no memory") : 0;
}

/* Returns how many bytes, or an error with its words. */
static int read_digits(struct call *call, uint8_t *bytes, struct error *err)
{
	auto_buf text = BUF_NULL;
	size_t at = 0;
	int r;

	if (!call->read && call->n_words == 1 && strcmp(call->words[0], "-") == 0) {
		call->read = "-";
		call->n_words = 0;
	}
	if (call->read && call->n_words > 0)
		return error_set(err, ERR_USAGE,
		    "digits come from --read or from the command line: not from both");
	if (!call->read && call->n_words == 0)
		return error_set(err, ERR_USAGE,
		    "give the digits, or --read FILE (-: standard input)");
	r = call->read ? whole_input_read(call->read, TEXT_BYTES_MAX, &text, err)
		       : join_words(call, &text, err);
	if (r < 0)
		return r;
	r = hex_read(buf_str(&text), bytes, OPT43_READ_MAX, &at);
	return r < 0 ? fail_digits(call, buf_str(&text), at, r, err) : r;
}

static int look(struct call *call, struct buf *out, struct error *err, bool explains)
{
	const struct screen screen = screen_detect();
	struct opt43_reading reading;
	uint8_t bytes[OPT43_READ_MAX];
	int n = read_digits(call, bytes, err);

	if (n < 0)
		return n;
	opt43_reading_make(&reading, str_make(bytes, (size_t)n));
	if (explains && call->as_json)
		opt43_explain_put_json(out, &reading, call->shows_secrets);
	else if (explains)
		opt43_explain_put(out, &reading, &screen, call->shows_secrets);
	else if (call->as_json)
		opt43_reading_put_json(out, &reading, call->shows_secrets);
	else
		opt43_reading_put(out, &reading, &screen, call->shows_secrets);
	return reading.is_refused ? EXIT_FAILED : EXIT_OK;
}

static int decode(struct call *call, struct buf *out, struct error *err)
{
	return look(call, out, err, false);
}

static int explain(struct call *call, struct buf *out, struct error *err)
{
	return look(call, out, err, true);
}

/* ---- the verb ------------------------------------------------------------------------ */

enum {
	OF_READING = 1u << ROW_READ | 1u << ROW_SHOW_SECRETS,
	OF_ALL = 1u << ROW_JSON,
	OF_ENCODE = (1u << ROW_READ) - 1 /* the rows before */
};

static const struct action {
	const char *name;
	unsigned rows; /* that it takes */
	/* Returns the exit status, with what it prints in out; or an error. */
	int (*run)(struct call *call, struct buf *out, struct error *err);
} actions[] = {
	{ "encode", OF_ENCODE | OF_ALL, encode },
	{ "decode", OF_READING | OF_ALL, decode },
	{ "explain", OF_READING | OF_ALL, explain },
};

static int find_action(const char *word, const struct action **ret, struct error *err)
{
	const char *names[ARRAY_LEN(actions)];
	size_t i = 0;
	int r;

	for (size_t k = 0; k < ARRAY_LEN(actions); k++)
		names[k] = actions[k].name;
	r = option_choose(word, "action of opt43", names, ARRAY_LEN(actions), &i, err);
	*ret = &actions[i];
	return r;
}

static int check_rows(const struct call *call, const struct action *action,
    struct error *err)
{
	if (action->run == encode && call->n_words > 0)
		return error_set(err, ERR_USAGE,
		    "\"%s\": encode takes options alone, such as --url",
		    call->words[0]);
	return option_check_taken(rows, call->given, action->rows, action->name, err);
}

static int act(struct call *call, const char *word)
{
	const struct action *action = NULL;
	struct error err = ERROR_NULL;
	auto_buf out = BUF_NULL;
	int r = find_action(word, &action, &err);

	if (r == 0)
		r = check_rows(call, action, &err);
	if (r == 0)
		r = action->run(call, &out, &err);
	if (r >= 0)
		return cmd_print(&out, r);
	return cmd_status(r) == EXIT_MACHINE ? cmd_fail(&err) : fail_usage(err.text);
}

static int opt43_run(const struct verb *verb, int argc, char **argv)
{
	struct call call = { .request = OPT43_REQUEST_NULL };
	struct option_reader reader;
	const struct option_row *row;
	struct error err = ERROR_NULL;
	const char *value;
	int status;

	options_begin(&reader, verb, argc, argv);
	while ((row = options_next(&reader, &value))) {
		if (take(&call, (size_t)(row - rows), value, &err) < 0)
			return fail_usage(err.text);
	}
	if (reader.status >= 0)
		return reader.status;
	call.words = reader.words + 1;
	call.n_words = reader.n_words - 1;
	status = act(&call, reader.words[0]);
	explicit_bzero(call.password, sizeof(call.password));
	return status;
}

const struct verb opt43_verb = {
	.name = "opt43",
	.brief = "make, read and explain an option 43 by hand",
	.run = opt43_run,
	.arguments = "encode|decode|explain [HEX...] [OPTION...]",
	.about =
	    "encode makes the bytes of an option 43 that names an ACS, as one string of digits, in\n"
	    "groups as older consoles want them, and with colons; with --for it prints the lines of a\n"
	    "DHCP server's configuration that send them, to every client. tr069 (bbf) has the URL alone\n"
	    "in sub-option 1; comware has \"URL user password\" there.\n"
	    "\n"
	    "decode reads such bytes as a CPE does. explain tells of each byte what it means, and where\n"
	    "it is wrong what would be right. Digits may have blanks, colons, dots, hyphens and commas\n"
	    "between them, and 0x before them. Passwords are shown as *** and their bytes as **.\n",
	.notes =
	    "exit status: 0 it is done, and a CPE would take the bytes; 1 it would refuse them; 2 these\n"
	    "are no digits, no such option can be made, or bad usage\n",
	.rows = rows,
	.min_words = 1,
	.max_words = WORDS_ANY,
};
