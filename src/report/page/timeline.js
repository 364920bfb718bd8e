// What every runner did when, on a canvas: one row a runner, blocks for set-up, boot, files, and time without the node.
const KINDS = ["set-up hook", "boot", "file", "node lost", "copy to the node"];
const HEIGHT = 18, LEFT = 120, TOP = 22;

const LINES = [];

class Timeline {
  constructor() {
    this.wall = false;
    this.zoom = 1;
    this.from = 0;
    this.chosen = -1;
    this.total = Math.max(RUN.secs, 0.001);
    this.rows = RUN.lanes.map(() => []);
    RUN.spans.forEach((span, i) => this.rows[span[0]].push(i));
    this.canvas = make("canvas", { tabindex: "0", role: "img", "aria-label":
      "Timeline of " + plural(RUN.lanes.length, "lane") + " over " + secs(this.total) +
      ". Arrow keys choose a block, plus and minus change the scale." });
    this.details = make("div", { "aria-live": "polite" });
    this.listen();
    LINES.push(this);
  }

  listen() {
    this.canvas.addEventListener("mousemove", event => this.hover(event));
    this.canvas.addEventListener("mouseleave", () => { document.getElementById("tip").hidden = true; });
    this.canvas.addEventListener("click", event => this.choose(this.find(event)));
    this.canvas.addEventListener("keydown", event => this.key(event));
    this.canvas.addEventListener("wheel", event => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return;
      event.preventDefault();
      if (event.shiftKey) this.move((event.deltaY || event.deltaX) / 800 / this.zoom);
      else this.scale(event.deltaY < 0 ? 1.3 : 1 / 1.3, this.time(event.offsetX));
    }, { passive: false });
    // Drawing sets the height, which the observer would hear of again: only the width matters, and after this frame.
    new ResizeObserver(() => requestAnimationFrame(() => {
      if (this.canvas.clientWidth !== this.width) this.draw();
    })).observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  span() { return this.total / this.zoom; }
  x(time) { return LEFT + (time - this.from) / this.span() * (this.width - LEFT - 4); }
  time(x) { return this.from + (x - LEFT) / (this.width - LEFT - 4) * this.span(); }

  scale(factor, around) {
    const share = (around - this.from) / this.span();
    this.zoom = Math.min(Math.max(this.zoom * factor, 1), 5000);
    this.from = around - share * this.span();
    this.move(0);
  }

  move(share) {
    this.from = Math.min(Math.max(this.from + share * this.total, 0), this.total - this.span());
    this.draw();
  }

  colour(span) {
    const css = name => this.style.getPropertyValue(name).trim();
    if (span[1] === 0) return css(span[5] === FAILED ? "--badfile" : "--setup");
    if (span[1] === 1) return css("--boot");
    if (span[1] === 3) return css("--lost");
    if (span[1] === 4) return css(span[5] === FAILED ? "--badfile" : "--sync");
    return css(span[7] ? "--void" : bad(span[5]) ? "--badfile" : "--file");
  }

  draw() {
    const ratio = window.devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    if (!this.width) return;
    const height = TOP + this.rows.length * HEIGHT + 6;
    this.canvas.style.height = height + "px";
    this.canvas.width = this.width * ratio;
    this.canvas.height = height * ratio;
    this.style = getComputedStyle(document.documentElement);
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    pen.font = "12px system-ui, sans-serif";
    this.drawScale(pen, height);
    this.rows.forEach((row, lane) => this.drawRow(pen, row, lane));
  }

  drawScale(pen, height) {
    const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
    const step = steps.find(s => this.span() / s <= Math.max(2, (this.width - LEFT) / 90)) || 14400;
    for (let t = Math.ceil(this.from / step) * step; t <= this.from + this.span(); t += step) {
      pen.fillStyle = this.style.getPropertyValue("--line");
      pen.fillRect(this.x(t), TOP - 4, 1, height);
      pen.fillStyle = this.style.getPropertyValue("--dim");
      const label = this.wall ? new Date(RUN.began / 1000 + t * 1000).toLocaleTimeString()
                              : step < 1 ? t.toFixed(2) + "s"
                              : Math.floor(t / 60) + ":" + String(Math.round(t % 60)).padStart(2, "0");
      pen.fillText(label, this.x(t) + 3, 12);
    }
  }

