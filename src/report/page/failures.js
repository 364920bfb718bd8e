// Failures and flaky examples: one article each, made when it comes into sight, its body when it is opened.

function traceLines(trace) {
  const box = make("pre", { cls: "trace" });
  for (const line of trace.slice(0, 200)) {
    const ours = !/^(\/|<|\(|vendor\/|bin\/|org\/)/.test(line);
    box.append(make("span", { cls: ours ? "ours" : "dim" }, clean(line) + "\n"));
  }
  if (trace.length > 200) box.append("… " + plural(trace.length - 200, "more line"));
  return box;
}

function diffBlock(diff) {
  const box = make("pre", { cls: "diff" });
  for (const line of clean(diff).split("\n")) {
    const cls = line.startsWith("+") ? "plus" : line.startsWith("-") ? "minus" : "";
    box.append(make("span", { cls }, line + "\n"));
  }
  return box;
}

function raised(exception, label) {
  const parts = [];
  if (label) parts.push(make("div", { cls: "dim" }, label));
  parts.push(make("pre", { cls: "message" }, clean((exception.c ? exception.c + ": " : "") + exception.m).trim()));
  if (exception.d) parts.push(diffBlock(exception.d));
  if (exception.b && exception.b.length) parts.push(traceLines(exception.b));
  for (const cause of exception.k || []) parts.push(...raised(cause, "caused by"));
  return parts;
}

function outputBlock(output) {
  if (!output) return [];
  const cut = output.n > output.t.length && output.x;
  return [make("div", { cls: "dim" }, cut ? "output, the last of " + count(output.n) + " bytes" : "output"),
          make("pre", { cls: "output" }, clean(output.t))];
}

function tryBlock(was) {
  const head = (was.s === undefined ? "" : STATUS[was.s]) + " on " + place(nodeName(was.o), was.u) +
               ", attempt " + was.a + (was.r ? ", retry " + was.r : "") + (was.w ? ": " + was.w : "");
  return [make("h2", {}, "before: " + clean(head)), ...(was.e || []).flatMap(e => raised(e)), ...outputBlock(was.p)];
}

function body(item) {
  const box = make("div", { cls: "body" });
  box.append(...(item.e || []).flatMap((e, i) => raised(e, i ? "and" : "")));
  if (!(item.e || []).length && item.m) box.append(make("pre", { cls: "message" }, clean(item.m)));
  box.append(...outputBlock(item.p));
  const again = command(item.g);
  if (again) box.append(again);
  const exact = command(item.h, "exact");
  if (exact) box.append(exact);
  for (const was of item.t || []) box.append(...tryBlock(was));
  return box;
}

function article(item, open) {
  const box = make("article", { cls: item.y ? "flaky" : "", "data-number": item.n || null });
  const first = clean(item.m).split("\n").find(line => line.trim()) || "";
  const toggle = make("button", { "aria-expanded": "false" },
    make("b", { cls: item.y ? "warn" : "bad" }, item.y ? "FLAKY" : item.l + (item.n ? " " + item.n : "")),
    make("span", { cls: "what" }, make("b", { cls: "mono" }, at(fileOf(item.f), item.i)), " " + clean(item.x),
         make("div", { cls: "dim" }, first.slice(0, 300))),
    make("span", { cls: "dim num" },
         (item.q === undefined ? "" : secs(item.q) + " ") + place(nodeName(item.o), item.u)));
  let made = null;
  const flip = () => {
    const opening = toggle.getAttribute("aria-expanded") === "false";
    toggle.setAttribute("aria-expanded", String(opening));
    if (opening && !made) box.append(made = body(item));
    if (made) made.hidden = !opening;
  };
  toggle.addEventListener("click", flip);
  box.append(toggle);
  if (open) flip();
  return box;
}

// Fifty at a time, more when the end comes into sight.
function articles(items, openFirst) {
  const box = make("div", {});
  let made = 0;
  const end = make("div", { cls: "dim" });
  const more = () => {
    const part = items.slice(made, made + 50).map((item, i) => article(item, made + i < openFirst));
    made += part.length;
    end.before(...part);
    end.textContent = made < items.length ? count(items.length - made) + " more" : "";
    if (made >= items.length) watch.disconnect();
  };
  const watch = new IntersectionObserver(seen => { if (seen.some(s => s.isIntersecting)) more(); },
                                         { rootMargin: "800px" });
  box.append(end);
  more();
  if (made < items.length) watch.observe(end);
  return box;
}

// The same first line of the message five times or more.
function groups(items) {
  const by = new Map();
  for (const item of items) {
    const line = clean(item.m).trim().split("\n")[0];
    if (line) by.set(line, (by.get(line) || []).concat(item));
  }
  return [...by].filter(([, same]) => same.length >= 5).sort((a, b) => b[1].length - a[1].length);
}

function failuresTab() {
  const all = RUN.failures;
  if (!all.length) return [make("p", { cls: "good" }, RUN.ok ? "Nothing failed." : "No example failed."), ...remarks()];
  const holder = make("div", {});
  const show = items => holder.replaceChildren(articles(items, 5));
  const parts = [];
  const shared = groups(all);
  if (shared.length) {
    const select = make("select", { "aria-label": "failures with the same error",
      onchange: event => show(event.target.value === "" ? all : shared[Number(event.target.value)][1]) },
      make("option", { value: "" }, "all " + plural(all.length, "failure")),
      ...shared.map(([line, same], i) => {
        const nodes = new Set(same.map(item => nodeName(item.o)));
        const where = RUN.nodes.length > 1 && nodes.size === 1 ? ", all on " + [...nodes][0] : "";
        return make("option", { value: String(i) }, same.length + " share: " + line.slice(0, 120) + where);
      }));
    parts.push(make("div", { cls: "tools" }, select));
  }
  show(all);
  return [...parts, holder, ...remarks()];
}

function remarks() {
  if (!RUN.remarks.length) return [];
  return [make("h2", {}, "Said by dtest"),
          ...RUN.remarks.map(([when, level, text]) =>
            make("div", { cls: level === "error" ? "bad" : "warn" }, secs(when) + "  " + clean(text)))];
}

function flakyTab() {
  if (!RUN.flaky.length) return [make("p", { cls: "dim" }, "Nothing was bad and then, when it was tried again, was not.")];
  return [make("p", { cls: "dim" }, "These were bad, and passed (or were skipped) when they were tried again."), articles(RUN.flaky, 3)];
}
