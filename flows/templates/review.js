"use strict";
const form = document.querySelector("form");

function refresh() {
  for (const field of form.querySelectorAll("input[list]")) {
    const term = [...field.list.options].find((option) => option.value === field.value);
    document.getElementById(`${field.id}-definition`).textContent = term ? term.label.replace(/^[^:]*: /, "") : "";
    for (const button of form.querySelectorAll(`button[data-field="${field.id}"]`)) {
      button.setAttribute("aria-pressed", String(button.dataset.value === field.value));
    }
  }
}

function changed() {
  refresh();
  document.getElementById("packet").classList.add("stale");
  document.getElementById("stale").hidden = false;
}

form.addEventListener("input", changed);
for (const button of form.querySelectorAll("button[data-field]")) {
  button.addEventListener("click", () => {
    document.getElementById(button.dataset.field).value = button.dataset.value;
    changed();
  });
}
