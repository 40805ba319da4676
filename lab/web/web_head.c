#include "lab/web/web_internal.h"

#include "lib/base/compiler.h"

/* The page loads nothing but its own parts, stands in no frame, and tells nobody its URL. */
void web_put_head(struct buf *out, unsigned status, const char *type)
{
	static const struct {
		const char *name, *value;
	} headers[] = {
		{ "Cache-Control", "no-store" },
		{ "X-Content-Type-Options", "nosniff" },
		{ "Referrer-Policy", "no-referrer" },
		{ "Cross-Origin-Resource-Policy", "same-origin" },
		{ "Content-Security-Policy",
		    "default-src 'none'; style-src 'self'; script-src 'self'; "
		    "connect-src 'self'; img-src data:; base-uri 'none'; "
		    "form-action 'none'; frame-ancestors 'none'" },
	};

	http_write_status(out, status);
	http_write_header(out, "Content-Type", str_of(type));
	for (size_t i = 0; i < ARRAY_LEN(headers); i++)
		http_write_header(out, headers[i].name, str_of(headers[i].value));
}

void web_answer(struct http_conn *conn, unsigned status, const char *type,
    struct str body)
{
	auto_buf out = BUF_NULL;

	web_put_head(&out, status, type);
	http_write_header_uint(&out, "Content-Length", body.len);
	http_write_head_end(&out);
	buf_append_str(&out, body);
	http_conn_reply(conn, buf_str(&out), out.error != 0);
}
