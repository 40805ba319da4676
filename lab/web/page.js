'use strict';
/* The page of a lab: asks it, shows what was chosen, has things done. What is drawn stands in draw.js. */
/* ---- the lab is asked ---- */
async function ask(path) {
  const r = await fetch(path);
  if (!r.ok) throw new Error((await r.text()).trim());
  return r.json();
}
async function deed(path, body) {
  const r = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const type = r.headers.get('Content-Type') || '';
  const answer = type.startsWith('application/json') ? await r.json() : { why: (await r.text()).trim() };
  if (!r.ok || answer.why) throw new Error(answer.why || 'refused');
  return answer;
}
/* One request of a kind at a time; what is wanted meanwhile is done once, afterwards. */
function once(work) {
  let runs = false, again = false;
  return async () => {
    if (runs) { again = true; return; }
    runs = true;
    do {
      again = false;
      try { await work(); } catch (e) { said(e.message); }
    } while (again);
    runs = false;
  };
}
let over = false;
function badge(text, cls) { $('state').textContent = text; $('state').className = 'badge ' + cls; }
function said(text) { if (!over) badge(text, ''); }

/* ---- topology: switches in the middle, what serves above them, CPEs below ---- */
const state = { lab: null, drawn: '', on: null, node: null, kind: '', link: null, device: null, table: 'cpes', text: '', from: 0 };
const BOX = 132, HIGH = 54, GAP = 14, ROW = 118;
const downWords = g => !g.down ? '' : g.links === 1 ? 'down' : g.down + ' of ' + g.links + ' down';
function drawBox(svg, g, x, y) {
  const gone = g.serve < g.count;
  const box = sv(svg, 'g', { class: g.kind === 'switch' ? 'switch' : 'node', tabindex: '0', role: 'button' });
  box.classList.toggle('gone', gone);
  box.classList.toggle('on', state.on === g.name);
  const states = Object.entries(g.states).sort((a, b) => b[1] - a[1]).map(([s, n]) => g.count > 1 ? number(n) + ' ' + s : s);
  const below = gone ? (g.count === 1 ? g.program : number(g.count - g.serve) + ' do not serve') : states[0] || g.address || g.kind;
  box.setAttribute('aria-label', [g.kind + ' ' + g.name, g.count > 1 ? counted(g.count, 'node', 'nodes') : '', below, g.down ? 'link ' + downWords(g) : ''].filter(Boolean).join(', '));
  sv(box, 'rect', { class: 'box', x, y, width: BOX, height: HIGH, rx: 8 });
  sv(box, 'text', { x: x + BOX / 2, y: y + 23 }, short(g.name, 14) + (g.count > 1 ? ' × ' + number(g.count) : ''));
  sv(box, 'text', { x: x + BOX / 2, y: y + 41, class: 'soft state' }, short(below, 22));
  sv(box, 'title', {}, [g.name, g.kind, g.address, ...states].filter(Boolean).join('\n'));
  onGo(box, () => select(g));
}
function drawCable(svg, g, x1, y1, x2, y2) {
  const words = g.down ? downWords(g) : g.impaired ? (g.links > 1 ? g.impaired + ' of ' + g.links + ': ' : '') + g.now : '';
  const mid = y1 === y2 ? y1 + 30 : (y1 + y2) / 2; /* of two in one row it hangs below them */
  sv(svg, 'path', { class: 'cable' + (g.down ? ' down' : g.impaired ? ' impaired' : ''), d: `M${x1} ${y1}C${x1} ${mid} ${x2} ${mid} ${x2} ${y2}` });
  if (words) sv(svg, 'text', { x: (x1 + x2) / 2, y: mid + (y1 === y2 ? 6 : 0), class: 'word ' + (g.down ? 'down-word' : 'soft') }, short(words, 26));
}
/* Of each node to its switch, and of each pair of switches once. */
function cables(groups) {
  const named = new Map(groups.map(g => [g.name, g])), list = groups.filter(g => named.has(g.attach)).map(g => [g, g, named.get(g.attach)]);
  for (const g of groups) for (const name of g.peers || []) if (named.has(name)) list.push([{ links: 0 }, g, named.get(name)]);
  return list;
}
function draw() {
  const groups = state.lab.groups, box = $('topology'), old = document.activeElement && document.activeElement.closest('svg.net g');
  const focused = old ? [...box.querySelectorAll('g[tabindex]')].indexOf(old) : -1;
  const rows = [g => g.kind !== 'switch' && g.kind !== 'cpe', g => g.kind === 'switch', g => g.kind === 'cpe'].map(is => groups.filter(is)).filter(r => r.length);
  const width = Math.max(2, ...rows.map(r => r.length)) * (BOX + GAP), svg = document.createElementNS(NS, 'svg'), at = new Map();
  for (const [k, v] of Object.entries({ class: 'net', viewBox: `0 0 ${width} ${rows.length * ROW - ROW + HIGH + (rows.length > 0 && rows[rows.length - 1][0].kind === 'switch' ? 38 : 8)}`, width })) svg.setAttribute(k, v);
  rows.forEach((row, i) => row.forEach((g, k) => at.set(g, { x: width / row.length * (k + 0.5) - BOX / 2, y: i * ROW + 4 })));
  for (const [link, from, to] of cables(groups)) {
    const p = at.get(from), q = at.get(to), below = p.y >= q.y;
    drawCable(svg, link, p.x + BOX / 2, p.y > q.y ? p.y : p.y + HIGH, q.x + BOX / 2, below ? q.y + HIGH : q.y);
  }
  for (const [g, p] of at) drawBox(svg, g, p.x, p.y);
  box.replaceChildren(svg);
  if (focused >= 0) { const g = box.querySelectorAll('g[tabindex]')[focused]; if (g) g.focus(); }
}
function drawFacts() {
  const facts = new Map();
  for (const g of state.lab.groups) facts.set(g.kind, (facts.get(g.kind) || 0) + g.count);
  $('facts').replaceChildren(...[...facts].map(([kind, n]) => { const li = el('li'); li.append(el('b', '', number(n)), kind === 'acs' || kind === 'cpe' ? kind.toUpperCase() : kind); return li; }));
}
/* Where nothing has changed nothing is drawn anew, so that a click is never between two drawings. */
const loadLab = once(async () => {
  state.lab = await ask('lab');
  document.title = state.lab.lab + ' · cwmplab';
  $('lab').textContent = state.lab.lab;
  if (!over) badge(state.lab.state, state.lab.state === 'running' ? 'ok' : 'note');
  showBlind();
  const drawn = JSON.stringify(state.lab);
  if (drawn !== state.drawn) { state.drawn = drawn; drawFacts(); draw(); showNode(); }
  await showLink();
});

