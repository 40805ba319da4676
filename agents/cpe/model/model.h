/* A device model: the parameters a kind of CPE has, their types, access and first values,
 * read from YAML and never changed. All CPEs of a process share one; what differs between
 * them is in struct model_values.
 *
 *     name: hp5920
 *     root: InternetGatewayDevice
 *     basic-over-http: no
 *     common-name: no
 *     objects:
 *       InternetGatewayDevice.DeviceInfo.:
 *         Manufacturer: {value: HP}
 *         UpTime:       {type: unsignedInt, live: uptime}
 *         ProvisioningCode: {live: provisioning-code, writable: yes, max: 64, inform: yes,
 *                            notify: always}
 */
#pragma once

#include "lib/base/cleanup.h"
#include "lib/conf/conf.h"
#include "lib/cwmp/cwmp.h"

enum {
	MODEL_PARAMS_MAX = 20000,
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
 * reads it, and told when an ACS sets it.
 * XX(symbol, name in the file, where) */
#define MODEL_LIVE_MAP(XX)                                        \
	XX(PARAMETER_KEY, "parameter-key", STORED)                \
	XX(PROVISIONING_CODE, "provisioning-code", STORED)        \
	XX(PERIODIC_ENABLE, "periodic-inform-enable", STORED)     \
	XX(PERIODIC_INTERVAL, "periodic-inform-interval", STORED) \
	XX(PERIODIC_TIME, "periodic-inform-time", STORED)         \
	XX(RETRY_MIN_WAIT, "retry-min-wait", STORED)              \
	XX(RETRY_MULTIPLIER, "retry-multiplier", STORED)          \
	XX(CR_USERNAME, "connection-request-username", STORED)    \
	XX(CR_PASSWORD, "connection-request-password", STORED)    \
	XX(ACS_URL, "acs-url", OUTSIDE)                           \
	XX(ACS_USERNAME, "acs-username", OUTSIDE)                 \
	XX(ACS_PASSWORD, "acs-password", OUTSIDE)                 \
	XX(CR_URL, "connection-request-url", OUTSIDE)             \
	XX(SERIAL, "serial", OUTSIDE)                             \
	XX(UPTIME, "uptime", OUTSIDE)                             \
	XX(NOW, "time", OUTSIDE)                                  \
	XX(MAC, "mac", OUTSIDE)                                   \
	XX(ADDRESS, "address", OUTSIDE)                           \
	XX(NETMASK, "netmask", OUTSIDE)                           \
	XX(ROUTER, "router", OUTSIDE)                             \
	XX(DNS, "dns", OUTSIDE)                                   \
	XX(ADDRESSING, "addressing-type", OUTSIDE)                \
	XX(INTERFACE, "interface", OUTSIDE)                       \
	XX(LINK_STATUS, "link-status", OUTSIDE)                   \
	XX(RX_BYTES, "rx-bytes", OUTSIDE)                         \
	XX(TX_BYTES, "tx-bytes", OUTSIDE)                         \
	XX(RX_PACKETS, "rx-packets", OUTSIDE)                     \
	XX(TX_PACKETS, "tx-packets", OUTSIDE)                     \
	XX(RX_ERRORS, "rx-errors", OUTSIDE)                       \
	XX(TX_ERRORS, "tx-errors", OUTSIDE)

enum model_live {
	MODEL_PLAIN, /* a value that only the ACS and the file know */
#define XX(symbol, name, where) MODEL_##symbol,
	MODEL_LIVE_MAP(XX)
#undef XX
	MODEL_LIVES
};

struct model_param {
	struct str path;   /* terminated */
	const char *value; /* the first one; "" */
	int type;          /* enum model_type */
	int live;          /* enum model_live */
	int notify;        /* enum model_notify */
	bool is_writable;
	bool is_hidden;        /* reads back empty */
	bool is_forced_inform; /* in every Inform (TR-106 forcedInform) */
	uint64_t min, max; /* of a number, or of a string's length; max 0: the type's */
	struct conf_strings values; /* all that are allowed; none: any */
};

struct model_name { /* an object, whose path ends in ".", or a parameter */
	struct str path;
	const struct model_param *param; /* null: an object */
};

struct model {
	struct conf_doc *doc; /* owns all strings */
	const char *name;
	const char *root;           /* "InternetGatewayDevice" */
	bool sends_basic_over_http; /* it shows its password, as TR-069 forbids */
	bool takes_common_name;     /* of certificates without names of their own */
	struct model_param *params; /* in the order of the file */
	size_t n_params;
	struct model_name *names; /* sorted by path, objects of every level included */
	size_t n_names;
	const struct model_param
	    *lives[MODEL_LIVES]; /* first of each; null: not there */
	const struct model_param *manufacturer, *oui, *product_class, *serial;
};

/* Reads a model. ERR_CONFIG with place and hint: a path that is none or stands twice, a
 * value that its own type refuses, a model without the parameters that Inform needs. The
 * caller frees *ret. */
int model_load(const char *path, struct model **ret, struct error *err);
int model_parse(const char *name, struct str bytes, struct model **ret,
    struct error *err);

/* Safe with null. */
void model_free(struct model *model);
DEFINE_CLEANUP(struct model *, model_free)

/* The object or parameter of exactly this path, or null. */
const struct model_name *model_find(const struct model *model, struct str path);

/* The first name that does not sort before path, or model_names_end(). The names below an
 * object follow it directly. */
const struct model_name *model_lower_bound(const struct model *model, struct str path);

static inline const struct model_name *model_names_end(const struct model *model)
{
	return model->names + model->n_names;
}

static inline size_t model_index(const struct model *model,
    const struct model_param *param)
{
	return (size_t)(param - model->params);
}

/* Whether the values of this kind are OUTSIDE (MODEL_LIVE_MAP). */
bool model_live_is_outside(enum model_live live);

/* Whether an ACS may set this parameter to value, which it says is of this type ("": it does
 * not say). 0, or the fault to answer with: 9008 not writable, 9006 it is of another type,
 * 9007 it does not take this value. */
uint32_t model_check_set(const struct model_param *param, struct str type,
    struct str value);

/* 0, or 9007 when the parameter does not take this value. */
uint32_t model_check_value(const struct model_param *param, struct str value);

/* "unsignedInt". */
const char *model_type_name(int type);

void model_schema(struct buf *out);
