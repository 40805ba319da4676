/* A data model of the Broadband Forum as its XML says it (cwmp-datamodel-1-x.xsd): objects,
 * parameters with their types and access, profiles. Names, types and ranges are read, no
 * prose. */
#pragma once

#include "lab/model/draft.h"

struct bbf_param {
	struct draft_param
	    param;          /* as a model file would say it; path below the model's */
	bool is_current;    /* not deprecated, obsoleted or deleted */
	bool is_write_once; /* writable only until it was written */
	bool has_default;
	bool
	    is_reference; /* to objects or parameters that must be there (refType strong) */
	bool is_open;     /* beside its values it takes others, such as a vendor's */
	bool is_selected; /* for bbf_to_draft() */
	/* param.pattern, made when it is first asked for; null: none, or not one that is
	 * understood here. */
	const struct model_pattern *pattern;
	bool is_pattern_made;
};

struct bbf_object {
	struct str path; /* "Device.WiFi.SSID.{i}.", of a service "VoiceService.{i}." */
	bool is_current;
	bool is_writable;  /* instances are made and deleted by the ACS */
	uint64_t min, max; /* instances; max 0: any number */
	struct str
	    count; /* name of the parameter that counts them, in draft_parent() */
	struct str enable;
	struct bbf_param *params;
	size_t n_params;
	struct draft_key *keys;
	size_t n_keys;
	bool is_selected;
	bool is_implied; /* it is so only for what stands in it */
};

struct bbf_profile {
	struct str name;    /* "Baseline:1" */
	struct str base;    /* the profile that it is a new version of; or empty */
	struct str extends; /* those that it includes, with blanks between */
	struct bbf_demand { /* an object, or a parameter of it */
		struct str object, param; /* param empty: the object itself */
		bool is_writable;         /* an ACS must be able to set it */
	} * demands;
	size_t n_demands;
	bool is_seen; /* while profiles that name one another are walked */
};

struct bbf {
	struct arena arena;
	const char *file; /* of messages; owned by the arena */
	struct str model; /* "Device:2.17" */
	bool is_service;  /* it lives below "<root>.Services." */
	struct bbf_object *objects;
	size_t n_objects;
	struct bbf_profile *profiles;
	size_t n_profiles;
	struct map object_map, param_map; /* by paths */
};

/* Reads a document. Mistakes go to *mistakes. 0 with *ret, which the caller frees;
 * ERR_CONFIG for what is no XML, no data model, or names a type that it does not have;
 * -ENOMEM. */
int bbf_parse(const char *file, struct str xml, struct conf_mistakes *mistakes,
    struct bbf **ret, struct error *err);
int bbf_load(const char *path, struct conf_mistakes *mistakes, struct bbf **ret,
    struct error *err);
/* Null is fine. */
void bbf_free(struct bbf *bbf);
DEFINE_CLEANUP(struct bbf *, bbf_free)

/* Whether the pattern of the parameter, if it has one, matches all of text. */
bool bbf_matches(struct bbf *bbf, struct bbf_param *param, struct str text);

const struct bbf_profile *bbf_profile(const struct bbf *bbf, struct str name);

/* Calls on_demand() for all that a profile wants, those of the profiles that it builds upon
 * included. False where one of these is not in the document. */
bool bbf_profile_walk(struct bbf *bbf, struct str name,
    void (*on_demand)(void *user, const struct bbf_demand *demand), void *user);

/* ---- choosing (bbf_select.c) -------------------------------------------------------------- */

/* Chooses what a profile wants; ERR_NOT_FOUND where none of that name is in the document. */
int bbf_select_profile(struct bbf *bbf, struct str name);
/* Chooses a parameter or, by a path that ends in a dot, an object and all below that is
 * current; of a service the path may begin with "<root>.Services.". ERR_NOT_FOUND. */
int bbf_select_subtree(struct bbf *bbf, struct str path);

/* Adds what was chosen to the draft, whose root is set: with the tables that it stands in and
 * the parameters that count these. 0 or -ENOMEM. */
int bbf_to_draft(struct bbf *bbf, struct draft *draft);