  drawRow(pen, row, lane) {
    const y = TOP + lane * HEIGHT, [node, runner] = RUN.lanes[lane];
    const fresh = lane === 0 || RUN.lanes[lane - 1][0] !== node;
    pen.fillStyle = this.style.getPropertyValue(fresh ? "--fg" : "--dim");
    const name = fresh ? nodeName(node) : "";
    pen.fillText((name.length > 11 ? name.slice(0, 10) + "…" : name), 2, y + 12);
    pen.fillText(runner ? String(runner) : "node", LEFT - 34, y + 12);
    for (const index of row) {
      const span = RUN.spans[index];
      if (span[3] < this.from || span[2] > this.from + this.span()) continue;
      const left = Math.max(this.x(span[2]), LEFT), right = Math.min(this.x(span[3]), this.width - 4);
      pen.fillStyle = this.colour(span);
      pen.fillRect(left, y + 1, Math.max(right - left - (right - left > 4 ? 1 : 0), 1), HEIGHT - 3);
      if (index !== this.chosen) continue;
      pen.strokeStyle = this.style.getPropertyValue("--link");
      pen.lineWidth = 2;
      pen.strokeRect(left - 1, y, Math.max(right - left, 2) + 2, HEIGHT - 1);
    }
  }

  find(event) {
    const lane = Math.floor((event.offsetY - TOP) / HEIGHT), time = this.time(event.offsetX);
    if (lane < 0 || lane >= this.rows.length) return -1;
    const slack = this.span() / this.width * 2;
    const hit = this.rows[lane].filter(i => RUN.spans[i][2] - slack <= time && time <= RUN.spans[i][3] + slack);
    return hit.length ? hit[hit.length - 1] : -1;
  }

  text(index) {
    const [lane, kind, from, to, file, status, attempt, isVoid, how] = RUN.spans[index];
    const what = kind === 2 ? clean(fileOf(file)) : KINDS[kind];
    const usual = kind === 2 && RUN.files[file][3] !== null ? " of about " + secs(RUN.files[file][3]) : "";
    const end = kind !== 2 ? "" : isVoid ? ", counted for nothing" : ", " + STATUS[status];
    const where = place(nodeName(RUN.lanes[lane][0]), RUN.lanes[lane][1]);
    return what + "\n" + where + ", " + secs(to - from) + usual + end +
           (attempt > 1 ? ", attempt " + attempt : "") + (how ? " (" + clean(how) + ")" : "") + ", from " + secs(from);
  }

  hover(event) {
    const tip = document.getElementById("tip"), index = this.find(event);
    tip.hidden = index < 0;
    if (index < 0) return;
    tip.textContent = this.text(index);
    tip.style.left = Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8) + "px";
    tip.style.top = Math.min(event.clientY + 16, window.innerHeight - tip.offsetHeight - 8) + "px";
  }

  choose(index) {
    this.chosen = index;
    this.details.replaceChildren();
    if (index >= 0) {
      const span = RUN.spans[index];
      this.details.append(make("pre", { cls: "chosen" }, this.text(index)));
      if (span[1] === 2) {
        const wrong = RUN.failures.filter(f => f.f === span[4]);
        this.details.append(command("dtest run " + RUN.quoted[span[4]]) || "",
                            ...wrong.slice(0, 20).map(f => article(f, false)));
      }
    }
    this.draw();
  }

  key(event) {
    const lane = this.chosen >= 0 ? RUN.spans[this.chosen][0] : 0;
    const row = this.rows[lane] || [], here = row.indexOf(this.chosen);
    const near = next => {
      if (!this.rows[next] || !this.rows[next].length) return this.chosen;
      const time = this.chosen >= 0 ? RUN.spans[this.chosen][2] : 0;
      const away = index => Math.abs(RUN.spans[index][2] - time);
      return this.rows[next].reduce((a, b) => away(b) < away(a) ? b : a);
    };
    const middle = this.chosen >= 0 ? RUN.spans[this.chosen][2] : this.from + this.span() / 2;
    const keys = { ArrowRight: () => this.choose(row[Math.min(here + 1, row.length - 1)] ?? -1),
                   ArrowLeft: () => this.choose(row[Math.max(here - 1, 0)] ?? -1),
                   ArrowDown: () => this.choose(near(lane + 1)), ArrowUp: () => this.choose(near(lane - 1)),
                   "+": () => this.scale(1.5, middle), "=": () => this.scale(1.5, middle),
                   "-": () => this.scale(1 / 1.5, middle), "0": () => { this.zoom = 1; this.from = 0; this.draw(); } };
    if (!keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }
}

