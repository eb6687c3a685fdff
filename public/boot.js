// Starts the program: the names of its hashed files stand on this script's own tag, put there by the build.
// Never decides what happens when that fails: recover.js does.
const tag = document.querySelector("script[data-js][data-wasm]");
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
