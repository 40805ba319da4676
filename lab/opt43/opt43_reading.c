#include "lab/opt43/opt43_reading.h"

#include "lab/opt43/opt43_words.h"
#include "lib/base/columns.h"
#include "lib/base/json.h"
#include "lib/base/secret.h"
#include "lib/base/shown.h"
#include "lib/base/text.h"
#include "lib/base/wire.h"
#include "lib/program/table.h"
#include "lib/proto/url.h"

#include <stdio.h>

enum {
	PXE_HEAD_BYTES = 3, /* server type, number of servers */
	PXE_ADDRESS_BYTES = 4,
};

/* ---- the judgement ------------------------------------------------------------------ */

static void refuse(struct opt43_reading *reading, const char *what, const char *why)
{
	reading->is_refused = true;
	(void)shown_snprintf(reading->why, sizeof(reading->why), "%s%s", what, why);
}

static void judge_url(struct opt43_reading *reading)
{
	const struct opt43 *acs = &reading->acs;
	struct error err = ERROR_NULL;
	struct url url;

	if (acs->layout == OPT43_PXE || acs->has_identity)
		return;
	if (acs->url.len == 0)
		refuse(reading, "it names no ACS: ",
		    reading->bytes.len == 0
			? "it is empty"
			: "there is no URL, which sub-option 1 has");
	else if (url_parse(&url, acs->url, &err) < 0)
		refuse(reading, "sub-option 1 is no URL of an ACS: ", err.text);
}

/* What keeps a strict CPE from taking the list apart. */
static void on_span(void *user, const struct opt43_span *span)
{
	struct opt43_reading *reading = user;
	struct opt43_words words;

	if (!(span->deviations & (OPT43_LENGTH_PAST_END | OPT43_DANGLING_TYPE)))
		return;
	opt43_words_begin(&words, reading->acs.layout, reading->bytes.len, 0);
	opt43_words_make(&words, span, false);
	refuse(reading, "", words.wrong[0]);
}

void opt43_reading_make(struct opt43_reading *ret, struct str bytes)
{
	const char *mistake = opt43_mistake(bytes);

	*ret = (struct opt43_reading){ .bytes = bytes };
	/* Lenient parsing does not fail. */
	(void)opt43_parse(&ret->acs, bytes.p, bytes.len, true, NULL);
	if (mistake)
		refuse(ret, "it ", mistake);
	else
		opt43_spans(bytes, &ret->acs, on_span, ret);
	if (!ret->is_refused)
		judge_url(ret);
}

/* Beside an ACS, what only looks like servers may be the end of a password. */
bool opt43_reading_pxe(const struct opt43_reading *reading, size_t i, uint32_t *ret)
{
	size_t at = PXE_HEAD_BYTES + i * PXE_ADDRESS_BYTES;
	struct str address = str_from(reading->acs.pxe, at);
	bool is_pxe =
	    reading->acs.layout == OPT43_PXE || opt43_is_pxe(reading->acs.pxe);

	if (!is_pxe || address.len < PXE_ADDRESS_BYTES)
		return false;
	*ret = get_u32((const uint8_t *)address.p);
	return true;
}

/* The name of the i-th bit that is set among the deviations; null: it is not. */
static const char *deviation_at(const struct opt43_reading *reading, unsigned i)
{
	unsigned bit = reading->acs.deviations & 1u << i;

	return bit ? opt43_deviation_name((enum opt43_deviation)bit) : NULL;
}

/* ---- text ---------------------------------------------------------------------------- */

static const struct table_column columns[] = {
	{ .heading = "" },
	{ .heading = "", .least = 16, .wraps = true },
};

static void put_row(struct table *table, const char *name, struct str value,
    bool is_hidden)
{
	auto_buf open = BUF_NULL, text = BUF_NULL;

	if (!value.p)
		return;
	if (is_hidden && secret_is_name(str_of(name)))
		buf_append_text(&open, "***");
	else if (is_hidden)
		secret_put(&open, value);
	else
		buf_append_str(&open, value);
	shown_append(&text, buf_str(&open));
	table_cell(table, name);
	table_cell(table, buf_cstr(&text));
}

static void put_number(struct table *table, const char *name, bool has, uint32_t value,
    const char *unit)
{
	if (!has)
		return;
	table_cell(table, name);
	table_cellf(table, "%u%s", value, unit);
}

static void put_pxe(struct table *table, const struct opt43_reading *reading)
{
	char text[IPV4_TEXT_MAX];
	uint32_t address;

	for (size_t i = 0; opt43_reading_pxe(reading, i, &address); i++) {
		table_cell(table, "PXE server");
		table_cell(table, ipv4_text(address, text));
	}
}

