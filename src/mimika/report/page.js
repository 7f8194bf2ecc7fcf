// An extra: a click on a heading sorts its table. The page reads the same without it.
for (const table of document.querySelectorAll("figure.table table")) {
  const body = table.tBodies[0];
  if (body.rows.length < 3) continue;
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    if (!head.textContent) return;
    const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
    const sort = () => {
      const falling = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const numbers = [...body.rows].some((row) => row.cells[column].dataset.value);
      const order = numbers
        ? (a, b) => (parseFloat(value(a)) || 0) - (parseFloat(value(b)) || 0)
        : (a, b) => value(a).localeCompare(value(b), "en");
      const rows = [...body.rows].sort(order);
      body.append(...(falling ? rows.reverse() : rows));
    };
    head.tabIndex = 0;
    head.title = "Sort";
    head.addEventListener("click", sort);
    head.addEventListener("keydown", (event) => event.key === "Enter" && sort());
  });
}