/* ---- what was chosen: a node or a group of them, a link, a device ---- */
const groupOf = name => name && state.lab.groups.find(g => g.name === name);
const lead = id => $(id).scrollIntoView({ block: 'nearest' });
function select(g) {
  const off = state.on === g.name && state.node === g.name;
  state.on = state.node = off ? null : g.name;
  state.kind = g.kind;
  state.link = off ? null : g.link || null;
  draw();
  showNode();
  showLink();
  showConsole();
  if (state.on && (g.kind === 'cpe' || g.kind === 'acs')) {
    state.table = g.kind === 'cpe' ? 'cpes' : 'devices';
    state.text = $('filter').value = g.name;
    state.from = 0;
    tabs();
    loadRows();
  }
}
/* A row of a table says which of a group is meant. */
const CHOOSE = {
  cpes: r => selectNode(r.node, 'cpe', r),
  nodes: r => selectNode(r.name, r.serial ? 'cpe' : r.kind, r),
  links: async r => { state.link = r.link; await showLink(); lead('link-part'); },
  devices: r => showDevice(r),
  leases: () => {},
  sessions: r => showSession(r.session),
  findings: r => r.session > 0 && showSession(r.session, r.frame),
};
function selectNode(name, kind, row) {
  const group = groupOf(name);
  if (!group) {
    Object.assign(state, { node: name, kind, link: name });
    showNode(row);
    showLink();
    showConsole();
  } else if (state.node !== name) {
    select(group);
  }
  lead('node-part');
}
function showNode(row) {
  const name = state.node, group = groupOf(name), isCpe = state.kind === 'cpe' || Boolean(group && Object.keys(group.states).length);
  $('node-part').hidden = !name;
  if (!name) return;
  const facts = row || (group ? { kind: group.kind, nodes: group.count > 1 ? group.count : null, address: group.address, attach: group.attach, ...(group.count > 1 ? group.states : { state: Object.keys(group.states)[0] || null }) } : null);
  $('node-name').textContent = name;
  if (facts) $('node-now').textContent = Object.entries(facts).filter(([, v]) => v !== null && v !== '' && typeof v !== 'object').map(([k, v]) => k + ' ' + v).join(' · ');
  $('cpe-deeds').hidden = !isCpe;
  /* The program of one of many is that of all of them. */
  $('program-deeds').hidden = !group || (group.kind === 'switch' && !isCpe);
}
async function doNode(path, body, words) {
  $('node-said').textContent = words + '…';
  try { await deed(path, body); $('node-said').textContent = words + ': done'; } catch (e) { $('node-said').textContent = e.message; }
}
for (const b of $('cpe-deeds').children) b.addEventListener('click', () => doNode('cpe', { cpe: state.node, do: b.dataset.do }, b.textContent));
$('node-stop').addEventListener('click', () => doNode('stop', { node: state.node }, 'stops'));
$('node-start').addEventListener('click', () => doNode('start', { node: state.node }, 'starts'));
const showLink = once(async () => {
  const name = state.link, rows = name ? (await ask('rows?' + new URLSearchParams({ table: 'links', text: name }))).rows : [];
  if (name === state.link) putLink(rows.find(r => r.link === name));
});
function putLink(link) {
  $('link-part').hidden = !link;
  if (!link) return;
  $('link-name').textContent = link.link;
  $('link-now').textContent = 'now: ' + (link.now || 'plain') + (link.set !== link.now ? ' (by its schedule; else ' + (link.set || 'plain') + ')' : '');
  const ways = [];
  for (const way of ['up', 'down']) if (link[way]) ways.push([way, link[way].in, link[way].out, ...['loss', 'queue', 'down', 'mtu'].map(k => (link[way].dropped || {})[k] || 0)]);
  $('link-counts').replaceChildren(ways.length ? grid(['way', 'in', 'out', 'lost', 'queue', 'down', 'MTU'], ways) : el('span', 'note', 'the kernel keeps the counts of this one'));
}
async function doLink(what) {
  $('link-said').textContent = '';
  try { await deed('link', Object.assign({ link: $('link-name').textContent }, what)); } catch (e) { $('link-said').textContent = e.message; }
  loadLab();
}
$('link-form').addEventListener('submit', e => { e.preventDefault(); doLink({ do: 'set', set: $('link-set').value }); });
$('link-down').addEventListener('click', () => doLink({ do: 'set', set: 'down' }));
$('link-up').addEventListener('click', () => doLink({ do: 'set', set: 'up' }));
$('link-reset').addEventListener('click', () => doLink({ do: 'reset' }));
const VALUES_MAX = 2000;
async function showDevice(row) {
  try { putDevice(((await deed('device', { acs: row.acs, device: row.id })).devices || [])[0] || {}, row.id); } catch (e) { said(e.message); return; }
  $('device-part').scrollIntoView();
}
function putDevice(device, id) {
  const { values, ...rest } = device, list = Object.entries(values || {});
  const shown = v => v === null || v === undefined ? '' : typeof v === 'object' ? JSON.stringify(v) : String(v);
  $('device-part').hidden = false;
  $('device-name').textContent = id;
  $('device').replaceChildren(grid(['name', 'value'], [...Object.entries(rest), ...list].slice(0, VALUES_MAX).map(([k, v]) => [k, shown(v)])));
  if (list.length > VALUES_MAX) $('device').append(el('p', 'note', counted(list.length - VALUES_MAX, 'value', 'values') + ' more'));
}

