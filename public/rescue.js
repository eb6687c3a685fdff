// Exports what this device could not send as one file, without the program and without a network (docs/rescue.md).
// Reads IndexedDB as app/src/store writes it. Never writes, never deletes, and shows nothing of anybody's work but
// how much there is.
import { open, sealed } from "./rescue-seal.js";

const DEVICE = "leeway-device";
const STORE = /^leeway-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
/** Places from here on hold what the server has done; below stands the queue (app/src/store/outbox.rs). */
const DONE_FROM = 2 ** 41;
const OPEN_MS = 8000;
const SERVER_MS = 5000;

const saved = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage switched off: the defaults are fine
  }
};
const english = saved("leeway.lang") === "en";
const root = document.documentElement;

const WORDS = {
  title: ["导出未发送的工作", "Export unsent work"],
  about: [
    "这一页不用联网，也不用打开余地。它只读取，不删除任何内容：导出以后，手机上的工作还在。",
    "This page needs neither a network nor the app. It only reads and deletes nothing: your work stays on this phone.",
  ],
  back: ["回到余地", "Back to Leeway"],
  nothing: ["这台手机上没有要导出的工作。", "There is nothing to export on this phone."],
  unreadable: [
    "这台手机上的数据现在读不出来，也没有被删除。关掉余地的其他页面，再重新打开这一页；还不行就重启手机。",
    "The data on this phone can't be read now; nothing was deleted. Close other pages of Leeway and open this page again. If that does not help, restart the phone.",
  ],
  other: ["这台手机上的另一个账号", "Another account on this phone"],
  unsent: ["未发送：", "Not sent: "],
  kept: ["已发送、还留着备用：", "Sent, and kept in reserve: "],
  drafts: ["没填完的表单不在文件里。", "Forms that you have not finished are not in the file."],
  photos: [
    "只在这台手机上的照片，不在文件里，打开余地联网后才会上传：",
    "Photos that are on this phone only, and not in the file. They are sent when Leeway opens online: ",
  ],
  sealed: [
    "文件已加密，只有贵单位的恢复密钥能打开。把它交给管理员，由管理员导入。",
    "The file is sealed: only your organisation's recovery key opens it. Give it to your administrator, who imports it.",
  ],
  no_key: [
    "贵单位还没有恢复密钥，文件没法加密：谁拿到文件，谁就能看到里面的客户和报价。能等就等，先请管理员建立恢复密钥，再联网打开这一页。",
    "Your organisation has no recovery key, so the file can't be sealed: whoever has it can read the customers and quotes in it. If it can wait, ask your administrator to make a recovery key, then open this page online.",
  ],
  key_unknown: [
    "这台手机还没有拿到恢复密钥，文件没法加密：谁拿到文件，谁就能看到里面的客户和报价。能联网的话，先联网登录，再打开这一页。",
    "This phone has not got the recovery key yet, so the file can't be sealed: whoever has it can read the customers and quotes in it. If you can, go online, log in, and open this page again.",
  ],
  no_seal: [
    "这个浏览器没法做出文件。换个网址以 https 开头的页面，或者更新浏览器再试。",
    "This browser can't make the file. Try at an address that begins with https, or update the browser.",
  ],
  accept: ["我知道了，不加密也要导出", "I understand: export it unsealed"],
  save: ["保存文件", "Save the file"],
  share: ["分享文件", "Share the file"],
  keep: [
    "在管理员说“已导入”之前，不要清除这台手机上的数据。",
    "Until your administrator says that it is in, do not clear the data of this phone.",
  ],
};
const said = (key) => WORDS[key][english ? 1 : 0];

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

// --- what is on this device

/** Opens a database that is there; `null` if there is none, which must not make one. */
function database(name) {
  return new Promise((done, failed) => {
    const request = indexedDB.open(name);
    let absent = false;
    request.onupgradeneeded = () => {
      absent = true;
      request.transaction.abort();
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => (absent ? done(null) : failed(request.error));
    setTimeout(() => failed(new Error(`${name} does not open`)), OPEN_MS);
  });
}

/** Reads in one transaction, and lets go of the database. */
async function reading(name, store, read) {
  const db = await database(name);
  if (!db) return undefined;
  try {
    const objects = db.transaction(store, "readonly").objectStore(store);
    const answer = (request) =>
      new Promise((done, failed) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
      });
    return await Promise.all(read(objects).map(answer));
  } finally {
    db.close();
  }
}

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** Returns who uses this device, and the recovery key as the app has kept it. */
async function device() {
  const found = await reading(DEVICE, "meta", (meta) => [meta.get("session"), meta.get("recovery_key")]);
  const [session, answer] = (found ?? []).map(parsed);
  return { session, key: answer?.key ?? null };
}

/** Returns the ids of all whose work may be here, who is logged in first. */
async function users(session) {
  const listed = (await indexedDB.databases?.()) ?? [];
  const ids = listed.map(({ name }) => STORE.exec(name)?.[1]).filter(Boolean);
  return [...new Set([...(session ? [session.user] : []), ...ids])];
}

/** Returns a user's queue as it is stored, and how much of it is sent. */
async function queue(user) {
  const [places, texts] = (await reading(`leeway-${user}`, "out", (out) => [out.getAllKeys(), out.getAll()])) ?? [[], []];
  const entries = places.map((place, at) => ({ place, text: texts[at] }));
  const isSent = ({ place, text }) => place >= DONE_FROM || ["applied", "refused"].includes(parsed(text)?.state);
  const kept = entries.filter(isSent).length;
  return { entries, kept, unsent: entries.length - kept };
}

