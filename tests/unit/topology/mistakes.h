/* One row a mistake: the file, and what is said after the name of the file. */
// clang-format off
{ LAB SW1 "  a: {kind: swich}\n",
	":4:13: error: unknown kind \"swich\"\n"
	"    4 |   a: {kind: swich}\n"
	"      |             ^~~~~ did you mean \"switch\"?" },
{ LAB SW1 "  a: {}\n",
	":4:3: error: node \"a\" has no kind\n"
	"    4 |   a: {}\n"
	"      |   ^ one of: switch, dns, dhcp, acs, cpe, host, router, nat, load, proxy, firewall" },
{ LAB SW1 "  a: [switch]\n",
	":4:6: error: node \"a\" wants a mapping\n"
	"    4 |   a: [switch]\n"
	"      |      ^~~~~~~~ such as {kind: cpe, attach: sw1}" },
{ LAB SW1 "  A: {kind: switch}\n",
	":4:3: error: \"A\" cannot be the name of a node\n"
	"    4 |   A: {kind: switch}\n"
	"      |   ^ a to z, 0 to 9 and \"-\" inside, at most 63 characters" },
{ LAB SW1 "  sw1: {kind: switch}\n",
	":4:3: error: \"sw1\" is written twice\n"
	"    4 |   sw1: {kind: switch}\n"
	"      |   ^~~ the first is on line 3" },
{ LAB SW1 "  a: {kind: switch, atach: sw1}\n",
	":4:21: error: unknown key \"atach\"\n"
	"    4 |   a: {kind: switch, atach: sw1}\n"
	"      |                     ^~~~~ did you mean \"attach\"?" },
{ LAB SW1 "  h: {kind: host, attach: sw01, address: 10.0.0.1/24}\n",
	":4:27: error: no switch is named \"sw01\"\n"
	"    4 |   h: {kind: host, attach: sw01, address: 10.0.0.1/24}\n"
	"      |                           ^~~~ did you mean \"sw1\"?" },
{ LAB SW1 "  h: {kind: host, address: 10.0.0.1/24}\n",
	":4:6: error: \"attach\" is missing\n"
	"    4 |   h: {kind: host, address: 10.0.0.1/24}\n"
	"      |      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ the switch this node plugs into" },
{ LAB SW1 "  h: {kind: host, attach: [sw1], address: 10.0.0.1/24}\n",
	":4:27: error: \"attach\" wants the name of a switch\n"
	"    4 |   h: {kind: host, attach: [sw1], address: 10.0.0.1/24}\n"
	"      |                           ^~~~~ attach: sw1, or attach: {switch: sw1, port: up1}" },
{ LAB SW1 "  h: {kind: host, attach: {switch: sw1, prot: x}, address: 10.0.0.1/24}\n",
	":4:41: error: unknown key \"prot\"\n"
	"    4 |   h: {kind: host, attach: {switch: sw1, prot: x}, address: 10.0.0.1/24}\n"
	"      |                                         ^~~~ did you mean \"port\"?" },
{ LAB "  h: {kind: host, attach: sw1, address: 10.0.0.1/24}\n",
	":3:27: error: no switch is named \"sw1\"\n"
	"    3 |   h: {kind: host, attach: sw1, address: 10.0.0.1/24}\n"
	"      |                           ^~~ there is none yet; add one of kind switch" },
{ LAB SW1 "  a: {kind: host, attach: sw1, address: 10.0.0.1/24}\n  b: {kind: host, attach: a, address: 10.0.0.2/24}\n",
	":5:27: error: \"a\" is of kind host, not a switch\n"
	"    5 |   b: {kind: host, attach: a, address: 10.0.0.2/24}\n"
	"      |                           ^" },
{ LAB SW1 "  h: {kind: host, attach: {switch: sw1, port: br0}, address: 10.0.0.1/24}\n",
	":4:47: error: \"br0\" cannot be the name of a port\n"
	"    4 |   h: {kind: host, attach: {switch: sw1, port: br0}, address: 10.0.0.1/24}\n"
	"      |                                               ^~~ letters, digits, \"-\", \"_\"; not lo, br0, p1 and the like" },
{ LAB SW1 "  h: {kind: host, attach: {switch: sw1, port: sixteen-letters-}, address: 10.0.0.1/24}\n",
	":4:47: error: \"sixteen-letters-\" has 16 bytes; 1 to 15 are allowed\n"
	"    4 |   h: {kind: host, attach: {switch: sw1, port: sixteen-letters-}, address: 10.0.0.1/24}\n"
	"      |                                               ^~~~~~~~~~~~~~~~" },
{ LAB SW1 "  a: {kind: host, attach: {switch: sw1, port: x}, address: 10.0.0.1/24}\n  b: {kind: host, attach: {switch: sw1, port: x}, address: 10.0.0.2/24}\n",
	":5:47: error: \"sw1\" has a port \"x\" already\n"
	"    5 |   b: {kind: host, attach: {switch: sw1, port: x}, address: 10.0.0.2/24}\n"
	"      |                                               ^ the first is on line 4" },
{ LAB SW1 "  a: {kind: host, attach: {switch: sw1, port: b}, address: 10.0.0.1/24}\n  b: {kind: host, attach: sw1, address: 10.0.0.2/24}\n",
	":4:47: error: \"b\" is the name of a node\n"
	"    4 |   a: {kind: host, attach: {switch: sw1, port: b}, address: 10.0.0.1/24}\n"
	"      |                                               ^ ports without a name are called as their node" },
{ LAB SW1 "  cpe: {kind: cpe, attach: {switch: sw1, port: customer-port}, model: box, count: 10}\n",
	":4:48: error: the last port would be \"customer-port-10\"\n"
	"    4 |   cpe: {kind: cpe, attach: {switch: sw1, port: customer-port}, model: box, count: 10}\n"
	"      |                                                ^~~~~~~~~~~~~ 15 characters is the most" },
{ LAB SW1 CPE ", count: 1001}\n",
	":4:28: error: switch \"sw1\" gets 1001 ports; 1000 is the most\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, count: 1001}\n"
	"      |                            ^~~ a Linux bridge takes 1,023: use access switches with \"links\" to this one" },
{ LAB "  a: {kind: switch, links: [b]}\n  b: {kind: switch, links: [a]}\n",
	":4:29: error: this link from \"b\" to \"a\" closes a loop\n"
	"    4 |   b: {kind: switch, links: [a]}\n"
	"      |                             ^ remove the link, or set \"stp: true\" on every switch of the loop" },
{ LAB "  a: {kind: switch, stp: on, links: [b, c]}\n  b: {kind: switch, stp: on}\n  c: {kind: switch, links: [b]}\n",
	":5:29: error: this link from \"c\" to \"b\" closes a loop\n"
	"    5 |   c: {kind: switch, links: [b]}\n"
	"      |                             ^ remove the link, or set \"stp: true\" on every switch of the loop" },
{ LAB "  a: {kind: switch, links: [[a]]}\n",
	":3:29: error: \"links\" wants names of switches\n"
	"    3 |   a: {kind: switch, links: [[a]]}\n"
	"      |                             ^~~ links: [sw2], or links: [{switch: sw2, link: dsl}]" },
{ LAB "  a: {kind: switch, links: [{switch: b, link: dlay=5ms}]}\n  b: {kind: switch}\n",
	":3:47: error: \"dlay\" is no key of a link\n"
	"    3 |   a: {kind: switch, links: [{switch: b, link: dlay=5ms}]}\n"
	"      |                                               ^~~~ did you mean \"delay\"?" },
{ LAB "  a: {kind: switch, links: a}\n",
	":3:28: error: \"a\" is linked to itself\n"
	"    3 |   a: {kind: switch, links: a}\n"
	"      |                            ^" },
{ LAB "  a: {kind: switch, attach: a}\n",
	":3:29: error: \"a\" is attached to itself\n"
	"    3 |   a: {kind: switch, attach: a}\n"
	"      |                             ^" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.0/24}\n",
	":4:41: error: 10.0.0.0 is the network address of its subnet, which no node can have\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.0/24}\n"
	"      |                                         ^~~~~~~~~~~" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.255/24}\n",
	":4:41: error: 10.0.0.255 is the broadcast address of its subnet, which no node can have\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.255/24}\n"
	"      |                                         ^~~~~~~~~~~~~" },
{ LAB SW1 "  a: {kind: host, attach: sw1, address: 10.0.0.1/24}\n  b: {kind: host, attach: sw1, address: 10.0.1.2/24}\n",
	":5:41: error: 10.0.1.2/24 is outside 10.0.0.0/24, the subnet of its switch\n"
	"    5 |   b: {kind: host, attach: sw1, address: 10.0.1.2/24}\n"
	"      |                                         ^~~~~~~~~~~ \"a\" on line 4 is in it" },
{ LAB SW1 "  a: {kind: host, attach: sw1, address: 10.0.0.1/24}\n  b: {kind: host, attach: sw1, address: 10.0.0.1/24}\n",
	":5:41: error: 10.0.0.1 is used twice\n"
	"    5 |   b: {kind: host, attach: sw1, address: 10.0.0.1/24}\n"
	"      |                                         ^~~~~~~~~~~ \"a\" on line 4 has it" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.150/24}\n" POOL "}]}\n",
	":4:41: error: 10.0.0.150 is inside a pool of \"dhcp\"\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.150/24}\n"
	"      |                                         ^~~~~~~~~~~~~ 10.0.0.100-10.0.0.199, line 5" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, router: 10.9.0.1}\n",
	":4:62: error: 10.9.0.1 is outside the subnet of \"h\"\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, router: 10.9.0.1}\n"
	"      |                                                              ^~~~~~~~" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lam 10.1.0.1/24]}\n",
	":5:47: error: no switch is named \"lam\"\n"
	"    5 |   r: {kind: router, ports: [core 10.0.0.1/24, lam 10.1.0.1/24]}\n"
	"      |                                               ^~~ did you mean \"lan\"?" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24]}\n",
	":5:28: error: \"ports\" wants a list of two and more, or a trunk\n"
	"    5 |   r: {kind: router, ports: [core 10.0.0.1/24]}\n"
	"      |                            ^~~~~~~~~~~~~~~~~~ such as [core 10.0.0.1/24, lan 10.0.1.1/24]" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan]}\n",
	":5:47: error: a port wants its switch and its address\n"
	"    5 |   r: {kind: router, ports: [core 10.0.0.1/24, lan]}\n"
	"      |                                               ^~~ such as \"lan 10.0.0.1/24\", or {switch: lan, address: 10.0.0.1/24}" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1]}\n",
	":5:51: error: \"10.1.0.1\" has no prefix length\n"
	"    5 |   r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1]}\n"
	"      |                                                   ^~~~~~~~ such as 10.0.0.2/24; 1 to 32" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, {switch: lan, adress: 10.1.0.1/24}]}\n",
	":5:47: error: \"address\" is missing\n"
	"    5 |   r: {kind: router, ports: [core 10.0.0.1/24, {switch: lan, adress: 10.1.0.1/24}]}\n"
	"      |                                               ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ its address there, such as 10.0.0.1/24 or 2001:db8::1/64\n"
	"and 1 more mistake: \"cwmplab validate\" tells all of them" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, core 10.1.0.1/24]}\n",
	":5:47: error: \"core\" is in the segment of another port of \"r\"\n"
	"    5 |   r: {kind: router, ports: [core 10.0.0.1/24, core 10.1.0.1/24]}\n"
	"      |                                               ^~~~ each port of a router is in a segment of its own\n"
	"and 1 more mistake: \"cwmplab validate\" tells all of them" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/16, lan 10.0.9.1/24]}\n",
	":5:51: error: the subnet 10.0.9.0/24 overlaps 10.0.0.0/16, and routers join both\n"
	"    5 |   r: {kind: router, ports: [core 10.0.0.1/16, lan 10.0.9.1/24]}\n"
	"      |                                                   ^~~~~~~~~~~ \"r\" on line 5 is in that one" },
{ LAB NETS "  h: {kind: host, attach: lan, address: 10.2.0.5/24}\n  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24]}\n",
	":6:51: error: 10.1.0.1/24 is outside 10.2.0.0/24, the subnet of its switch\n"
	"    6 |   r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24]}\n"
	"      |                                                   ^~~~~~~~~~~ \"h\" on line 5 is in it" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24]}\n  h: {kind: host, attach: lan, address: 10.1.0.1/24}\n",
	":6:41: error: 10.1.0.1 is used twice\n"
	"    6 |   h: {kind: host, attach: lan, address: 10.1.0.1/24}\n"
	"      |                                         ^~~~~~~~~~~ \"r\" on line 5 has it" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], routes: [{to: 10.9.0.0/16, via: 10.2.0.1}]}\n",
	":5:97: error: 10.2.0.1 is in none of the networks of \"r\"\n"
	"    5 | .0.1/24, lan 10.1.0.1/24], routes: [{to: 10.9.0.0/16, via: 10.2.0.1}]}\n"
	"      |                                                            ^~~~~~~~ 10.0.0.0/24, 10.1.0.0/24" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], routes: [{to: 10.9.0.0/16, via: 10.1.0.9}]}\n",
	":5:97: error: a route to nowhere: no node has 10.1.0.9\n"
	"    5 | .0.1/24, lan 10.1.0.1/24], routes: [{to: 10.9.0.0/16, via: 10.1.0.9}]}\n"
	"      |                                                            ^~~~~~~~ the \"address\" of a node there" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], routes: [{to: 10.9.0.0/16, via: 10.1.0.1}]}\n",
	":5:97: error: 10.1.0.1 is \"r\" itself\n"
	"    5 | .0.1/24, lan 10.1.0.1/24], routes: [{to: 10.9.0.0/16, via: 10.1.0.1}]}\n"
	"      |                                                            ^~~~~~~~" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], routes: [{to: 10.9.0.1/16, via: 10.1.0.9}]}\n  h: {kind: host, attach: lan, address: 10.1.0.9/24}\n",
	":5:79: error: this is an address in a network, and no network\n"
	"    5 |  ports: [core 10.0.0.1/24, lan 10.1.0.1/24], routes: [{to: 10.9.0.1/16, via: 10.1.0.9}]}\n"
	"      |                                                            ^~~~~~~~~~~ its network is 10.9.0.0/16" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], routes: [{to: 10.1.0.0/24, via: 10.1.0.9}]}\n  h: {kind: host, attach: lan, address: 10.1.0.9/24}\n",
	":5:79: error: this is the network of a port of \"r\"\n"
	"    5 |  ports: [core 10.0.0.1/24, lan 10.1.0.1/24], routes: [{to: 10.1.0.0/24, via: 10.1.0.9}]}\n"
	"      |                                                            ^~~~~~~~~~~ leave it out" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], routes: [{to: default, via: 10.1.0.9}, {to: default, via: 10.1.0.9}]}\n  h: {kind: host, attach: lan, address: 10.1.0.9/24}\n",
	":5:109: error: there is a route to this network already\n"
	"    5 |  10.1.0.1/24], routes: [{to: default, via: 10.1.0.9}, {to: default, via: 10.1.0.9}]}\n"
	"      |                                                            ^~~~~~~" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: [h]}\n  h: {kind: host, attach: lan, address: 10.1.0.9/24}\n",
	":5:73: error: \"h\" is of kind host\n"
	"    5 |   r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: [h]}\n"
	"      |                                                                         ^ the name of a dhcp node, or an address" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: 10.1.0.1}\n",
	":5:72: error: 10.1.0.1 is \"r\" itself\n"
	"    5 |   r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: 10.1.0.1}\n"
	"      |                                                                        ^~~~~~~~ the name of a dhcp node, or the address of one" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: dchp}\n  dhcp: {kind: dhcp, attach: core, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":5:72: error: no node is named \"dchp\"\n"
	"    5 |   r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: dchp}\n"
	"      |                                                                        ^~~~ did you mean \"dhcp\"?" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: {to: dhcp, circuit-id: \"{line}\"}}\n  dhcp: {kind: dhcp, attach: core, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":5:95: error: {port}, {router}, {address} and {mac} are filled in, and no other braces may stand here\n"
	"    5 | .0.0.1/24, lan 10.1.0.1/24], relay: {to: dhcp, circuit-id: \"{line}\"}}\n"
	"      |                                                            ^~~~~~~~" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: {to: dhcp, remote-id: \"{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}\"}}\n  dhcp: {kind: dhcp, attach: core, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":5:94: error: option 82 would be longer than 255 bytes\n"
	"    5 | 0.0.0.1/24, lan 10.1.0.1/24], relay: {to: dhcp, remote-id: \"{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}\n"
	"      |                                                            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: {to: dhcp, circuit-id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, remote-id: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb}}\n  dhcp: {kind: dhcp, attach: core, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":5:208: error: option 82 would be longer than 255 bytes\n"
	"    5 | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, remote-id: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
	"      |                                                            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: {to: dhcp, trusted: [eth1, eth2]}}\n  dhcp: {kind: dhcp, attach: core, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":5:99: error: \"r\" has no interface \"eth2\"\n"
	"    5 | .1/24, lan 10.1.0.1/24], relay: {to: dhcp, trusted: [eth1, eth2]}}\n"
	"      |                                                            ^~~~ eth0 to eth1, as of \"ports\"" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: {to: dhcp, hops: 17}}\n  dhcp: {kind: dhcp, attach: core, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":5:89: error: 17 is out of range\n"
	"    5 |   r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: {to: dhcp, hops: 17}}\n"
	"      |                                                                                         ^~ 0 to 16" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: {to: dhcp, engine: dnsmasq, circuit-id: x}}\n  dhcp: {kind: dhcp, attach: core, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":5:112: error: dnsmasq writes no option 82\n"
	"    5 | .1.0.1/24], relay: {to: dhcp, engine: dnsmasq, circuit-id: x}}\n"
	"      |                                                            ^ or engine: builtin" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: {to: dhcp, engine: isc, circuit-id: \"{port}\", remote-id: x}}\n  dhcp: {kind: dhcp, attach: core, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":5:129: error: dhcrelay writes no remote-id\n"
	"    5 | : {to: dhcp, engine: isc, circuit-id: \"{port}\", remote-id: x}}\n"
	"      |                                                            ^ or engine: builtin" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: {to: dhcp, engine: isc, circuit-id: x}}\n  dhcp: {kind: dhcp, attach: core, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":5:108: error: dhcrelay writes the name of its interface, and no other text\n"
	"    5 | n 10.1.0.1/24], relay: {to: dhcp, engine: isc, circuit-id: x}}\n"
	"      |                                                            ^ circuit-id: \"{port}\", or engine: builtin" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: {to: dhcp, engine: dnsmasq, hops: 4}}\n  dhcp: {kind: dhcp, attach: core, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":5:106: error: dnsmasq has a limit of its own\n"
	"    5 | lan 10.1.0.1/24], relay: {to: dhcp, engine: dnsmasq, hops: 4}}\n"
	"      |                                                            ^ or engine: builtin" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: {engine: isc}}\n  dhcp: {kind: dhcp, attach: core, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":5:72: error: \"to\" is missing\n"
	"    5 |   r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], relay: {engine: isc}}\n"
	"      |                                                                        ^~~~~~~~~~~~~ DHCP servers: names of dhcp nodes or addresses" },
{ LAB "  sw1: {kind: switch, snooping: {trusted: [dchp]}}\n  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":3:44: error: \"sw1\" has no port \"dchp\"\n"
	"    3 |   sw1: {kind: switch, snooping: {trusted: [dchp]}}\n"
	"      |                                            ^~~~ the name of what is plugged in there, or its \"port\"" },
{ LAB "  sw1: {kind: switch, snooping: {trusted: dhcp}, cwmp: {}}\n  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":3:33: error: a switch that informs an ACS does no snooping\n"
	"    3 |   sw1: {kind: switch, snooping: {trusted: dhcp}, cwmp: {}}\n"
	"      |                                 ^~~~~~~~~~~~~~~ leave it out, or \"cwmp\"" },
{ LAB "  sw1: {kind: switch, snooping: {trusted: dhcp, circuit-id: \"{line}\"}}\n  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":3:61: error: {port}, {router}, {address} and {mac} are filled in, and no other braces may stand here\n"
	"    3 |   sw1: {kind: switch, snooping: {trusted: dhcp, circuit-id: \"{line}\"}}\n"
	"      |                                                             ^~~~~~~~" },
{ LAB "  sw1: {kind: switch, snooping: {trusted: dhcp, remote-id: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb}}\n  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":3:33: error: option 82 would be longer than 255 bytes\n"
	"    3 |   sw1: {kind: switch, snooping: {trusted: dhcp, remote-id: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
	"      |                                 ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~" },
{ LAB "  sw1: {kind: switch, snooping: {}}\n  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":3:33: error: \"trusted\" is missing\n"
	"    3 |   sw1: {kind: switch, snooping: {}}\n"
	"      |                                 ^~ ports that lead to DHCP servers: names of nodes and switches that are plugged in there, or of their ports" },
{ LAB "  sw1: {kind: switch, snooping: {trusted: [dhcp]}}\n  h: {kind: host, attach: {switch: sw1, vlan: 10}, address: 10.0.0.4/24}\n  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n",
	":3:33: error: \"sw1\" keeps VLANs apart, and does no snooping beside it\n"
	"    3 |   sw1: {kind: switch, snooping: {trusted: [dhcp]}}\n"
	"      |                                 ^~~~~~~~~~~~~~~~~ let another switch do it, without VLANs" },
{ LAB "  sw1: {kind: switch, snooping: {trusted: [a-name-of-sixteen]}}\n  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: 10.0.0.3-10.0.0.9}]}\n  a-name-of-sixteen: {kind: host, attach: sw1, address: 10.0.0.14/24}\n",
	":3:44: error: the port of \"a-name-of-sixteen\" is not called so\n"
	"    3 |   sw1: {kind: switch, snooping: {trusted: [a-name-of-sixteen]}}\n"
	"      |                                            ^~~~~~~~~~~~~~~~~ give it a \"port\" where it is attached" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24]}\n  s: {kind: router, ports: [core 10.0.0.2/24, b 10.2.0.1/24]}\n  b: {kind: switch}\n  h: {kind: host, attach: core, address: 10.0.0.9/24}\n",
	":8:3: error: \"r\" and \"s\" are routers of the segment of \"h\": name one\n"
	"    8 |   h: {kind: host, attach: core, address: 10.0.0.9/24}\n"
	"      |   ^ router: 10.0.0.1, router: 10.0.0.2, or router: none" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24]}\n  s: {kind: router, ports: [core 10.0.0.2/24, b 10.2.0.1/24]}\n  b: {kind: switch}\n  d: {kind: dhcp, attach: core, address: 10.0.0.9/24, router: none, pools: [{range: 10.0.0.20-10.0.0.29}]}\n",
	":8:77: error: \"r\" and \"s\" are routers of the segment of this pool: name one\n"
	"    8 |  attach: core, address: 10.0.0.9/24, router: none, pools: [{range: 10.0.0.20-10.0.0.29}]}\n"
	"      |                                                            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~ router: 10.0.0.1, router: 10.0.0.2, or router: none" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24]}\n  d: {kind: dhcp, attach: core, address: 10.0.0.9/24, pools: [{range: 10.1.0.1-10.1.0.9, subnet: 10.1.0.0/24}]}\n",
	":5:51: error: 10.1.0.1 is inside a pool of \"d\"\n"
	"    5 |   r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24]}\n"
	"      |                                                   ^~~~~~~~~~~ 10.1.0.1-10.1.0.9, line 6" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 10.1.0.1/24]}\n  h: {kind: host, attach: core, address: 10.0.0.9/24, router: non}\n",
	":6:63: error: \"non\" is no IPv4 address\n"
	"    6 |   h: {kind: host, attach: core, address: 10.0.0.9/24, router: non}\n"
	"      |                                                               ^~~ four numbers: 10.0.0.1, or none" },
{ LAB NETS "  n: {kind: nat, outside: core 10.0.0.7/24}\n",
	":5:6: error: \"inside\" is missing\n"
	"    5 |   n: {kind: nat, outside: core 10.0.0.7/24}\n"
	"      |      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ eth1, or a list of eth1 and further ones, each as outside" },
{ LAB NETS "  n: {kind: nat, outside: core 10.0.0.7/24, inside: []}\n",
	":5:53: error: \"inside\" wants a port, or a list of them\n"
	"    5 |   n: {kind: nat, outside: core 10.0.0.7/24, inside: []}\n"
	"      |                                                     ^~ such as lan 192.168.1.1/24" },
{ LAB NETS "  n: {kind: nat, outside: core 10.0.0.7/24, inside: lan 192.168.1.1/24, type: cone}\n",
	":5:79: error: unknown type \"cone\"\n"
	"    5 |   n: {kind: nat, outside: core 10.0.0.7/24, inside: lan 192.168.1.1/24, type: cone}\n"
	"      |                                                                               ^~~~ one of: full-cone, restricted, port-restricted, symmetric" },
{ LAB NETS "  n: {kind: nat, outside: core 10.0.0.7/24, inside: lan 192.168.1.1/24, type: symmetric, mapping: address-dependent}\n",
	":5:99: error: \"type\" says what mapping and filtering are\n"
	"    5 | /24, inside: lan 192.168.1.1/24, type: symmetric, mapping: address-dependent}\n"
	"      |                                                            ^~~~~~~~~~~~~~~~~ leave \"type\" out, or this" },
{ LAB NETS "  n: {kind: nat, outside: core 10.0.0.7/24, inside: lan 192.168.1.1/24, timeout: 1500ms}\n",
	":5:82: error: \"timeout\" wants whole seconds\n"
	"    5 |   n: {kind: nat, outside: core 10.0.0.7/24, inside: lan 192.168.1.1/24, timeout: 1500ms}\n"
	"      |                                                                                  ^~~~~~" },
{ LAB NETS "  n: {kind: nat, outside: core 10.0.0.7/24, inside: lan 192.168.1.1/24, hairpin: yes}\n",
	":5:82: error: there is nothing that \"hairpin\" could lead to\n"
	"    5 |   n: {kind: nat, outside: core 10.0.0.7/24, inside: lan 192.168.1.1/24, hairpin: yes}\n"
	"      |                                                                                  ^~~ with \"type: full-cone\", or with a port to \"forward\"" },
{ LAB NETS "  n: {kind: nat, outside: core 10.0.0.7/24, inside: lan 192.168.1.1/24, forward: [{port: 80, to: 10.0.0.9}]}\n",
	":5:98: error: 10.0.0.9 is nobody inside of \"n\"\n"
	"    5 | 7/24, inside: lan 192.168.1.1/24, forward: [{port: 80, to: 10.0.0.9}]}\n"
	"      |                                                            ^~~~~~~~ 192.168.1.0/24" },
{ LAB NETS "  n: {kind: nat, outside: core 10.0.0.7/24, inside: lan 192.168.1.1/24, forward: [{port: 80, to: 192.168.1.255}]}\n",
	":5:98: error: 192.168.1.255 is nobody inside of \"n\"\n"
	"    5 | 7/24, inside: lan 192.168.1.1/24, forward: [{port: 80, to: 192.168.1.255}]}\n"
	"      |                                                            ^~~~~~~~~~~~~ 192.168.1.0/24" },
{ LAB NETS "  n: {kind: nat, outside: core 10.0.0.7/24, inside: lan 192.168.1.1/24, router: 10.0.0.1, routes: [{to: default, via: 10.0.0.1}]}\n  h: {kind: host, attach: core, address: 10.0.0.1/24}\n",
	":5:105: error: \"router\" says where the default route leads\n"
	"    5 | nside: lan 192.168.1.1/24, router: 10.0.0.1, routes: [{to: default, via: 10.0.0.1}]}\n"
	"      |                                                            ^~~~~~~ leave this out, or \"router\"" },
{ LAB NETS "  r: {kind: router, ports: [core 10.0.0.1/24, lan 224.1.0.1/24]}\n",
	":5:51: error: no node can have 224.1.0.1\n"
	"    5 |   r: {kind: router, ports: [core 10.0.0.1/24, lan 224.1.0.1/24]}\n"
	"      |                                                   ^~~~~~~~~~~~ such as 10.0.0.2/24" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 0.0.0.0/24}\n",
	":4:41: error: no node can have 0.0.0.0\n"
	"    4 |   h: {kind: host, attach: sw1, address: 0.0.0.0/24}\n"
	"      |                                         ^~~~~~~~~~ such as 10.0.0.2/24" },
{ LAB NETS "  n: {kind: nat, outside: core 10.0.0.7/24, inside: lan 192.168.1.1/24, forward: [{port: 80, to: 192.168.1.9}, {port: 80, to: 192.168.1.10}]}\n",
	":5:119: error: this port is forwarded already\n"
	"    5 | .168.1.1/24, forward: [{port: 80, to: 192.168.1.9}, {port: 80, to: 192.168.1.10}]}\n"
	"      |                                                            ^~" },
{ LAB SW1 DHCP "10.0.1.1-10.0.1.9}]}\n",
	":4:73: error: 10.0.1.1 is outside 10.0.0.0/24, the subnet of \"dhcp\"\n"
	"    4 |   dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: 10.0.1.1-10.0.1.9}]}\n"
	"      |                                                                         ^~~~~~~~~~~~~~~~~" },
{ LAB SW1 DHCP "10.0.1.1-10.0.1.9, subnet: 10.0.2.1/24}]}\n",
	":4:73: error: 10.0.1.1 is outside 10.0.2.0/24, the subnet of this pool\n"
	"    4 | : dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: 10.0.1.1-10.0.1.9, subnet: 10.0.2.1/24}]}\n"
	"      |                                                            ^~~~~~~~~~~~~~~~~" },
{ LAB SW1 POOL ", for: {vendor-class: \"a,b\"}}], engine: dnsmasq}\n",
	":4:116: error: dnsmasq takes no comma in a vendor class\n"
	"    4 | pools: [{range: 10.0.0.100-10.0.0.199, for: {vendor-class: \"a,b\"}}], engine: dnsmasq}\n"
	"      |                                                            ^~~~~ or engine: builtin" },
{ LAB SW1 POOL ", lease: infinite}], engine: dnsmasq}\n",
	":4:103: error: only the built-in server gives infinite leases\n"
	"    4 | 10.0.0.2/24, pools: [{range: 10.0.0.100-10.0.0.199, lease: infinite}], engine: dnsmasq}\n"
	"      |                                                            ^~~~~~~~ or engine: builtin" },
{ LAB SW1 POOL ", lease: infinite, t2: 1h}]}\n",
	":4:117: error: an infinite lease is never renewed\n"
	"    4 | ools: [{range: 10.0.0.100-10.0.0.199, lease: infinite, t2: 1h}]}\n"
	"      |                                                            ^~ leave it out" },
{ LAB SW1 DHCP "10.0.0.100-10.0.0.255}]}\n",
	":4:73: error: the pool includes the subnet's broadcast address\n"
	"    4 |   dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: [{range: 10.0.0.100-10.0.0.255}]}\n"
	"      |                                                                         ^~~~~~~~~~~~~~~~~~~~~" },
{ LAB SW1 POOL "}, {range: 10.0.0.199-10.0.0.220}]}\n",
	":4:105: error: this pool overlaps one of \"dhcp\"\n"
	"    4 | .0.0.2/24, pools: [{range: 10.0.0.100-10.0.0.199}, {range: 10.0.0.199-10.0.0.220}]}\n"
	"      |                                                            ^~~~~~~~~~~~~~~~~~~~~ the other is on line 4" },
{ LAB SW1 POOL ", dns: [sn]}]}\n"
  "  dns: {kind: dns, attach: sw1, address: 10.0.0.3/24}\n",
	":4:102: error: no node is named \"sn\"\n"
	"    4 |  10.0.0.2/24, pools: [{range: 10.0.0.100-10.0.0.199, dns: [sn]}]}\n"
	"      |                                                            ^~ did you mean \"dns\"?" },
{ LAB SW1 POOL ", dns: sw1}]}\n",
	":4:101: error: \"sw1\" is of kind switch\n"
	"    4 | : 10.0.0.2/24, pools: [{range: 10.0.0.100-10.0.0.199, dns: sw1}]}\n"
	"      |                                                            ^~~ the name of a dns node, or an address" },
{ LAB SW1 POOL ", router: 10.1.0.1}]}\n",
	":4:104: error: 10.1.0.1 is outside 10.0.0.0/24, the subnet of \"dhcp\"\n"
	"    4 | 0.0.0.2/24, pools: [{range: 10.0.0.100-10.0.0.199, router: 10.1.0.1}]}\n"
	"      |                                                            ^~~~~~~~" },
{ LAB SW1 POOL ", lease: 60}]}\n",
	":4:103: error: \"60\" has no unit\n"
	"    4 | 10.0.0.2/24, pools: [{range: 10.0.0.100-10.0.0.199, lease: 60}]}\n"
	"      |                                                            ^~ \"60s\" for seconds; units: us, ms, s, m, h, d" },
{ LAB SW1 POOL ", lease: 60s, t1: 50s, t2: 40s}]}\n",
	":4:112: error: \"t1\" comes too late\n"
	"    4 | 24, pools: [{range: 10.0.0.100-10.0.0.199, lease: 60s, t1: 50s, t2: 40s}]}\n"
	"      |                                                            ^~~ \"t1\" comes before \"t2\", and both before the end of \"lease\"" },
{ LAB SW1 POOL ", lease: 60s, t2: 60s}]}\n",
	":4:112: error: \"t2\" comes too late\n"
	"    4 | 24, pools: [{range: 10.0.0.100-10.0.0.199, lease: 60s, t2: 60s}]}\n"
	"      |                                                            ^~~ \"t1\" comes before \"t2\", and both before the end of \"lease\"" },
{ LAB SW1 POOL ", domain: a..b}]}\n",
	":4:104: error: \"a..b\" is no DNS name\n"
	"    4 | 0.0.0.2/24, pools: [{range: 10.0.0.100-10.0.0.199, domain: a..b}]}\n"
	"      |                                                            ^~~~" },
{ LAB SW1 POOL ", acs: {format: tr096}}]}\n",
	":4:110: error: unknown format \"tr096\"\n"
	"    4 | 2/24, pools: [{range: 10.0.0.100-10.0.0.199, acs: {format: tr096}}]}\n"
	"      |                                                            ^~~~~ did you mean \"tr069\"?" },
{ LAB SW1 POOL ", acs: {format: comware}}]}\n",
	":4:101: error: \"url\" is missing\n"
	"    4 | : 10.0.0.2/24, pools: [{range: 10.0.0.100-10.0.0.199, acs: {format: comware}}]}\n"
	"      |                                                            ^~~~~~~~~~~~~~~~~ or \"hex\" with the raw bytes" },
{ LAB SW1 POOL ", acs: {url: ftp://acs.lab/}}]}\n",
	":4:107: error: \"ftp://acs.lab/\": an ACS is reached by http or https\n"
	"    4 | .0.2/24, pools: [{range: 10.0.0.100-10.0.0.199, acs: {url: ftp://acs.lab/}}]}\n"
	"      |                                                            ^~~~~~~~~~~~~~ http://... or https://..." },
{ LAB SW1 POOL ", acs: {url: acs.lab}}]}\n",
	":4:107: error: \"acs.lab\" is no URL: \"acs.lab\" has no scheme (http://...)\n"
	"    4 | .0.2/24, pools: [{range: 10.0.0.100-10.0.0.199, acs: {url: acs.lab}}]}\n"
	"      |                                                            ^~~~~~~ such as https://acs1.lab:7548/cwmp" },
{ LAB SW1 POOL ", acs: {hex: 01 2}}]}\n",
	":4:107: error: \"hex\" wants pairs of hex digits\n"
	"    4 | .0.2/24, pools: [{range: 10.0.0.100-10.0.0.199, acs: {hex: 01 2}}]}\n"
	"      |                                                            ^~~~ such as \"01 24 68\"" },
{ LAB SW1 POOL ", acs: {hex: 0102, url: http://acs.lab/}}]}\n",
	":4:118: error: \"url\" cannot stand beside \"hex\"\n"
	"    4 | ols: [{range: 10.0.0.100-10.0.0.199, acs: {hex: 0102, url: http://acs.lab/}}]}\n"
	"      |                                                            ^~~~~~~~~~~~~~~ \"hex\" gives all bytes of option 43" },
{ LAB SW1 POOL ", acs: {url: http://acs.lab/, retry-min-wait: 5s}}]}\n",
	":4:140: error: \"retry-min-wait\" cannot be sent in the comware layout\n"
	"    4 | 00-10.0.0.199, acs: {url: http://acs.lab/, retry-min-wait: 5s}}]}\n"
	"      |                                                            ^~ \"format: tr069\" can send it" },
{ LAB SW1 POOL ", acs: {format: tr069, url: http://acs.lab/, username: x}}]}\n",
	":4:149: error: \"username\" cannot be sent in the tr069 layout\n"
	"    4 | .199, acs: {format: tr069, url: http://acs.lab/, username: x}}]}\n"
	"      |                                                            ^ \"format: comware\" can send it" },
{ LAB SW1 POOL ", acs: {url: http://acs.lab/, password: x}}]}\n",
	":4:134: error: \"password\" needs a \"username\" before it\n"
	"    4 | .0.0.100-10.0.0.199, acs: {url: http://acs.lab/, password: *}}]}\n"
	"      |                                                            ^" },
{ LAB SW1 POOL ", acs: {url: http://acs.lab/, username: a b}}]}\n",
	":4:134: error: \"username\" cannot hold a blank\n"
	"    4 | .0.0.100-10.0.0.199, acs: {url: http://acs.lab/, username: a b}}]}\n"
	"      |                                                            ^~~ the comware layout has a blank between URL, user and password" },
{ LAB SW1 POOL ", reservations: [{mac: 02:00:00:00:00:01, address: 10.0.0.2}]}]}\n",
	":4:145: error: this is the address of \"dhcp\"\n"
	"    4 | .0.0.199, reservations: [{mac: 02:00:00:00:00:01, address: 10.0.0.2}]}]}\n"
	"      |                                                            ^~~~~~~~" },
{ LAB SW1 POOL ", reservations: [{mac: 02:00:00:00:00:01, address: 10.0.0.0}]}]}\n",
	":4:145: error: this is the subnet's network address\n"
	"    4 | .0.0.199, reservations: [{mac: 02:00:00:00:00:01, address: 10.0.0.0}]}]}\n"
	"      |                                                            ^~~~~~~~" },
{ LAB SW1 POOL ", reservations: [{mac: 02:00:00:00:00:01, address: 10.0.0.255}]}]}\n",
	":4:145: error: this is the subnet's broadcast address\n"
	"    4 | .0.0.199, reservations: [{mac: 02:00:00:00:00:01, address: 10.0.0.255}]}]}\n"
	"      |                                                            ^~~~~~~~~~" },
{ LAB SW1 DHCP "10.0.0.9-10.0.0.9, reservations: [{mac: 02:00:00:00:00:01, address: 10.0.0.50}]}, {range: 10.0.0.50-10.0.0.59}]}\n",
	":4:141: error: this address is in another pool of \"dhcp\"\n"
	"    4 | 10.0.0.9, reservations: [{mac: 02:00:00:00:00:01, address: 10.0.0.50}]}, {range: 10.0.0.50-10.0.0.59\n"
	"      |                                                            ^~~~~~~~~" },
{ LAB SW1 DHCP "10.0.0.9-10.0.0.9, reservations: [{mac: 02:00:00:00:00:01, address: 10.0.0.70}]}, {range: 10.0.0.50-10.0.0.59, reservations: [{mac: 02:00:00:00:00:02, address: 10.0.0.70}]}]}\n",
	":4:233: error: this address is reserved in another pool of \"dhcp\"\n"
	"    4 | 0.0.0.59, reservations: [{mac: 02:00:00:00:00:02, address: 10.0.0.70}]}]}\n"
	"      |                                                            ^~~~~~~~~" },
{ LAB SW1 ACS ", url: x}\n",
	":4:77: error: \"url\" is written twice\n"
	"    4 |   acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: http://acs.lab/, url: x}\n"
	"      |                                                                             ^~~ the first is on line 4" },
{ LAB SW1 ACS ", policy: no.yaml}\n",
	":4:85: error: no policy file \"no.yaml\"\n"
	"    4 |   acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: http://acs.lab/, policy: no.yaml}\n"
	"      |                                                                                     ^~~~~~~ looked for tests/unit/topology/files/no.yaml" },
{ LAB SW1 ACS ", connection-request: {file: no.csv}}\n",
	":4:104: error: no file of passwords \"no.csv\"\n"
	"    4 | 0.0.4/24, url: http://acs.lab/, connection-request: {file: no.csv}}\n"
	"      |                                                            ^~~~~~ looked for tests/unit/topology/files/no.csv" },
{ LAB SW1 ACS ", files: no}\n",
	":4:84: error: no folder of files \"no\"\n"
	"    4 |   acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: http://acs.lab/, files: no}\n"
	"      |                                                                                    ^~ looked for tests/unit/topology/files/no" },
{ LAB SW1 ACS ", tls: {min: 1.2}}\n",
	":4:82: error: \"acs\" speaks no TLS: its url is http://\n"
	"    4 |   acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: http://acs.lab/, tls: {min: 1.2}}\n"
	"      |                                                                                  ^~~~~~~~~~ or make the url https://" },
{ LAB SW1 ACS ", auth: digest}\n",
	":4:83: error: \"acs\" demands credentials but knows no username\n"
	"    4 |   acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: http://acs.lab/, auth: digest}\n"
	"      |                                                                                   ^~~~~~ write \"username\" and \"password\" here, or where this url is handed out" },
{ LAB SW1 ACS ", username: u}\n",
	":4:87: error: \"acs\" demands credentials but knows no password\n"
	"    4 |   acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: http://acs.lab/, username: u}\n"
	"      |                                                                                       ^ write \"username\" and \"password\" here, or where this url is handed out" },
{ LAB SW1 ACS ", names: [a_b]}\n",
	":4:85: error: \"a_b\" is no DNS name\n"
	"    4 |   acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: http://acs.lab/, names: [a_b]}\n"
	"      |                                                                                     ^~~" },
{ LAB SW1 ACS ", misbehave: garbled}\n",
	":4:88: error: unknown misbehave \"garbled\"\n"
	"    4 |   acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: http://acs.lab/, misbehave: garbled}\n"
	"      |                                                                                        ^~~~~~~ did you mean \"garbage\"?" },
{ LAB SW1 "  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: http://10.0.0.5/}\n",
	":4:60: error: the URL names 10.0.0.5, but \"acs\" has 10.0.0.4\n"
	"    4 |   acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: http://10.0.0.5/}\n"
	"      |                                                            ^~~~~~~~~~~~~~~~" },
{ LAB SW1 "  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: https://acs.lab/, tls: {min: 1.3, max: 1.2}}\n",
	":4:83: error: \"min\" is above \"max\": no TLS version is left\n"
	"    4 | ch: sw1, address: 10.0.0.4/24, url: https://acs.lab/, tls: {min: 1.3, max: 1.2}}\n"
	"      |                                                            ^~~~~~~~~~~~~~~~~~~~" },
{ LAB SW1 ACS "}\n  b: {kind: acs, attach: sw1, address: 10.0.0.5/24, url: http://acs.lab/}\n",
	":5:58: error: \"acs.lab\" is the name of 10.0.0.4 already\n"
	"    5 |   b: {kind: acs, attach: sw1, address: 10.0.0.5/24, url: http://acs.lab/}\n"
	"      |                                                          ^~~~~~~~~~~~~~~" },
{ LAB SW1 "  cpe: {kind: cpe, attach: sw1, model: box, quirks: [expect, no-heder]}\n",
	":4:62: error: unknown quirk \"no-heder\"\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, quirks: [expect, no-heder]}\n"
	"      |                                                              ^~~~~~~~ did you mean \"no-header\"?" },
{ LAB SW1 "  cpe: {kind: cpe, attach: sw1, model: bax}\n",
	":4:40: error: no device model is named \"bax\"\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: bax}\n"
	"      |                                        ^~~ did you mean \"box\"?" },
{ LAB SW1 "  cpe: {kind: cpe, attach: sw1, model: huawei-hg8245}\n",
	":4:40: error: no device model is named \"huawei-hg8245\"\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: huawei-hg8245}\n"
	"      |                                        ^~~~~~~~~~~~~ looked for tests/unit/topology/files/huawei-hg8245 and tests/unit/topology/files/huawei-hg8245.yaml" },
{ LAB SW1 CPE ", console: {port: 2323}}\n",
	":4:61: error: \"port\" is of a console that is reached by Telnet, and this one is not\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, console: {port: 2323}}\n"
	"      |                                                             ^~~~ add \"telnet: yes\"" },
{ LAB SW1 CPE ", console: {telnet: yes, port: 65536}}\n",
	":4:74: error: 65536 is out of range\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, console: {telnet: yes, port: 65536}}\n"
	"      |                                                                          ^~~~~ 1 to 65535" },
{ LAB SW1 CPE ", console: {telnet: yes, login: users}}\n",
	":4:75: error: there is no \"users\" to log in with\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, console: {telnet: yes, login: users}}\n"
	"      |                                                                           ^~~~~ add \"users\"" },
{ LAB SW1 CPE ", console: {telnet: yes, login: password}}\n",
	":4:75: error: there is no \"password\" to log in with\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, console: {telnet: yes, login: password}}\n"
	"      |                                                                           ^~~~~~~~ add \"password\"" },
{ LAB SW1 CPE ", console: {telnet: yes, password: p}}\n",
	":4:78: error: \"password\" is asked for by no login\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, console: {telnet: yes, password: *}}\n"
	"      |                                                                              ^ add \"login: password\"" },
{ LAB SW1 CPE ", console: {telnet: yes, login: users, users: [\n"
	"    {password: p, name: a, level: 1},\n"
	"    {name: a, password: q}]}}\n",
	":6:12: error: there is a user \"a\" already\n"
	"    6 |     {name: a, password: *}]}}\n"
	"      |            ^" },
{ LAB SW1 CPE ", count: 0}\n",
	":4:52: error: 0 is out of range\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, count: 0}\n"
	"      |                                                    ^ 1 to 100000" },
{ LAB SW1 CPE ", count: 1000000000}\n",
	":4:52: error: 1000000000 is out of range\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, count: 1000000000}\n"
	"      |                                                    ^~~~~~~~~~ 1 to 100000" },
{ LAB SW1 CPE ", count: three}\n",
	":4:52: error: \"three\" is no whole number\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, count: three}\n"
	"      |                                                    ^~~~~ digits only" },
{ LAB SW1 CPE ", count: 3, serials: [a, b]}\n",
	":4:64: error: 2 serials for 3 CPEs\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, count: 3, serials: [a, b]}\n"
	"      |                                                                ^~~~~~" },
{ LAB SW1 CPE ", serials: [a, a]}\n",
	":4:58: error: this serial number is listed twice\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, serials: [a, a]}\n"
	"      |                                                          ^" },
{ LAB SW1 CPE ", acs: {username: me}}\n",
	":4:50: error: \"url\" is missing\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, acs: {username: me}}\n"
	"      |                                                  ^~~~~~~~~~~~~~ URL of the ACS" },
{ LAB SW1 CPE ", acs: {url: gopher://x/}}\n",
	":4:56: error: \"gopher://x/\": an ACS is reached by http or https\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, acs: {url: gopher://x/}}\n"
	"      |                                                        ^~~~~~~~~~~ http://... or https://..." },
{ LAB SW1 CPE ", mac-base: 03:00:00:00:00:00}\n",
	":4:55: error: \"03:00:00:00:00:00\" is a group address, which no interface has\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, mac-base: 03:00:00:00:00:00}\n"
	"      |                                                       ^~~~~~~~~~~~~~~~~" },
{ LAB SW1 CPE ", mac-base: 02:00:01:00:00:01}\n",
	":4:55: error: \"sw1\" has a MAC in this range\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, mac-base: 02:00:01:00:00:01}\n"
	"      |                                                       ^~~~~~~~~~~~~~~~~" },
{ LAB SW1 CPE ", boot-spread: 5sec}\n",
	":4:58: error: \"5sec\" is no duration\n"
	"    4 |   cpe: {kind: cpe, attach: sw1, model: box, boot-spread: 5sec}\n"
	"      |                                                          ^~~~ a whole number with its unit: us, ms, s, m, h, d" },
{ LAB SW1 CPE ", count: 3}\n  cpe-2: {kind: host, attach: sw1, address: 10.0.0.9/24}\n",
	":5:3: error: \"cpe-2\" is also the name of a CPE of \"cpe\"\n"
	"    5 |   cpe-2: {kind: host, attach: sw1, address: 10.0.0.9/24}\n"
	"      |   ^~~~~ \"cpe\" on line 4 has a count of 3" },
{ LAB SW1 CPE "}\nexpect: [{sequence: acs-migraton, nodes: cpe}]\n",
	":5:21: error: no sequence is named \"acs-migraton\"\n"
	"    5 | expect: [{sequence: acs-migraton, nodes: cpe}]\n"
	"      |                     ^~~~~~~~~~~~ did you mean \"acs-migration\"?" },
{ LAB SW1 CPE "}\nexpect: [{sequence: acs-migration, nodes: [cpe, cep]}]\n",
	":5:49: error: no node is named \"cep\"\n"
	"    5 | expect: [{sequence: acs-migration, nodes: [cpe, cep]}]\n"
	"      |                                                 ^~~ did you mean \"cpe\"?" },
{ LAB SW1 CPE "}\nexpect: [{sequence: acs-migration, nodes: sw1}]\n",
	":5:43: error: \"sw1\" is of kind switch\n"
	"    5 | expect: [{sequence: acs-migration, nodes: sw1}]\n"
	"      |                                           ^~~ only CPEs and load tests walk a sequence" },
{ LAB SW1 "  homes: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: http://10.0.0.4/, profile: {cpes: 3}}\nexpect: [{sequence: acs-migration, nodes: home}]\n",
	":5:43: error: no node is named \"home\"\n"
	"    5 | expect: [{sequence: acs-migration, nodes: home}]\n"
	"      |                                           ^~~~ did you mean \"homes\"?" },
{ LAB SW1 CPE "}\nexpect: [{sequence: acs-migration, nodes: [cpe, cpe]}]\n",
	":5:49: error: \"cpe\" stands here twice\n"
	"    5 | expect: [{sequence: acs-migration, nodes: [cpe, cpe]}]\n"
	"      |                                                 ^~~" },
{ LAB SW1 CPE "}\nexpect: [{sequence: acs-migration, nodes: cpe, at-least: 2}]\n",
	":5:58: error: the nodes have 1 CPE\n"
	"    5 | expect: [{sequence: acs-migration, nodes: cpe, at-least: 2}]\n"
	"      |                                                          ^" },
{ LAB SW1 CPE "}\n  l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: http://10.0.0.4/, profile: {cpes: 3}}\nexpect: [{sequence: acs-migration, nodes: [cpe, l], at-least: 5}]\n",
	":6:63: error: the nodes have 4 CPEs\n"
	"    6 | expect: [{sequence: acs-migration, nodes: [cpe, l], at-least: 5}]\n"
	"      |                                                               ^" },
{ LAB SW1 CPE "}\nexpect: [{nodes: cpe}]\n",
	":5:10: error: this entry does not say what it expects\n"
	"    5 | expect: [{nodes: cpe}]\n"
	"      |          ^~~~~~~~~~~~ sequence, rule, lease, session, call, state or run" },
{ LAB SW1 CPE "}\nexpect: [{rule: RTY-01 is kept, lease: all}]\n",
	":5:40: error: this entry expects something else already\n"
	"    5 | expect: [{rule: RTY-01 is kept, lease: all}]\n"
	"      |                                        ^~~ an entry of its own" },
{ LAB SW1 CPE "}\nexpect: [{rule: RTY-1 is kept}]\n",
	":5:17: error: no rule is named \"RTY-1\"\n"
	"    5 | expect: [{rule: RTY-1 is kept}]\n"
	"      |                 ^~~~~~~~~~~~~ did you mean \"RTY-01\"?" },
{ LAB SW1 CPE "}\nexpect: [{rule: RTY is broken}]\n",
	":5:17: error: no rule is named \"RTY\"\n"
	"    5 | expect: [{rule: RTY is broken}]\n"
	"      |                 ^~~~~~~~~~~~~ did you mean \"RTY-01\"?" },
{ LAB SW1 CPE "}\nexpect: [{rule: RTY-01 kept}]\n",
	":5:17: error: \"rule\" wants a rule that is kept or broken\n"
	"    5 | expect: [{rule: RTY-01 kept}]\n"
	"      |                 ^~~~~~~~~~~ \"RTY-01 is kept\" or \"TCP-05 is broken by cpe\"" },
{ LAB SW1 CPE "}\nexpect: [{rule: RTY-01 is broken by cep}]\n",
	":5:17: error: no node is named \"cep\"\n"
	"    5 | expect: [{rule: RTY-01 is broken by cep}]\n"
	"      |                 ^~~~~~~~~~~~~~~~~~~~~~~ did you mean \"cpe\"?" },
{ LAB SW1 CPE "}\nexpect: [{rule: RTY-01 is kept, at-least: 1}]\n",
	":5:43: error: \"rule\" has no \"at-least\"\n"
	"    5 | expect: [{rule: RTY-01 is kept, at-least: 1}]\n"
	"      |                                           ^" },
{ LAB SW1 CPE "}\nexpect: [{lease: some}]\n",
	":5:18: error: \"lease\" says who is to be given one\n"
	"    5 | expect: [{lease: some}]\n"
	"      |                  ^~~~ \"all\" or \"none\"" },
{ LAB SW1 CPE "}\nexpect: [{session: p100 < 2s}]\n",
	":5:20: error: \"session\" wants a bound of how long sessions take\n"
	"    5 | expect: [{session: p100 < 2s}]\n"
	"      |                    ^~~~~~~~~ such as \"p99 < 2s\": p1 to p99, mean or max; <, <=, > or >=" },
{ LAB SW1 CPE "}\nexpect: [{session: p99 < 2}]\n",
	":5:20: error: this is no duration\n"
	"    5 | expect: [{session: p99 < 2}]\n"
	"      |                    ^~~~~~~ such as 2s or 500ms" },
{ LAB SW1 CPE "}\nexpect: [session p99 >= 0s]\n",
	":5:10: error: no session takes less: this cannot fail\n"
	"    5 | expect: [session p99 >= 0s]\n"
	"      |          ^~~~~~~~~~~~~~~~~ such as 2s or 500ms" },
{ LAB SW1 CPE "}\nexpect: [session p99 < 0s]\n",
	":5:10: error: no session takes less: this cannot hold\n"
	"    5 | expect: [session p99 < 0s]\n"
	"      |          ^~~~~~~~~~~~~~~~ such as 2s or 500ms" },
{ LAB SW1 CPE "}\nexpect: [{call: icmp works}]\n",
	":5:17: error: \"call\" says what becomes of connection requests\n"
	"    5 | expect: [{call: icmp works}]\n"
	"      |                 ^~~~~~~~~~ \"tcp works\", \"tcp fails\", \"udp works\" or \"udp fails\"" },
{ LAB SW1 CPE "}\nexpect: [{state: cpe port eth0}]\n",
	":5:18: error: \"state\" wants a node, a port of it and what it is\n"
	"    5 | expect: [{state: cpe port eth0}]\n"
	"      |                  ^~~~~~~~~~~~~ such as \"cpe-1 port eth0 down\": up, down, forwarding, blocking" },
{ LAB SW1 CPE "}\nexpect: [{state: cpe port sixteen-bytes-16 up}]\n",
	":5:18: error: no port has a name of over 15 bytes\n"
	"    5 | expect: [{state: cpe port sixteen-bytes-16 up}]\n"
	"      |                  ^~~~~~~~~~~~~~~~~~~~~~~~~~~~ such as eth0" },
{ LAB SW1 CPE "}\nexpect: [{state: cpe port eth0 blocking}]\n",
	":5:18: error: only a port of a switch is that\n"
	"    5 | expect: [{state: cpe port eth0 blocking}]\n"
	"      |                  ^~~~~~~~~~~~~~~~~~~~~~ up or down" },
{ LAB SW1 CPE "}\nexpect: [{state: cpe port eth0 up, nodes: cpe}]\n",
	":5:43: error: \"state\" has no \"nodes\"\n"
	"    5 | expect: [{state: cpe port eth0 up, nodes: cpe}]\n"
	"      |                                           ^~~" },
{ LAB SW1 CPE "}\nexpect: [{state: cpe port eth0 up, after: 30s}]\n",
	":5:43: error: it is over \"within\" less time than that\n"
	"    5 | expect: [{state: cpe port eth0 up, after: 30s}]\n"
	"      |                                           ^~~" },
{ LAB SW1 CPE "}\nexpect: [{run: {node: cep, command: ip}}]\n",
	":5:23: error: no node is named \"cep\"\n"
	"    5 | expect: [{run: {node: cep, command: ip}}]\n"
	"      |                       ^~~ did you mean \"cpe\"?" },
{ LAB SW1 CPE "}\nexpect: [{run: {node: cpe, command: ip, matches: \"(\"}}]\n",
	":5:50: error: this is no extended regular expression\n"
	"    5 | expect: [{run: {node: cpe, command: ip, matches: \"(\"}}]\n"
	"      |                                                  ^~~ Unmatched ( or \\(" },
{ LAB SW1 CPE "}\nexpect: [no leese within 10s]\n",
	":5:10: error: this entry does not say what it expects\n"
	"    5 | expect: [no leese within 10s]\n"
	"      |          ^~~~~~~~~~~~~~~~~~~ such as \"no lease within 10s\", \"session p99 < 2s\", or a mapping" },
{ LAB SW1 CPE "}\nexpect: [no lease within ten]\n",
	":5:10: error: \"within\" wants a duration\n"
	"    5 | expect: [no lease within ten]\n"
	"      |          ^~~~~~~~~~~~~~~~~~~ such as 10s; 7 days at most" },
{ LAB SW1 CPE "}\nexpect: [no lease within 604801s]\n",
	":5:10: error: \"within\" wants a duration\n"
	"    5 | expect: [no lease within 604801s]\n"
	"      |          ^~~~~~~~~~~~~~~~~~~~~~~ such as 10s; 7 days at most" },
{ LAB SW1 CPE "}\nexpect: [{rule: RTY-01 is kept, nodes: sw1}]\n",
	":5:40: error: \"sw1\" is of kind switch\n"
	"    5 | expect: [{rule: RTY-01 is kept, nodes: sw1}]\n"
	"      |                                        ^~~ this is about CPEs alone" },
{ LAB SW1 "expect: [no lease]\n",
	":4:10: error: there is no CPE that this could be about\n"
	"    4 | expect: [no lease]\n"
	"      |          ^~~~~~~~" },
{ LAB SW1 CPE "}\nexpect: {lease: all}\n",
	":5:9: error: \"expect\" wants a list\n"
	"    5 | expect: {lease: all}\n"
	"      |         ^~~~~~~~~~~~ such as [{sequence: bootstrap, nodes: cpe}]" },
{ LAB SW1 CPE ", count: 2}\nexpect: [{state: cpe port eth0 up}]\n",
	":5:18: error: \"cpe\" are several\n"
	"    5 | expect: [{state: cpe port eth0 up}]\n"
	"      |                  ^~~~~~~~~~~~~~~~ say which, such as \"cpe-1\"" },
{ LAB NETS "  f: {kind: firewall, ports: [core 10.0.0.1/24, lan 10.1.0.1/24]}\n",
	":5:3: error: a firewall has either \"rules\" or a \"file\"\n"
	"    5 |   f: {kind: firewall, ports: [core 10.0.0.1/24, lan 10.1.0.1/24]}\n"
	"      |   ^ rules: [\"ct state established accept\"], or file: rules.nft" },
{ LAB NETS "  f: {kind: firewall, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], rules: [accept, drop;]}\n",
	":5:83: error: a rule is one line without \";\"\n"
	"    5 |   f: {kind: firewall, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], rules: [accept, drop;]}\n"
	"      |                                                                                   ^~~~~ tables and chains of your own stand in a \"file\"" },
{ LAB NETS "  f: {kind: firewall, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], file: nul.nft}\n",
	":5:73: error: \"nul.nft\" has a byte 0 in it\n"
	"    5 |   f: {kind: firewall, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], file: nul.nft}\n"
	"      |                                                                         ^~~~~~~ rules are text" },
{ LAB NETS "  f: {kind: firewall, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], file: no.nft}\n",
	":5:73: error: no file \"no.nft\"\n"
	"    5 |   f: {kind: firewall, ports: [core 10.0.0.1/24, lan 10.1.0.1/24], file: no.nft}\n"
	"      |                                                                         ^~~~~~ tests/unit/topology/files/no.nft: cannot be opened: No such file or directory" },
{ LAB SW1 "faults: {}\n",
	":4:9: error: \"faults\" wants one entry a fault\n"
	"    4 | faults: {}\n"
	"      |         ^~ such as no-stp: {about: ..., change: {...}}" },
{ LAB SW1 "faults: {No: {about: x, change: {seed: 1}}}\n",
	":4:10: error: \"No\" cannot be the name of a fault\n"
	"    4 | faults: {No: {about: x, change: {seed: 1}}}\n"
	"      |          ^~ a to z, 0 to 9 and \"-\" inside, at most 63 characters" },
{ LAB SW1 "faults: {a: b}\n",
	":4:13: error: fault \"a\" wants a mapping\n"
	"    4 | faults: {a: b}\n"
	"      |             ^ such as {about: the loop is not broken, change: {...}}" },
{ LAB SW1 "faults: {a: {about: x}}\n",
	":4:13: error: \"change\" is missing\n"
	"    4 | faults: {a: {about: x}}\n"
	"      |             ^~~~~~~~~~ keys of this file as they are then: a mapping changes the mapping that stands there, any other value takes the place of the one there, ~ takes the key away" },
{ LAB SW1 "faults: {a: {about: x, change: []}}\n",
	":4:32: error: \"change\" wants keys of this file\n"
	"    4 | faults: {a: {about: x, change: []}}\n"
	"      |                                ^~ such as {nodes: {sw1: {stp: false}}}" },
{ LAB SW1 "faults: {a: {about: x, change: {faults: ~}}}\n",
	":4:33: error: a fault changes no faults\n"
	"    4 | faults: {a: {about: x, change: {faults: ~}}}\n"
	"      |                                 ^~~~~~" },
{ LAB SW1 CPE "}\ncapture: [sw1]\n",
	":5:11: error: \"sw1\" is a switch that is attached to no other\n"
	"    5 | capture: [sw1]\n"
	"      |           ^~~ name the nodes whose ports are recorded" },
{ LAB SW1 CPE "}\ncapture: [cpe2]\n",
	":5:11: error: no node is named \"cpe2\"\n"
	"    5 | capture: [cpe2]\n"
	"      |           ^~~~ did you mean \"cpe\"?" },
{ "nodes:\n  a: {kind: switch}\n",
	":1:1: error: \"name\" is missing\n"
	"    1 | nodes:\n"
	"      | ^ the lab's name: a DNS label" },
{ "name: Big\nnodes:\n  a: {kind: switch}\n",
	":1:7: error: \"Big\" cannot be the name of a lab\n"
	"    1 | name: Big\n"
	"      |       ^~~ a to z, 0 to 9 and \"-\" inside, at most 63 characters" },
{ "name: t\nnodes: {}\n",
	":2:8: error: \"nodes\" wants one entry a node\n"
	"    2 | nodes: {}\n"
	"      |        ^~ such as sw1: {kind: switch}" },
{ "name: t\n",
	":1:1: error: \"nodes\" is missing\n"
	"    1 | name: t\n"
	"      | ^ name: {kind: ...}, one entry a node" },
{ LAB SW1 "  dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: []}\n",
	":4:64: error: \"pools\" has too few entries: 0\n"
	"    4 |   dhcp: {kind: dhcp, attach: sw1, address: 10.0.0.2/24, pools: []}\n"
	"      |                                                                ^~ what is handed out" },
{ LAB
  "  s1: {kind: switch}\n"
  "  s2: {kind: switch, links: [s1]}\n"
  "  s3: {kind: switch, links: [s1]}\n"
  "  s4: {kind: switch, links: [s1]}\n"
  "  s5: {kind: switch, links: [s1]}\n"
  "  s6: {kind: switch, links: [s1]}\n"
  "  c1: {kind: cpe, attach: s1, model: box, client-certificate: good, count: 900}\n"
  "  c2: {kind: cpe, attach: s2, model: box, client-certificate: expired, count: 900}\n"
  "  c3: {kind: cpe, attach: s3, model: box, client-certificate: revoked, count: 900}\n"
  "  c4: {kind: cpe, attach: s4, model: box, client-certificate: other-ca, count: 900}\n"
  "  c5: {kind: cpe, attach: s5, model: box, client-certificate: good, count: 900}\n"
  "  c6: {kind: cpe, attach: s6, model: box, client-certificate: good, count: 501}\n",
	":14:63: error: certificates for 5001 CPEs so far; 5000 is the most\n"
	"   14 |   c6: {kind: cpe, attach: s6, model: box, client-certificate: good, count: 501}\n"
	"      |                                                               ^~~~" },
{ LAB "  sw1: {kind: switch, cwmp: {model: box, address: dcp}}\n",
	":3:51: error: \"dcp\" is no IPv4 address with its prefix\n"
	"    3 |   sw1: {kind: switch, cwmp: {model: box, address: dcp}}\n"
	"      |                                                   ^~~ such as 10.0.0.2/24, or dhcp" },
{ LAB "  sw1: {kind: switch, cwmp: {model: box, router: 10.0.0.1}}\n",
	":3:50: error: \"router\" needs an \"address\" that is not leased\n"
	"    3 |   sw1: {kind: switch, cwmp: {model: box, router: 10.0.0.1}}\n"
	"      |                                                  ^~~~~~~~ address: 10.0.0.5/24" },
{ LAB "  sw1: {kind: switch, cwmp: {model: box, address: 10.0.0.5/24, router: 10.0.1.1}}\n",
	":3:72: error: 10.0.1.1 is outside the subnet of \"sw1\"\n"
	"    3 |   sw1: {kind: switch, cwmp: {model: box, address: 10.0.0.5/24, router: 10.0.1.1}}\n"
	"      |                                                                        ^~~~~~~~" },
{ LAB SW1 "  sw2: {kind: switch, attach: sw1, cwmp: {model: box, address: 10.0.0.255/24}}\n",
	":4:64: error: 10.0.0.255 is the broadcast address of its subnet, which no node can have\n"
	"    4 |   sw2: {kind: switch, attach: sw1, cwmp: {model: box, address: 10.0.0.255/24}}\n"
	"      |                                                                ^~~~~~~~~~~~~" },
{ LAB SW1 "  sw2: {kind: switch, attach: sw1, cwmp: {model: bax}}\n",
	":4:50: error: no device model is named \"bax\"\n"
	"    4 |   sw2: {kind: switch, attach: sw1, cwmp: {model: bax}}\n"
	"      |                                                  ^~~ did you mean \"box\"?" },
{ LAB SW1 "  sw2: {kind: switch, attach: sw1, cwmp: {model: box, tls: {min: 1.3, max: 1.2}}}\n",
	":4:60: error: \"min\" is above \"max\": no TLS version is left\n"
	"    4 |   sw2: {kind: switch, attach: sw1, cwmp: {model: box, tls: {min: 1.3, max: 1.2}}}\n"
	"      |                                                            ^~~~~~~~~~~~~~~~~~~~" },
{ LAB SW1 "  sw2: {kind: switch, attach: sw1, cwmp: {count: 2}}\n",
	":4:43: error: unknown key \"count\"\n"
	"    4 |   sw2: {kind: switch, attach: sw1, cwmp: {count: 2}}\n"
	"      |                                           ^~~~~ keys here: address, router, model, serial, acs, default-acs, quirks, tls, trust, client-certificate, retry, periodic-inform, console" },
{ LAB SW1 "  h: {kind: host, attach: {switch: sw1, link: delay=50 loss=2%}, address: 10.0.0.1/24}\n",
	":4:53: error: \"50\" is no value for it\n"
	"    4 |   h: {kind: host, attach: {switch: sw1, link: delay=50 loss=2%}, address: 10.0.0.1/24}\n"
	"      |                                                     ^~ a whole number with its unit: us, ms, s, m, h" },
{ LAB SW1 "  h: {kind: host, attach: {switch: sw1, link: loss=1% dely=5ms}, address: 10.0.0.1/24}\n",
	":4:55: error: \"dely\" is no key of a link\n"
	"    4 |   h: {kind: host, attach: {switch: sw1, link: loss=1% dely=5ms}, address: 10.0.0.1/24}\n"
	"      |                                                       ^~~~ did you mean \"delay\"?" },
{ LAB SW1 "  h: {kind: host, attach: {switch: sw1, link: {delay: 50ms, loss: 101%}}, address: 10.0.0.1/24}\n",
	":4:67: error: \"101%\" is out of range\n"
	"    4 |   h: {kind: host, attach: {switch: sw1, link: {delay: 50ms, loss: 101%}}, address: 10.0.0.1/24}\n"
	"      |                                                                   ^~~~ 0.0001% to 100%" },
{ LAB SW1 "  h: {kind: host, attach: {switch: sw1, link: {dely: 50ms}}, address: 10.0.0.1/24}\n",
	":4:48: error: \"dely\" is no key of a link\n"
	"    4 |   h: {kind: host, attach: {switch: sw1, link: {dely: 50ms}}, address: 10.0.0.1/24}\n"
	"      |                                                ^~~~ did you mean \"delay\"?" },
{ LAB SW1 "  h: {kind: host, attach: {switch: sw1, link: {up: {rate: 0bit}}}, address: 10.0.0.1/24}\n",
	":4:59: error: \"0bit\" lets nothing through\n"
	"    4 |   h: {kind: host, attach: {switch: sw1, link: {up: {rate: 0bit}}}, address: 10.0.0.1/24}\n"
	"      |                                                           ^~~~ rate=0 lifts the limit, down ends all" },
{ LAB SW1 "  h: {kind: host, attach: {switch: sw1, link: [lte]}, address: 10.0.0.1/24}\n",
	":4:47: error: \"link\" wants keys or words\n"
	"    4 |   h: {kind: host, attach: {switch: sw1, link: [lte]}, address: 10.0.0.1/24}\n"
	"      |                                               ^~~~~ such as {delay: 50ms, loss: 2%}" },
{ LAB SW1 "  h: {kind: host, attach: {switch: sw1, link: {profile: lpe}}, address: 10.0.0.1/24}\n",
	":4:57: error: \"lpe\" is no profile\n"
	"    4 |   h: {kind: host, attach: {switch: sw1, link: {profile: lpe}}, address: 10.0.0.1/24}\n"
	"      |                                                         ^~~ did you mean \"lte\"?" },
{ LAB SW1 "  h: {kind: host, address: 10.0.0.1/24, attach: {switch: sw1,\n    link: {schedule: [{at: 5s, set: down}, {at: 4s, set: up}]}}}\n",
	":5:49: error: the schedule runs backwards\n"
	"    5 |     link: {schedule: [{at: 5s, set: down}, {at: 4s, set: up}]}}}\n"
	"      |                                                 ^~ the one before is at 5000 ms: put it behind this one" },
{ LAB SW1 "  h: {kind: host, address: 10.0.0.1/24, attach: {switch: sw1,\n    link: {schedule: [{at: 5s, set: los=1%}]}}}\n",
	":5:37: error: \"los\" is no key of a link\n"
	"    5 |     link: {schedule: [{at: 5s, set: los=1%}]}}}\n"
	"      |                                     ^~~ did you mean \"loss\"?" },
{ LAB SW1 "  h: {kind: host, attach: {switch: sw1, link: jitter=5ms}, address: 10.0.0.1/24}\n",
	":4:47: error: up: jitter varies a delay, and there is none\n"
	"    4 |   h: {kind: host, attach: {switch: sw1, link: jitter=5ms}, address: 10.0.0.1/24}\n"
	"      |                                               ^~~~~~~~~~" },
{ "name: t\n"
  "nodes:\n"
  "  s1: {kind: switch}\n"
  "  s2: {kind: switch}\n"
  "  s3: {kind: switch}\n"
  "  s4: {kind: switch}\n"
  "  s5: {kind: switch}\n"
  "  s6: {kind: switch}\n"
  "  c1: {kind: cpe, model: box, count: 900, attach: {switch: s1, link: lte}}\n"
  "  c2: {kind: cpe, model: box, count: 900, attach: {switch: s2, link: lte}}\n"
  "  c3: {kind: cpe, model: box, count: 900, attach: {switch: s3, link: lte}}\n"
  "  c4: {kind: cpe, model: box, count: 900, attach: {switch: s4, link: lte}}\n"
  "  c5: {kind: cpe, model: box, count: 900, attach: {switch: s5, link: lte}}\n"
  "  c6: {kind: cpe, model: box, count: 501, attach: {switch: s6, link: lte}}\n",
	":14:70: error: 5001 impaired links so far; 5000 is the most\n"
	"   14 |   c6: {kind: cpe, model: box, count: 501, attach: {switch: s6, link: lte}}\n"
	"      |                                                                      ^~~ impair the link of the switch that they share" },
{ LAB SW1 ACS "}\n  l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: asc, profile: profile.yaml}\n",
	":5:59: error: no node is named \"asc\"\n"
	"    5 |   l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: asc, profile: profile.yaml}\n"
	"      |                                                           ^~~ did you mean \"acs\"?" },
{ LAB SW1 "  l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: l, profile: profile.yaml}\n",
	":4:59: error: \"l\" is of kind load\n"
	"    4 |   l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: l, profile: profile.yaml}\n"
	"      |                                                           ^ a node of kind acs, or a URL" },
{ LAB SW1 "  sw2: {kind: switch}\n  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: http://acs.lab/}\n  l: {kind: load, attach: sw2, address: 10.1.0.5/24, acs: acs, profile: profile.yaml}\n",
	":6:59: error: \"acs\" is outside the network of \"l\": it has 10.0.0.4\n"
	"    6 |   l: {kind: load, attach: sw2, address: 10.1.0.5/24, acs: acs, profile: profile.yaml}\n"
	"      |                                                           ^~~ an \"address\" of its network" },
{ LAB SW1 "  l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: http://acs.lab/, profile: profile.yaml}\n",
	":4:59: error: \"acs.lab\" is a name, and the CPEs of a load test ask no DNS\n"
	"    4 |   l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: http://acs.lab/, profile: profile.yaml}\n"
	"      |                                                           ^~~~~~~~~~~~~~~ the name of a node, or a URL with its address" },
{ LAB SW1 "  l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: http://10.0.0.4/, profile: prof.yaml}\n",
	":4:86: error: no profile of a load test \"prof.yaml\"\n"
	"    4 |   l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: http://10.0.0.4/, profile: prof.yaml}\n"
	"      |                                                                                      ^~~~~~~~~ looked for tests/unit/topology/files/prof.yaml" },
{ LAB SW1 "  l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: http://10.0.0.4/, profile: [profile.yaml]}\n",
	":4:86: error: \"profile\" wants the name of a file, or the keys of one\n"
	"    4 |   l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: http://10.0.0.4/, profile: [profile.yaml]}\n"
	"      |                                                                                      ^~~~~~~~~~~~~~ profile: storm.yaml" },
{ LAB SW1 "  l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: http://10.0.0.4/, profile: }\n",
	":4:86: error: \"profile\" wants the name of a file, or the keys of one\n"
	"    4 |   l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: http://10.0.0.4/, profile: }\n"
	"      |                                                                                      ^ profile: storm.yaml" },
{ LAB SW1 "  l:\n    kind: load\n    attach: sw1\n    address: 10.0.0.5/24\n    acs: http://10.0.0.4/\n    profile:\n      cpes: 10\n      arrival: {ramp: 1s, rat: 5/s}\n      thresholds: [\"session.p101<1s\"]\n",
	":11:27: error: unknown key \"rat\"\n"
	"   11 |       arrival: {ramp: 1s, rat: 5/s}\n"
	"      |                           ^~~ did you mean \"rate\"?\n"
	"and 1 more mistake: \"cwmplab validate\" tells all of them" },
{ LAB SW1 "  l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: http://10.0.0.4/, profile: profile.yaml, sources: 127.0.0.0/8}\n",
	":4:109: error: 127.0.0.0/8 are no addresses for CPEs\n"
	"    4 | 24, acs: http://10.0.0.4/, profile: profile.yaml, sources: 127.0.0.0/8}\n"
	"      |                                                            ^~~~~~~~~~~ such as 100.64.0.0/16" },
{ LAB SW1 "  l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: http://10.0.0.4/, profile: profile.yaml, sources: 10.0.0.128/25}\n",
	":4:109: error: 10.0.0.128/25 is in use in this lab\n"
	"    4 | 24, acs: http://10.0.0.4/, profile: profile.yaml, sources: 10.0.0.128/25}\n"
	"      |                                                            ^~~~~~~~~~~~~ such as 100.64.0.0/16; \"l\" on line 4" },
{ LAB SW1 "  l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: http://10.0.0.4/, profile: profile.yaml, sources: 100.64.0.0/16}\n  m: {kind: load, attach: sw1, address: 10.0.0.6/24, acs: http://10.0.0.4/, profile: profile.yaml, sources: 100.64.7.0/24}\n",
	":5:109: error: 100.64.7.0/24 is in use in this lab\n"
	"    5 | 24, acs: http://10.0.0.4/, profile: profile.yaml, sources: 100.64.7.0/24}\n"
	"      |                                                            ^~~~~~~~~~~~~ such as 100.64.0.0/16; \"l\" on line 4" },
{ LAB SW1 "  l: {kind: load, attach: sw1, address: 10.0.0.5/24, acs: http://10.0.0.4/, profile: profile.yaml, keeps: [RTY, RTI-01]}\n",
	":4:113: error: no rule is named \"RTI-01\"\n"
	"    4 | acs: http://10.0.0.4/, profile: profile.yaml, keeps: [RTY, RTI-01]}\n"
	"      |                                                            ^~~~~~ did you mean \"RTY-01\"?" },
{ LAB SW1 "  l: {kind: load, attach: sw1, address: 10.0.0.5/24}\n",
	":4:6: error: \"acs\" is missing\n"
	"    4 |   l: {kind: load, attach: sw1, address: 10.0.0.5/24}\n"
	"      |      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ the ACS that is loaded: a node of its network, or a URL with an address\n"
	"and 1 more mistake: \"cwmplab validate\" tells all of them" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, command: b}\n",
	":4:75: error: \"h\" has both \"program\" and \"command\"\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, command: b}\n"
	"      |                                                                           ^" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, files: [{from: box.yaml}]}\n",
	":4:61: error: \"files\" is for a program, and \"h\" has none\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, files: [{from: box.yaml}]}\n"
	"      |                                                             ^~~~~~~~~~~~~~~~~~ program: [NAME, ARGUMENT...]" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, command: a, files: [{from: box.yaml}]}\n",
	":4:73: error: \"files\" is for a program, and \"h\" has none\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, command: a, files: [{from: box.yaml}]}\n"
	"      |                                                                         ^~~~~~~~~~~~~~~~~~ program: [NAME, ARGUMENT...]" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, environment: {A: b}}\n",
	":4:67: error: \"environment\" is for a program, and \"h\" has none\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, environment: {A: b}}\n"
	"      |                                                                   ^~~~~~ program: [NAME, ARGUMENT...]" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, ready: {tcp: 80}}\n",
	":4:61: error: \"ready\" is for a program, and \"h\" has none\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, ready: {tcp: 80}}\n"
	"      |                                                             ^~~~~~~~~ program: [NAME, ARGUMENT...]" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, ready: {within: 1s}}\n",
	":4:73: error: \"ready\" wants a port\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, ready: {within: 1s}}\n"
	"      |                                                                         ^~~~~~~~~~~~ such as {tcp: 7547}" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, ready: {tcp: 65536}}\n",
	":4:79: error: 65536 is out of range\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, ready: {tcp: 65536}}\n"
	"      |                                                                               ^~~~~ 1 to 65535" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, ready: {tcp: 80, within: 99ms}}\n",
	":4:91: error: 99ms is out of range\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, ready: {tcp: 80, within: 99ms}}\n"
	"      |                                                                                           ^~~~ 100ms to 1h" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, files: [{from: box.yaml, text: x}]}\n",
	":4:74: error: a file has either \"from\" or \"text\"\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, files: [{from: box.yaml, text: x}]}\n"
	"      |                                                                          ^~~~~~~~~~~~~~~~~~~~~~~~~ {from: app.conf}, or {to: app.conf, text: ...}" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, files: [{to: x}]}\n",
	":4:74: error: a file has either \"from\" or \"text\"\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, files: [{to: x}]}\n"
	"      |                                                                          ^~~~~~~ {from: app.conf}, or {to: app.conf, text: ...}" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, files: [{text: x}]}\n",
	":4:74: error: \"text\" needs a \"to\"\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, files: [{text: x}]}\n"
	"      |                                                                          ^~~~~~~~~" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, files: [{from: bux.yaml}]}\n",
	":4:81: error: no file \"bux.yaml\"\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, files: [{from: bux.yaml}]}\n"
	"      |                                                                                 ^~~~~~~~ looked for tests/unit/topology/files/bux.yaml" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, files: [{from: box.yaml, to: ../x}]}\n",
	":4:95: error: \"../x\" is no name of a file in the program's folder\n"
	"    4 | ess: 10.0.0.5/24, program: a, files: [{from: box.yaml, to: ../x}]}\n"
	"      |                                                            ^~~~ such as app.conf or etc/app.conf" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, files: [{from: box.yaml, to: /etc/x}]}\n",
	":4:95: error: \"/etc/x\" is no name of a file in the program's folder\n"
	"    4 | ess: 10.0.0.5/24, program: a, files: [{from: box.yaml, to: /etc/x}]}\n"
	"      |                                                            ^~~~~~ such as app.conf or etc/app.conf" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, files: [{from: box.yaml}, {text: x, to: box.yaml}]}\n",
	":4:92: error: \"box.yaml\" is the name of two files\n"
	"    4 | ddress: 10.0.0.5/24, program: a, files: [{from: box.yaml}, {text: x, to: box.yaml}]}\n"
	"      |                                                            ^~~~~~~~~~~~~~~~~~~~~~~" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, files: [{text: \"{{acs9.url}}\", to: x, fill: yes}]}\n",
	":4:81: error: 1:1: nothing is known of \"{{acs9.url}}\"\n"
	"    4 | ach: sw1, address: 10.0.0.5/24, program: a, files: [{text: \"{{acs9.url}}\", to: x, fill: yes}]}\n"
	"      |                                                            ^~~~~~~~~~~~~~" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, files: [{from: filled.conf, fill: yes}]}\n",
	":4:81: error: filled.conf: 2:5: nothing is known of \"{{acs9.url}}\"\n"
	"    4 | ach: sw1, address: 10.0.0.5/24, program: a, files: [{from: filled.conf, fill: yes}]}\n"
	"      |                                                            ^~~~~~~~~~~" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, environment: {1A: b}}\n",
	":4:80: error: \"1A\" cannot be the name of a variable\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, environment: {1A: b}}\n"
	"      |                                                                                ^~ letters, digits and \"_\"" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, environment: {A: [b]}}\n",
	":4:83: error: a variable has one value\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, environment: {A: [b]}}\n"
	"      |                                                                                   ^~~" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, environment: [A]}\n",
	":4:79: error: \"environment\" wants one entry a variable\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: a, environment: [A]}\n"
	"      |                                                                               ^~~ such as {PORT: 7547}" },
{ LAB SW1 "  h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: ./serve, files: [{from: box.yaml}]}\n",
	":4:63: error: the program's folder has no \"serve\"\n"
	"    4 |   h: {kind: host, attach: sw1, address: 10.0.0.5/24, program: ./serve, files: [{from: box.yaml}]}\n"
	"      |                                                               ^~~~~~~ files: [{from: NAME}] puts it there, a name alone is looked for in PATH" },
{ LAB SW1 "  p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: asc}\n  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: \"http://acs.lab/cwmp\"}\n",
	":4:92: error: no node is named \"asc\"\n"
	"    4 |   p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: asc}\n"
	"      |                                                                                            ^~~ did you mean \"acs\"?" },
{ LAB SW1 "  p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: sw1}\n",
	":4:92: error: \"sw1\" is of kind switch\n"
	"    4 |   p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: sw1}\n"
	"      |                                                                                            ^~~ a node of kind acs" },
{ LAB SW1 "  p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: [acs, acs]}\n  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: \"http://acs.lab/cwmp\"}\n",
	":4:98: error: \"acs\" stands here twice\n"
	"    4 | s: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: [acs, acs]}\n"
	"      |                                                            ^~~" },
{ LAB SW1 "  p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: []}\n  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: \"http://acs.lab/cwmp\"}\n",
	":4:92: error: \"upstreams\" has too few entries: 0\n"
	"    4 |   p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: []}\n"
	"      |                                                                                            ^~ the ACSs that it stands before: nodes of its network, all by http or all by https" },
{ LAB SW1 "  p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: [acs, b]}\n  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: \"http://acs.lab/cwmp\"}\n  b: {kind: acs, attach: sw1, address: 10.0.0.6/24, url: \"http://b.lab/\"}\n",
	":4:98: error: \"b\" is at another path than \"p\", which passes paths on as they are\n"
	"    4 |   p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: [acs, b]}\n"
	"      |                                                                                                  ^ its url is http://b.lab/" },
{ LAB SW1 "  p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: [acs, b]}\n  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: \"http://acs.lab/cwmp\"}\n  b: {kind: acs, attach: sw1, address: 10.0.0.6/24, url: \"https://b.lab/cwmp\"}\n",
	":4:98: error: \"b\" is reached by https, \"acs\" by http\n"
	"    4 |   p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: [acs, b]}\n"
	"      |                                                                                                  ^ its url is https://b.lab/cwmp" },
{ LAB SW1 "  p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: acs, misbehave: drop-cookies}\n  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: \"http://acs.lab/cwmp\"}\n",
	":4:108: error: no proxy is known to do \"drop-cookies\"\n"
	"    4 | 5/24, url: \"http://p.lab/cwmp\", upstreams: acs, misbehave: drop-cookies}\n"
	"      |                                                            ^~~~~~~~~~~~ did you mean \"drop-cookie\"?" },
{ LAB SW1 "  p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: acs, engine: haproxy, misbehave: answer-from-cache}\n  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: \"http://acs.lab/cwmp\"}\n",
	":4:125: error: haproxy keeps no answers to POST\n"
	"    4 | //p.lab/cwmp\", upstreams: acs, engine: haproxy, misbehave: answer-from-cache}\n"
	"      |                                                            ^~~~~~~~~~~~~~~~~ engine: nginx" },
{ LAB SW1 "  p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: acs, tls: {min: 1.3}}\n  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: \"http://acs.lab/cwmp\"}\n",
	":4:102: error: \"p\" speaks no TLS: its url is http://\n"
	"    4 | 0.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: acs, tls: {min: 1.3}}\n"
	"      |                                                            ^~~~~~~~~~ or make the url https://" },
{ LAB SW1 "  p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://p.lab/cwmp\", upstreams: acs, sticky: yes}\n  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: \"http://acs.lab/cwmp\"}\n",
	":4:105: error: unknown sticky \"yes\"\n"
	"    4 | .0.5/24, url: \"http://p.lab/cwmp\", upstreams: acs, sticky: yes}\n"
	"      |                                                            ^~~ one of: no, cookie, address" },
{ LAB SW1 "  p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://10.0.0.6/cwmp\", upstreams: acs}\n  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: \"http://acs.lab/cwmp\"}\n",
	":4:60: error: the URL names 10.0.0.6, but \"p\" has 10.0.0.5\n"
	"    4 |   p: {kind: proxy, attach: sw1, address: 10.0.0.5/24, url: \"http://10.0.0.6/cwmp\", upstreams: acs}\n"
	"      |                                                            ^~~~~~~~~~~~~~~~~~~~~~" },
{ LAB SW1 "  acs: {kind: acs, attach: sw1, address: 10.0.0.4/24, url: \"http://acs.lab/\", trust-proxies: [10.0.0.9, front]}\n",
	":4:105: error: \"front\" is no node and no address\n"
	"    4 | .0.4/24, url: \"http://acs.lab/\", trust-proxies: [10.0.0.9, front]}\n"
	"      |                                                            ^~~~~ there is none yet; add one of kind proxy" },
{ LAB SW1 "  h: {kind: host, attach: {switch: sw1, vlan: 4095}, address: 10.0.0.1/24}\n",
	":4:47: error: 4095 is out of range\n"
	"    4 |   h: {kind: host, attach: {switch: sw1, vlan: 4095}, address: 10.0.0.1/24}\n"
	"      |                                               ^~~~ 1 to 4094" },
{ LAB SW1 "  h: {kind: host, attach: {switch: sw1, native: 10}, address: 10.0.0.1/24}\n",
	":4:49: error: \"native\" is one of the VLANs of a \"trunk\"\n"
	"    4 |   h: {kind: host, attach: {switch: sw1, native: 10}, address: 10.0.0.1/24}\n"
	"      |                                                 ^~ trunk: [10, 20]" },
{ LAB SW1 "  a: {kind: switch, attach: {switch: sw1, vlan: 10, trunk: [10]}}\n",
	":4:49: error: a port is in one VLAN, or it is a trunk\n"
	"    4 |   a: {kind: switch, attach: {switch: sw1, vlan: 10, trunk: [10]}}\n"
	"      |                                                 ^~ \"native\" is the VLAN of frames without a tag" },
{ LAB SW1 "  a: {kind: switch, attach: {switch: sw1, trunk: [10, 20], native: 30}}\n",
	":4:68: error: VLAN 30 is not on this trunk\n"
	"    4 |   a: {kind: switch, attach: {switch: sw1, trunk: [10, 20], native: 30}}\n"
	"      |                                                                    ^~ one of: 10, 20" },
{ LAB SW1 "  a: {kind: switch, attach: {switch: sw1, trunk: [10, 20, 10]}}\n",
	":4:59: error: VLAN 10 is on this trunk already\n"
	"    4 |   a: {kind: switch, attach: {switch: sw1, trunk: [10, 20, 10]}}\n"
	"      |                                                           ^~" },
{ LAB SW1 "  a: {kind: switch, attach: {switch: sw1, trunk: [x]}}\n",
	":4:51: error: \"x\" is no whole number\n"
	"    4 |   a: {kind: switch, attach: {switch: sw1, trunk: [x]}}\n"
	"      |                                                   ^ digits only" },
{ LAB SW1 "  a: {kind: switch, attach: {switch: sw1, trunk: [[10]]}}\n",
	":4:51: error: a trunk wants numbers of VLANs\n"
	"    4 |   a: {kind: switch, attach: {switch: sw1, trunk: [[10]]}}\n"
	"      |                                                   ^~~~ such as 10, or 10 10.0.10.1/24" },
{ LAB SW1 "  a: {kind: switch, attach: {switch: sw1, trunk: []}}\n",
	":4:50: error: a trunk has one to 64 VLANs\n"
	"    4 |   a: {kind: switch, attach: {switch: sw1, trunk: []}}\n"
	"      |                                                  ^~ such as [10, 20]" },
{ LAB SW1 "  a: {kind: switch, attach: {switch: sw1, trunk: [10 10.0.0.1/24]}}\n",
	":4:54: error: a switch has no address in a VLAN\n"
	"    4 |   a: {kind: switch, attach: {switch: sw1, trunk: [10 10.0.0.1/24]}}\n"
	"      |                                                      ^~~~~~~~~~~ leave it out" },
{ LAB SW1 "  h: {kind: host, attach: {switch: sw1, trunk: [10]}, address: 10.0.0.1/24}\n",
	":4:48: error: a node of kind host takes frames without tags\n"
	"    4 |   h: {kind: host, attach: {switch: sw1, trunk: [10]}, address: 10.0.0.1/24}\n"
	"      |                                                ^~~~ \"vlan\", or a trunk to a switch or a router before it" },
{ LAB "  sw1: {kind: switch, cwmp: {address: 10.0.0.9/24, model: box}}\n" "  h: {kind: host, attach: {switch: sw1, vlan: 10}, address: 10.0.0.1/24}\n",
	":4:47: error: what the ports of \"sw1\" are is said at its console\n"
	"    4 |   h: {kind: host, attach: {switch: sw1, vlan: 10}, address: 10.0.0.1/24}\n"
	"      |                                               ^~ type it there: cwmplab cli LAB SWITCH" },
{ LAB NETS "  r: {kind: router, ports: [{switch: core, trunk: [10]}, lan 10.1.0.1/24]}\n",
	":5:52: error: VLAN 10 has no address\n"
	"    5 |   r: {kind: router, ports: [{switch: core, trunk: [10]}, lan 10.1.0.1/24]}\n"
	"      |                                                    ^~ such as 10 10.0.10.1/24: its address in that VLAN" },
{ LAB NETS "  r: {kind: router, ports: [{switch: core, address: 10.0.0.1/24, trunk: [10 10.0.0.1/24]}, lan 10.1.0.1/24]}\n",
	":5:53: error: each VLAN of a trunk has an address of its own\n"
	"    5 |   r: {kind: router, ports: [{switch: core, address: 10.0.0.1/24, trunk: [10 10.0.0.1/24]}, lan 10.1.\n"
	"      |                                                     ^~~~~~~~~~~ trunk: [10 10.0.10.1/24, 20 10.0.20.1/24]" },
{ LAB NETS "  r: {kind: router, ports: [{switch: core, vlan: 10}, lan 10.1.0.1/24]}\n",
	":5:29: error: \"address\" is missing\n"
	"    5 |   r: {kind: router, ports: [{switch: core, vlan: 10}, lan 10.1.0.1/24]}\n"
	"      |                             ^~~~~~~~~~~~~~~~~~~~~~~~ its address there, such as 10.0.0.1/24 or 2001:db8::1/64" },
{ LAB NETS "  n: {kind: nat, outside: {switch: core, trunk: [10 10.0.0.1/24]}, inside: lan 10.1.0.1/24}\n",
	":5:49: error: the outside of a NAT is one interface\n"
	"    5 |   n: {kind: nat, outside: {switch: core, trunk: [10 10.0.0.1/24]}, inside: lan 10.1.0.1/24}\n"
	"      |                                                 ^~~~~~~~~~~~~~~~ \"vlan\", or a router before it" },
{ LAB "  a: {kind: switch, links: [{switch: b, trunk: [10, 20]}, {switch: c, trunk: [20]}]}\n  b: {kind: switch, links: [{switch: c, trunk: [10, 20]}]}\n  c: {kind: switch}\n",
	":4:38: error: this link from \"b\" to \"c\" closes a loop in VLAN 20\n"
	"    4 |   b: {kind: switch, links: [{switch: c, trunk: [10, 20]}]}\n"
	"      |                                      ^ remove the link, or set \"stp: true\" on every switch of the loop" },
{ LAB SW1 "  a: {kind: host, attach: {switch: sw1, vlan: 10}, address: 10.0.0.1/24}\n  b: {kind: host, attach: {switch: sw1, vlan: 10}, address: 10.1.0.1/24}\n",
	":5:61: error: 10.1.0.1/24 is outside 10.0.0.0/24, the subnet of its switch\n"
	"    5 |   b: {kind: host, attach: {switch: sw1, vlan: 10}, address: 10.1.0.1/24}\n"
	"      |                                                             ^~~~~~~~~~~ \"a\" on line 4 is in it" },
{ LAB SW1 "  a: {kind: switch, means: kernal}\n",
	":4:28: error: unknown means \"kernal\"\n"
	"    4 |   a: {kind: switch, means: kernal}\n"
	"      |                            ^~~~~~ did you mean \"kernel\"?" },
