// With a mouse, a case is drawn from one column of the board to another: there its form opens, as by its button.
(() => {
  let drawn = null;

  const columnOf = (event) => {
    const column = drawn && event.target.closest?.(".board-column");
    return column && drawn.dataset.moves.split(" ").includes(column.dataset.status) ? column : null;
  };

  const mark = (chosen) => {
    for (const column of document.querySelectorAll(".board-column")) {
      column.classList.toggle("board-column-over", column === chosen);
    }
  };

  const letDraw = () => {
    for (const card of document.querySelectorAll(".case-card[data-moves]")) card.draggable = true;
  };
  letDraw();
  document.addEventListener("htmx:afterSettle", letDraw);

  document.addEventListener("dragstart", (event) => {
    drawn = event.target.closest?.(".case-card[data-moves]") ?? null;
    if (!drawn) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", drawn.id);
    for (const column of document.querySelectorAll(".board-column")) {
      column.classList.toggle("board-column-open", drawn.dataset.moves.split(" ").includes(column.dataset.status));
    }
  });

  document.addEventListener("dragover", (event) => {
    const column = columnOf(event);
    mark(column);
    if (column) event.preventDefault();
  });

  document.addEventListener("drop", (event) => {
    const column = columnOf(event);
    if (!column) return;
    event.preventDefault();
    const address = new URL(drawn.dataset.move, location.href);
    address.searchParams.set("to", column.dataset.status);
    htmx.ajax("GET", address.pathname + address.search, { target: drawn, swap: "outerHTML" });
  });

  document.addEventListener("dragend", () => {
    drawn = null;
    mark(null);
    for (const column of document.querySelectorAll(".board-column-open")) column.classList.remove("board-column-open");
  });
})();
