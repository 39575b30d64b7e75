// On a phone, long lines of code wrap: as elements, lines keep their numbers and indentation.
if (innerWidth < 682)
  for (const code of all(".code")) {
    code.classList.add("wrapped");
    code.innerHTML = code.innerHTML.replace(/^( *).*(\n|$)/gm, (line, indent) => `<span style="--indent:${indent.length}ch">${line}</span>`);
  }