/** Returns how many photos are on this device only (app/src/store/blobs.rs). */
async function photos(user) {
  const [states] = (await reading(`leeway-${user}`, "meta", (meta) => [meta.getAll(IDBKeyRange.bound("blob|", "blob|\uffff"))])) ?? [[]];
  return states.filter((text) => parsed(text)?.state !== "sent").length;
}

/** Asks the server for the key, if this device has none: `undefined` when it does not answer. */
async function asked() {
  try {
    const answer = await fetch("/api/recovery-key", { cache: "no-store", signal: AbortSignal.timeout(SERVER_MS) });
    return answer.ok ? ((await answer.json()).key ?? null) : undefined;
  } catch {
    return undefined;
  }
}

// --- the file

function named(session, user) {
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((it) => String(it).padStart(2, "0")).join("-");
  return `leeway-rescue-${day}${session?.user === user ? "" : `-${user.slice(0, 8)}`}.json`;
}

/** Returns the file in a form that this browser shares; `null` if it shares none. Some share no JSON, but texts. */
function shareable(text, name) {
  const forms = [new File([text], name, { type: "application/json" }), new File([text], `${name}.txt`, { type: "text/plain" })];
  return forms.find((file) => navigator.canShare?.({ files: [file] })) ?? null;
}

/** Returns the buttons for a file that is ready: a press must not have to wait, or sharing is refused. */
function buttons(text, name) {
  const href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const made = [element("a", said("save"), { class: "btn", href, download: name, "data-testid": "rescue-save" })];
  const file = shareable(text, name);
  if (file) {
    const share = element("button", said("share"), { class: "btn", type: "button", "data-kind": "second" });
    share.addEventListener("click", () => navigator.share({ files: [file], title: name }).catch(() => {})); // called off
    made.push(share);
  }
  return made;
}

// --- the page

async function section(user, session, key) {
  const [{ entries, kept, unsent }, pictures] = [await queue(user), await photos(user)];
  if (entries.length === 0 && pictures === 0) return null;
  const mine = session?.user === user;
  const card = element("section", "", { class: "card", "data-testid": "rescue-user" });
  card.append(
    element("h2", mine ? session.name : said("other")),
    element("p", said("unsent") + unsent, { "data-testid": "rescue-unsent", "data-count": unsent }),
    element("p", said("kept") + kept, { class: "small", "data-testid": "rescue-kept", "data-count": kept }),
    element("p", said("drafts"), { class: "small" }),
  );
  if (pictures > 0) {
    card.append(element("p", said("photos") + pictures, { class: "notice", "data-tone": "warn", "data-testid": "rescue-photos", "data-count": pictures }));
  }
  if (entries.length === 0) return card;
  const who = mine ? { organisation: session.organisation, login: session.login } : {};
  const contents = { ...who, made_at: Date.now(), entries };
  const name = named(session, user);
  try {
    if (key) {
      const text = await sealed(key, user, contents);
      card.append(element("p", said("sealed"), { class: "notice", "data-tone": "ok" }), ...buttons(text, name));
    } else {
      const text = await open(user, contents);
      const warning = said(key === null ? "no_key" : "key_unknown");
      const accept = element("button", said("accept"), {
        class: "btn", type: "button", "data-kind": "second", "data-testid": "rescue-accept",
      });
      accept.addEventListener("click", () => {
        const [save, ...others] = buttons(text, name);
        accept.replaceWith(save, ...others);
        save.focus();
      });
      card.append(element("p", warning, { class: "notice", "data-tone": "warn" }), accept);
    }
    card.append(element("p", said("keep"), { class: "small" }));
  } catch {
    card.append(element("p", said("no_seal"), { class: "notice", "data-tone": "danger" }));
  }
  return card;
}

async function show() {
  const work = document.getElementById("work");
  const shown = [];
  let whole = true;
  const failed = () => {
    whole = false; // one broken database must not hide the others
    return null;
  };
  const { session, key: kept } = (await device().catch(failed)) ?? {};
  const key = kept ?? (await asked());
  const all = (await users(session).catch(failed)) ?? (session ? [session.user] : []);
  for (const user of all) {
    shown.push(await section(user, session, key).catch(failed));
  }
  const cards = shown.filter(Boolean);
  if (!whole) cards.unshift(element("p", said("unreadable"), { class: "notice", "data-tone": "danger" }));
  if (cards.length === 0) cards.push(element("p", said("nothing"), { class: "notice", "data-testid": "rescue-nothing" }));
  work.replaceChildren(...cards);
  document.querySelector("main").removeAttribute("aria-busy");
  root.dataset.ready = "";
}

const theme = saved("leeway.theme");
const canvas = { light: "#f4f1ea", dark: "#121513", outdoor: "#ffffff" }[theme];
if (canvas) {
  root.dataset.theme = theme;
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) meta.content = canvas;
}
if (english) {
  root.lang = "en";
  document.title = `${said("title")} · Leeway`;
  for (const part of document.querySelectorAll("[data-word]")) part.textContent = said(part.dataset.word);
}
// out of the browser's own cache of pages it would show a queue of before
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
show();
