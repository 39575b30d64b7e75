// Long names may break after a dot or an underscore.
for (const code of all(".claims summary code, td code")) code.innerHTML = code.innerHTML.replace(/[._](?=[a-z])(?![^<]*>)/gi, "$&<wbr>");

// Filter: each word of the query must begin a word of the figure's texts. In plain text, each word follows a space. "Section 4.1" counts as one word: " sec 4 1".
const plain = (text) => (" " + text).toLowerCase().normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, " ")
  .replace("no number", "nonumber") // the tag "No number", as one word
  .replace(/\b(fig|sec)([ut][a-z]*)?(?=\d)/g, "$1 ") // figure4.2, without a space
  .replace(/\b(fig|sec)[ut]\w*/g, "$1")
  .replace(/\b(one|1|two|2|three|3) (dimension\w*|d\b)/g, (word, count) => `${word} ` + ({ one: 1, two: 2, three: 3 }[count] ?? count) + "d") // "two dimensions" is also "2d"
  .replace(/iz/g, "is").replace(/([bil])ou/g, "$1o"); // British and American spelling
const filter = document.getElementById("page-filter");
const articles = all("article");
const texts = new Map(articles.map((article) => [
  article.id,
  plain(all("header, .animation summary, figcaption, [id$=-description], .claims h4", article)
    .map((part) => part.textContent).concat(article.id, "section", article.closest("section").querySelector("h2").textContent).join(" ")),
]));
const root = (word) => word.replace(/(?<=\p{L}{4})(age|e|es|ed|ing|ity|s|ve|ution|ional|utional)$/u, ""); // the same for "sparse" and "sparsity", and for "convolve" and "convolution"
// 2.2, or 2 alone, finds the figures and sections of that number. If there are none, it finds texts with it.
const numbered = (text, word) => text.includes(" fig" + word) || text.includes(" sec" + word);
const matches = (text, word, alone) =>
  (alone ? /^ \d+( \d|$)/ : /^ \d+ \d/).test(word) && [...texts.values()].some((other) => numbered(other, word)) ? numbered(text, word) : text.includes(root(word));
filter.oninput = () => {
  const wanted = plain(filter.value).match(/ ((fig|sec) )?\d\S*( \d\S*)*| \S+/g) ?? [];
  const hits = new Set([...texts.keys()].filter((id) => id === filter.value || wanted.every((word) => matches(texts.get(id), word, !wanted[1]))));
  for (const part of all("[data-of]")) part.hidden = !hits.has(part.dataset.of);
  for (const group of all("main > section, nav div")) group.hidden = !group.querySelector("[data-of]:not([hidden])");
  const found = !wanted[0] ? "" : hits.size ? `${hits.size} of ${texts.size} figures` : `No figure matches “${filter.value.trim()}”.`;
  const [above, below] = all(".found");
  above.textContent = found;
  below.textContent = hits.size ? found : ""; // one message is enough where the page is short
  const shown = articles.filter((article) => !article.hidden);
  for (const link of all(".back [aria-label]")) { // Next and Previous skip hidden figures
    const place = shown.indexOf(link.closest("article")) + (link.textContent === "Next" ? 1 : -1);
    link.style.visibility = shown[place] ? "" : "hidden";
    link.hash = shown[place]?.id ?? "";
    link.ariaLabel = `${link.textContent}: ${shown[place]?.querySelector(".back a:nth-child(2)").textContent}`;
  }
  try { sessionStorage[stored] = filter.value; } catch {}
};
// A reload keeps the filter.
const stored = "filter " + location.pathname;
try { filter.value = sessionStorage[stored] ?? ""; } catch {}
filter.oninput();
function clearFilter() {
  filter.value = "";
  filter.oninput();
}
for (const button of all(".clear"))
  button.onclick = () => {
    clearFilter();
    filter.focus();
  };

