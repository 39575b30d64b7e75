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
function addCopyButton(box, text, label = "Copy") {
  const button = Object.assign(document.createElement("button"), { className: "copy", type: "button", textContent: label });
  box.append(button);
  button.onclick = async () => {
    await copy(text());
    button.focus();
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = label), 2000);
  };
}
for (const code of all(".listing .code")) addCopyButton(code.parentElement, () => code.textContent);
