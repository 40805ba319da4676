'use strict';
/* What the page of a lab is drawn from. What comes from the lab may be words of strangers: it becomes
 * text nodes and attributes of ours, never markup. */
const $ = id => document.getElementById(id);
const NS = 'http://www.w3.org/2000/svg';
function el(name, cls, text) {
  const e = document.createElement(name);
  if (cls) e.className = cls;
  if (text !== undefined) e.textContent = text;
  return e;
}
function sv(parent, name, attrs, text) {
  const e = document.createElementNS(NS, name);
  for (const k in attrs) e.setAttribute(k, attrs[k]);
  if (text !== undefined) e.textContent = text;
  parent.appendChild(e);
  return e;
}
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const timeOf = when => Number.isNaN(new Date(when).getTime()) ? String(when) : clock.format(new Date(when));
const number = n => n.toLocaleString('en');
const counted = (n, one, many) => number(n) + ' ' + (n === 1 ? one : many);
const short = (text, n) => text.length > n ? text.slice(0, n - 1) + '…' : text;
const isKey = e => e.key === 'Enter' || e.key === ' ';
function onGo(e, go) {
  e.addEventListener('click', go);
  e.addEventListener('keydown', k => { if (isKey(k)) { k.preventDefault(); go(); } });
}
function grid(heads, rows) {
  const table = el('table'), tr = el('tr');
  tr.append(...heads.map(h => { const th = el('th', '', h); th.scope = 'col'; return th; }));
  table.append(tr, ...rows.map(r => { const row = el('tr'); row.append(...r.map(c => el('td', '', typeof c === 'number' ? number(c) : String(c)))); return row; }));
  return table;
}

