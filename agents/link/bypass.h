/* Which ways of a carrier's links the kernel passes on by itself: those that are plain, and were when
 * the carrier started, so that nothing has to be made while links are changed. When a way changes no
 * frame is lost; one that comes in that very moment may come twice. Where a carrier was killed and
 * another one starts, the interfaces have frames: some are lost, some come twice. */
#pragma once

#include "agents/link/carrier.h"

/* Before its frames are read: makes ready what can be, and takes away what another carrier has left.
 * -errno with words. */
int bypass_prepare(struct link *link, const struct link_conf *conf, struct error *err);

/* The port's frames are the kernel's from now on, if it can. */
void bypass_begin(struct link_port *port);

/* They come to the carrier again. -errno with words: they do not. */
int bypass_end(struct link_port *port, struct error *err);

/* What the kernel holds for it. */
void bypass_close(struct carrier *carrier);
