/* Which ways of a carrier's links the kernel passes on by itself: those that are plain,
 * and were when the carrier started, so that nothing has to be made while links are
 * changed. When a way changes no frame is lost; one that comes in that very moment may
 * come twice. They go on while a carrier that was killed is followed by another, which
 * takes them over: of those that are plain then no frame is lost or comes twice. */
#pragma once

#include "agents/link/carrier.h"

/* Whether the kernel could pass frames of the link on. */
bool bypass_is_possible(const struct link_conf *conf);

/* Before its frames are read: makes ready what can be, and has frames of ways that are
 * not plain come to the carrier, whatever one before has left. -errno with words. */
int bypass_prepare(struct link *link, const struct link_conf *conf, struct error *err);

/* The port's frames are the kernel's from now on; or the carrier's, where the kernel
 * cannot. */
void bypass_begin(struct link_port *port);

/* They come to the carrier again. -errno with words: they do not. */
int bypass_end(struct link_port *port, struct error *err);

/* The same of a link whose file has changed: what the kernel holds is what it would hold for a new one.
 * Not while counts are read. -errno with words. */
int bypass_renew(struct link *link, struct error *err);

/* The kernel passes on nothing of the link any more. Not while its counts are read. */
void bypass_drop(struct link *link);

/* Gives back what is held of namespaces in which no link is any more. */
void bypass_prune(struct carrier *carrier);

/* Has the kernel pass on nothing any more, and gives back what it holds. */
void bypass_close(struct carrier *carrier);
