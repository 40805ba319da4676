/* A network of a test's own, where every port is free and nobody else is in the way. */
#pragma once

/* Becomes an ordinary user, then root of fresh user, network and mount namespaces with the
 * loopback interface up. Exits with 77 where there are none, and with words when one of
 * them cannot be set up. */
void sandbox_enter(void);

/* Leaves that network for another fresh one, of this process and its children. */
void sandbox_change_network(void);