/* ---- the console of a switch ---- */
const shell = { cpe: '', session: 0, past: [], at: 0, nth: 0, line: '', lines: [], runs: false, asked: false, turn: Promise.resolve() };
const OUT_MAX = 200000;
function put(text) {
  const out = $('console-out');
  out.textContent = (out.textContent + text).slice(-OUT_MAX);
  out.scrollTop = out.scrollHeight;
}
/* One question at a time, in the order in which they were asked (but Ctrl+C, which waits for none); those
 * to a console that was left are none. */
function type(what, line, nth) {
  const cpe = shell.cpe;
  shell.turn = shell.turn.then(() => cpe === shell.cpe ? typeNow(what, line, nth) : null);
  return shell.turn;
}
async function typeNow(what, line, nth) {
  const cpe = shell.cpe;
  if (what === 'open' ? shell.session : !shell.session) return null;
  try {
    const answer = (await deed('console', { cpe, do: what, session: shell.session, line: line || '', nth: nth || 0 })).console || {};
    if (cpe !== shell.cpe) { if (what === 'open') giveBack(cpe, answer.session); return null; }
    if (answer.session) shell.session = answer.session;
    if (answer.text) put(answer.text);
    if (answer.lines && answer.lines.length) put(answer.lines.join('\n') + '\n');
    if (answer.note) put('note: ' + answer.note + '\n');
    if (answer.prompt !== undefined && what !== 'complete') $('console-prompt').textContent = answer.prompt;
    if (answer.over) { shell.session = 0; shell.asked = false; $('console-prompt').textContent = ''; put('(the session is over)\n'); }
    return answer;
  } catch (e) { if (cpe === shell.cpe) put('(' + e.message + ')\n'); return null; } finally { $('console-open').hidden = shell.session > 0; }
}
function tellWaiting() { $('console-said').textContent = shell.lines.length ? counted(shell.lines.length, 'line waits', 'lines wait') + ' for the end of the one before' : ''; }
/* A line that goes on, as ping does, tells more when it is asked, and those behind it wait. */
async function typeLine(line) {
  put($('console-prompt').textContent + line + '\n');
  let answer = await type('line', line);
  if (answer && !answer.secret && line.trim()) shell.past.push(line);
  shell.at = shell.past.length;
  while (answer && answer.goes_on && !answer.over) {
    await new Promise(done => setTimeout(done, 200));
    answer = await type('wait');
  }
}
async function typeLines() {
  const cpe = shell.cpe;
  if (shell.runs) return tellWaiting();
  shell.runs = true;
  await type('open');
  while (cpe === shell.cpe && shell.session && shell.lines.length) {
    const line = shell.lines.shift();
    tellWaiting();
    await typeLine(line);
  }
  shell.runs = false;
  /* Another console may have been chosen meanwhile, and typed at. */
  if (cpe !== shell.cpe && shell.lines.length) typeLines();
  else shell.lines = [];
  tellWaiting();
}
/* Whether it has one only it can say: it is opened by who wants to type there. */
function showConsole() {
  const name = state.node, group = groupOf(name);
  const isOne = name && (group ? group.count === 1 && Object.keys(group.states).length : state.kind === 'cpe');
  $('console-part').hidden = !isOne;
  if (!isOne || shell.cpe === name) return;
  leave();
  Object.assign(shell, { cpe: name, session: 0, past: [], at: 0, lines: [], asked: false });
  $('console-out').textContent = $('console-prompt').textContent = $('console-line').value = '';
  $('console-name').textContent = name;
  $('console-open').hidden = false;
  tellWaiting();
}
/* Lines of a console are few: the session is given back, also as the page goes. */
function giveBack(cpe, session) {
  fetch('console', { method: 'POST', keepalive: true, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ cpe, do: 'close', session }) }).catch(() => {});
}
function leave() { if (shell.session) giveBack(shell.cpe, shell.session); shell.session = 0; }
addEventListener('pagehide', leave);
$('console-open').addEventListener('click', async () => { await type('open'); $('console-line').focus(); });
$('console-line').addEventListener('input', () => { if (!shell.session && !shell.asked) { shell.asked = true; type('open'); } });
$('console-form').addEventListener('submit', e => { e.preventDefault(); shell.lines.push($('console-line').value); $('console-line').value = ''; typeLines(); });
async function question() { await type('open'); put($('console-prompt').textContent + $('console-line').value + '?\n'); await type('question', $('console-line').value); }
async function complete() {
  await type('open');
  if ($('console-line').value !== shell.line) shell.nth = 0;
  const stem = shell.nth ? shell.stem : $('console-line').value, answer = await type('complete', stem, shell.nth);
  if (!answer) return;
  shell.stem = stem;
  shell.nth = answer.ways ? (shell.nth + 1) % answer.ways : 0;
  $('console-line').value = shell.line = answer.prompt;
}
$('console-help').addEventListener('click', question);
$('console-tab').addEventListener('click', complete);
$('console-line').addEventListener('keydown', e => {
  /* Tab leaves an empty line, so that the keyboard is not caught in it. */
  if (e.key === 'Tab' && !e.shiftKey && e.target.value) { e.preventDefault(); complete(); }
  else if (e.key === '?') { e.preventDefault(); question(); }
  else if (e.key === 'c' && e.ctrlKey && e.target.selectionStart === e.target.selectionEnd) { e.preventDefault(); shell.lines = []; tellWaiting(); typeNow('interrupt'); }
  else if (e.key === 'ArrowUp' || e.key === 'ArrowDown') {
    e.preventDefault();
    shell.at = Math.max(0, Math.min(shell.past.length, shell.at + (e.key === 'ArrowUp' ? -1 : 1)));
    e.target.value = shell.past[shell.at] || '';
  }
});

