// Suggestions in the search box. Everything else works without JavaScript.
"use strict";
(() => {
  const box = document.getElementById("q");
  const names = document.getElementById("names");
  if (!box || !names || !window.fetch) return;
  let asked = "";
  let waiting = 0;
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const start = box.value.trim();
      if (start === asked || start.length < 2 || start.length > 100) return;
      asked = start;
      try {
        const answer = await fetch("/suggest?q=" + encodeURIComponent(start));
        const { suggestions } = await answer.json();
        names.replaceChildren(
          ...suggestions.map((name) => {
            const option = document.createElement("option");
            option.value = name;
            return option;
          }),
        );
      } catch {
        names.replaceChildren();
      }
    }, 150);
  });
  // "/" goes to the search box, as on many sites; not while something is being typed.
  document.addEventListener("keydown", (event) => {
    const typing = /^(input|textarea|select)$/i.test(document.activeElement?.tagName ?? "");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box.focus();
    }
  });
})();
