#include "agents/cpe/model/model_own.h"

#include "agents/cpe/model/model_modules.h"
#include "lib/proto/url.h"

#define OWN(member, key_, type_, help_)                                           \
	.key = key_, .type = type_, .offset = offsetof(struct model_own, member), \
	.help = help_

static const char *const kinds[] = { "download", "upload", "install", "update",
	"uninstall", NULL };

const struct conf_row model_own_rows[] = {
	{ OWN(kind, "do", CONF_ENUM, "what it does"), .is_required = true,
	    .names = kinds },
	{ OWN(after, "after", CONF_DURATION, "how long after the boot"), .dflt = "1s",
	    .max = 86400 * NS_PER_S },
	{ OWN(file_type, "file-type", CONF_STR, "of a download or an upload"), .min = 1,
	    .max = 64 },
	{ OWN(url, "url", CONF_STR, "of the file"), .min = 1, .max = 1024 },
	{ OWN(username, "username", CONF_STR, "for the url"), .max = 256 },
	{ OWN(password, "password", CONF_STR, "for the url"), .max = 256,
	    .is_secret = true },
	{ OWN(uuid, "uuid", CONF_STR, "of the deployment unit"), .max = 36 },
	{ OWN(version, "version", CONF_STR, "of the deployment unit"), .max = 32 },
	{ NULL },
};

#define FILES   (1 << MODEL_OWN_DOWNLOAD | 1 << MODEL_OWN_UPLOAD)
#define FETCHES (1 << MODEL_OWN_INSTALL | 1 << MODEL_OWN_UPDATE)
#define REMOVES (1 << MODEL_OWN_UNINSTALL)

/* Which kinds take a key, and which need it: bits. */
static const struct {
	const char *key;
	unsigned takes, needs;
} uses[] = {
	{ "file-type", FILES, FILES },
	{ "url", FILES | FETCHES, FILES | 1 << MODEL_OWN_INSTALL },
	{ "username", FILES | FETCHES, 0 },
	{ "password", FILES | FETCHES, 0 },
	{ "uuid", FETCHES | REMOVES, REMOVES },
	{ "version", 1 << MODEL_OWN_UPDATE | REMOVES, 0 },
};

static int check_one(const struct model *model, const struct conf_node *node,
    const struct model_own *own, struct error *err)
{
	const char *name = kinds[own->kind];
	unsigned bit = 1U << own->kind;
	struct error why = ERROR_NULL;
	struct url url;

	for (size_t i = 0; i < ARRAY_LEN(uses); i++) {
		const struct conf_node *at = conf_get(node, uses[i].key);

		if (at && !(uses[i].takes & bit))
			return conf_fail(model->doc, at, NULL, err,
			    "%s takes no \"%s\"", name, uses[i].key);
		if (!at && uses[i].needs & bit)
			return conf_fail(model->doc, node, NULL, err, "%s wants \"%s\"",
			    name, uses[i].key);
	}
	if (own->url && url_parse(&url, str_of(own->url), &why) < 0)
		return conf_fail(model->doc, conf_get(node, "url"), NULL, err, "%s",
		    why.text);
	if (!(bit & FILES) && !model_has_modules(model))
		return conf_fail(model->doc, node,
		    "SoftwareModules. with ExecEnv, DeploymentUnit, ExecutionUnit", err,
		    "the model has no deployment units");
	return 0;
}

int model_own_check(const struct model *model, const struct conf_node *node,
    struct error *err)
{
	const struct model_own *items = model->own.items;
	int worst = 0;

	for (size_t i = 0; i < model->own.len; i++) {
		const struct conf_node *at = node->items[i];
		const struct conf_node *kind = conf_get(at, "do");
		int r = 0;

		/* One of no kind was told already. */
		if (kind && str_is(kind->text, kinds[items[i].kind]))
			r = check_one(model, at, &items[i], err);

		if (!conf_go_on(model->doc, r, &worst))
			return r;
	}
	return worst;
}
