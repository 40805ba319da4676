#!/usr/bin/env python3
"""applies.py [N [SEED [EVERY]]]: N random changes of a lab that is up (100), drawn by SEED (1), each by
"cwmplab apply"; after every EVERY-th (1) the lab is held against one that "cwmplab up" has made of the
same file: the same interfaces, addresses, routes, bridges, rules, queueing disciplines, processes and
configurations in every node. What may differ is who came first: MACs, numbers of interfaces and descriptors,
which are replaced by names, what programs have learnt since, such as leases, and
limits of offloads, which a bridge has of the ports that it had last.

Prints what differs, and at the end how long the applies took. Exit status 1: something differs, or an
apply failed. For an ordinary user; in a lab of root the same. Variables: CWMPLAB (build/cwmplab), KEEP (a
folder for the files of all rounds)."""
import difflib
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), '../..'))
CWMPLAB = os.environ.get('CWMPLAB', os.path.join(SOURCE, 'build/cwmplab'))
LAB, FRESH = f'applies{os.getpid()}', f'fresh{os.getpid()}'
LINKS = [None, 'delay=5ms', 'delay=1ms loss=2%', 'dsl', 'plain', {'delay': '2ms', 'schedule': [
    {'at': '5s', 'for': '3s', 'set': 'loss=5%'}]}]


