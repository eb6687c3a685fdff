// Leeway among the peers of `cargo xtask bench peers`, which says in the environment where things lie: the harness, a
// server built for release, and an app built like the released one with the feature `bench`.
//
// What is there before a measurement is made by the server's own means: `init`, log-ins, and commands over the wire by
// another device than the one that is measured. Each store with documents is made once; a measurement that changes it
// gets a copy, and a server started on that. The harness sees one address throughout.
//
// A document is a past visit with 12 answers and a note (`app/src/bench/documents.rs` says the same for the page).
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const need = (name) => process.env[name] ?? (() => { throw new Error(`${name} is not set: cargo xtask bench peers does that`); })();
const [harness, server, dist, folder] = ['LEEWAY_PEERS', 'LEEWAY_SERVER', 'LEEWAY_DIST', 'LEEWAY_BENCH_DATA'].map(need);
const from = (file) => import(pathToFileURL(path.join(harness, file)));
const { externalPeer } = await from('lib/external-peer.mjs');
const { CUSTOMERS, makeDocs, makeDoc, touchIndexes, touchMark } = await from('src/workload.js');

const PASSWORD = 'eleven-quiet-lanterns';
const PUSH_MAX = 100;
const DAY = 86_400_000;
// Who works where: nobody's documents are in somebody else's way. Documents that were written in bulk are pushed before
// they are read, so each repetition needs somebody who has pushed nothing.
const BULK = Array.from({ length: 12 }, (_, n) => `bulk-${n}`);
const PEOPLE = ['sync', 'w1', 'w1s', 'crash', ...BULK];
const saltOf = (login) => 0x01000000 + PEOPLE.indexOf(login) * 0x010101;

const hex = (n, digits) => n.toString(16).padStart(digits, '0');
const customerOf = (salt, n) => `${hex(salt, 8)}-0000-4000-8000-${hex(n, 12)}`;
const visitOf = (salt, id) => hex((parseInt(id.slice(0, 8), 16) ^ salt) >>> 0, 8) + id.slice(8);

// The documents end with the year; a visit on record is past.
const today = Math.floor((Date.now() + 8 * 3_600_000) / DAY);
const shift = today - Math.floor(Date.UTC(2026, 11, 31) / DAY) - 2;
const dayOf = (days) => new Date(days * DAY).toISOString().slice(0, 10);

const SAID = ['yes', 'no', 'n/a', 'part'];
function answer(item, said, day) {
  const n = Math.max(SAID.indexOf(said), 0);
  switch (item.kind) {
    case 'yes_no': return { kind: 'yes_no', value: n % 2 === 0 };
    case 'choice': return { kind: 'choice', value: item.choices[n % item.choices.length].key };
    case 'number': return { kind: 'number', value: item.min + n };
    case 'text': return { kind: 'text', value: said };
    default: return { kind: 'date', value: dayOf(day + n * 30) };
  }
}

// A space at the end of a note would be cut off, and the harness counts its characters.
function visit(salt, checklist, doc) {
  const day = Math.floor(Date.parse(doc.planned_at) / DAY) + shift;
  const minute = +doc.planned_at.slice(11, 13) * 60 + +doc.planned_at.slice(14, 16);
  const said = Object.values(doc.checklist);
  return {
    visit: visitOf(salt, doc.id), customer: customerOf(salt, +doc.customer_id.slice(2)), purpose: 'care', checklist: checklist.id,
    began: { day: dayOf(day), minute, offset: 0 }, lasted: 30,
    answers: Object.fromEntries(checklist.items.slice(0, said.length).map((item, n) => [item.key, answer(item, said[n], day)])),
    note: { note: crypto.randomUUID(), text: doc.note.replace(/ +$/, (end) => '.'.repeat(end.length)) },
  };
}

// A device without a screen.
class Device {
  constructor(url) { Object.assign(this, { url, client: crypto.randomUUID(), incarnation: crypto.randomUUID(), seq: 0 }); }

