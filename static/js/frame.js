/* What the frame adds for the keyboard and the mouse. Every page works without it. */
"use strict";

(() => {
  document.documentElement.classList.add("scripted");

  // A menu closes when one clicks elsewhere or presses Escape.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // The month is a context: changing it keeps everything else that the address says, but not the place in a list.
  const withMonth = (month) => {
    const address = new URL(window.location.href);
    address.searchParams.set("month", month);
    address.searchParams.delete("cursor");
    return address.toString();
  };
  for (const link of document.querySelectorAll("a[data-month]")) link.href = withMonth(link.dataset.month);
  const input = document.querySelector("[data-month-input]");
  if (input) {
    input.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (/^\d{4}-\d{2}$/.test(input.value)) window.location.assign(withMonth(input.value));
    });
    input.addEventListener("change", () => {
      if (/^(19|20)\d{2}-\d{2}$/.test(input.value)) window.location.assign(withMonth(input.value));
    });
  }

  // A filter applies as soon as one is chosen.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-apply]");
    if (form && event.target.matches("select, input[type=date], input[type=checkbox]")) form.requestSubmit();
  });
  // Empty filters stay out of the address.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-apply]")) return;
    for (const field of event.target.elements) if (field.name && field.value === "") field.disabled = true;
  });
  window.addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("form[data-apply] :disabled")) field.disabled = false;
  });

  // What destroys asks with the name of the thing.
  document.addEventListener("submit", (event) => {
    const sentence = event.submitter?.dataset.confirm || event.target.dataset.confirm;
    if (sentence && !window.confirm(sentence)) event.preventDefault();
  });

  // A form that a part of the page has sent and that did not arrive stays as it is, with a sentence. When the session has
  // ended it is sent once more as a whole: the sign-in page then keeps what was typed.
  const formOf = (event) => {
    const form = event.target.closest?.("form");
    return form?.method === "post" ? form : null;
  };
  const say = (form, sentence) => {
    if (!form || !sentence) return;
    let note = form.querySelector("[data-not-sent]");
    if (!note) {
      note = document.createElement("div");
      note.className = "note act";
      note.dataset.notSent = "";
      note.setAttribute("role", "alert");
      const buttons = form.querySelector(".form-buttons");
      if (buttons) buttons.before(note);
      else form.append(note);
    }
    note.textContent = sentence;
  };
  document.addEventListener("htmx:sendError", (event) => say(formOf(event), document.body.dataset.lost));
  document.addEventListener("htmx:timeout", (event) => say(formOf(event), document.body.dataset.lost));
  document.addEventListener("htmx:responseError", (event) => {
    const form = formOf(event);
    if (form && event.detail.xhr.status === 401) HTMLFormElement.prototype.submit.call(form);
    else say(form, document.body.dataset.failed);
  });
  document.addEventListener("htmx:beforeRequest", (event) => formOf(event)?.querySelector("[data-not-sent]")?.remove());

  // Who prints is on the trail: a short note of the page and its month.
  window.addEventListener("beforeprint", () => {
    const { printNote } = document.body.dataset;
    const month = document.querySelector("[data-month-input]")?.value ?? "";
    const page = window.location.pathname + window.location.search;
    const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
    if (printNote) fetch(printNote, { method: "POST", keepalive: true, headers, body: new URLSearchParams({ page, month }) });
  });

  // A row opens with a click anywhere but on what does something itself.
  const open = (row) => window.location.assign(row.dataset.href);
  document.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-href]");
    if (!row || event.target.closest("a, button, input, select, label") || window.getSelection().toString()) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href);
    else open(row);
  });

  // j and k move, Enter opens, / searches.
  const rows = () => [...document.querySelectorAll("table.ledger tbody tr[data-href]")];
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.classList.contains("at"));
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
    if (at >= 0) all[at].classList.remove("at");
    all[next].classList.add("at");
    all[next].scrollIntoView({ block: "nearest" });
    all[next].querySelector("a")?.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
      if (event.target.matches("input[type=search]")) event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, [contenteditable], dialog")) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-list-search]") || document.querySelector("[data-search]");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    } else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      const row = document.querySelector("tr.at[data-href]");
      if (row) open(row);
    }
  });
})();
