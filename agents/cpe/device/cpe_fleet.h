/* All CPEs of a process, with what they share: model, TLS, places, configuration. */
#pragma once

#include "agents/common/control.h"
#include "agents/common/hoard.h"
#include "agents/common/tls_ctx.h"
#include "agents/cpe/device/cpe.h"
#include "agents/cpe/session/observer.h"
#include "agents/cpe/session/witness.h"
#include "agents/cpe/store/state_log.h"

enum {
	FLEET_RESPONSES_MAX = 64 << 20 /* bytes of responses that are not whole yet */
};

/* What a console shows of its CPE while it happens. */
enum cpe_debug {
	CPE_DEBUG_ERROR,
	CPE_DEBUG_EVENT,
	CPE_DEBUG_PACKET
};

/* What the console of a CPE is told, and asked for, where its fleet has consoles: a configuration
 * file of its vendor is commands, which the console alone understands (agents/cpe/console). */
struct cpe_console {
	void *user;
	/* The CPE has another address, or none, or is switched on or off. */
	void (*moved)(void *user, struct cpe *cpe);
	/* It is as the factory made it, and will boot: so is what was typed. */
	void (*reset)(void *user, struct cpe *cpe);
	/* A configuration file has come: 0 where all of its lines would be taken; else the fault of
	 * the transfer, with words that name the first that is not. Nothing is changed. */
	uint32_t (
	    *check)(void *user, struct cpe *cpe, struct str text, struct error *err);
	/* Does what check() has found good, after the transfer has ended: runs it, or makes it the
	 * start-up file, as the model says. It may end a session, and begin one. */
	void (*take)(void *user, struct cpe *cpe);
	/* Appends the configuration that is in effect: what an Upload of it sends. */
	void (*put)(void *user, struct cpe *cpe, struct buf *out);
	/* Appends lines of its log: what was typed, but for passwords. */
	void (*put_log)(void *user, struct cpe *cpe, struct buf *out);
	/* Whether anybody watches what happens of that kind; and a line of it, without a secret, which
	 * is shown in the loop's next round. */
	bool (*watches)(void *user, const struct cpe *cpe, enum cpe_debug kind);
	void (
	    *debug)(void *user, struct cpe *cpe, enum cpe_debug kind, const char *text);
	/* Who looks on in a session that begins: the fleet's own witness (may be null), or one that
	 * tells it what it sees; it lives as long as the console. */
	const struct cpe_witness *(*witness)(void *user, struct cpe *cpe);
	/* A port of a switch is not as it was. */
	void (*ports)(void *user, struct cpe *cpe);
};

struct cpe_fleet {
	uv_loop_t *loop;          /* borrowed, as are config and control */
	struct wheel wheel;       /* what its CPEs wait for; cpe_edges.c turns it */
	uv_timer_t timer;         /* of the wheel: for wake_at */
	clock_ns wake_at;         /* INT64_MAX: for nothing */
	struct poll_set *sockets; /* kept between sessions; null: it is not */
	bool is_timer_gone;       /* the loop has let go of it */
	const struct cpe_config *config;
	const struct cpe_edges *edges; /* of all its CPEs */
	struct control *control;       /* null: nobody asked for what single CPEs do */
	struct model *model;
	struct tls_ctx *tls;
	struct state_log *states;            /* null: nothing outlives the process */
	const struct cpe_witness *witness;   /* borrowed; null: nobody looks on */
	const struct cpe_observer *observer; /* the same; null: nobody measures */
	const struct cpe_console *console;   /* the same; null: its CPEs have none */
	struct cwmp_reader *reader;          /* of what ACSs say */
	struct arena_pool arenas;            /* of what is read and answered */
	struct intern
	    words; /* that its CPEs have in common: of their ACS, their image */
	struct hoard hoard;    /* of responses of ACSs */
	struct cpe_way way;    /* the last that was asked for */
	struct reach_hub *hub; /* null: nothing was opened yet, or it stops */
	bool
	    is_paced; /* its CPEs inform periodically as somebody else says (cpe_drive.h) */
	bool is_done;      /* no session begins any more (cpe_drive_end()) */
	bool is_forgiving; /* no failed session is tried again (cpe_drive_forgive()) */
	bool is_spread; /* periodic Informs, over the interval, by seed (cpe_drive.h) */
	bool is_deaf;   /* nobody listens for connection requests */
	struct {
		unsigned
		    set; /* bits of enum load_fault; 0: nothing goes wrong on purpose */
		uint32_t per_million; /* of sessions, in which one of them does */
	} faults;
	bool has_told_deaf; /* that nobody listens for connection requests; said once */
	struct cpe_place *places; /* one for each range that shares one, or each CPE */
	size_t n_places;
	struct cpe *cpes;
	size_t n_cpes;
	size_t n_stopped; /* of them */
	uint64_t seed;
	void (*on_stopped)(void *user); /* null: nobody waits for it */
	void *user;
	uint64_t n_sessions, n_failures; /* since the start */
	size_t n_talks;                  /* sessions that run, with their connections */
	size_t n_ended;                  /* since memory was given back */
};

/* Reads the model and opens all CPEs of the configuration, each switched off. The caller
 * frees *ret, which is set after most failures too, once the loop has run to its end.
 * ERR_CONFIG and others with words. */
int cpe_fleet_new(struct cpe_fleet **ret, uv_loop_t *loop,
    const struct cpe_config *config, uint64_t seed, struct error *err);

/* Powers all CPEs on, each at a random time within the configuration's boot-spread. Their
 * events go to control from now on. */
void cpe_fleet_boot(struct cpe_fleet *fleet, struct control *control);

/* Stops all CPEs (cpe_stop()). on_stopped (may be null) is called with user when the loop
 * has let go of the last one. */
void cpe_fleet_stop(struct cpe_fleet *fleet, void (*on_stopped)(void *user),
    void *user);

/* Whether its CPEs resume TLS sessions: as the configuration says, or the model. */
static inline bool cpe_fleet_resumes(const struct cpe_fleet *fleet)
{
	enum cpe_resumption wish = fleet->config->tls.resumption;

	return wish == CPE_RESUMES_AS_MODEL ? fleet->model->conduct.tls.resumes
					    : wish == CPE_RESUMES_ALWAYS;
}

static inline void cpe_console_moved(struct cpe *cpe)
{
	const struct cpe_console *console = cpe->fleet->console;

	if (console)
		console->moved(console->user, cpe);
}

static inline void cpe_console_reset(struct cpe *cpe)
{
	const struct cpe_console *console = cpe->fleet->console;

	if (console)
		console->reset(console->user, cpe);
	else
		cpe->was_reset = true;
}

/* A page of the command "status"; see struct command. */
int cpe_fleet_status(const struct cpe_fleet *fleet, struct answer *answer);

/* Safe with null, and after a failed cpe_fleet_new(). */
void cpe_fleet_free(struct cpe_fleet *fleet);
