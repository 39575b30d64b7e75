const narrow = matchMedia("(max-width: 869px), (min-width: 1100px) and (max-width: 1199px)"); // no room for 100 characters
narrow.onchange = () => {
  if (!narrow.matches) return;
  for (const code of all(".code:not(.wrapped)")) {
    code.classList.add("wrapped"); // each line becomes a <span>, which wraps with its number and indentation
    code.innerHTML = code.innerHTML.replaceAll("-&gt;", "<nobr>-&gt;</nobr>")
      .replace(/^( *).*(\n|$)/gm, (line, indent) => `<span style="--indent:${indent.length}ch">${line}</span>`);
  }
};
narrow.onchange();
