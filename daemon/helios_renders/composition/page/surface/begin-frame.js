// In a browser that draws only when it is told: whoever waits for a native frame says so.
(() => {
  const ask = window.__heliosAskFrame;
  if (!ask) return; // the window had this script with its first, empty document
  delete window.__heliosAskFrame;
  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) => {
    ask("");
    return request(callback);
  };
})();
