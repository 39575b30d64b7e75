// Where 100 characters do not fit, lines of code wrap: as elements, they keep their numbers and indentation.
const narrow = matchMedia("(max-width: 869px), (min-width: 1100px) and (max-width: 1199px)");
narrow.onchange = () => {
  if (!narrow.matches) return;
  for (const code of all(".code:not(.wrapped)")) {
    code.classList.add("wrapped");
    code.innerHTML = code.innerHTML.replaceAll("-&gt;", "<nobr>-&gt;</nobr>")
      .replace(/^( *).*(\n|$)/gm, (line, indent) => `<span style="--indent:${indent.length}ch">${line}</span>`);
  }
};
narrow.onchange();
