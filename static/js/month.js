/* The question was asked by the browser, so the server need not ask it again. Without scripts the server asks. */
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-asks]") || event.defaultPrevented || form.elements.asked) return;
  const asked = document.createElement("input");
  asked.type = "hidden";
  asked.name = "asked";
  asked.value = "yes";
  form.append(asked);
});
