// Shows whether a paper is genuine: result first, data after. What stands behind the # stays here until the user asks.
// Never checks anything itself: the Wasm does, by the domain's own code.
import { language, words } from "./words.js";
import start, { check } from "./verify.js";

const POINT = 65;
const part = (id) => document.getElementById(id);

/** Decodes Base64 for addresses. */
function bytes(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (it) => it.charCodeAt(0));
}

/** Fetches the organisation's public keys, as points one after the other; the worker keeps them for later. */
async function points() {
  const answer = await fetch("/.well-known/leeway-keys.json");
  if (!answer.ok) throw new Error(`keys: ${answer.status}`);
  const { keys } = await answer.json();
  const all = new Uint8Array(keys.length * POINT);
  keys.forEach(({ x, y }, n) => {
    all[n * POINT] = 4;
    all.set(bytes(x), n * POINT + 1);
    all.set(bytes(y), n * POINT + 33);
  });
  return all;
}

function show(state, tone, advice = words[`${state}_advice`]) {
  const result = part("result");
  result.dataset.state = state;
  result.dataset.tone = tone;
  part("verdict").textContent = words[state];
  part("advice").textContent = advice;
}

/** Lists what was signed. */
function list(found) {
  const at = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(found.signed_at);
  const rows = [
    ["total", found.total, "large"], ["total", found.capitals], ["discount", found.discount],
    ["number", found.number], ["issuer", found.issuer], ["signed_at", at],
  ];
  const data = part("data");
  data.replaceChildren(...rows.map(([name, text, size]) => {
    const row = document.createElement("div");
    const value = document.createElement("dd");
    value.textContent = text;
    if (size) value.className = size;
    const label = document.createElement("dt");
    label.textContent = words[name];
    row.append(...(text === found.capitals ? [value] : [label, value]));
    return row;
  }));
  data.hidden = false;
  part("note").textContent = words.note;
  part("note").hidden = false;
}

const TONES = { confirmed: "good", under_review: "warn", unknown: "warn", replaced: "bad", withdrawn: "bad", expired: "bad" };

/** Asks the organisation how the paper stands. */
async function ask(paper) {
  const button = part("ask");
  button.disabled = true;
  button.textContent = words.asking;
  try {
    const answer = await fetch("/api/paper", {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ paper }),
    });
    if (answer.status === 429) return show("genuine", "warn", words.too_often);
    const { state, at } = await answer.json();
    if (!answer.ok || !TONES[state]) throw new Error(`state: ${answer.status}`);
    const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(at);
    show(state, TONES[state], `${words[`${state}_advice`]} ${words.as_of}${time}`);
  } catch {
    show("genuine", "warn", words.not_asked);
  } finally {
    button.disabled = false;
    button.textContent = words.ask;
  }
}

/** Checks what stands behind the #, and shows the result. */
async function verify(program) {
  const paper = location.hash.slice(1);
  part("ask").hidden = true;
  part("data").hidden = true;
  part("note").hidden = true;
  if (!paper) return show("empty", "warn");
  let keys;
  try {
    [keys] = await Promise.all([points(), program]);
  } catch {
    return show("no_keys", "warn");
  }
  const found = check(paper, keys);
  if (found.flaw) return show(found.flaw, "bad");
  show("genuine", "good", navigator.onLine ? words.genuine_advice : words.offline_advice);
  list(found);
  part("ask").textContent = words.ask;
  part("ask").onclick = () => ask(paper);
  part("ask").hidden = false;
}

document.documentElement.lang = language;
document.title = words.title;
part("heading").textContent = words.title;
const program = start();
addEventListener("hashchange", () => verify(program));
await verify(program);
performance.mark("leeway:verdict");
navigator.serviceWorker?.register("sw.js", { updateViaCache: "none" }).catch(() => {});