def call(*words, may_fail=False):
    done = subprocess.run([CWMPLAB, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0 and not may_fail:
        raise SystemExit(f'cwmplab {" ".join(words)}: {done.returncode}\n{done.stdout}{done.stderr}')
    return done


# ---- a lab as it changes -------------------------------------------------------------------

def first_lab():
    return {
        'sw1': {'kind': 'switch'},
        'sw2': {'kind': 'switch', 'attach': 'sw1'},
        'far': {'kind': 'switch'},
        'lan': {'kind': 'switch'},
        'dns': {'kind': 'dns', 'attach': 'sw1', 'address': '10.0.0.3/24'},
        'dhcp': {'kind': 'dhcp', 'attach': 'sw1', 'address': '10.0.0.2/24', 'pools': [
            {'range': '10.0.0.100-10.0.0.199', 'dns': ['dns'], 'acs': {'url': 'https://acs1.lab/'}}]},
        'acs1': {'kind': 'acs', 'attach': 'sw1', 'address': '10.0.0.11/24', 'url': 'https://acs1.lab/'},
        'r1': {'kind': 'router', 'ports': ['sw1 10.0.0.1/24', 'far 10.1.0.1/24']},
        'home': {'kind': 'nat', 'outside': 'sw1 10.0.0.7/24', 'inside': 'lan 192.168.1.1/24',
                 'type': 'full-cone'},
        'behind': {'kind': 'host', 'attach': 'lan', 'address': '192.168.1.9/24'},
        'away': {'kind': 'host', 'attach': 'far', 'address': '10.1.0.9/24'},
        'tag1': {'kind': 'switch'},
        'tag2': {'kind': 'switch', 'attach': {'switch': 'tag1', 'trunk': [10, 20]}},
        'ten': {'kind': 'host', 'attach': {'switch': 'tag1', 'vlan': 10}, 'address': '10.10.0.9/24'},
        'also': {'kind': 'host', 'attach': {'switch': 'tag2', 'vlan': 10}, 'address': '10.10.0.8/24'},
        'cpe': {'kind': 'cpe', 'attach': 'sw1', 'model': 'hp5920', 'count': 2, 'periodic-inform': '1s'},
    }


def attach(switch, link):
    return switch if link is None else {'switch': switch, 'link': link}


def of_kind(lab, *kinds):
    return [name for name, node in lab.items() if node['kind'] in kinds and 'attach' in node]


class Draw:
    """Changes of a lab; one that comes to a mistake is drawn again."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.n = 0

    def name(self, stem):
        self.n += 1
        return f'{stem}{self.n}'

    def address(self):
        return f'10.0.0.{self.random.randint(20, 99)}/24'

    def switch(self, lab):
        return self.random.choice([n for n in lab if re.fullmatch(r'sw\d+', n)])

    def some(self, lab, *kinds):
        return self.random.choice(of_kind(lab, *kinds))

    def add_host(self, lab):
        node = {'kind': 'host', 'attach': attach(self.switch(lab), self.random.choice(LINKS)),
                'address': self.address()}
        if self.random.random() < 0.5:
            node['command'] = ['sleep', '10000']
        lab[self.name('host')] = node

    def add_cpe(self, lab):
        lab[self.name('box')] = {
            'kind': 'cpe', 'attach': attach(self.switch(lab), self.random.choice(LINKS)),
            'model': 'hp5920', 'count': self.random.randint(1, 3)}

    def add_acs(self, lab):
        name = self.name('acs')
        lab[name] = {'kind': 'acs', 'attach': 'sw1', 'address': self.address(),
                     'url': self.random.choice(['http', 'https']) + f'://{name}.lab/'}

    def add_switch(self, lab):
        lab[self.name('sw')] = {'kind': 'switch', 'attach': self.random.choice(['sw1', 'sw2'])}

    def remove(self, lab):
        del lab[self.some(lab, 'host', 'cpe', 'acs', 'switch')]

    def change_link(self, lab):
        node = lab[self.some(lab, 'host', 'cpe', 'acs')]
        switch = node['attach'] if isinstance(node['attach'], str) else node['attach']['switch']
        node['attach'] = attach(switch, self.random.choice(LINKS))

    def change_words(self, lab):
        linked = [n for n in of_kind(lab, 'host', 'cpe') if isinstance(lab[n]['attach'], dict)]
        lab[self.random.choice(linked)]['attach']['link'] = f'delay={self.random.randint(1, 20)}ms'

    def change_count(self, lab):
        lab[self.some(lab, 'cpe')]['count'] = self.random.randint(1, 3)

    def change_interval(self, lab):
        lab[self.some(lab, 'cpe')]['periodic-inform'] = f'{self.random.randint(1, 9)}s'

    def move(self, lab):
        node = lab[self.some(lab, 'host', 'cpe')]
        if node.get('address', '10.0.0.').startswith('10.0.0.'):
            node['attach'] = self.switch(lab)

    def change_address(self, lab):
        node = lab[self.some(lab, 'host', 'acs')]
        if node['address'].startswith('10.0.0.'):
            node['address'] = self.address()

    def change_nat(self, lab):
        lab['home']['type'] = self.random.choice(['full-cone', 'restricted', 'port-restricted', 'symmetric'])

    def change_routes(self, lab):
        routes = [{'to': f'10.{self.random.randint(9, 99)}.0.0/16', 'via': '10.1.0.9'}
                  for _ in range(self.random.randint(0, 2))]
        lab['r1'].pop('routes', None)
        if routes:
            lab['r1']['routes'] = routes

    def change_ports(self, lab):
        ports = lab['r1']['ports']
        lab['r1']['ports'] = ports[:2] if len(ports) > 2 else ports + ['lan 192.168.1.2/24']

    def change_vlan(self, lab):
        vlan = self.random.choice([10, 20])
        lab['tag2']['attach'] = {'switch': 'tag1', 'trunk': self.random.choice([[10, 20], [10], [10, 20, 30]])}
        for name in ('ten', 'also'):
            if name in lab:
                lab[name]['attach'] = {'switch': self.random.choice(['tag1', 'tag2']), 'vlan': vlan}

    def change_stp(self, lab):
        node = lab[self.some(lab, 'switch')]
        node['stp'] = not node.get('stp', False)

    def change_password(self, lab):
        node = lab[self.some(lab, 'acs')]
        node.update({'auth': 'digest', 'username': 'u', 'password': f'p{self.random.randint(0, 9)}'})

    def change_names(self, lab):
        lab[self.some(lab, 'acs')]['names'] = [f'n{self.random.randint(0, 9)}.example']

    def change_lease(self, lab):
        lab['dhcp']['pools'][0]['lease'] = f'{self.random.randint(1, 9)}h'

    def shuffle(self, lab):
        names = list(lab)
        self.random.shuffle(names)
        nodes = {name: lab[name] for name in names}
        lab.clear()
        lab.update(nodes)

    CHANGES = [add_host, add_cpe, add_acs, add_switch, remove, remove, change_link, change_words,
               change_count, change_interval, move, change_address, change_nat, change_routes,
               change_ports, change_vlan, change_vlan, change_stp, change_password, change_names, change_lease, shuffle]

    def next(self, lab, path):
        while True:
            other = json.loads(json.dumps(lab))
            try:
                for _ in range(self.random.randint(1, 3)):
                    self.random.choice(self.CHANGES)(self, other)
            except IndexError:  # there is none of that kind
                continue
            write(path, LAB, other)
            if len(other) < 28 and call('validate', path, may_fail=True).returncode == 0:
                return other


def write(path, name, lab):
    with open(path, 'w', encoding='utf-8') as file:
        json.dump({'name': name, 'seed': 7, 'nodes': lab}, file, indent=1)


# ---- a lab as it is ------------------------------------------------------------------------

LOOK = r'''
echo '== links'; ip -json -details link
echo '== addresses'; ip -json address
echo '== routes'; ip -json route show table all; ip -json -6 route show table all
echo '== qdiscs'; tc -json qdisc
echo '== rules'; nft -s list ruleset 2>&1
echo '== settings'; cd /proc/sys/net
grep . ipv4/ip_forward ipv4/tcp_orphan_retries ipv6/conf/all/disable_ipv6 ipv6/conf/all/forwarding
echo '== programs'; here=$(readlink /proc/self/ns/net)
for p in /proc/[0-9]*; do
	[ "$(readlink $p/ns/net)" = "$here" ] && [ ${p#/proc/} != $$ ] && tr '\0' ' ' <$p/cmdline && echo
done
'''
LOOK_LAB = r'''
echo '== files'; ls /run/*.conf /run/nodes /run/tls 2>/dev/null
echo '== namespaces'; for f in /proc/1/fd/*; do readlink $f; done | grep -c '^net:'
for f in /run/*.conf; do echo "== conf $f"; cat $f; echo; done
echo '== resolver'; cat /etc/resolv.conf
'''
DROPPED = {'ifindex', 'link_index', 'link_netnsid', 'link', 'handle', 'parent', 'id', 'no', 'port_id',
           'designated_port', 'bridge_id', 'root_id', 'designated_root', 'designated_bridge', 'root_port',
           'root_path_cost', 'topology_change', 'topology_change_detected', 'hello_timer', 'tcn_timer',
           'topology_change_timer', 'gc_timer', 'message_age_timer', 'forward_delay_timer', 'hold_timer',
           'state', 'operstate', 'flags', 'valid_life_time', 'preferred_life_time', 'expires', 'stats64',
           'config_pending', 'topology_change_ack', 'fdb_n_learned', 'options', 'ageing_time',
           'designated_cost', 'tso_max_size', 'tso_max_segs'}


class Names:
    """MACs become the names of nodes, numbers of interfaces and descriptors nothing."""

    def __init__(self, lab, nodes):
        self.lab = lab
        self.by_identity = {node['mac'][3:8]: re.sub(r'-\d+$', '', node['name']) for node in nodes}
        self.switches = {node['name'] for node in nodes if node['kind'] == 'switch'}

    def mac(self, match):
        name = self.by_identity.get(match[2].lower(), match[2])
        rest = '' if name in self.switches else match[3]
        return f'{match[1]}:{name}:{rest}'

    def text(self, text):
        text = re.sub(r'\b(02|06|0a|0e|12|16):([0-9a-f]{2}:[0-9a-f]{2}):([0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2})\b',
                      self.mac, text)
        text = re.sub(r'/proc/1/fd/\d+', 'FD', text)
        text = re.sub(r'\bp\d+(~node|~net)?(?=["\s]|$)', r'p#\1', text)
        text = re.sub(r'\b([tu])\d+~', r'\1#~', text)
        return text.replace(self.lab, 'LAB')


def bare(value):
    if isinstance(value, dict):
        return {key: bare(v) for key, v in value.items() if key not in DROPPED}
    if isinstance(value, list):
        return sorted((bare(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True))
    return value


def expand(conf):
    """CPEs in a row that have descriptors in a row are one entry, or several."""
    entries = []
    for entry in conf.pop('cpes', []):
        count, first = entry.pop('count'), entry.pop('first')
        entry.pop('netns-step')
        number = int(entry.pop('mac').replace(':', ''), 16) & 0xffffff
        name = entry.pop('name')
        for i in range(count):
            entries.append({**entry, 'cpe': name if count == 1 else f'{name}-{first + i}', 'number': number + i})
    conf.pop('seed', None)  # of the identity
    conf.pop('elapsed', None)
    return {**conf, 'cpes': entries} if entries else conf


def conf_of(text, names):
    try:
        conf = expand(json.loads(text))
    except ValueError:
        return names.text(text)
    for link in conf.get('links', []):
        link.pop('index', None)
    return json.dumps(bare(json.loads(names.text(json.dumps(conf)))), indent=1, sort_keys=True)


def learnt(text, kind):
    """Without what a lease has brought."""
    values = json.loads(text) if text.strip() else []
    if kind != 'cpe':
        return values
    for value in values:
        value.pop('addr_info', None)
    return [v for v in values if 'dst' not in v]


def sections(text):
    parts = re.split(r'^== (.*)\n', text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def many(text, kind):
    """Lists in a row."""
    decoder, at, values = json.JSONDecoder(), 0, []
    text = text.strip()
    while at < len(text):
        more, at = decoder.raw_decode(text, at)
        values += learnt(json.dumps(more), kind)
        while at < len(text) and text[at].isspace():
            at += 1
    return values


def look_at(lab):
    nodes = json.loads(call('inspect', lab, '--json').stdout)['nodes']
    names = Names(lab, nodes)
    seen = {'nodes': '\n'.join(sorted(f'{n["name"]} {n["kind"]} {n.get("program", "")}' for n in nodes))}
    for node in nodes:
        done = call('exec', lab, node['name'], 'sh', '-c', LOOK, may_fail=True)
        for what, text in sections(done.stdout).items():
            if what in ('links', 'addresses', 'routes', 'qdiscs'):
                text = json.dumps(bare(many(names.text(text), node['kind'])), indent=1, sort_keys=True)
            if what == 'programs':
                text = '\n'.join(sorted(line for line in text.split('\n')
                                        if line and not re.search(r'recorder.conf|links~.conf|^sh -c|^tr |^readlink', line)))
            if what == 'rules':
                text = re.sub(r'\n\s*elements = \{[^}]*\}', '', text)
            seen[f'{node["name"]}: {what}'] = names.text(text)
    done = call('exec', lab, nodes[0]['name'], 'sh', '-c', LOOK_LAB)
    for what, text in sections(done.stdout).items():
        what = what.replace(lab, 'LAB')
        seen[what] = conf_of(text, names) if what.startswith('conf') else names.text(text)
    return seen


def differences(one, other):
    for what in sorted(set(one) | set(other)):
        a, b = one.get(what, ''), other.get(what, '')
        if a != b:
            yield what, a, b


def compare(path, lab):
    write(path, FRESH, lab)
    call('up', path, '--out', os.path.join(os.path.dirname(path), 'fresh'), '--capture')
    try:
        fresh, applied = look_at(FRESH), look_at(LAB)
    finally:
        call('down', FRESH)
    found = list(differences(fresh, applied))
    for what, a, b in found:
        print(f'  {what} differs')
        for line in difflib.unified_diff(a.split('\n'), b.split('\n'), 'fresh', 'applied', n=1, lineterm=''):
            print(f'    {line}')
    return len(found)


def main():
    n, seed, every = (int(w) for w in (sys.argv[1:] + ['100', '1', '1'][len(sys.argv) - 1:])[:3])
    folder = os.environ.get('KEEP') or tempfile.mkdtemp(prefix='cwmplab-applies-')
    os.makedirs(folder, exist_ok=True)
    draw, lab, took, n_changes, n_compared, wrong = Draw(seed), first_lab(), [], 0, 0, 0
    first = os.path.join(folder, 'first.yaml')
    write(first, LAB, lab)
    call('up', first, '--out', os.path.join(folder, 'out'), '--capture')
    try:
        for i in range(1, n + 1):
            path = os.path.join(folder, f'{i}.yaml')
            lab = draw.next(lab, path)
            began = time.monotonic()
            done = call('apply', LAB, path, '--json', may_fail=True)
            took.append((time.monotonic() - began) * 1000)
            if done.returncode != 0:
                print(f'{path}: status {done.returncode}\n{done.stdout}{done.stderr}')
                wrong += 1
                continue
            n_changes += len(json.loads(done.stdout).get('changes', []))
            if i % every == 0 or i == n:
                n_compared += 1
                bad = compare(os.path.join(folder, 'fresh.yaml'), lab)
                if bad:
                    print(f'{path}: {bad} things differ from a fresh lab')
                wrong += bad > 0
    finally:
        call('down', LAB, may_fail=True)
    print(f'{n} applies by seed {seed}: {n_changes} changes; {n_compared} held against a fresh lab, {wrong} wrong; '
          f'median {statistics.median(took):.0f} ms, longest {max(took):.0f} ms')
    return 1 if wrong else 0


sys.exit(main())
