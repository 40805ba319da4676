/* XML, indented as far as people read; built of text nodes only. A peer wrote it: what it takes
   grows with its length. For pages that have el(name, class, text): report.html, and that of a lab. */
function pretty(xml) {
  const pre = el('pre');
  let depth = 0, last = '';
  const out = (text, cls) => pre.append(cls ? el('span', cls, text) : text);
  const parts = xml.replace(/>\s+</g, '><').split(/(<[^<>]*>)/).filter(s => s.length);
  for (let i = 0; i < parts.length; i++) {
    const p = parts[i], tag = p[0] === '<', close = tag && p[1] === '/';
    const alone = tag && (p.endsWith('/>') || p[1] === '?' || p[1] === '!');
    if (close) depth = Math.max(0, depth - 1);
    const glued = last === 'text' || (close && last === 'open');
    if (!glued && tag && i) out('\n' + '  '.repeat(Math.min(depth, 40)));
    if (tag) {
      const m = /^(<\/?[^\s>\/]*)([^]*?)(\/?>)$/.exec(p);
      if (m) { out(m[1], 't'); if (m[2]) out(m[2], 'a'); out(m[3], 't'); } else out(p);
    } else out(p);
    if (tag && !close && !alone) depth++;
    last = !tag ? 'text' : close || alone ? 'done' : 'open';
  }
  return pre;
}
