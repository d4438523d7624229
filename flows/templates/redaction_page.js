"use strict";
const page = document.documentElement;
const boxes = [...document.querySelectorAll("input[data-filter]")];
const onlyMasked = document.getElementById("only-masked");
const reasons = document.getElementById("reasons");

function apply() {
  const chosen = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.filter));
  for (const mark of document.querySelectorAll("mark")) {
    mark.classList.toggle("off", !chosen.has(mark.dataset.type));
  }
  for (const line of document.querySelectorAll(".line")) {
    line.hidden = onlyMasked.checked && !line.querySelector("mark:not(.off)");
  }
  page.classList.toggle("with-reasons", reasons.checked);
  const shown = document.querySelectorAll("mark:not(.off)").length;
  document.getElementById("shown").textContent = `${shown} highlighted`;
}

for (const control of [...boxes, onlyMasked, reasons]) control.addEventListener("change", apply);
document.getElementById("all").addEventListener("click", () => {
  for (const box of boxes) box.checked = true;
  apply();
});
document.getElementById("none").addEventListener("click", () => {
  for (const box of boxes) box.checked = false;
  apply();
});
apply();
