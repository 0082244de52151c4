/* Cards of the board may be dragged to another stage; the buttons on each card do the same without a mouse or a script. */
"use strict";

(() => {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  let card = null;
  const allowed = (column) => card && column && card.dataset.moves.split(" ").includes(column.dataset.stage);

  board.addEventListener("dragstart", (event) => {
    card = event.target.closest("[data-moves]");
    if (card) event.dataTransfer.setData("text/plain", card.dataset.card);
  });
  board.addEventListener("dragend", () => {
    card = null;
    for (const column of board.children) column.classList.remove("over");
  });
  board.addEventListener("dragover", (event) => {
    const column = event.target.closest("[data-stage]");
    for (const one of board.children) one.classList.toggle("over", one === column && Boolean(allowed(column)));
    if (allowed(column)) event.preventDefault();
  });
  board.addEventListener("drop", (event) => {
    const column = event.target.closest("[data-stage]");
    if (!allowed(column)) return;
    event.preventDefault();
    const details = card.querySelector("details");
    const button = card.querySelector(`button[value="${column.dataset.stage}"]`);
    if (column.dataset.stage === "lost") {
      // What is lost needs a reason: the card opens where it is written.
      details.open = true;
      card.querySelector("input[name=words]").focus();
    } else button.click();
  });
})();