static void put_deviations(struct table *table, const struct opt43_reading *reading)
{
	for (unsigned i = 0; i < OPT43_DEVIATIONS; i++) {
		const char *name = deviation_at(reading, i);

		if (!name)
			continue;
		table_cell(table, "odd");
		table_cell(table, name);
	}
}

void opt43_reading_put(struct buf *out, const struct opt43_reading *reading,
    const struct screen *screen, bool shows_secrets)
{
	const struct opt43 *acs = &reading->acs;
	bool hides = !shows_secrets;
	struct table table;

	table_begin(&table, out, screen, columns, ARRAY_LEN(columns));
	table_cell(&table, "layout");
	table_cell(&table, opt43_layout_name(acs->layout));
	put_row(&table, "ACS URL", acs->url, hides);
	put_row(&table, "user name", acs->username, hides);
	put_row(&table, "password", acs->password, hides);
	put_row(&table, "service provider", acs->service_provider, hides);
	put_row(&table, "provisioning code", acs->provisioning_code, hides);
	put_number(&table, "retry minimum wait", acs->has_min_wait, acs->retry_min_wait,
	    " s");
	put_number(&table, "retry multiplier", acs->has_multiplier,
	    acs->retry_multiplier, "");
	put_pxe(&table, reading);
	put_deviations(&table, reading);
	table_end(&table);
	opt43_reading_put_verdict(out, reading, screen, shows_secrets);
}

void opt43_reading_put_verdict(struct buf *out, const struct opt43_reading *reading,
    const struct screen *screen, bool shows_secrets)
{
	auto_buf line = BUF_NULL, url = BUF_NULL;

	if (shows_secrets)
		buf_append_str(&url, reading->acs.url);
	else
		secret_put(&url, reading->acs.url);
	if (reading->is_refused)
		shown_printf(&line, "FAILED  a CPE would refuse it: %s", reading->why);
	else if (url.len > 0)
		shown_printf(&line, "ok  %s, %zu bytes: the ACS is %s",
		    opt43_layout_name(reading->acs.layout), reading->bytes.len,
		    buf_cstr(&url));
	else
		buf_printf(&line, "ok  %s, %zu bytes: it names no ACS",
		    opt43_layout_name(reading->acs.layout), reading->bytes.len);
	columns_put_lines(out, buf_str(&line), screen_room(screen), 0, screen->is_utf8);
	buf_append_char(out, '\n');
}

/* ---- JSON ---------------------------------------------------------------------------- */

static void put_json_str(struct json *json, const char *key, struct str value)
{
	if (value.p)
		json_str(json, key, value);
	else
		json_put_null(json, key);
}

static void put_json_number(struct json *json, const char *key, bool has, uint32_t n)
{
	if (has)
		json_uint(json, key, n);
	else
		json_put_null(json, key);
}

static void put_json_lists(struct json *json, const struct opt43_reading *reading)
{
	char text[IPV4_TEXT_MAX];
	uint32_t address;

	json_array_begin(json, "pxe_servers");
	for (size_t i = 0; opt43_reading_pxe(reading, i, &address); i++)
		json_text(json, NULL, ipv4_text(address, text));
	json_array_end(json);
	json_array_begin(json, "deviations");
	for (unsigned i = 0; i < OPT43_DEVIATIONS; i++) {
		if (deviation_at(reading, i))
			json_text(json, NULL, deviation_at(reading, i));
	}
	json_array_end(json);
}

void opt43_reading_put_json(struct buf *out, const struct opt43_reading *reading,
    bool shows_secrets)
{
	const struct opt43 *acs = &reading->acs;
	struct json json = json_writer(out, 1);

	json.hides_secrets = !shows_secrets;
	json_object_begin(&json, NULL);
	json_uint(&json, "bytes", reading->bytes.len);
	json_text(&json, "layout", opt43_layout_name(acs->layout));
	put_json_str(&json, "url", acs->url);
	put_json_str(&json, "username", acs->username);
	put_json_str(&json, "password", acs->password);
	put_json_str(&json, "service_provider", acs->service_provider);
	put_json_str(&json, "provisioning_code", acs->provisioning_code);
	put_json_number(&json, "retry_min_wait", acs->has_min_wait,
	    acs->retry_min_wait);
	put_json_number(&json, "retry_multiplier", acs->has_multiplier,
	    acs->retry_multiplier);
	put_json_lists(&json, reading);
	json_bool(&json, "refused", reading->is_refused);
	json_text(&json, "why", reading->is_refused ? reading->why : NULL);
	json_object_end(&json);
	buf_append_char(out, '\n');
}