/* ---- tables: a window of rows, the rest is empty space of their height ---- */
const COLUMNS = {
  sessions: ['session', 'time', 'cpe', 'serial', 'acs', 'messages', 'findings', 'end'],
  findings: ['time', 'cpe', 'severity', 'rule', 'who', 'text', 'session', 'frame'],
  cpes: ['node', 'state', 'address', 'acs', 'serial', 'last_session', 'next'],
  devices: ['id', 'acs', 'manufacturer', 'address', 'events', 'informs', 'last-inform'],
  leases: ['address', 'mac', 'server', 'expires'],
  nodes: ['name', 'kind', 'address', 'mac', 'attach', 'port', 'program'],
  links: ['link', 'now', 'set', 'means'],
};
const EMPTY = {
  sessions: 'none yet: what passes at the ACSs is seen from now on, a session when it has ended',
  findings: 'none: nothing that passed at the ACSs from now on breaks a rule',
  links: 'none that packets can be delayed or lost on: "link: plain" at a node makes one',
};
const ROW_HIGH = 32, WINDOW = 100;
const view = { found: 0, from: 0, rows: new Map() };
function cell(row, key) {
  let v = row[key];
  if (key === 'address' && row.address6) v = [v, row.address6].filter(Boolean).join(' ');
  if (key === 'last_session' && v) return [timeOf(v) + (row.last_session_ok === false ? ', failed' : ''), row.last_session_ok === false ? 'bad' : ''];
  if (key === 'next') v = row.retry ? 'retry ' + timeOf(row.retry) : v ? timeOf(v) : '';
  if (key === 'expires') v = v ? timeOf(v) : 'never';
  if (key === 'last-inform' && v) v = timeOf(v);
  if (key === 'time' && typeof v === 'number') v = timeOf(v * 1000);
  if (key === 'end' && v) return [v, 'bad'];
  if (key === 'severity') return [v || 'failed', v === 'note' ? '' : v === 'should' ? 'warn' : 'bad'];
  return [v === null || v === undefined ? '' : String(v), key === 'program' && v && v !== 'serves' ? 'bad' : ''];
}
function space(rows) {
  const tr = el('tr', 'space'), td = el('td');
  td.colSpan = COLUMNS[state.table].length;
  td.style.height = rows * ROW_HIGH + 'px';
  tr.append(td);
  tr.setAttribute('aria-hidden', 'true');
  return rows > 0 ? tr : '';
}
/* One row of the table can be tabbed to; the arrows lead to the others. */
function rowOf(r, table) {
  const tr = el('tr', r.stale ? 'note' : '');
  if (r.stale) tr.title = 'its program is busy: this is how it was';
  for (const k of COLUMNS[table]) { const [text, cls] = cell(r, k), td = el('td', cls, text); td.title = text; tr.append(td); }
  tr.classList.add('go');
  tr.tabIndex = -1;
  onGo(tr, () => CHOOSE[table](r));
  return tr;
}
const keyOf = r => String(r.node || r.link || r.id || r.session || r.mac || r.name);
function rowFocused() {
  const tr = document.activeElement && document.activeElement.closest('#table tr.go');
  return tr ? tr.dataset.key : null;
}
/* As long as sessions are not being read, those who look for them are told so. */
function showBlind() {
  const why = state.lab && state.lab.blind;
  $('blind').hidden = !why || !['sessions', 'findings'].includes(state.table);
  $('blind').textContent = why ? 'Sessions are not being read now: ' + why + '.' : '';
}
const loadRows = once(async () => {
  const table = state.table, from = Math.max(0, state.from);
  const answer = await ask('rows?' + new URLSearchParams({ table, text: state.text, from, n: WINDOW }));
  if (table !== state.table) return;
  const grid = el('table'), head = el('tr'), focused = rowFocused(), rows = new Map();
  view.found = answer.found;
  view.from = from;
  head.append(...COLUMNS[table].map(k => { const th = el('th', '', k.replace(/[_-]/g, ' ')); th.scope = 'col'; return th; }));
  grid.setAttribute('aria-rowcount', answer.found + 1);
  grid.append(head, space(from));
  answer.rows.forEach((r, i) => {
    /* A row that is as it was stays the same element. */
    const is = table + JSON.stringify(r), tr = view.rows.get(is) || rowOf(r, table);
    rows.set(is, tr);
    tr.dataset.key = keyOf(r);
    tr.setAttribute('aria-rowindex', from + i + 2);
    grid.append(tr);
  });
  grid.append(space(answer.found - from - answer.rows.length));
  if (!answer.found) head.replaceChildren(el('td', 'note', EMPTY[table] && !state.text ? EMPTY[table] : 'none'));
  view.rows = rows;
  $('table').replaceChildren(grid);
  const all = [...rows.values()], at = all.find(tr => tr.dataset.key === focused) || all[0];
  for (const tr of all) tr.tabIndex = tr === at ? 0 : -1;
  if (focused !== null && at) at.focus({ preventScroll: true });
  $('found').textContent = (state.text ? number(answer.found) + ' of ' : '') + number(answer.all) + (answer.left_out ? ', of which ' + number(answer.left_out) + ' are not shown' : '');
});
$('table').addEventListener('keydown', e => {
  const tr = document.activeElement.closest('#table tr.go'), to = tr && (e.key === 'ArrowDown' ? tr.nextElementSibling : e.key === 'ArrowUp' ? tr.previousElementSibling : null);
  if (!to || !to.classList.contains('go')) return;
  e.preventDefault();
  tr.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
});
$('table').addEventListener('scroll', () => {
  const first = Math.floor($('table').scrollTop / ROW_HIGH), rows = Math.ceil($('table').clientHeight / ROW_HIGH);
  if (first >= view.from && first + rows <= view.from + WINDOW) return;
  state.from = Math.max(0, Math.min(first - Math.floor(WINDOW / 3), Math.max(0, view.found - WINDOW)));
  loadRows();
}, { passive: true });
function tabs() {
  showBlind();
  $('tabs').replaceChildren(...Object.keys(COLUMNS).map(name => {
    const b = el('button', '', name === 'cpes' ? 'CPEs' : name === 'devices' ? 'devices of ACSs' : name);
    b.setAttribute('aria-pressed', String(name === state.table));
    b.addEventListener('click', () => { state.table = name; state.from = 0; $('table').scrollTop = 0; tabs(); $('tabs').querySelector('[aria-pressed=true]').focus(); loadRows(); });
    return b;
  }));
}
$('filter').addEventListener('input', () => { state.text = $('filter').value; state.from = 0; $('table').scrollTop = 0; loadRows(); });

