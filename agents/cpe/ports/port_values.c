#include "agents/cpe/ports/port_values.h"

#include "lib/base/buf.h"
#include "lib/base/text.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- instances ------------------------------------------------------------------------- */

/* The object that has the table; false: the model has none, or it is inside of another one. */
static bool find_object(const struct model *model, struct model_at *ret)
{
	const struct model_param *param = model->lives[MODEL_PORT_NAME];
	const struct model_name *names = model->names;
	uint32_t name;

	if (!param || names[param->name].levels != 1)
		return false;
	for (name = param->name; !names[name].table;)
		name = names[name].parent;
	*ret = model_at_of(&names[names[name].parent], model);
	return true;
}

int port_values_make(struct model_values *values, unsigned n)
{
	struct model_at object;
	uint32_t number;
	int r = 0;

	if (!find_object(values->model, &object))
		return 0;
	for (uint32_t i = model_values_count(values, &object); i < n && r == 0; i++)
		r = model_values_add(values, &object, &number);
	return r;
}

/* ---- values ---------------------------------------------------------------------------- */

/* TR-098 has Up, NoLink, Error, Disabled; TR-181 Up, Down, NotPresent and others. */
static const char *status_of(const struct port *port)
{
	if (!port->is_there)
		return "NotPresent";
	if (!port->is_enabled)
		return "Disabled";
	return port->has_link ? "Up" : "Down";
}

static struct str put_macs(const struct port_table *table, uint32_t number,
    struct arena *arena)
{
	auto_buf list = BUF_NULL;
	char text[MAC_TEXT_MAX];

	for (unsigned i = 0; i < table->n_macs; i++) {
		if (table->macs[i].number != number)
			continue;
		buf_printf(&list, "%s%s", list.len > 0 ? "," : "",
		    mac_text(table->macs[i].mac, text));
	}
	return list.error ? STR_NULL : arena_str(arena, buf_str(&list));
}

static bool find_number(const struct port_table *table, const struct port *port,
    uint32_t number, enum model_live live, uint64_t *ret)
{
	switch ((int)live) {
	case MODEL_PORT_ENABLE:
		*ret = port->is_there && port->is_enabled;
		return true;
	case MODEL_PORT_SPEED:
		*ret = port->speed_mbps;
		return true;
	case MODEL_PORT_NEIGHBOURS:
		*ret = port_table_count_macs(table, number);
		return true;
	case MODEL_PORT_RX_BYTES:
		*ret = port->in.bytes;
		return true;
	case MODEL_PORT_TX_BYTES:
		*ret = port->out.bytes;
		return true;
	case MODEL_PORT_RX_PACKETS:
		*ret = port->in.packets;
		return true;
	case MODEL_PORT_TX_PACKETS:
		*ret = port->out.packets;
		return true;
	case MODEL_PORT_RX_ERRORS:
		*ret = port->in.errors;
		return true;
	case MODEL_PORT_TX_ERRORS:
		*ret = port->out.errors;
		return true;
	case MODEL_PORT_RX_DROPS:
		*ret = port->in.drops;
		return true;
	case MODEL_PORT_TX_DROPS:
		*ret = port->out.drops;
		return true;
	default:
		return false;
	}
}

/* TR-098 counts in 32 bits and wraps; a speed that is text has a word where none is known. */
static struct str put_number(uint64_t n, enum model_live live, enum model_type type,
    struct arena *arena)
{
	char text[24];

	if (type == MODEL_STRING && live == MODEL_PORT_SPEED && n == 0)
		return STR("Auto");
	if (type == MODEL_UNSIGNED_INT)
		n &= UINT32_MAX;
	(void)snprintf(text, sizeof(text), "%" PRIu64, n);
	return arena_str(arena, str_of(text));
}

/* "GE1/0/3": what the console calls it in brief; TR-098 has room for 16 characters. */
static struct str put_name(uint32_t number, struct arena *arena)
{
	char text[40];

	(void)snprintf(text, sizeof(text), "GE1/0/%" PRIu32, number);
	return arena_str(arena, str_of(text));
}

struct str port_value(const struct port_table *table, uint32_t number,
    enum model_live live, enum model_type type, struct arena *arena)
{
	const struct port *port = port_table_at(table, number);
	char text[MAC_TEXT_MAX];
	uint64_t n;

	if (!port)
		return STR_NULL;
	if (find_number(table, port, number, live, &n))
		return put_number(n, live, type, arena);
	switch ((int)live) {
	case MODEL_PORT_NAME:
		return put_name(number, arena);
	case MODEL_PORT_STATUS:
		return str_of(status_of(port));
	case MODEL_PORT_MAC:
		return arena_str(arena, str_of(mac_text(port->mac, text)));
	case MODEL_PORT_MACS:
		return put_macs(table, number, arena);
	default:
		return STR_NULL;
	}
}
