// The first script of the page, without any other file: sets theme and language before the first paint, and offers a
// way out when the program doesn't start. Never touches IndexedDB: what the user saved stays.
(() => {
  "use strict";
  const root = document.documentElement;
  const PATIENCE_MS = 8000;
  const PREFIX = "leeway-"; // the caches of the service worker

  // --- how it looks, before anything is painted
  const saved = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage switched off: the defaults are fine
    }
  };
  const theme = saved("leeway.theme");
  const canvas = { light: "#f4f1ea", dark: "#121513", outdoor: "#ffffff" }[theme];
  if (canvas) {
    root.dataset.theme = theme;
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) meta.content = canvas;
  }
  const english = saved("leeway.lang") === "en";
  if (english) root.lang = "en";
  document.addEventListener("DOMContentLoaded", () => {
    if (english) document.querySelector("link[rel=manifest]").href = "/manifest.en.webmanifest";
  });

  // --- did it start?
  const ready = () => root.dataset.ready !== undefined;
  const timer = setTimeout(() => offer("slow"), PATIENCE_MS);
  const failed = () => ready() || offer("failed");
  addEventListener("leeway:failed", failed);
  addEventListener("unhandledrejection", failed);
  // capturing, because a script or style sheet that doesn't load raises an event that doesn't bubble
  addEventListener("error", failed, true);
  new MutationObserver((_, watch) => {
    if (!ready()) return;
    watch.disconnect();
    clearTimeout(timer);
    document.getElementById("recover")?.remove(); // it was only slow
  }).observe(root, { attributes: true, attributeFilter: ["data-ready"] });

  // --- the way out
  const WORDS = {
    slow: ["打开用的时间比平时长", "Opening takes longer than usual"],
    failed: ["这次没能打开", "Leeway couldn't open this time"],
    kept: [
      "您存过的内容都还在这台手机上，下面的按钮都不会删它们。",
      "Everything you saved is still on this phone. No button below deletes it.",
    ],
    reload: ["重新载入", "Reload"],
    clear: ["清除程序缓存并重新载入", "Clear the program cache and reload"],
    rescue: ["导出未发送的工作", "Export unsent work"],
    working: ["正在重新载入…", "Reloading…"],
    offline: [
      "现在连不上服务器。清除缓存后要联网才能打开，请先连上网。",
      "The server can't be reached now. After clearing, opening needs a network: please connect first.",
    ],
  };
  const word = (tag, key) => {
    const element = document.createElement(tag);
    const [zh, en] = WORDS[key];
    for (const [lang, text] of english ? [["en", en], ["zh-CN", zh]] : [["zh-CN", zh], ["en", en]]) {
      const line = document.createElement("span");
      line.lang = lang;
      line.textContent = text;
      element.append(line);
    }
    return element;
  };

  function offer(why) {
    clearTimeout(timer);
    if (!document.body) {
      document.addEventListener("DOMContentLoaded", () => offer(why), { once: true });
      return;
    }
    if (ready()) return;
    document.getElementById("recover")?.remove(); // a slow start that then failed says so
    const panel = document.createElement("section");
    panel.id = "recover";
    panel.className = "recover";
    panel.dataset.why = why;
    panel.setAttribute("role", "alert");
    const note = word("p", "kept");
    const button = (key, kind, action) => {
      const element = word("button", key);
      element.type = "button";
      element.className = "btn";
      if (kind) element.dataset.kind = kind;
      element.addEventListener("click", () => action(note));
      return element;
    };
    const rescue = word("a", "rescue"); // a page without the program
    rescue.className = "btn";
    rescue.dataset.kind = "quiet";
    rescue.href = "/rescue.html";
    panel.append(word("h2", why), note, button("reload", "", reload), button("clear", "second", clear), rescue);
    document.body.append(panel);
  }

  const say = (note, key) => note.replaceChildren(...word("p", key).childNodes);
  const within = (ms, promise) =>
    Promise.race([promise, new Promise((_, reject) => setTimeout(reject, ms, new Error("too long")))]);

  // A newer build may already wait behind the broken one: a plain reload would never let it in.
  async function reload(note) {
    say(note, "working");
    try {
      const registration = await within(1000, navigator.serviceWorker.getRegistration());
      await within(5000, registration.update());
      const swapped = new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done));
      const next = registration.waiting;
      if (next) {
        next.postMessage({ type: "SKIP" });
        await within(3000, swapped);
      }
    } catch {
      // no service worker, no network or no answer: reloading is all there is
    }
    location.reload();
  }

  // Without the cache the program must come from the server, so ask first whether it is there.
  async function clear(note) {
    say(note, "working");
    try {
      const answer = await within(5000, fetch("/healthz", { cache: "no-store" }));
      if (!answer.ok) throw new Error(`healthz ${answer.status}`);
    } catch {
      say(note, "offline");
      return;
    }
    try {
      const names = await caches.keys();
      await Promise.all(names.filter((name) => name.startsWith(PREFIX)).map((name) => caches.delete(name)));
      const registrations = await navigator.serviceWorker.getRegistrations();
      await Promise.all(registrations.map((registration) => registration.unregister()));
    } catch {
      // no Cache Storage or no service worker here: nothing to clear
    }
    location.reload();
  }
})();
