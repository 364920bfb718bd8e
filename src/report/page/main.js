// The page: head, tabs, keys.
const TABS = [["failures", "Failures", () => RUN.failures.length, failuresTab],
              ["flaky", "Flaky", () => RUN.flaky.length, flakyTab],
              ["timeline", "Timeline", null, timelineTab],
              ["slowest", "Slowest", null, slowestTab],
              ["nodes", "Nodes", () => RUN.nodes.length, nodesTab],
              ["files", "Files", () => RUN.files.length, filesTab],
              ["examples", "Examples", () => RUN.examples.length, examplesTab]];
const made = new Map();
let current = "";

function head() {
  const good = RUN.ok;
  const facts = [plural(RUN.files.length, "file"), RUN.framework, RUN.ruby && "Ruby " + RUN.ruby,
                 RUN.seed !== null && "seed " + RUN.seed,
                 RUN.commit && "commit " + RUN.commit.slice(0, 10), RUN.host && "on " + RUN.host,
                 new Date(RUN.began / 1000).toLocaleString(),
                 RUN.expect !== null && "expected " + secs(RUN.expect), RUN.exit !== null && "exit " + RUN.exit];
  const box = document.getElementById("head");
  const verdict = RUN.verdict.toUpperCase();
  box.append(make("h1", {}, make("span", { cls: good ? "good" : "bad", id: "verdict" }, verdict),
                  "  " + clean(RUN.project)),
             make("div", {}, clean(RUN.line)));
  if (RUN.reason) box.append(make("div", { cls: "warn" }, clean(RUN.reason)));
  box.append(make("div", { cls: "facts" }, make("span", { cls: "mono" }, "run " + RUN.run.slice(0, 8)),
                  ...facts.filter(Boolean).map(fact => make("span", {}, clean(fact)))));
  const again = command(RUN.rerun, "all failures again");
  if (again) box.append(again);
  document.getElementById("foot").append("dtest " + clean(RUN.version) + " · keys: ? for help");
  document.title = verdict + (RUN.failures.length ? " " + RUN.failures.length : "") + " · " + clean(RUN.project);
}

function open(name, focus) {
  const tab = TABS.find(([key]) => key === name) || TABS[0];
  current = tab[0];
  for (const button of document.querySelectorAll("#tabs button")) {
    const here = button.id === "tab-" + current;
    button.setAttribute("aria-selected", String(here));
    button.tabIndex = here ? 0 : -1;
    if (here && focus) button.focus();
  }
  if (!made.has(current)) {
    const panel = make("section", { role: "tabpanel", id: "panel-" + current, "aria-labelledby": "tab-" + current });
    made.set(current, panel);
    document.getElementById("main").append(panel);
    panel.append(...tab[3]());
  }
  for (const [key, panel] of made) panel.hidden = key !== current;
  history.replaceState(null, "", "#" + current);
}

function tabs() {
  const bar = document.getElementById("tabs");
  TABS.forEach(([name, label, number], i) => bar.append(make("button", {
    role: "tab", id: "tab-" + name, "aria-controls": "panel-" + name, title: "key " + (i + 1),
    onclick: () => open(name) }, label + (number ? " " + count(number()) : ""))));
  bar.addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (TABS.findIndex(([key]) => key === current) + step + TABS.length) % TABS.length;
    open(TABS[next][0], true);
  });
}

// The article under the keys j and k.
function walk(step) {
  const all = [...made.get(current).querySelectorAll("article")];
  if (!all.length) return;
  const here = all.findIndex(a => a.classList.contains("here"));
  if (here >= 0) all[here].classList.remove("here");
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  next.classList.add("here");
  next.querySelector("button").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function chosen() {
  const panel = made.get(current);
  return panel.querySelector("article.here") || panel.querySelector("article");
}

function theme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.dataset.theme || (dark ? "dark" : "light");
  document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
  for (const line of LINES) line.draw();
}

function help() {
  const box = document.getElementById("help");
  const keys = [["1 … 7", "the parts of the report"], ["j, k", "next, previous failure"],
                ["o, enter", "open or close it"],
                ["c", "copy its command"], ["/", "filter"], ["t", "light or dark"], ["?", "this list"]];
  box.replaceChildren(make("table", {}, make("tbody", {}, ...keys.map(([key, text]) =>
    make("tr", {}, make("td", {}, make("kbd", {}, key)), make("td", {}, text))))));
  box.showModal();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const number = Number(event.key);
  if (number >= 1 && number <= TABS.length) return open(TABS[number - 1][0]);
  const search = made.get(current).querySelector("input[type=search]");
  const actions = { j: () => walk(1), k: () => walk(-1), t: theme, "?": help,
                    o: () => chosen() && chosen().querySelector("button").click(),
                    "/": () => search ? search.focus() : open("examples"),
                    c: () => { const b = chosen() && chosen().querySelector("[data-copy]"); if (b) b.click(); } };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
}

head();
tabs();
open(location.hash.slice(1) || (RUN.failures.length ? "failures" : RUN.flaky.length ? "flaky" : "timeline"));
document.addEventListener("keydown", onKey);
document.documentElement.dataset.ready = String(Math.round(performance.now()));
