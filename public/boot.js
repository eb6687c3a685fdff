// Starts the program: the names of its hashed files stand on this script's own tag, put there by the build. Runs while
// the page is still being read, so that the files are compiled by then. Never decides what happens when that fails:
// recover.js does.
const { js, wasm, pages } = document.querySelector("script[data-js][data-wasm]").dataset;
const modules = new Map();

/** Fetches and compiles a file, once: out of its bytes, not out of a stream (docs/adr/0007). */
export function compiled(address) {
  const { href } = new URL(address, location);
  if (!modules.has(href)) {
    const bytes = fetch(href).then((answer) => answer.arrayBuffer());
    const module = bytes.then((bytes) => WebAssembly.compile(bytes));
    modules.set(href, module);
    module.catch(() => modules.delete(href)); // whoever needs it tries again
  }
  return modules.get(href);
}

/** Says whether somebody was known here the last time: then the pages will be needed, and what keeps the databases. */
function known() {
  try {
    return localStorage.getItem("leeway.known") !== null;
  } catch {
    return false; // storage switched off: the program asks itself
  }
}

async function start() {
  try {
    performance.mark("leeway:boot");
    const program = compiled(wasm);
    if (pages && known()) {
      compiled(pages);
      self.indexedDB?.databases?.().catch(() => {}); // wakes it; the answer is of no use
    }
    const glue = await import(js);
    performance.mark("leeway:glue");
    if (document.readyState === "loading") {
      await new Promise((read) => document.addEventListener("DOMContentLoaded", read, { once: true }));
    }
    await glue.default({ module_or_path: program });
    performance.mark("leeway:started");
  } catch (error) {
    dispatchEvent(new CustomEvent("leeway:failed", { detail: error }));
    throw error; // the console keeps the cause
  }
}

start();