  async call(way, body, method = 'POST') {
    const headers = { 'content-type': 'application/json', ...(this.cookie && { cookie: this.cookie }) };
    const answer = await fetch(this.url + way, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${way}: ${answer.status} ${text}`);
    const cookie = answer.headers.get('set-cookie');
    if (cookie) this.cookie = cookie.split(';')[0];
    return text ? JSON.parse(text) : null;
  }

  async logIn(login, password) {
    this.user = (await this.call('/api/session', { login, password })).user;
    return this;
  }

  async push(commands) {
    for (let at = 0; at < commands.length; at += PUSH_MAX) {
      const cmds = commands.slice(at, at + PUSH_MAX).map(([kind, args]) => ({
        seq: ++this.seq, id: crypto.randomUUID(), by: this.user, kind, kv: 1, at: Date.now(), args,
      }));
      const { results } = await this.call('/sync/push', { v: 1, client: this.client, incarnation: this.incarnation, cmds });
      const refused = results.find((it) => it.outcome !== 'applied');
      if (refused || results.length !== cmds.length) throw new Error(`not taken: ${JSON.stringify(refused ?? results)}`);
    }
  }

  async all(typ) {
    const rows = [];
    for (let page = null; ;) {
      const answer = await this.call('/sync/pull', { client: this.client, core_schema: 1, page, limit: 500 });
      rows.push(...answer.rows.filter((row) => row.typ === typ && !row.deleted).map((row) => row.body));
      if (!answer.page) return rows;
      page = answer.page;
    }
  }
}

let port, running;
const url = () => `http://127.0.0.1:${port}`;

// Runs the server's program and resolves with what it says until `ready`, or until it ends.
function run(args, ready) {
  const child = spawn(server, args, { env: { ...process.env, LEEWAY_LOG: 'warn' }, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((done) => child.once('exit', done));
  const told = new Promise((done, fail) => {
    let text = '';
    child.stdout.on('data', (bytes) => { text += bytes; if (ready?.test(text)) done(text); });
    ended.then((code) => (code === 0 && !ready ? done(text) : fail(new Error(`the server ended with ${code}: ${text}`))));
  });
  return { child, ended, told };
}

async function stop() {
  if (!running) return;
  running.child.kill('SIGTERM');
  await running.ended;
  running = null;
}

async function serve(data) {
  await stop();
  const next = run(['serve', '--listen', `127.0.0.1:${port}`, '--data', data, '--app', dist], /^listening /m);
  running = next;
  await next.told;
}

async function member(admin, login, unit) {
  const user = crypto.randomUUID();
  await admin.push([['organisation.add_member', { user, login, name: login, unit, role: 'manager', star: 2 }]]);
  const { password } = await admin.call(`/api/members/${user}/password`, {});
  const device = await new Device(url()).logIn(login, password);
  await device.call('/api/password', { old: password, new: PASSWORD });
  await device.push(Array.from({ length: CUSTOMERS }, (_, n) => ['customers.register', {
    customer: customerOf(saltOf(login), n), name: `客户 ${String(n).padStart(5, '0')}`, code: null, industry: 'enterprise', grade: 'B', address: '',
  }]));
}

// An organisation with its people and their customers, and nothing else.
async function found(data) {
  const said = await run(['init', '--data', data, '--name', 'Bench', '--admin', 'admin']).told;
  const password = said.match(/one-time password (\S+)/)[1];
  await serve(data);
  const admin = await new Device(url()).logIn('admin', password);
  await admin.call('/api/password', { old: password, new: PASSWORD });
  const [unit] = await admin.all('unit');
  for (const login of PEOPLE) await member(admin, login, unit.id);
  await stop();
}

const made = new Map();
async function store(n) {
  if (!made.has(n)) {
    const data = path.join(folder, `store-${n}`);
    if (n === 0) {
      await found(data);
    } else {
      fs.cpSync(await store(0), data, { recursive: true });
      await serve(data);
      const device = await new Device(url()).logIn('sync', PASSWORD);
      const checklist = longest(await device.all('checklist'));
      for (let at = 0; at < n; at += 1000) {
        await device.push(makeDocs(at, Math.min(n, at + 1000)).map((doc) => ['visits.record', visit(saltOf('sync'), checklist, doc)]));
      }
      await stop();
    }
    made.set(n, data);
  }
  return made.get(n);
}

const longest = (checklists) => {
  const found = checklists.find((it) => it.items.length >= 12);
  if (!found) throw new Error('no checklist has 12 items');
  return found;
};

let fresh = 0, second = null;
async function begin(n) {
  const data = path.join(folder, `run-${++fresh}`);
  fs.cpSync(await store(n), data, { recursive: true });
  await serve(data);
  fs.rmSync(path.join(folder, `run-${fresh - 1}`), { recursive: true, force: true });
  second = null;
  return `/store-${n}`;
}

const other = async () => (second ??= await new Device(url()).logIn('sync', PASSWORD));
const step = (doc, status) => ['visits.set_next_step', { visit: visitOf(saltOf('sync'), doc.id), text: status, day: dayOf(today + 7), seen: null }];

port = await new Promise((done) => { const s = net.createServer().listen(0, '127.0.0.1', () => { const free = s.address().port; s.close(() => done(free)); }); });
const files = fs.readdirSync(dist).filter((it) => /^(boot\.js|leeway-.*\.(js|wasm))$/.test(it));
let bulk = 0;
const peer = externalPeer({
  id: 'leeway', label: 'Leeway', url: url(), pagePath: '/bench', listPath: () => '/visits', listSelector: '[data-testid=visit-row]',
  bundleFiles: files.map((it) => path.join(dist, it)), versions: { leeway: process.env.LEEWAY_COMMIT ?? 'unknown' },
  notes: 'compresses every answer, whatever the row says; each write is a command that a server judges later',
  control: {
    reset: (_, n) => begin(n),
    touch: async (_, __, n, k, round) => (await other()).push(touchIndexes(n, k, round).map((i) => step(makeDoc(i), touchMark(round)))),
    countStatus: async (_, __, status) => (await (await other()).all('visit')).filter((it) => it.next_step?.value.text === status).length,
  },
});

export default {
  ...peer,
  async start() {
    const sizes = process.argv.includes('--smoke') ? [1000, 2000] : [1000, 10_000, 30_000];
    for (const n of sizes) { const t = Date.now(); await store(n); console.log(`leeway: a store of ${n} in ${((Date.now() - t) / 1000).toFixed(0)} s`); }
    await begin(0);
    await peer.start();
  },
  async stop() { await peer.stop(); await stop(); },
  openOptions(db, remote) {
    const login = remote ? 'sync' : db === 'w2' ? BULK[bulk++ % BULK.length] : db;
    return { ...peer.openOptions(db, remote), login, password: PASSWORD, salt: saltOf(login) };
  },
};
