/* What a kind of CPE does that no ACS has ordered, once in its life: after its first boot, and
 * after a factory reset.
 *
 *     own:
 *       - {do: download, after: 5s, file-type: 2 Web Content, url: "http://files.lab/page"}
 *       - {do: upload, file-type: 2 Vendor Log File, url: "http://files.lab/log"}
 *       - {do: install, url: "http://files.lab/meter.du"}
 *       - {do: uninstall, uuid: 0b5f4b30-6f3a-5b8a-9c6e-00005e005301}
 */
#pragma once

#include "lib/base/clock.h"
#include "lib/conf/conf.h"

struct model;

enum {
	MODEL_OWN_MAX = 16 /* of one model */
};

enum model_own_kind {
	MODEL_OWN_DOWNLOAD,
	MODEL_OWN_UPLOAD,
	MODEL_OWN_INSTALL, /* of a deployment unit, as those behind it */
	MODEL_OWN_UPDATE,
	MODEL_OWN_UNINSTALL,
};

struct model_own {      /* null: not written */
	int kind;       /* enum model_own_kind */
	clock_ns after; /* the boot */
	const char *file_type, *url, *username, *password, *uuid, *version;
};

extern const struct conf_row model_own_rows[];

/* ERR_CONFIG, each mistake with its place: an entry lacks what it needs, or has what is another
 * one's; or it is on deployment units, and the model has none. */
int model_own_check(const struct model *model, const struct conf_node *node,
    struct error *err);
