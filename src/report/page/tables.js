// Slowest, nodes, files, and the list of all examples.

function table(heads, rows) {
  const cell = (tag, value) => {
    const number = typeof value === "object" && value !== null && value.num !== undefined;
    return make(tag, { cls: number ? "num" : null }, number ? value.num : value);
  };
  return make("table", {}, make("thead", {}, make("tr", {}, ...heads.map(h => cell("th", h)))),
              make("tbody", {}, ...rows.map(row => make("tr", {}, ...row.map(value => cell("td", value))))));
}

const num = text => ({ num: text });
const bar = share => make("div", { cls: "bar", style: { width: Math.max(share * 100, 0.5) + "%" } });

function slowestTab() {
  const files = RUN.files.filter(f => f[2] > 0).sort((a, b) => b[2] - a[2]).slice(0, 50);
  const tests = RUN.examples.slice().sort((a, b) => b[4] - a[4]).slice(0, 50).filter(t => t[4] > 0);
  const most = files.length ? files[0][2] : 1, longest = tests.length ? tests[0][4] : 1;
  return [make("h2", {}, "Files"),
          table([num("took"), num("usual"), "", "file", "where"], files.map(f =>
            [num(secs(f[2])), num(f[3] === null ? "new" : secs(f[3])), bar(f[2] / most), clean(f[0]),
             place(nodeName(f[4]), f[5])])),
          make("h2", {}, "Examples"),
          table([num("took"), "", "example", "where"], tests.map(t =>
            [num(secs(t[4])), bar(t[4] / longest),
             make("span", {}, make("b", { cls: "mono" }, at(fileOf(t[0]), t[1])), " " + clean(t[2])),
             place(nodeName(t[5]), t[6])]))];
}

function nodesTab() {
  const sums = RUN.nodes.map(() => ({ files: 0, tests: 0, bad: 0, work: 0 }));
  for (const t of RUN.examples) {
    const sum = sums[t[5]];
    if (!sum || t[3] === NOT_RUN) continue;
    ++sum.tests;
    if (bad(t[3])) ++sum.bad;
  }
  const runners = RUN.nodes.map(() => new Set());
  for (const span of RUN.spans) {
    const [node, runner] = RUN.lanes[span[0]];
    if (runner) runners[node].add(runner);
    if (span[1] !== 2) continue;
    sums[node].work += span[3] - span[2];
    ++sums[node].files;
  }
  const share = sum => sum.tests ? sum.bad / sum.tests : 0;
  const rows = RUN.nodes.map((node, i) => {
    const sum = sums[i], others = sums.filter((_, j) => j !== i);
    const rest = others.reduce((a, s) => ({ tests: a.tests + s.tests, bad: a.bad + s.bad }), { tests: 0, bad: 0 });
    const odd = sum.bad >= 3 && rest.tests > 0 && share(sum) > 3 * Math.max(share(rest), 1 / rest.tests);
    const crashes = count(node.crashes) + (node.crashes === 1 ? " crash" : " crashes");
    const said = [node.lost && "lost: " + clean(node.lost), node.crashes && crashes,
                  odd && "fails more than the others"].filter(Boolean).join("; ");
    return [clean(node.name), num(count(runners[i].size)), num(count(sum.files)), num(count(sum.tests)),
            num(count(sum.bad)), num(secs(sum.work)), clean(node.ruby || ""),
            make("span", { cls: said ? "bad" : "" }, said)];
  });
  const heads = ["node", num("runners"), num("files"), num("examples"), num("bad"), num("work"), "Ruby", ""];
  return [table(heads, rows), ...efficiency()];
}

function listTab(items, fields, draw, label, states) {
  const holder = make("div", {}), told = make("span", { cls: "dim" });
  const search = make("input", { type: "search", "aria-label": "filter",
                                 placeholder: "filter by path or name   ( / )" });
  const state = make("select", { "aria-label": "status" }, make("option", { value: "" }, "all"),
                     ...states.map(s => make("option", { value: String(s) }, STATUS[s])));
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = items.filter(item => {
      const { text, status } = fields(item);
      if (state.value !== "" && status !== Number(state.value)) return false;
      if (!words.length) return true;
      const low = text.toLowerCase();
      return words.every(word => low.includes(word));
    });
    told.textContent = plural(wanted.length, label);
    holder.replaceChildren(virtualList(wanted, draw, label + "s"));
  };
  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 80); });
  state.addEventListener("change", show);
  show();
  return [make("div", { cls: "tools" }, search, state, told), holder];
}

const present = statuses => [...new Set(statuses)].sort();

function filesTab() {
  const draw = (row, f) => row.append(
    make("span", { cls: "st " + tone(f[1]) }, STATUS[f[1]]),
    make("span", { cls: "what mono", title: f[0] }, clean(f[0]) + (f[8] ? "  (" + clean(f[8]) + ")" : "")),
    make("span", { cls: "num" }, plural(f[6], "example")), make("span", { cls: "num" }, secs(f[2])),
    make("span", { cls: "num dim" }, f[3] === null ? "new" : secs(f[3])),
    make("span", { cls: "at dim" }, place(nodeName(f[4]), f[5])));
  return listTab(RUN.files, f => ({ text: f[0], status: f[1] }), draw, "file", present(RUN.files.map(f => f[1])));
}

function examplesTab() {
  const draw = (row, t) => row.append(
    make("span", { cls: "st " + tone(t[3]) }, t[7] ? "flaky" : STATUS[t[3]]),
    make("span", { cls: "what", title: at(fileOf(t[0]), t[1]) + "\n" + clean(t[2]) + (t[8] ? "\n" + clean(t[8]) : "") },
         make("span", { cls: "mono dim" }, at(fileOf(t[0]), t[1]) + " "), clean(t[2]),
         t[8] ? make("span", { cls: "dim" }, "  " + clean(t[8])) : ""),
    make("span", { cls: "num" }, secs(t[4])), make("span", { cls: "at dim" }, place(nodeName(t[5]), t[6])));
  return listTab(RUN.examples, t => ({ text: fileOf(t[0]) + ":" + t[1] + " " + t[2], status: t[3] }), draw, "example",
                 present(RUN.examples.map(t => t[3])));
}