function legend() {
  const copies = RUN.spans.some(span => span[1] === 4) ? [["--sync", "copy to the node"]] : [];
  const entries = [...copies, ["--setup", "set-up hook"], ["--boot", "boot"], ["--file", "file"],
                   ["--badfile", "file with failures"],
                   ["--void", "attempt that counted for nothing"], ["--lost", "node lost"], ["--bg", "idle"]];
  return make("div", { cls: "legend" }, ...entries.map(([colour, text]) => make("span", {},
    make("span", { cls: "key", style: { background: "var(" + colour + ")", border: "1px solid var(--line)" } }),
    text)));
}

function efficiency() {
  const e = RUN.efficiency;
  if (!e) return [];
  const line = secs(e.work) + " of work on " + plural(e.runners, "runner") + " = " +
               e.speedup.toFixed(1) + "× one runner · " + percent(e.busy) + " busy · best possible " +
               secs(e.ideal) + " · first example after " + secs(e.first);
  const names = { boot: "booting", set_up: "set-up", hooks: "hooks", tail: "last files",
                  waiting: "waiting", other: "other" };
  const causes = Object.entries(e.idle).filter(([, share]) => share >= 0.005).sort((a, b) => b[1] - a[1]);
  const colours = { boot: "--boot", hooks: "--setup", set_up: "--setup", tail: "--void", waiting: "--lost",
                    other: "--dim" };
  return [make("h2", {}, "What the time was for"), make("p", {}, line),
          make("div", { cls: "idle", role: "img", "aria-label": "busy and idle time" },
               make("span", { title: "busy " + percent(e.busy),
                              style: { width: e.busy * 100 + "%", background: "var(--file)" } }),
               ...causes.map(([cause, share]) => make("span", { title: (names[cause] || cause) + " " + percent(share),
                 style: { width: share * 100 + "%", background: "var(" + (colours[cause] || "--dim") + ")" } }))),
          make("p", { cls: "dim" },
               "idle: " + (causes.map(([c, s]) => (names[c] || c) + " " + percent(s)).join(", ") || "none"))];
}

function timelineTab() {
  if (!RUN.spans.length) return [make("p", { cls: "dim" }, "No runner started."), ...efficiency()];
  const line = new Timeline();
  const button = (label, action) => make("button", { onclick: () => { action(); line.draw(); } }, label);
  return [make("div", { cls: "tools" }, button("elapsed | wall clock", () => { line.wall = !line.wall; }),
               button("closer", () => line.scale(1.6, line.from + line.span() / 2)),
               button("wider", () => line.scale(1 / 1.6, line.from + line.span() / 2)),
               button("◀", () => line.move(-0.4 / line.zoom)), button("▶", () => line.move(0.4 / line.zoom)),
               make("span", { cls: "dim" },
                    "a block: click, or the arrow keys; scale: + and −, or ctrl and the wheel")),
          line.canvas, legend(), line.details, ...efficiency()];
}
