// Small conveniences of the administration's pages; each works without this file.
"use strict";

document.querySelectorAll("[data-copy]").forEach((button) => {
  const text = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    text.select();
    await navigator.clipboard.writeText(text.value);
    document.querySelector("[data-copied]").textContent = "Copiado.";
  });
});

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