// A link to something folded away or filtered out shows it.
const linked = () => document.getElementById(decodeURIComponent(location.hash.slice(1)));
function reveal() {
  const target = linked();
  if (target?.tagName === "DETAILS") target.open = true;
  if (!target || target.checkVisibility()) return;
  if (target.closest("[hidden]")) clearFilter();
  for (let part = target; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", reveal);
// The address must not lead to a hidden figure, or a reload would clear the filter.
filter.addEventListener("input", () => { if (linked()?.closest("[hidden]")) history.replaceState(history.state, "", location.pathname + location.search); });
reveal();
// Back returns to where the reader was. Chromium would scroll to the target of the address when the zoom closes.
window.navigation?.addEventListener("navigate", (event) => {
  if (event.navigationType === "traverse" && event.canIntercept)
    event.intercept(event.hashChange ? {} : { focusReset: "manual", scroll: "manual" });
});

// Opening a part puts its address into the address bar, to copy. Closing it returns to its heading.
for (const details of all("article details"))
  details.addEventListener("toggle", () => {
    if (details.open && !details.contains(linked())) history.replaceState(null, "", "#" + (details.id || details.lastElementChild.id));
    if (!details.open && details.contains(linked())) history.replaceState(null, "", "#" + details.closest("article").id); // a reload keeps it closed
    if (!details.open && details.getBoundingClientRect().top < 0) details.scrollIntoView();
  });

// Copy rendered texts as Markdown or LaTeX.
const languages = {
  markdown: {
    text: (text) => text.replace(/[\\`$]|\*(?! )|(?<!\w)_|_(?!\w)|<(?=[a-z/!?])|\](?=[([:])/gi, "\\$&"), // only signs with a meaning in Markdown
    em: (text) => `*${text}*`,
    strong: (text) => `**${text}**`,
    code: (text) => (text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``),
    display: (formula) => `$$${formula}$$`,
  },
  latex: {
    text: (text) => text.replace(/[\\~^−“”’]|[&%$#_{}]/g, (sign) => ({ "−": "$-$", "“": "``", "”": "''", "’": "'", "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}" })[sign] ?? "\\" + sign),
    em: (text) => `\\emph{${text}}`,
    strong: (text) => `\\textbf{${text}}`,
    code: (text) => `\\texttt{${languages.latex.text(text)}}`,
    display: (formula) => `\\[${formula}\\]`,
  },
};
function words(nodes, language) { // the text of HTML nodes, with their inline markup in Markdown or LaTeX
  const { text, code, display } = language;
  return [...nodes].map((node) => {
    if (node.nodeType === Node.TEXT_NODE) return text(node.data);
    if (node.localName === "code") return code(node.textContent);
    const formula = node.getAttribute("alttext");
    if (formula) return node.getAttribute("display") ? display(formula) : `$${formula}$`;
    const inside = words(node.childNodes, language);
    if (node.localName === "a" && language === languages.markdown && !node.hash) return `[${inside}](${node.href})`;
    return language[node.localName]?.(inside) ?? inside;
  }).join("").trim();
}
const paragraphs = (box, language) => [...box.children].map((part) => words([part], language));
function snippets(article) { // what the buttons of a figure copy, by label
  const image = article.querySelector(".picture img");
  const caption = article.querySelector("figcaption");
  const address = "figures/" + image.getAttribute("src");
  const texts = {
    "Picture in HTML": () => embedded(article.querySelector(".picture")),
    "Picture in Markdown": () => `![${languages.markdown.text(image.alt).replace(/(?<!\\)[[\]]/g, "\\$&")}](${address})`,
    "Caption in Markdown": () => paragraphs(caption, languages.markdown).join("\n\n"),
  };
  const animation = article.querySelector(".animation");
  if (animation) texts["Animation in HTML"] = () => embedded(animation);
  const names = all(".downloads a", article).map((link) => link.getAttribute("href"));
  const file = ["pdf", "png"].map((format) => `${article.id}.${format}`).find((name) => names.includes(name));
  if (file) texts["Figure in LaTeX"] = () => latexFigure(article.id, file, caption);
  return texts;
}
function embedded(box) { // the HTML of a picture or animation for both themes
  const [image, dark] = all("img", box);
  const tag = document.implementation.createHTMLDocument().importNode(image); // a document that loads no files
  for (const name of ["class", "loading", "style"]) tag.removeAttribute(name);
  tag.setAttribute("src", "figures/" + image.getAttribute("src"));
  if (!dark) return tag.outerHTML;
  const source = document.createElement("source");
  Object.assign(source, { media: "(prefers-color-scheme: dark)", srcset: "figures/" + dark.getAttribute("src") });
  return `<picture>\n  ${source.outerHTML}\n  ${tag.outerHTML}\n</picture>`;
}
function latexFigure(stem, file, caption) {
  return [
    "\\begin{figure}",
    "  \\centering",
    `  \\includegraphics[width=\\linewidth]{figures/${file}}`,
    `  \\caption{${paragraphs(caption, languages.latex).join(" ")}}`,
    `  \\label{fig:${stem}}`,
    "\\end{figure}",
  ].join("\n");
}
for (const pre of all(".snippet")) {
  const box = Object.assign(document.createElement("div"), { className: "copying" });
  pre.replaceWith(box);
  box.append(pre);
  addCopyButton(box, () => pre.textContent, "Copy", "Copy the citation");
}
for (const article of articles) {
  const box = article.querySelector(".copies");
  box.append("Copy: ");
  for (const [label, text] of Object.entries(snippets(article))) addCopyButton(box, text, label);
  box.append(Object.assign(document.createElement("span"), { className: "note", textContent: "The snippets assume that the pictures are in the folder figures/." }));
}

// Readers can replace every animation by the figure. Readers who prefer less motion see the figure first.
for (const box of all(".play")) {
  const button = document.createElement("button");
  function setPlaying(playing) {
    for (const still of all("source", box.parentElement)) still.media = playing ? "not all" : "all";
    button.textContent = playing ? "Show the figure" : "Play";
  }
  button.onclick = () => setPlaying(button.textContent === "Play");
  setPlaying(!matchMedia("(prefers-reduced-motion: reduce)").matches);
  box.append(button);
}

// Print shows the light pictures. In the dark theme they are hidden, so they would not be loaded.
addEventListener("load", () => { for (const image of all(".picture img")) if (!visible(image)) image.loading = "eager"; });

// Zoom: fitted to the screen, or so large that small type is readable and the picture scrolls.
const zoom = document.getElementById("page-zoom");
const fit = document.getElementById("page-fit");
function setFitted(fitted) {
  zoom.classList.toggle("fitted", fitted);
  fit.textContent = fitted ? "Larger" : "Fit to screen";
  if (!fitted) zoom.lastElementChild.focus(); // so that arrow keys scroll
}
fit.onclick = () => setFitted(!zoom.classList.contains("fitted"));
const visible = (element) => element.checkVisibility();
for (const box of all(".picture, .animation > div")) {
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // opens a tab or window, as for any link
    event.preventDefault();
    const picture = all("img", box).find(visible);
    const image = Object.assign(picture.cloneNode(), { src: picture.currentSrc || picture.src, loading: "eager" });
    const frame = zoom.lastElementChild;
    frame.replaceChildren(image);
    all(".zoom", box).find(visible).focus({ preventScroll: true }); // gets the focus again when the dialog closes
    zoom.showModal();
    history.pushState("zoom", "");
    setFitted(false);
    frame.scrollTo(0, 0); // not where the last picture was left
    const fitted = Math.min(frame.clientWidth, frame.clientHeight * image.width / image.height);
    fit.hidden = 1.15 * fitted >= image.width; // no choice of two sizes that are nearly equal
    setFitted(fit.hidden || (innerWidth > innerHeight && fitted > picture.width));
  };
  for (const part of all("img, .zoom", box)) part.addEventListener("click", open);
}
// A click closes the zoom, except on a picture that scrolls, or as the second click of a double click.
const stays = (event) => event.detail > 1 || event.target.closest("form, #page-zoom:not(.fitted) img");
zoom.addEventListener("click", (event) => stays(event) || zoom.close());
// The open zoom has an entry in the history, so that Back closes it. Other ways to close it remove the entry.
addEventListener("popstate", () => zoom.close());
if (history.state === "zoom") history.back(); // after a reload, which has closed it
zoom.addEventListener("close", () => history.state === "zoom" && history.back());
