const nav = document.querySelector("nav"); // the contents, which mark the figure being read
const links = new Map(all("nav li a").map((link) => [link.hash.slice(1), link]));
function mark(current) {
  for (const link of links.values()) link.removeAttribute("aria-current");
  current?.setAttribute("aria-current", "true");
  nav.scrollTop = current ? current.offsetTop - nav.clientHeight / 2 : 0;
}
const reading = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting) mark(links.get(target.id));
}, { rootMargin: "-30% 0px -65%" }); // being read: 30 to 35 % below the top of the window
for (const part of all("article, .grid, #page-top")) reading.observe(part); // the grid and the top are not in the contents and clear the mark
