"use strict";
(() => {
const tip = document.getElementById("tip");
const side = Number(tip.dataset.side), columns = Number(tip.dataset.columns);
for (const title of document.querySelectorAll(".fig title")) {
  title.parentNode.dataset.t = title.textContent;
  title.remove();
}
const tile = number => {
  const box = document.createElement("i");
  box.className = "tile";
  const [x, y] = [number % columns, Math.floor(number / columns)];
  box.style.backgroundPosition = `${-x * side}px ${-y * side}px`;
  return box;
};
const show = (mark, event) => {
  tip.replaceChildren();
  const keys = mark.dataset.k;
  if (keys) tip.append(...keys.split(" ").map(Number).map(tile));
  const words = document.createElement("span");
  words.textContent = mark.dataset.t;
  tip.append(words);
  tip.hidden = false;
  const left = event.clientX + 14, top = event.clientY + 14;
  const right = innerWidth - tip.offsetWidth - 8, low = event.clientY - tip.offsetHeight - 10;
  tip.style.left = Math.max(4, Math.min(left, right)) + "px";
  tip.style.top = (top + tip.offsetHeight > innerHeight ? Math.max(4, low) : top) + "px";
};
const light = (figure, group) => {
  figure.classList.toggle("lit", group !== null);
  for (const mark of figure.querySelectorAll("[data-c]")) {
    mark.classList.toggle("on", mark.dataset.c === group);
  }
};
document.addEventListener("pointerover", event => {
  const mark = event.target.closest("[data-t]");
  if (mark) show(mark, event); else tip.hidden = true;
  const name = event.target.closest(".map [data-c]:not([data-t])");
  for (const map of document.querySelectorAll(".map .fig")) {
    light(map, name ? name.dataset.c : null);
  }
});
document.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
for (const choice of document.querySelectorAll("select")) {
  choice.closest("p").hidden = false;
  choice.addEventListener("change", () => {
    const words = [];
    for (const figure of choice.closest("section").querySelectorAll(".curves .fig")) {
      light(figure, choice.value === "" ? null : choice.value);
      for (const line of figure.querySelectorAll("polyline.on")) {
        words.push(line.dataset.t.split(", ").pop());
      }
    }
    choice.closest("p").querySelector("span").textContent = words.join(" · ");
  });
}
const value = (row, column) => {
  const cell = row.cells[column], number = Number.parseFloat(cell.textContent);
  return cell.classList.contains("left") ? cell.textContent : number;
};
const compare = (a, b, sign) => {
  if (typeof a === "string") return sign * a.localeCompare(b);
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  return Number.isNaN(b) ? -1 : sign * (a - b);
};
for (const table of document.querySelectorAll("table.sort")) {
  for (const head of table.tHead.rows[0].cells) {
    head.tabIndex = 0;
    const sort = () => {
      const rises = head.ariaSort !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.ariaSort = null;
      head.ariaSort = rises ? "ascending" : "descending";
      const column = head.cellIndex, rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => compare(value(a, column), value(b, column), rises ? 1 : -1));
      table.tBodies[0].append(...rows);
    };
    head.addEventListener("click", sort);
    head.addEventListener("keydown", event => { if (event.key === "Enter") sort(); });
  }
}
})();
