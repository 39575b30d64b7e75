const narrow = matchMedia("(max-width: 869px), (min-width: 1100px) and (max-width: 1199px)"); // no room for 100 characters
function wrap(code) { // each line becomes a <span>, which wraps with its number and indentation
  code.classList.add("wrapped");
  code.innerHTML = code.innerHTML.replaceAll("-&gt;", "<nobr>-&gt;</nobr>")
    .replace(/^(?:<[^>]+>)*( *).*(\n|$)/gm, (line, indent) => `<span style="--indent:${indent.length}ch">${line}</span>`);
}
narrow.onchange = () => {
  if (narrow.matches) all(".code:not(.wrapped)").forEach(wrap);
};
narrow.onchange();
