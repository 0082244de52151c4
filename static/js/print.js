/* The print button opens the browser's own dialogue; frame.js notes what is printed, however one asks for it. */
"use strict";

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-print]")) return;
  event.preventDefault();
  window.print();
});
