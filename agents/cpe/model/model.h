/* A device model: the parameters a kind of CPE has, their types, access and first values,
 * read from YAML and never changed. All CPEs of a process share one; what differs between
 * them is in struct model_values.
 *
 *     name: gateway
 *     root: Device
 *     basic-over-http: no
 *     common-name: no
 *     objects:
 *       Device.DeviceInfo.:
 *         Manufacturer: {value: HP}
 *         UpTime:       {type: unsignedInt, live: uptime}
 *         ProvisioningCode: {live: provisioning-code, writable: yes, max: 64, inform: yes,
 *                            notify: always}
 *       Device.Hosts.:
 *         HostNumberOfEntries: {type: unsignedInt, count: "Device.Hosts.Host.{i}."}
 *       Device.Hosts.Host.{i}.:
 *         MACAddress: {writable: yes, pattern: mac}
 *     tables:
 *       Device.Hosts.Host.{i}.: {writable: yes, keys: [[MACAddress]], max: 254}
 *     instances:
 *       Device.Hosts.Host.1.: {MACAddress: "00:00:5E:00:53:01"}
 *
 * "objects" has templates: {i} stands for the number of an instance, which "instances" lists
 * as a factory reset leaves them, with the values that are not the template's. A path with
 * numbers among the objects is no table: nothing of it can be made or removed. */
#pragma once

#include "agents/cpe/model/model_conduct.h"
#include "agents/cpe/model/model_generate.h"
#include "agents/cpe/model/model_own.h"
#include "agents/cpe/model/model_pattern.h"
#include "lib/base/cleanup.h"
#include "lib/conf/conf.h"
#include "lib/cwmp/cwmp.h"

enum {
	MODEL_PARAMS_MAX = 20000,
	MODEL_TABLES_MAX = 4096,
	MODEL_INSTANCES_MAX = 20000, /* after a factory reset, of all tables */
	MODEL_TABLE_MAX = 1024,      /* instances of one table that names no max */
	MODEL_TABLE_MOST = 4096,     /* what it can name */
	MODEL_TABLE_MIN_MAX = 64, /* instances that a new object has from the start */
	MODEL_LEVELS_MAX = 8,     /* instance numbers in a path */
	MODEL_KEYS_MAX = 8,       /* unique keys of a table */
	MODEL_KEY_PARAMS_MAX = 8, /* parameters of one */
	MODEL_RANGES_MAX = 16,
	MODEL_PATH_MAX = 256, /* TR-069 A6 A.2: names are string(256) */
	MODEL_VALUE_MAX = 32768
};

#define MODEL_TYPE_MAP(XX)                \
	XX(STRING, "string")              \
	XX(BOOLEAN, "boolean")            \
	XX(INT, "int")                    \
	XX(UNSIGNED_INT, "unsignedInt")   \
	XX(LONG, "long")                  \
	XX(UNSIGNED_LONG, "unsignedLong") \
	XX(DATE_TIME, "dateTime")         \
	XX(BASE64, "base64")              \
	XX(HEX_BINARY, "hexBinary")

enum model_type {
#define XX(symbol, name) MODEL_##symbol,
	MODEL_TYPE_MAP(XX)
#undef XX
};

enum model_notify {
	MODEL_NOTIFY_OFF,
	MODEL_NOTIFY_ACTIVE, /* the CPE starts with active notification */
	MODEL_NOTIFY_ALWAYS, /* active, and an ACS cannot turn it off */
	MODEL_NOTIFY_DENIED  /* never (9009) */
};

/* Parameters that the agent knows by a name, and where their values are. STORED: among the
 * CPE's own, as those of any parameter. OUTSIDE: the CPE is asked for it whenever an ACS
 * reads it, and told when an ACS sets it; what of it changes does so with the CPE's lease
 * or its ACS. MOVING: the same, and it changes whenever it likes. Those of ports stand last:
 * each instance of their table has its own (agents/cpe/ports), and "port-enable" may be set.
 * XX(symbol, name in the file, where) */
