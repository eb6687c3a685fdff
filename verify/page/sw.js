// Keeps the verification page and the organisation's public keys, so that it answers without a network. Its files as a
// whole or not at all; the keys always from the network where there is one. Never keeps what is asked about a paper.
"use strict";

// The build replaces this line: {"build": id, "files": [names]}. Empty: pass through.
const PAGE = {"build":"dev","files":[]};

const PREFIX = "leeway-verify-";
const CACHE = PREFIX + PAGE.build;
const KEYS = "/.well-known/leeway-keys.json";
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (PAGE.files.length === 0 || request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === KEYS) event.respondWith(keys(request));
  else if (url.pathname.startsWith(new URL("./", location).pathname)) event.respondWith(kept(request));
});

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll([KEYS, ...PAGE.files].map((name) => new Request(name, { cache: "no-cache" })));
  await self.skipWaiting(); // a page of one sheet has nothing unsaved
}

async function tidy() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function kept(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** The keys of today; those of the last time when the network does not answer. */
async function keys(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS), cache: "no-cache" });
    if (answer.ok) await cache.put(KEYS, answer.clone());
    return answer;
  } catch (error) {
    const last = await cache.match(KEYS, { ignoreVary: true });
    if (last) return last;
    throw error;
  }
}