/* ---- load tests ---- */
const loadLoads = once(async () => {
  const loads = (await ask('loads')).loads;
  $('load-part').hidden = !loads.length;
  $('loads').replaceChildren(...loads.map(chart));
});

/* ---- sessions ---- */
async function showSession(id, frame) {
  let answer;
  try { answer = await ask('session?n=' + id); } catch (e) { said(e.message); return; }
  $('wire-part').hidden = false;
  $('wire-name').textContent = id;
  $('side').replaceChildren(el('div', 'note', 'Click a message to read it.'));
  ladder(answer.lines.slice(0, SHOWN), answer.lines.length + answer.left_out, frame);
  if (answer.lines.some(l => l.kind === 'TLS') && !answer.lines.some(l => l.kind === 'HTTP' || l.kind === 'CWMP'))
    $('side').replaceChildren(el('div', 'note', 'Its messages are inside TLS, and the secrets of that are not kept here: cwmplab up --capture keeps them.'));
  $('wire').scrollIntoView();
}
/* ---- the lesson that goes on in this lab ---- */
async function loadLesson(tries) {
  let lesson;
  try { lesson = await ask('lesson'); } catch (e) { said(e.message); return; }
  if (lesson.again && tries > 0) { setTimeout(loadLesson, 500, tries - 1); return; }
  putLesson(lesson);
}
function putLesson(lesson) {
  $('lesson-part').hidden = !lesson.task;
  $('lesson-title').textContent = 'Lesson ' + (lesson.title || '');
  $('lesson-task').replaceChildren(prose(lesson.task || ''));
}
function putGoals(goals, next) {
  $('lesson-goals').replaceChildren(...goals.map(g => {
    const is = g.state === 'reached', li = el('li', is ? 'ok' : g.goal === next ? 'warn' : 'note');
    li.append((is ? '\u2713 ' : '\u00b7 ') + g.goal + ' (' + counted(g.points, 'point', 'points') + ')' + (is || g.goal === next ? ': ' + g.text : ''));
    return li;
  }));
}
async function lesson(what, show) {
  $('lesson-said').textContent = 'looks…';
  try { $('lesson-said').textContent = show(await deed('lesson/' + what, {})); } catch (e) { $('lesson-said').textContent = e.message; }
}
$('lesson-check').addEventListener('click', () => lesson('check', a => { putGoals(a.goals, a.next); return a.points + ' of ' + counted(a.of, 'point', 'points') + (a.ok ? ': every goal is reached' : ''); }));
$('lesson-hint').addEventListener('click', () => lesson('hint', a => a.goal + ': ' + a.text));

