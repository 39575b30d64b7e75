const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// Theme
for (const input of all(".themes input")) {
  input.checked = input.value === (document.documentElement.dataset.theme ?? "system");
  input.onchange = () => {
    document.documentElement.dataset.theme = input.value;
    try { localStorage.setItem("theme", input.value); } catch {}
  };
}

// Filter: every word must occur in the figure's title, caption, description or claims.
const filter = document.getElementById("filter");
const articles = all("article");
const words = new Map(articles.map((article) => [
  article.id,
  all("header, figcaption, .claims, [id$='-description']", article)
    .map((part) => part.textContent).concat(article.id).join(" ").toLowerCase(),
]));
filter.oninput = () => {
  const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = new Set([...words.keys()].filter((id) => wanted.every((word) => words.get(id).includes(word))));
  for (const part of all("[data-of]")) part.hidden = !hits.has(part.dataset.of);
  for (const group of all("main > section, nav div")) group.hidden = !group.querySelector("[data-of]:not([hidden])");
  document.getElementById("found").textContent =
    wanted.length ? `${hits.size} of ${words.size} figures` : "";
};

// A link to something folded away or filtered out shows it.
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.closest("[hidden]")) {
    filter.value = "";
    filter.oninput();
  }
  for (let part = target; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", reveal);
reveal();

// Opening a part puts its address into the address bar, to copy.
for (const details of all("article details"))
  details.addEventListener("toggle", () => {
    if (details.open) history.replaceState(null, "", "#" + details.lastElementChild.id);
  });

// Copy: a snippet, or a whole file from its parts, with the empty lines between them.
function addCopyButton(box, text) {
  const button = document.createElement("button");
  button.className = "copy";
  button.type = "button";
  button.textContent = "Copy";
  box.append(button);
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(box);
      button.textContent = "Selected";
    }
    setTimeout(() => (button.textContent = "Copy"), 2000);
  };
}
for (const pre of all(".snippet")) {
  const box = document.createElement("div");
  box.className = "copying";
  pre.before(box);
  box.append(pre);
  addCopyButton(box, () => pre.textContent);
}
for (const box of all(".whole"))
  addCopyButton(box, () => {
    const lines = [];
    for (const part of all(".code", box)) {
      while (lines.length < part.start - 1) lines.push("");
      lines.push(...all("li", part).map((line) => line.textContent.replace(/\n$/, "")));
    }
    return lines.join("\n");
  });

// Zoom
const zoom = document.getElementById("zoom");
for (const picture of all(".picture")) {
  const open = (event) => {
    event.preventDefault();
    const images = all("img", picture).map((image) => image.cloneNode());
    for (const image of images) image.loading = "eager";
    zoom.lastElementChild.replaceChildren(...images);
    zoom.showModal();
  };
  for (const part of picture.children) part.addEventListener("click", open);
}
zoom.addEventListener("click", (event) => event.target.closest("button") || zoom.close());

// Contents: mark the figure that is read.
const nav = document.querySelector("nav");
const links = new Map(all("nav li a").map((link) => [link.hash.slice(1), link]));
function mark(current) {
  for (const link of links.values()) link.removeAttribute("aria-current");
  current?.setAttribute("aria-current", "true");
  nav.scrollTop = current ? current.offsetTop - nav.clientHeight / 2 : 0;
}
const reading = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting) mark(links.get(target.id));
}, { rootMargin: "-30% 0px -65%" });
for (const article of articles) reading.observe(article);

// The way back to the overview, once the overview is out of sight.
const back = document.querySelector(".back");
new IntersectionObserver(([{ isIntersecting }]) => {
  back.hidden = isIntersecting;
  if (isIntersecting) mark();
}).observe(document.querySelector(".grid"));
