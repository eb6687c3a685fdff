// Keeps the program, so that it opens without a network. One cache per build, filled as a whole or not at all.
// Never stores data, never answers for the server's own addresses, never swaps builds by itself.
"use strict";

// The build replaces this line: {"build": id, "files": [{"url", "sha256" in hex, "size"}]}. Empty: pass through.
const PRECACHE = {"build":"dev","files":[]};

const PREFIX = "leeway-";
const CACHE = PREFIX + PRECACHE.build;
const SHELL = "/index.html";
// The server's own: always the network, never the cache.
// The verification page has a worker of its own.
const SERVER = /^\/(?:api(?:\/|$)|sync\/|healthz$|v(?:\/|$)|V(?:\/|$))/; // "/sync" alone is a screen
// The server may answer the manifest by language, so one stored copy would be wrong for somebody, and it isn't
// needed to open the program.
const FILES = PRECACHE.files.filter((file) => !file.url.endsWith(".webmanifest"));
const KNOWN = new Set(FILES.map((file) => file.url));

self.addEventListener("install", (event) => {
  // the program itself comes out of the cache without this worker having to be started first, where a browser can
  const program = FILES.filter(({ url }) => /\.(?:css|js|wasm)$/.test(url)).map(({ url }) => ({ urlPattern: url }));
  if (program.length > 0) event.addRoutes?.({ condition: { or: program }, source: { cacheName: CACHE } });
  event.waitUntil(install());
});
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("message", (event) => {
  if (event.data?.type === "SKIP") self.skipWaiting();
  if (event.data?.type === "BUILD") {
    (event.ports[0] ?? event.source).postMessage({ type: "BUILD", build: PRECACHE.build });
  }
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (FILES.length === 0 || request.method !== "GET") return;
  if (url.origin !== self.location.origin || SERVER.test(url.pathname)) return;
  if (request.mode === "navigate" && isPage(url.pathname)) {
    event.respondWith(kept(SHELL).then((hit) => hit ?? fetch(request)));
  } else {
    // a file that no build of ours has: the network's answer as it is, a 404 too, never the shell
    event.respondWith(kept(url.pathname).then((hit) => hit ?? fetch(request)));
  }
});

/** Says whether an address is one of the app's screens. They have no dot; files do. */
function isPage(path) {
  return path === SHELL || !(KNOWN.has(path) || path.slice(path.lastIndexOf("/")).includes("."));
}

/** Finds a file in this build's cache, or in that of a build which an open tab still runs. */
async function kept(path) {
  const own = await caches.match(path, { cacheName: CACHE, ignoreVary: true });
  return own ?? caches.match(path, { ignoreVary: true });
}

/** Fetches and checks the whole build, then stores it. Throws, and so installs nothing, if any file is amiss. */
async function install() {
  const files = await Promise.all(FILES.map(async (file) => [file.url, await obtain(file)]));
  try {
    const cache = await caches.open(CACHE);
    await Promise.all(files.map(([url, response]) => cache.put(url, response)));
  } catch (error) {
    await caches.delete(CACHE); // out of space half-way
    throw error;
  }
}

/** Returns one file of this build: from an older build if unchanged, else from the network. */
async function obtain(file) {
  const held = file.url.endsWith(".html") ? undefined : await caches.match(file.url, { ignoreVary: true });
  // "default" may take a hashed file that the page has just loaded; "reload" is the second try, past every cache
  for (const source of [() => held, () => get(file.url, "default"), () => get(file.url, "reload")]) {
    const response = await source();
    if (!response?.ok) continue;
    const bytes = await response.arrayBuffer();
    if (bytes.byteLength === file.size && (await sha256(bytes)) === file.sha256) return rebuilt(response, bytes);
  }
  throw new Error(`${file.url} isn't the file of build ${PRECACHE.build}`);
}

function get(url, cache) {
  return fetch(url, { cache, credentials: "same-origin" }).catch(() => undefined);
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Keeps the headers (the content policy above all) but not those that describe the journey. */
function rebuilt(response, bytes) {
  const headers = new Headers(response.headers);
  for (const name of ["content-encoding", "content-length", "transfer-encoding", "vary"]) headers.delete(name);
  return new Response(bytes, { status: 200, headers });
}

/** Drops the caches of older builds, except the latest while a tab that may run it is open. */
async function tidy() {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const dropped = tabs.length > 0 ? others.slice(0, -1) : others; // keys() lists in the order of making
  await Promise.all(dropped.map((name) => caches.delete(name)));
}