/* ---- what happens ---- */
const LINES = 300;
let waiting = [], timer = 0;
function words(e) {
  const skip = new Set(['time', 'node', 'event']);
  return Object.entries(e).filter(([k]) => !skip.has(k)).map(([k, v]) => k + ' ' + (v !== null && typeof v === 'object' ? (Array.isArray(v) ? v.map(x => typeof x === 'object' ? JSON.stringify(x) : x).join(', ') : JSON.stringify(v)) : v)).join(' · ');
}
function flush() {
  const box = $('events'), stays = box.scrollTop + box.clientHeight > box.scrollHeight - 30;
  timer = 0;
  box.append(...waiting.slice(-LINES));
  waiting = [];
  while (box.childElementCount > LINES) box.firstElementChild.remove();
  if (stays) box.scrollTop = box.scrollHeight;
}
function tell(line) {
  waiting.push(line);
  if (waiting.length > 2 * LINES) waiting = waiting.slice(-LINES);
  if (!timer) timer = setTimeout(flush, 100);
}
/* A browser has few connections to one place, and a page that nobody sees needs none. */
let source = null, last = 0;
document.addEventListener('visibilitychange', () => {
  if (document.hidden && source) { source.close(); source = null; }
  else if (!document.hidden && !source && !over) follow();
});
function follow() {
  source = new EventSource('stream?last=' + last);
  source.addEventListener('open', () => { loadLab(); loadRows(); loadLoads(); });
  source.addEventListener('error', () => { if (!over) badge('not connected', ''); });
  source.addEventListener('tables', m => {
    const tables = JSON.parse(m.data);
    if (tables.nodes || tables.cpes || tables.links) loadLab();
    if (tables[state.table]) loadRows();
  });
  source.addEventListener('lab', m => {
    last = m.lastEventId;
    const e = JSON.parse(m.data), line = el('div');
    line.append(el('span', 'note', timeOf(e.time / 1e6) + ' '), el('b', e.ok === false ? 'bad' : '', (e.node || '') + ' ' + e.event), ' ' + words(e));
    tell(line);
    if (e.event === 'load' || e.event === 'load-end') loadLoads();
  });
  source.addEventListener('lost', m => { tell(el('div', 'warn', counted(JSON.parse(m.data).n, 'event', 'events') + ' left out here: events.jsonl has all')); loadLab(); loadLoads(); });
  source.addEventListener('blind', m => { tell(el('div', 'warn', 'sessions are not being read: ' + JSON.parse(m.data).why)); loadLab(); });
  source.addEventListener('sees', () => { tell(el('div', 'note', 'sessions are being read again')); loadLab(); });
  source.addEventListener('ended', () => { over = true; source.close(); badge('the lab has ended', ''); });
}
tabs();
follow();
loadLesson(20);
