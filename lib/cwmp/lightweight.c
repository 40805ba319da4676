#include "lib/cwmp/lightweight.h"

#include "lib/base/text.h"
#include "lib/proto/http.h"

#include <errno.h>
#include <inttypes.h>

#define NAMESPACE "urn:broadband-forum-org:cwmp:lwnotif-1-0"

/* ---- writing ------------------------------------------------------------------------ */

static void put_escaped(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		switch (text.p[i]) {
		case '<':
			buf_append_text(out, "&lt;");
			break;
		case '>':
			buf_append_text(out, "&gt;");
			break;
		case '&':
			buf_append_text(out, "&amp;");
			break;
		default:
			buf_append_char(out, text.p[i]);
		}
	}
}

static void put_element(struct buf *out, const char *name, struct str text)
{
	buf_printf(out, "<%s>", name);
	put_escaped(out, text);
	buf_printf(out, "</%s>", name);
}

static void put_param(struct buf *out, const struct cwmp_param *param)
{
	buf_append_text(out, "<Param>");
	put_element(out, "Name", param->name);
	buf_printf(out, "<Value xsi:type=\"xsd:%.*s\">",
	    STR_ARG(param->type.len > 0 ? param->type : STR("string")));
	put_escaped(out, param->value);
	buf_append_text(out, "</Value></Param>");
}

static void put_body(struct buf *out, const struct lightweight *notification)
{
	buf_printf(out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<Notification xmlns=\"" NAMESPACE
	    "\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
	    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
	    "<TS>%" PRId64 "</TS>",
	    notification->ts);
	put_element(out, "UN", notification->un);
	put_element(out, "CN", notification->cn);
	put_element(out, "OUI", notification->device.oui);
	put_element(out, "ProductClass", notification->device.product_class);
	put_element(out, "SerialNumber", notification->device.serial_number);
	for (size_t i = 0; i < notification->params.len; i++)
		put_param(out, &notification->params.items[i]);
	buf_append_text(out, "</Notification>");
}

int lightweight_write(struct buf *out, const struct lightweight *notification,
    struct str host, struct str password, hmac_sha1_fn *hmac)
{
	auto_buf body = BUF_NULL, hex = BUF_NULL;
	uint8_t hash[STUN_SHA1_BYTES];
	int r;

	put_body(&body, notification);
	if (body.error)
		return body.error;
	r = hmac(password, body.data, body.len, hash);
	if (r < 0)
		return r;
	hex_append(&hex, hash, sizeof(hash));
	if (hex.error)
		return hex.error;
	buf_printf(out,
	    "POST / HTTP/1.1\r\nHost: %.*s\r\n"
	    "Content-Type: text/xml; charset=\"utf-8\"\r\n"
	    "Content-Length: %zu\r\nSignature: %s\r\n\r\n",
	    STR_ARG(host), body.len, buf_cstr(&hex));
	buf_append_str(out, buf_str(&body));
	return out->error;
}

/* ---- reading ------------------------------------------------------------------------ */

struct parse {
	struct lightweight *out;
	struct arena *arena;
	struct buf text;
	struct str *target; /* of the element that is open; null: none that counts */
	unsigned depth;
	struct str ts;
	bool is_notification;
	struct error *err;
};

static int add_param(struct parse *parse)
{
	struct cwmp_params *params = &parse->out->params;

	if (params->len == LIGHTWEIGHT_PARAMS_MAX)
		return error_set(parse->err, ERR_LIMIT,
		    "the notification has more than %d parameters",
		    LIGHTWEIGHT_PARAMS_MAX);
	params->items[params->len++] = (struct cwmp_param){ .name = STR_NULL };
	return 0;
}

static struct str *find_target(struct parse *parse, const char *name)
{
	struct lightweight *out = parse->out;
	struct cwmp_param *last =
	    out->params.len > 0 ? &out->params.items[out->params.len - 1] : NULL;
	const struct {
		const char *name;
		unsigned depth;
		struct str *target;
	} rows[] = {
		{ "TS", 2, &parse->ts },
		{ "UN", 2, &out->un },
		{ "CN", 2, &out->cn },
		{ "OUI", 2, &out->device.oui },
		{ "ProductClass", 2, &out->device.product_class },
		{ "SerialNumber", 2, &out->device.serial_number },
		{ "Name", 3, last ? &last->name : NULL },
		{ "Value", 3, last ? &last->value : NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].depth == parse->depth && strcmp(rows[i].name, name) == 0)
			return rows[i].target;
	}
	return NULL;
}

