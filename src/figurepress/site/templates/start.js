document.documentElement.className = "js";
for (const face of document.fonts) face.load(); // before text is drawn, so that it does not move later
function useStoredTheme() {
  try { document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "system"; } catch {}
}
useStoredTheme();
