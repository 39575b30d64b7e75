const all = (selector, root = document) => [...root.querySelectorAll(selector)];

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // an http: server
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
const copied = document.getElementById("copied"); // which a screen reader reads out
function addCopyButton(box, text, label = "Copy", name = label) {
  const button = Object.assign(document.createElement("button"), { className: "copy", type: "button", textContent: label, ariaLabel: name });
  if (box.matches(".listing")) box.prepend(button);
  else box.append(button);
  button.onclick = async () => {
    await copy(text());
    button.focus();
    button.style.minWidth = button.offsetWidth + "px"; // the other buttons stay where they are
    button.textContent = copied.textContent = "Copied";
    setTimeout(() => {
      button.textContent = label;
      copied.textContent = "";
    }, 2000);
  };
}
for (const code of all(".listing .code")) addCopyButton(code.parentElement, () => code.textContent, "Copy", "Copy " + code.parentElement.dataset.name);
