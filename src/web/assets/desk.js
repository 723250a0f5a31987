// The keys of the rescue desk. The page works without them: every key presses a button that is there.
"use strict";
(() => {
  const field = document.getElementById("text");
  const isTyping = (target) => target.closest("input, textarea, select");
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event.target)) return;
    if (event.key === "/") {
      event.preventDefault();
      field.focus();
      field.select();
      return;
    }
    const button = document.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    }
  });
  // what is pasted beside the field was meant for it
  addEventListener("paste", (event) => {
    if (isTyping(event.target)) return;
    field.value = event.clipboardData.getData("text").replace(/\s*\n\s*/g, " ");
    field.focus();
    event.preventDefault();
  });
  // a key pressed twice sends a form once
  addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
  });
})();