#define MODEL_LIVE_MAP(XX)                                               \
	XX(PARAMETER_KEY, "parameter-key", STORED)                       \
	XX(PROVISIONING_CODE, "provisioning-code", STORED)               \
	XX(PERIODIC_ENABLE, "periodic-inform-enable", STORED)            \
	XX(PERIODIC_INTERVAL, "periodic-inform-interval", STORED)        \
	XX(PERIODIC_TIME, "periodic-inform-time", STORED)                \
	XX(RETRY_MIN_WAIT, "retry-min-wait", STORED)                     \
	XX(RETRY_MULTIPLIER, "retry-multiplier", STORED)                 \
	XX(CR_USERNAME, "connection-request-username", STORED)           \
	XX(CR_PASSWORD, "connection-request-password", STORED)           \
	XX(THROTTLE, "notification-throttle", STORED)                    \
	XX(LIGHTWEIGHT_PROTOCOLS, "lightweight-protocols", STORED)       \
	XX(LIGHTWEIGHT_HOST, "lightweight-host", STORED)                 \
	XX(LIGHTWEIGHT_PORT, "lightweight-port", STORED)                 \
	XX(LIGHTWEIGHT_INTERVAL, "lightweight-trigger-interval", STORED) \
	XX(LIGHTWEIGHT_TIME, "lightweight-trigger-time", STORED)         \
	XX(STUN_ENABLE, "stun-enable", STORED)                           \
	XX(STUN_SERVER, "stun-server-address", STORED)                   \
	XX(STUN_PORT, "stun-server-port", STORED)                        \
	XX(STUN_USERNAME, "stun-username", STORED)                       \
	XX(STUN_PASSWORD, "stun-password", STORED)                       \
	XX(STUN_MAX_KEEP, "stun-maximum-keep-alive", STORED)             \
	XX(STUN_MIN_KEEP, "stun-minimum-keep-alive", STORED)             \
	XX(ALIAS_ADDRESSING, "alias-addressing", STORED)                 \
	XX(INSTANCE_MODE, "instance-mode", STORED)                       \
	XX(AUTO_CREATE, "auto-create-instances", STORED)                 \
	XX(UDP_ADDRESS, "udp-connection-request-address", OUTSIDE)       \
	XX(NAT_DETECTED, "nat-detected", OUTSIDE)                        \
	XX(ACS_URL, "acs-url", OUTSIDE)                                  \
	XX(ACS_USERNAME, "acs-username", OUTSIDE)                        \
	XX(ACS_PASSWORD, "acs-password", OUTSIDE)                        \
	XX(CR_URL, "connection-request-url", OUTSIDE)                    \
	XX(SERIAL, "serial", OUTSIDE)                                    \
	XX(SOFTWARE_VERSION, "software-version", OUTSIDE)                \
	XX(UPTIME, "uptime", MOVING)                                     \
	XX(NOW, "time", MOVING)                                          \
	XX(MAC, "mac", OUTSIDE)                                          \
	XX(ADDRESS, "address", OUTSIDE)                                  \
	XX(ADDRESS6, "address6", OUTSIDE)                                \
	XX(ORIGIN6, "address6-origin", OUTSIDE)                          \
	XX(NETMASK, "netmask", OUTSIDE)                                  \
	XX(ROUTER, "router", OUTSIDE)                                    \
	XX(DNS, "dns", OUTSIDE)                                          \
	XX(ADDRESSING, "addressing-type", OUTSIDE)                       \
	XX(INTERFACE, "interface", OUTSIDE)                              \
	XX(LINK_STATUS, "link-status", MOVING)                           \
	XX(RX_BYTES, "rx-bytes", MOVING)                                 \
	XX(TX_BYTES, "tx-bytes", MOVING)                                 \
	XX(RX_PACKETS, "rx-packets", MOVING)                             \
	XX(TX_PACKETS, "tx-packets", MOVING)                             \
	XX(RX_ERRORS, "rx-errors", MOVING)                               \
	XX(TX_ERRORS, "tx-errors", MOVING)                               \
	XX(CPU, "cpu", MOVING)                                           \
	XX(MEMORY_TOTAL, "memory-total", OUTSIDE)                        \
	XX(MEMORY_FREE, "memory-free", MOVING)                           \
	XX(PORT_ENABLE, "port-enable", MOVING)                           \
	XX(PORT_NAME, "port-name", OUTSIDE)                              \
	XX(PORT_STATUS, "port-status", MOVING)                           \
	XX(PORT_MAC, "port-mac", OUTSIDE)                                \
	XX(PORT_SPEED, "port-speed", MOVING)                             \
	XX(PORT_MACS, "port-mac-addresses", MOVING)                      \
	XX(PORT_NEIGHBOURS, "port-mac-address-count", MOVING)            \
	XX(PORT_RX_BYTES, "port-rx-bytes", MOVING)                       \
	XX(PORT_TX_BYTES, "port-tx-bytes", MOVING)                       \
	XX(PORT_RX_PACKETS, "port-rx-packets", MOVING)                   \
	XX(PORT_TX_PACKETS, "port-tx-packets", MOVING)                   \
	XX(PORT_RX_ERRORS, "port-rx-errors", MOVING)                     \
	XX(PORT_TX_ERRORS, "port-tx-errors", MOVING)                     \
	XX(PORT_RX_DROPS, "port-rx-drops", MOVING)                       \
	XX(PORT_TX_DROPS, "port-tx-drops", MOVING)

