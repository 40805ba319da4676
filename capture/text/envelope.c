/* Envelopes in a text: where one begins and ends, and who sent it. */
#include "capture/text/text_internal.h"

#include "lib/base/compiler.h"

#include <errno.h>

enum {
	PREFIX_MAX = 64, /* bytes of a namespace prefix that is looked for */
};

/* NUL is of no set, while strchr() finds it in each. */
static bool is_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* Bytes of a namespace prefix and its colon at the start of s; 0 where there is none. */
static size_t prefix_length(struct str s)
{
	for (size_t i = 0; i < s.len && i < PREFIX_MAX; i++) {
		char c = s.p[i];

		if (c == ':')
			return i + 1;
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || is_of(c, "-_.") || (c & 0x80)))
			return 0;
	}
	return 0;
}

/* Whether s is the name Envelope, with a prefix or without, and what may follow a name. */
static bool is_envelope_name(struct str s)
{
	static const struct str name = { "Envelope", 8 };
	struct str rest = str_from(s, prefix_length(s));

	return str_starts(rest, name) && rest.len > name.len &&
	       is_of(rest.p[name.len], " \t\r\n/>");
}

/* An XML declaration stands before its envelope with nothing but blanks, comments and the
 * like between. */
static bool is_declaration_of(struct str text, size_t declaration, size_t envelope)
{
	struct str between = str_make(text.p + declaration, envelope - declaration);
	size_t end;

	return str_find(between, STR("?>"), &end) &&
	       (str_trim(str_from(between, end + 2)).len == 0 ||
		   str_starts(str_trim(str_from(between, end + 2)), STR("<")));
}

size_t text_envelope_start(struct str text)
{
	size_t declaration = text.len;

	for (size_t at = 0; at < text.len; at++) {
		const char *found = memchr(text.p + at, '<', text.len - at);

		if (!found)
			break;
		at = (size_t)(found - text.p);
		if (str_starts(str_from(text, at), STR("<?xml")))
			declaration = at;
		else if (is_envelope_name(str_from(text, at + 1)))
			return declaration < at &&
				       is_declaration_of(text, declaration, at)
				   ? declaration
				   : at;
	}
	return text.len;
}

size_t text_envelope_end(struct str text)
{
	for (size_t at = 0; at + 1 < text.len; at++) {
		const char *found = memchr(text.p + at, '<', text.len - at);
		const char *end;

		if (!found)
			return 0;
		at = (size_t)(found - text.p);
		if (!str_starts(str_from(text, at), STR("</")) ||
		    !is_envelope_name(str_from(text, at + 2)))
			continue;
		end = memchr(found, '>', text.len - at);
		return end ? (size_t)(end - text.p) + 1 : 0;
	}
	return 0;
}

/* Skips blanks, ends of lines and brackets from at on, in steps of one. */
static size_t skip_blanks(struct str text, size_t at, size_t step)
{
	while (at < text.len && is_of(text.p[at], " \t\r\n[](){}"))
		at += step;
	return at;
}

/* Whether what stands from begin to end stands between two tags or comments, alone. */
static bool is_between_tags(struct str text, size_t begin, size_t end)
{
	size_t before = skip_blanks(text, begin - 1, SIZE_MAX);
	size_t behind = skip_blanks(text, end, 1);

	return before < text.len && behind < text.len && is_of(text.p[before], ">-") &&
	       is_of(text.p[behind], "<-");
}

bool text_is_shortened(struct str text)
{
	static const struct str dots[] = { { "...", 3 }, { "\xe2\x80\xa6", 3 } };

	for (size_t i = 0; i < ARRAY_LEN(dots); i++) {
		size_t at, end = 0;

		while (str_find(str_from(text, end), dots[i], &at)) {
			size_t begin = end + at;

			end = begin + dots[i].len;
			while (end < text.len && text.p[end] == '.')
				end++;
			if (is_between_tags(text, begin, end))
				return true;
		}
	}
	return false;
}

void text_envelope_read(struct transcript *t, struct text_envelope *envelope,
    struct str body)
{
	auto_arena scratch = ARENA_NULL;
	struct cwmp_msg msg;
	int r;

	*envelope = (struct text_envelope){ .is_there = false };
	if (str_trim(body).len == 0)
		return;
	r = cwmp_read(&msg, &scratch, body.p, body.len, NULL, NULL);
	if (r == -ENOMEM)
		t->error = r;
	if (r < 0)
		return;
	*envelope = (struct text_envelope){
		.is_there = true,
		.kind = msg.kind,
		.method = msg.method,
		.name = arena_str(&t->arena, msg.method_name),
		.id =
		    msg.header.has_id ? arena_str(&t->arena, msg.header.id) : STR_NULL,
		.fault = msg.fault.code,
	};
	if (msg.kind == CWMP_RESPONSE && str_ends(envelope->name, STR("Response")))
		envelope->name.len -= sizeof("Response") - 1;
}

/* Methods that a CPE calls. GetRPCMethods, which both may call, is mostly the ACS's. */
static bool is_called_by_cpe(enum cwmp_method method)
{
	return method == CWMP_INFORM || method == CWMP_TRANSFER_COMPLETE ||
	       method == CWMP_AUTONOMOUS_TRANSFER_COMPLETE || method == CWMP_KICKED ||
	       method == CWMP_REQUEST_DOWNLOAD ||
	       method == CWMP_DU_STATE_CHANGE_COMPLETE ||
	       method == CWMP_AUTONOMOUS_DU_STATE_CHANGE_COMPLETE;
}

/* The name of the first element in the Body of an envelope that cannot be read. */
static struct str name_in_body(struct str body)
{
	size_t at = 0, end;

	while (str_find(str_from(body, at), STR("Body"), &end)) {
		struct str name;

		at += end;
		at += str_find_char(str_from(body, at), '<');
		if (at == body.len)
			return STR_NULL;
		name = str_from(body, at + 1);
		name = str_from(name, prefix_length(name));
		for (end = 0; end < name.len && !is_of(name.p[end], " \t\r\n/>");)
			end++;
		if (end > 0)
			return str_make(name.p, end);
	}
	return STR_NULL;
}

bool text_is_of_cpe(const struct text_envelope *envelope, struct str body)
{
	enum {
		ACS_FAULTS = 8000,
		CPE_FAULTS = 9000
	};
	static const struct str suffix = { "Response", 8 };
	enum cwmp_method method = envelope->method;
	bool is_response = envelope->kind == CWMP_RESPONSE;

	if (envelope->is_there && envelope->kind == CWMP_FAULT)
		return envelope->fault < ACS_FAULTS || envelope->fault >= CPE_FAULTS;
	if (!envelope->is_there) {
		struct str name = name_in_body(body);

		is_response = str_ends(name, suffix);
		if (is_response)
			name.len -= suffix.len;
		method = cwmp_method_of(name);
	}
	return is_called_by_cpe(method) != is_response;
}
