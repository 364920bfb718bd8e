"use strict";
// Everything that tests printed reaches the page as text nodes, never as markup.
const RUN = JSON.parse(document.getElementById("data").textContent);
const STATUS = ["passed", "failed", "pending", "error", "crashed", "timed out", "not run"];
const PASSED = 0, FAILED = 1, PENDING = 2, NOT_RUN = 6;
const bad = status => status === 1 || (status >= 3 && status <= 5);
const tone = status => bad(status) ? "bad" : status === PASSED ? "good" : "dim";

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(node.style, value);
    else node.setAttribute(name === "cls" ? "class" : name, value === true ? "" : value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined && child !== ""));
  return node;
}

// Colour sequences out, other control characters visible, and no letters that turn the direction of text.
function clean(text) {
  return String(text)
    .replace(/\u001b\[[0-9;:?]*[@-~]/g, "")
    .replace(/\r\n/g, "\n")
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
             c => "\\x" + c.charCodeAt(0).toString(16).padStart(2, "0"));
}

function secs(value) {
  if (value === null || value === undefined) return "";
  if (value < 0.0995) return (value * 1000).toFixed(value < 0.00995 ? 1 : 0) + "ms";
  if (value < 9.995) return value.toFixed(2) + "s";
  if (value < 60) return value.toFixed(1) + "s";
  const whole = Math.round(value);
  if (whole < 3600) return Math.floor(whole / 60) + "m" + String(whole % 60).padStart(2, "0") + "s";
  return Math.floor(whole / 3600) + "h" + String(Math.floor(whole % 3600 / 60)).padStart(2, "0") + "m";
}

const count = n => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
const plural = (n, noun) => count(n) + " " + noun + (n === 1 ? "" : "s");
const percent = share => Math.round(share * 100) + "%";
const place = (node, runner) => RUN.nodes.length < 2 ? (runner ? "runner " + runner : "boot process")
                                                     : clean(node) + "/" + (runner || "boot");
const nodeName = index => RUN.nodes[index] ? RUN.nodes[index].name : "";
const fileOf = index => RUN.files[index] ? RUN.files[index][0] : "";
const at = (path, line) => clean(path) + (line ? ":" + line : "");

async function copy(text, button) {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch (refused) {
    const area = make("textarea", { style: { position: "fixed", opacity: "0" } });
    area.value = text;
    document.body.append(area);
    area.select();
    done = document.execCommand("copy");
    area.remove();
  }
  const was = button.dataset.label || (button.dataset.label = button.textContent);
  button.textContent = done ? "copied" : "not allowed";
  setTimeout(() => { button.textContent = was; }, 1500);
}

function command(text, label) {
  if (!text) return null;
  const button = make("button", { "data-copy": "", title: "copy" }, "copy");
  button.addEventListener("click", () => copy(text, button));
  return make("div", { cls: "again" }, make("span", { cls: "dim" }, label || "again"), make("code", {}, text), button);
}

// A list of equally high rows of which only those in sight exist. `draw(row, item, index)` fills one.
function virtualList(items, draw, label) {
  const HEIGHT = 26, MARGIN = 10;
  const inner = make("div", { style: { height: items.length * HEIGHT + "px" } });
  const list = make("div", { cls: "list", tabindex: "0", role: "list", "aria-label": label }, inner);
  const rows = new Map();
  const show = () => {
    const first = Math.max(0, Math.floor(list.scrollTop / HEIGHT) - MARGIN);
    const last = Math.min(items.length, Math.ceil((list.scrollTop + (list.clientHeight || 600)) / HEIGHT) + MARGIN);
    for (const [index, row] of rows) if (index < first || index >= last) { row.remove(); rows.delete(index); }
    for (let index = first; index < last; ++index) {
      if (rows.has(index)) continue;
      const row = make("div", { cls: "row", role: "listitem", "aria-setsize": items.length, "aria-posinset": index + 1,
                                style: { top: index * HEIGHT + "px" } });
      draw(row, items[index], index);
      rows.set(index, row);
      inner.append(row);
    }
  };
  list.addEventListener("scroll", show, { passive: true });
  if (items.length * HEIGHT < window.innerHeight * 0.6) list.style.height = items.length * HEIGHT + 4 + "px";
  show();
  requestAnimationFrame(show);
  return list;
}
