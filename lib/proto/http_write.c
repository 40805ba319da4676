#include "lib/proto/http.h"

#include "lib/base/utf8.h"

/* RFC 9110 15 */
#define STATUS_MAP(XX)                             \
	XX(100, "Continue")                        \
	XX(200, "OK")                              \
	XX(201, "Created")                         \
	XX(204, "No Content")                      \
	XX(206, "Partial Content")                 \
	XX(302, "Found")                           \
	XX(307, "Temporary Redirect")              \
	XX(400, "Bad Request")                     \
	XX(401, "Unauthorized")                    \
	XX(403, "Forbidden")                       \
	XX(404, "Not Found")                       \
	XX(405, "Method Not Allowed")              \
	XX(408, "Request Timeout")                 \
	XX(409, "Conflict")                        \
	XX(411, "Length Required")                 \
	XX(413, "Content Too Large")               \
	XX(415, "Unsupported Media Type")          \
	XX(416, "Range Not Satisfiable")           \
	XX(417, "Expectation Failed")              \
	XX(431, "Request Header Fields Too Large") \
	XX(500, "Internal Server Error")           \
	XX(501, "Not Implemented")                 \
	XX(503, "Service Unavailable")             \
	XX(505, "HTTP Version Not Supported")      \
	XX(507, "Insufficient Storage")

const char *http_reason(unsigned status)
{
	switch (status) {
#define XX(number, text) \
	case number:     \
		return text;
		STATUS_MAP(XX)
#undef XX
	}
	return "";
}

static bool is_clean(struct str s)
{
	size_t i = 0;

	while (s.len - i >= EIGHT && !eight_odd(eight_at(s.p + i)))
		i += EIGHT;
	for (; i < s.len; i++) {
		if (s.p[i] == '\r' || s.p[i] == '\n' || s.p[i] == '\0')
			return false;
	}
	return true;
}

void http_write_request(struct buf *out, const char *method, struct str target)
{
	if (!is_clean(target) || str_find_char(target, ' ') < target.len) {
		out->error = out->error ? out->error : ERR_MALFORMED;
		return;
	}
	buf_append_text(out, method);
	buf_append_char(out, ' ');
	buf_append_str(out, target);
	buf_append_str(out, STR(" HTTP/1.1\r\n"));
}

void http_write_status(struct buf *out, unsigned status)
{
	buf_append_str(out, STR("HTTP/1.1 "));
	buf_append_uint(out, status, 3);
	buf_append_char(out, ' ');
	buf_append_text(out, http_reason(status));
	buf_append_str(out, STR("\r\n"));
}

void http_write_header(struct buf *out, const char *name, struct str value)
{
	if (!is_clean(value) || !is_clean(str_of(name))) {
		out->error = out->error ? out->error : ERR_MALFORMED;
		return;
	}
	buf_append_text(out, name);
	/* "SOAPAction:" alone, with no value, is what TR-069 A6 3.4.1 wants. */
	buf_append_str(out, value.len > 0 ? STR(": ") : STR(":"));
	buf_append_str(out, value);
	buf_append_str(out, STR("\r\n"));
}

void http_write_header_uint(struct buf *out, const char *name, uint64_t value)
{
	buf_append_text(out, name);
	buf_append_str(out, STR(": "));
	buf_append_uint(out, value, 1);
	buf_append_str(out, STR("\r\n"));
}

void http_write_head_end(struct buf *out)
{
	buf_append_text(out, "\r\n");
}
