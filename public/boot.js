// Starts the program: the names of its hashed files stand on this script's own tag, put there by the build.
// Never decides what happens when that fails: recover.js does.
const tag = document.querySelector("script[data-js][data-wasm]");
// Somebody is known here, so the program will ask for the pages at once: they come along with it.
try {
  if (tag.dataset.pages && localStorage.getItem("leeway.known")) {
    const early = document.createElement("link");
    Object.assign(early, { rel: "preload", as: "fetch", crossOrigin: "", href: tag.dataset.pages });
    document.head.append(early);
  }
} catch {
  // storage switched off: the program asks for them a little later
}
try {
  performance.mark("leeway:boot");
  const glue = await import(tag.dataset.js);
  performance.mark("leeway:glue");
  await glue.default({ module_or_path: tag.dataset.wasm });
  performance.mark("leeway:started");
} catch (error) {
  dispatchEvent(new CustomEvent("leeway:failed", { detail: error }));
  throw error; // the console keeps the cause
}