/* ---- load tests: what each second brought ---- */
const VALUES = ['offered', 'started', 'completed', 'failed', 'shed', 'open'], DRAWN = ['offered', 'completed', 'failed'];
function chart(load) {
  const box = el('div'), width = 900, height = 200, left = 56, bottom = 24, points = load.points, key = el('ul', 'key');
  box.append(el('b', '', load.node), ' ', el('span', load.state === 'PASS' ? 'ok' : load.state === 'FAIL' || load.state === 'INVALID' ? 'bad' : 'note', load.state));
  const last = points[points.length - 1] || [];
  for (const [i, name] of VALUES.entries()) key.append(el('li', { offered: 'offered', completed: 'ok', failed: 'bad' }[name] || 'note', name + ' ' + number(last[i + 1] || 0)));
  const rates = points.slice(1).map((p, i) => ({ time: p[0], of: name => { const k = VALUES.indexOf(name) + 1; return Math.max(0, p[k] - points[i][k]) * 1000 / Math.max(1, p[0] - points[i][0]); } }));
  box.append(key);
  if (rates.length < 2) return box;
  const most = Math.max(1, ...DRAWN.flatMap(name => rates.map(r => r.of(name)))), from = rates[0].time, span = Math.max(1, rates[rates.length - 1].time - from);
  const x = t => left + (t - from) / span * (width - left - 10), y = v => height - bottom - v / most * (height - bottom - 14);
  const svg = sv(box, 'svg', { class: 'chart', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': 'sessions a second of ' + load.node + ': at most ' + number(Math.round(most)) });
  for (const share of [0, 0.5, 1]) {
    sv(svg, 'line', { class: 'axis', x1: left, x2: width - 10, y1: y(most * share), y2: y(most * share) });
    sv(svg, 'text', { x: left - 6, y: y(most * share) + 4, 'text-anchor': 'end' }, number(+(most * share).toFixed(most < 10 ? 1 : 0)));
  }
  sv(svg, 'text', { x: left, y: height - 6 }, 'sessions a second, over ' + number(Math.round(span / 1000)) + ' s');
  for (const name of DRAWN) sv(svg, 'polyline', { class: name, points: rates.map(r => x(r.time).toFixed(1) + ',' + y(r.of(name)).toFixed(1)).join(' ') });
  return box;
}

/* ---- a session: its ladder, and the text of a message ---- */
const SHOWN = 300, PITCH = 38, TOP = 62, BODY_MAX = 300000; /* longer ones stay as they came */
function ladder(lines, all, frame) {
  const first = lines.find(l => l.acs) || {}, width = 700, left = 150, right = 610, start = lines.length ? lines[0].time : 0;
  const height = TOP + lines.length * PITCH + 20, svg = document.createElementNS(NS, 'svg');
  for (const [k, v] of Object.entries({ class: 'ladder', width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': 'messages of the session' })) svg.setAttribute(k, v);
  for (const [x, name] of [[left, first.cpe || 'CPE'], [right, first.acs || 'ACS']]) {
    sv(svg, 'line', { class: 'life', x1: x, x2: x, y1: 40, y2: height - 6 });
    sv(svg, 'rect', { class: 'box', x: x - 80, y: 8, width: 160, height: 32, rx: 6 });
    sv(svg, 'text', { class: 'head', x, y: 28, 'text-anchor': 'middle' }, short(name, 22));
  }
  lines.forEach((line, i) => {
    const y = TOP + i * PITCH + 14, finding = line.kind === 'finding' || line.kind === 'failure', bad = finding || line.why;
    const name = finding ? '\u2717 ' + [line.rule || line.layer, line.severity].filter(Boolean).join(' ') + ': ' + line.text : line.name + (line.detail ? ' ' + line.detail : '');
    const g = sv(svg, 'g', { class: bad ? 'fail' : line.kind === 'CWMP' ? '' : 'plain', tabindex: '0', role: 'button', 'aria-label': name + ', frame ' + line.frame });
    sv(g, 'rect', { class: 'hit', x: 0, y: y - 20, width, height: PITCH, rx: 4 });
    sv(g, 'text', { class: 'soft', x: 6, y: y - 3 }, '+' + (line.time - start).toFixed(3) + ' s');
    sv(g, 'text', { class: 'soft', x: 6, y: y + 10 }, 'frame ' + line.frame);
    if (!finding) {
      const out = line.from === 'cpe';
      sv(g, 'line', { class: 'arrow', x1: left, x2: right, y1: y, y2: y });
      sv(g, 'path', { class: 'tip', d: out ? `M${right} ${y}l-8 -4v8z` : `M${left} ${y}l8 -4v8z` });
    }
    sv(g, 'text', { x: left + 10, y: finding ? y + 4 : y - 5 }, short(name, 64));
    const choose = () => {
      for (const o of svg.querySelectorAll('g.on')) o.classList.remove('on');
      g.classList.add('on');
      showMessage(line, name);
    };
    onGo(g, choose);
    if (frame && line.frame === frame) choose();
  });
  $('ladder').replaceChildren(svg);
  if (all > lines.length) $('ladder').append(el('p', 'note', counted(all - lines.length, 'message', 'messages') + ' more: cwmplab decode has all'));
}
function showMessage(line, name) {
  const side = $('side');
  side.replaceChildren(el('b', '', name), el('div', 'note', [line.cpe, line.acs, 'frame ' + line.frame].filter(Boolean).join(' · ')));
  if (line.why) side.append(el('p', 'bad', line.why));
  if (line.head) side.append(el('pre', '', line.head));
  if (line.body) side.append(line.body.length > BODY_MAX ? el('pre', '', line.body) : pretty(line.body));
}
/* A text as people write it: headings, paragraphs, lists, code; what it does not know stays as it is. */
function prose(text) {
  const box = el('div');
  let pre = null, lines = [];
  const inline = (e, words) => {
    for (const part of words.split(/(\*\*[^*]+\*\*|`[^`]+`)/)) e.append(/^\*\*[^*]+\*\*$/.test(part) ? el('strong', '', part.slice(2, -2)) : /^`[^`]+`$/.test(part) ? el('code', '', part.slice(1, -1)) : part);
    return e;
  };
  const flush = () => {
    if (lines.length) box.append(lines[0][0] === '|' ? el('pre', '', lines.join('\n')) : inline(el('p'), lines.join(' ')));
    lines = [];
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) { flush(); pre = pre ? null : box.appendChild(el('pre')); }
    else if (pre) pre.append(line + '\n');
    else if (!line.trim()) flush();
    else if (line[0] === '#') { flush(); box.append(el('h3', '', line.replace(/^#+ */, ''))); }
    else { if (/^([-*]|\d+\.) /.test(line)) flush(); lines.push(line); }
  }
  flush();
  return box;
}
