const field = document.getElementById("find");
const told = document.querySelector("output");
const rows = [...document.querySelectorAll("tbody tr")];
const parts = [...document.querySelectorAll("article")];
const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
field.addEventListener("input", () => {
  const wanted = field.value.trim().toLowerCase();
  let found = 0;
  for (const row of rows) {
    const head = row.closest("article")?.querySelector("h3").textContent.toLowerCase() ?? "";
    row.hidden = !(words.get(row).includes(wanted) || head.includes(wanted));
    found += row.hidden ? 0 : 1;
  }
  for (const part of parts) part.hidden = !part.querySelector("tbody tr:not([hidden])");
  told.textContent = wanted ? `${found} ${told.dataset.word}` : "";
});
