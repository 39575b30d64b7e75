document.documentElement.className = "js";
for (const face of document.fonts) face.load(); // before the first letter, so that none moves
try { document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "system"; } catch {}