enum model_live {
	MODEL_PLAIN, /* a value that only the ACS and the file know */
#define XX(symbol, name, where) MODEL_##symbol,
	MODEL_LIVE_MAP(XX)
#undef XX
	MODEL_LIVES
};

struct model_bound { /* a whole number of any of the types */
	bool is_negative;
	uint64_t n;
};

struct model_range { /* both belong to it */
	struct model_bound low, high;
};

/* Where a value comes from that nobody has set: the CPE (live), a generator, or the text. */
struct model_source {
	const char *value;
	const struct model_generator *generate; /* null: none */
	int live;                               /* enum model_live */
	bool has_places;                        /* the text has placeholders */
};

struct model_param {
	struct str path;   /* terminated; of all instances, with {i} */
	uint32_t name;     /* index of its model_name */
	const char *value; /* the first one, of an object that is new too; "" */
	const struct model_generator *generate; /* as in struct model_source */
	int type;                               /* enum model_type */
	int live;                               /* enum model_live */
	int notify;                             /* enum model_notify */
	bool has_places;                        /* as in struct model_source */
	bool is_writable;
	bool is_hidden;        /* reads back as model_null_value() */
	bool is_secured;       /* the same, and TR-106 calls it secured */
	bool is_forced_inform; /* in every Inform (TR-106 forcedInform) */
	bool is_deferred;      /* a set of it is applied after the session: Status 1 */
	bool is_alias;         /* the ACS's name of its instance (TR-069 A6 3.6.1) */
	bool is_key;           /* part of a unique key, or says whether keys hold */
	bool is_list;          /* of items with commas between */
	uint64_t min, max; /* of a number, or of a string's length; max 0: the type's */
	uint64_t list_max; /* characters of a list; 0: any */
	uint64_t items_min, items_max;    /* of a list; items_max 0: any */
	const struct model_range *ranges; /* of a number: within one of them */
	size_t n_ranges;
	struct conf_strings values;          /* all that are allowed; none: any */
	const struct model_pattern *pattern; /* null: any */
	const struct model_table *counts;    /* whose instances it counts; null: none */
};

struct model_key { /* no two instances of a table have the same values of these */
	const struct model_param *params[MODEL_KEY_PARAMS_MAX];
	size_t n_params;
	bool is_always; /* also of instances that are not enabled */
};

struct model_table {
	uint32_t name;     /* index of the path that ends in "{i}." */
	bool is_writable;  /* an ACS makes and removes instances */
	bool is_deferred;  /* with Status 1 */
	uint64_t min, max; /* instances */
	const struct model_key *keys;
	size_t n_keys;
	const struct model_param *enable; /* keys hold where it is true; null: always */
	const struct model_param *alias;  /* null: none */
};

enum {
	MODEL_NONE = 0 /* as an index of a name that cannot be the root */
};

struct model_name { /* an object, whose path ends in ".", or a parameter */
	struct str path;
	const struct model_param *param; /* null: an object */
	const struct model_table *table; /* of "...{i}."; else null */
	uint32_t parent;                 /* of the root itself: MODEL_NONE */
	uint32_t end;                    /* the first that is not below it */
	uint32_t rows;     /* of the object above "{i}.": that name; else MODEL_NONE */
	uint32_t children; /* first of them in model->children, by their last part */
	uint32_t n_children;
	uint16_t tail;  /* where the last part of the path starts */
	uint8_t levels; /* how many {i} it has */
};

/* An object or parameter of a CPE: a name, and a number for each {i} of its path. */
struct model_at {
	uint32_t name;
	uint32_t n; /* names[name].levels */
	uint32_t index[MODEL_LEVELS_MAX];
};

struct model_first { /* a value after a factory reset that is not the template's */
	struct model_at at;
	struct model_source source;
};

struct model_pool { /* values of which each CPE has its own */
	const char *name;
	const char *first;
	uint64_t count;
	const struct conf_node *node; /* for messages */
};

struct model {
	struct conf_doc *doc; /* owns all strings */
	const char *name;
	const char *root;           /* "InternetGatewayDevice" */
	bool sends_basic_over_http; /* it shows its password, as TR-069 forbids */
	bool takes_common_name;     /* of certificates without names of their own */
	struct model_conduct conduct;
	struct conf_list own;       /* struct model_own */
	struct model_param *params; /* in the order of the file */
	size_t n_params;
	struct model_name *names; /* sorted by path, objects of every level included */
	size_t n_names;
	uint32_t *children; /* indices of names */
	struct model_table *tables;
	size_t n_tables;
	struct model_at
	    *instances; /* after a factory reset; sorted (model_at_compare()) */
	size_t n_instances;
	struct model_first *firsts; /* sorted */
	size_t n_firsts;
	struct model_at *informs; /* in every Inform, beside is_forced_inform */
	size_t n_informs;
	uint32_t *movers; /* names of parameters that nobody sets and that change */
	size_t n_movers;
	uint32_t *watched; /* those of them that are notified as the model says */
	size_t n_watched;
	uint32_t
	    *states; /* names of what ends in "DiagnosticsState", and an ACS may set */
	size_t n_states;
	struct model_pool *pools;
	size_t n_pools;
	const struct model_param
	    *lives[MODEL_LIVES]; /* first of each; null: not there */
	const struct model_param *manufacturer, *oui, *product_class, *serial;
};

