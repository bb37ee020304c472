// Returns what is wrong with the page that is open, as sentences. `numbers` are those that it must
// have, as their document writes them.
(numbers) => {
  const faults = [];
  const name = (element) => {
    const label = element.className && element.className.baseVal === undefined ? `.${element.className}` : "";
    return `${element.tagName.toLowerCase()}${label}`;
  };
  const short = (text) => text.trim().replace(/\s+/g, " ").slice(0, 60);
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) {
    faults.push(`the page is ${root.scrollWidth} wide, and the window ${innerWidth}`);
  }

  const elements = [...document.body.querySelectorAll("*")];
  for (const element of elements) {
    const style = getComputedStyle(element);
    if (style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1) {
      faults.push(`${name(element)} is cut off: ${element.scrollWidth} in ${element.clientWidth}`);
    }
    if (style.textOverflow === "ellipsis") {
      faults.push(`${name(element)} cuts its text off`);
    }
  }

  // A short word in two lines is no word any more.
  const split = (node) => {
    for (const found of node.data.matchAll(/\S+/gu)) {
      if (found[0].length > 17) continue;
      const range = document.createRange();
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1 && !node.parentElement.closest("svg")) faults.push(`“${found[0]}” is broken in two`);
    }
  };

  // Every text that is shown, line by line.
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest("title, style")) continue;
    split(node);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width > 0.5 && box.height > 0.5) texts.push({ text: short(node.data), box, parent });
    }
  }
  for (const { text, box } of texts) {
    if (box.left < -0.5 || box.right > innerWidth + 0.5) faults.push(`“${text}” is beyond the page`);
  }
  texts.forEach((one, at) => {
    for (const other of texts.slice(at + 1)) {
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (across > 1.5 && down > 3.5) faults.push(`“${one.text}” lies over “${other.text}”`);
    }
  });
  for (const picture of document.querySelectorAll("svg")) {
    const frame = picture.getBoundingClientRect();
    for (const part of picture.querySelectorAll("text, line, polyline, polygon, circle")) {
      const box = part.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1 ||
          box.top < frame.top - 1 || box.bottom > frame.bottom + 1) {
        faults.push(`${name(part)} “${short(part.textContent)}” is beyond its picture`);
      }
    }
    for (const text of picture.querySelectorAll("text")) {
      const size = parseFloat(getComputedStyle(text).fontSize) * frame.width / picture.viewBox.baseVal.width;
      if (size < 9) faults.push(`“${short(text.textContent)}” has letters of ${size.toFixed(1)} px`);
    }
  }

  // What can't be told from its background can't be read.
  const channels = (color) => {
    const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
    return { rgb: [red, green, blue], alpha };
  };
  const luminance = (color) => {
    const [red, green, blue] = color.map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    for (let under = element; under; under = under.parentElement) {
      const { rgb, alpha } = channels(getComputedStyle(under).backgroundColor);
      if (alpha > 0) return rgb;
    }
    return [255, 255, 255];
  };
  const pale = new Set();
  for (const { text, parent } of texts) {
    const style = getComputedStyle(parent);
    const color = parent.closest("svg") ? style.fill : style.color;
    const [light, dark] = [luminance(channels(color).rgb), luminance(behind(parent))].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) pale.add(`“${text}” has a contrast of ${contrast.toFixed(1)}`);
  }
  faults.push(...pale);

  // A number is there when it is shown, and when what is shown is that number.
  const shown = (element) => element.getClientRects().length > 0 && element.textContent.trim() !== "";
  const agrees = (value, text) => {
    if (/^< /.test(text)) return value < Number(text.slice(2));
    const found = text.replace("−", "-").match(/^[+-]?\d[\d ]*(\.\d+)?(e-?\d+)?/);
    if (!found) return text === "complete" && value === 0;
    const digits = found[0].replaceAll(" ", "");
    const told = Number(digits);
    const decimals = (digits.match(/\.(\d+)/) || ["", ""])[1].length;
    const unit = digits.includes("e") ? Math.abs(told) * 0.01 : 0.51 * 10 ** -decimals;
    // Days in words: "3 days", "5 h".
    const scales = [1, 100, 24, 24 * 60, 24 * 3600];
    return scales.some((scale) => Math.abs(Math.abs(value * scale) - Math.abs(told)) <= unit + 1e-9);
  };
  const of = new Map();
  for (const element of document.querySelectorAll("data")) {
    const value = element.getAttribute("value");
    of.set(value, [...(of.get(value) || []), element]);
    const number = Number(value);
    if (value !== "" && !Number.isNaN(number) && !agrees(number, element.textContent.trim())) {
      faults.push(`${value} is shown as “${element.textContent}”`);
    }
  }
  for (const number of numbers) {
    if (!(of.get(number) || []).some(shown)) faults.push(`${number} is not on the page`);
  }
  return [...new Set(faults)];
}