static int on_start(void *user, const char *name, const char *ns,
    const struct xml_attr *attrs, size_t n_attrs)
{
	struct parse *parse = user;

	(void)attrs;
	(void)n_attrs;
	parse->depth++;
	buf_reset(&parse->text);
	parse->target = NULL;
	if (parse->depth == 1)
		parse->is_notification = strcmp(name, "Notification") == 0 && ns &&
					 strcmp(ns, NAMESPACE) == 0;
	if (parse->depth == 2 && strcmp(name, "Param") == 0)
		return add_param(parse);
	parse->target = find_target(parse, name);
	return 0;
}

static int on_text(void *user, struct str text)
{
	struct parse *parse = user;

	if (parse->target)
		buf_append_str(&parse->text, text);
	return parse->text.error;
}

static int on_end(void *user)
{
	struct parse *parse = user;

	parse->depth--;
	if (!parse->target)
		return 0;
	*parse->target = arena_str(parse->arena, buf_str(&parse->text));
	if (!parse->target->p)
		return -ENOMEM;
	parse->target = NULL;
	return 0;
}

/* The header and where the body begins; 0: it is no POST. */
static size_t read_head(struct lightweight *out, struct str bytes)
{
	static const struct http_limits limits = { .is_tolerant = true };
	struct http_head head;
	int n = http_head_parse(&head, true, bytes.p, bytes.len, &limits, NULL);

	if (n <= 0 || !str_is(head.method, "POST"))
		return 0;
	out->signature = http_header(&head, "Signature");
	return (size_t)n;
}

static int read_body(struct parse *parse, struct xml_reader *reader)
{
	const struct xml_handler handler = { parse, on_start, on_text, on_end };
	uint64_t ts;
	int r = xml_read(reader, parse->out->body, &handler, parse->err);

	if (r < 0)
		return r;
	if (!parse->is_notification)
		return error_set(parse->err, ERR_MALFORMED,
		    "the body is no Notification of " NAMESPACE);
	/* XML Schema 2 4.3.6: blanks around a number are none of it. */
	if (str_to_u64(str_trim(parse->ts), INT32_MAX, &ts) < 0)
		return error_set(parse->err, ERR_MALFORMED,
		    "TS of the notification is no number of seconds");
	if (parse->out->device.oui.len == 0 ||
	    parse->out->device.serial_number.len == 0 || parse->out->params.len == 0)
		return error_set(parse->err, ERR_MALFORMED,
		    "the notification lacks OUI, SerialNumber or Param");
	parse->out->ts = (int64_t)ts;
	return 0;
}

int lightweight_read(struct lightweight *ret, struct xml_reader *reader,
    struct str bytes, struct arena *arena, struct error *err)
{
	struct parse parse = { .out = ret, .arena = arena, .err = err };
	size_t at;
	int r;

	*ret = (struct lightweight){ .ts = 0 };
	if (bytes.len > LIGHTWEIGHT_MAX)
		return error_set(err, ERR_LIMIT, "a datagram of %zu bytes", bytes.len);
	at = read_head(ret, bytes);
	if (at == 0)
		return error_set(err, ERR_MALFORMED,
		    "the datagram is no lightweight notification");
	ret->body = str_from(bytes, at);
	ret->params.items =
	    arena_array(arena, LIGHTWEIGHT_PARAMS_MAX, sizeof(*ret->params.items));
	if (!ret->params.items)
		return error_set(err, -ENOMEM, "no memory");
	r = read_body(&parse, reader);
	buf_free(&parse.text);
	return r;
}

bool lightweight_is_signed(const struct lightweight *notification, struct str password,
    hmac_sha1_fn *hmac)
{
	uint8_t hash[STUN_SHA1_BYTES], given[STUN_SHA1_BYTES];
	struct str body = notification->body;
	int n = hex_parse(notification->signature, given, sizeof(given));

	return n >= 0 && hmac(password, body.p, body.len, hash) == 0 &&
	       str_eq_secret(str_make(given, (size_t)n), str_make(hash, sizeof(hash)));
}
