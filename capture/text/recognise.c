/* What a text is, by how it begins. */
#include "capture/text/text_internal.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"

enum {
	LOOKED_AT = 1 << 20, /* bytes: prose may stand before what is pasted */
	JSON_HEAD = 4096,    /* bytes of a value in which its first keys stand */
	JSON_TRIES = 16,     /* lines that may begin one */
};

static const char *const names[TEXT_FORMATS] = {
	[TEXT_UNKNOWN] = "a text",
	[TEXT_ENVELOPES] = "SOAP envelopes",
	[TEXT_HTTP] = "HTTP messages",
	[TEXT_GENIEACS_YAML] = "a debug log of GenieACS (yaml)",
	[TEXT_GENIEACS_JSON] = "a debug log of GenieACS (json)",
	[TEXT_GENIEACS_DUMP] = "a debug log of GenieACS 1.1",
	[TEXT_FOLLOW_ASCII] = "a stream as tshark writes it (ascii)",
	[TEXT_FOLLOW_HEX] = "a stream as Wireshark and tshark write it (hex)",
	[TEXT_FOLLOW_RAW] = "a stream as tshark writes it (raw)",
	[TEXT_FOLLOW_YAML] = "a stream as Wireshark and tshark write it (yaml)",
	[TEXT_HAR] = "HAR",
};

const char *text_format_name(enum text_format format)
{
	return names[format];
}

static bool is_one_of(struct str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_starts(s, str_of(words[i])))
			return true;
	}
	return false;
}

/* The keys by which an object of JSON is known stand near its start. */
static enum text_format json_format(struct str text)
{
	struct str head = str_make(text.p, MIN(text.len, (size_t)JSON_HEAD));
	size_t at;

	if (str_find(head, STR("\"log\""), &at) &&
	    (str_find(head, STR("\"entries\""), NULL) ||
		str_find(head, STR("\"creator\""), NULL) ||
		str_find(head, STR("\"version\""), NULL)))
		return TEXT_HAR;
	if (str_find(head, STR("\"event\""), NULL) &&
	    str_find(head, STR("\"timestamp\""), NULL))
		return TEXT_GENIEACS_JSON;
	return TEXT_UNKNOWN;
}

static enum text_format follow_format(struct str line)
{
	static const struct {
		const char *word;
		enum text_format format;
	} words[] = {
		{ "ascii", TEXT_FOLLOW_ASCII },
		{ "utf-8", TEXT_FOLLOW_ASCII },
		{ "hex", TEXT_FOLLOW_HEX },
		{ "raw", TEXT_FOLLOW_RAW },
	};
	struct str rest;

	(void)str_cut(line, ',', &rest);
	rest = str_trim(rest);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_is(rest, words[i].word))
			return words[i].format;
	}
	return TEXT_UNKNOWN;
}

/* "00000000  50 4f 53 54", which Wireshark indents where the server speaks. */
static bool is_hex_dump(struct str line)
{
	line = str_trim(line);
	if (line.len < 12 || str_trim(str_make(line.p + 8, 2)).len > 0)
		return false;
	for (size_t i = 0; i < 12; i++) {
		if ((i < 8 || i > 9) && hex_digit(line.p[i]) < 0)
			return false;
	}
	return true;
}

/* By a line that is not blank. */
static enum text_format first_line_format(struct str line)
{
	static const char *const genieacs[] = { "event: incoming HTTP",
		"event: outgoing HTTP", "event: client error", "event: outgoing UDP" };
	static const char *const follow[] = { "peers:", "peer0_", "peer1_",
		"# Packet " };

	if (str_starts(line, STR("Follow: ")))
		return follow_format(line);
	if (is_one_of(line, genieacs, ARRAY_LEN(genieacs)))
		return TEXT_GENIEACS_YAML;
	if (is_one_of(line, follow, ARRAY_LEN(follow)))
		return TEXT_FOLLOW_YAML;
	if (text_is_dump_line(line))
		return TEXT_GENIEACS_DUMP;
	return is_hex_dump(line) ? TEXT_FOLLOW_HEX : TEXT_UNKNOWN;
}

enum text_format text_recognise(struct str text)
{
	struct str rest = str_make(text.p, MIN(text.len, (size_t)LOOKED_AT));
	bool is_xml;
	unsigned tries = 0;

	/* Not text at all. */
	if (memchr(rest.p ? rest.p : "", '\0', MIN(rest.len, (size_t)4096)))
		return TEXT_UNKNOWN;
	is_xml = text_envelope_start(rest) < rest.len;
	while (rest.len > 0) {
		struct str before = rest, line = str_trim(text_line(&rest));
		enum text_format format;

		if (line.len == 0)
			continue;
		format = first_line_format(line);
		if ((line.p[0] == '{' || line.p[0] == '[') && tries++ < JSON_TRIES)
			format = json_format(before);
		if (format != TEXT_UNKNOWN)
			return format;
		/* As it is, or as "curl -v" marks it. */
		if (text_is_start_line(line) ||
		    ((line.p[0] == '>' || line.p[0] == '<') &&
			text_is_start_line(str_from(line, 1))))
			return TEXT_HTTP;
		if (is_xml && line.p[0] == '<')
			break;
	}
	return is_xml ? TEXT_ENVELOPES : TEXT_UNKNOWN;
}