/* Reads a model. ERR_CONFIG with place and hint: a path that is none or stands twice, a
 * value that its own type refuses, a model without the parameters that Inform needs. The
 * first mistake is in err, with how many others there are. The caller frees *ret. */
int model_load(const char *path, struct model **ret, struct error *err);
int model_parse(const char *name, struct str bytes, struct model **ret,
    struct error *err);

/* The same, with all mistakes of the file in *mistakes. */
int model_load_all(const char *path, struct conf_mistakes *mistakes, struct model **ret,
    struct error *err);
int model_parse_all(const char *name, struct str bytes, struct conf_mistakes *mistakes,
    struct model **ret, struct error *err);

/* Safe with null. */
void model_free(struct model *model);
DEFINE_CLEANUP(struct model *, model_free)

/* The template of exactly this path, with {i} where it has instances, or null. */
const struct model_name *model_find(const struct model *model, struct str path);

/* Reads a path with numbers in it: "Device.Hosts.Host.1.Active". False when the model has
 * nothing of that kind. Whether a CPE has these instances, model_values_find() knows. */
bool model_at_read(const struct model *model, struct str path, struct model_at *ret);

enum {
	/* MODEL_PATH_MAX holds for names as long as numbers have ten digits. */
	MODEL_AT_TEXT_MAX = MODEL_PATH_MAX + 1
};

/* Writes the path of at, terminated, into text (room for MODEL_AT_TEXT_MAX); returns its
 * length. */
size_t model_at_path(const struct model *model, const struct model_at *at, char *text);

/* Less, equal or greater than 0: by name, then by numbers. */
int model_at_compare(const struct model_at *a, const struct model_at *b);

/* The place of a parameter or object that is in no table. */
struct model_at model_at_of(const struct model_name *name, const struct model *model);

/* The object above, with its numbers. Not of the root. */
struct model_at model_at_parent(const struct model *model, const struct model_at *at);

/* Whether at is the object top, or below it. */
bool model_at_is_below(const struct model *model, const struct model_at *at,
    const struct model_at *top);

/* Whether a factory reset leaves the instance, and where the value of a parameter then
 * comes from. */
bool model_has_instance(const struct model *model, const struct model_at *at);
struct model_source model_first_source(const struct model *model,
    const struct model_at *at);

/* The first of model->instances that is not less than at. */
size_t model_instance_lower(const struct model *model, const struct model_at *at);

static inline const struct model_name *model_names_end(const struct model *model)
{
	return model->names + model->n_names;
}

static inline const struct model_param *model_param_at(const struct model *model,
    const struct model_at *at)
{
	return model->names[at->name].param;
}

/* Whether the values of this kind are OUTSIDE or MOVING (MODEL_LIVE_MAP). */
bool model_live_is_outside(enum model_live live);
bool model_live_is_moving(enum model_live live);

/* Whether it belongs to a port of a switch, whose number is that of the instance. */
bool model_live_is_port(enum model_live live);

/* "none", then the names of MODEL_LIVE_MAP; ended by null. */
extern const char *const model_live_names[];

/* ERR_CONFIG when a pool that is used has fewer entries than there are CPEs. */
int model_check_pools(const struct model *model, uint64_t n_cpes, struct error *err);

/* Whether an ACS may set this parameter to value, which it says is of this type ("": it does
 * not say). 0, or the fault to answer with: 9008 not writable, 9006 it is of another type,
 * 9007 it does not take this value. */
uint32_t model_check_set(const struct model_param *param, struct str type,
    struct str value);

/* 0, or 9007 when the parameter does not take this value. */
uint32_t model_check_value(const struct model_param *param, struct str value);

/* A whole number with an optional sign. False when text is none, or of more than 64 bits. */
bool model_bound_read(struct str text, struct model_bound *ret);

/* "unsignedInt". */
const char *model_type_name(int type);

/* What stands for no value: "" of a text or a list, 0, false, the unknown time (TR-106). */
const char *model_null_value(const struct model_param *param);

/* Whether its changes are notified unless an ACS says otherwise. */
bool model_param_is_watched(const struct model_param *param);

/* The type that goes over the wire: of a list it is string. */
const char *model_wire_type(const struct model_param *param);

void model_schema(struct buf *out);

/* The keys as a manual page, without its head. */
void model_man(struct buf *out);
