# frozen_string_literal: true

require "cgi"
require_relative "support"

# The HTML report in a real browser: drawn, clicked, no error, nothing of a test's text became markup. Needs Chromium.
class PageTest < SystemTest
  GOLDEN = File.expand_path("../golden", __dir__)
  BROWSER = %w[chromium chromium-browser google-chrome].map { |name| `which #{name} 2>/dev/null`.chomp }
                                                        .find { |path| !path.empty? }

  # The time of the page is virtual: nothing depends on how fast the machine is. As root there is no sandbox.
  FLAGS = %w[--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking
             --no-first-run --dump-dom --enable-logging=stderr --virtual-time-budget=20000].freeze

  # Does what a person would, and leaves what came of it in an attribute. The page under test is not changed.
  DRIVER = <<~SCRIPT
    <script>
    const found = { errors: [] };
    const press = key => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    const texts = (selector, root) => [...(root || document).querySelectorAll(selector)].map(node => node.textContent);
    window.addEventListener("error", event => found.errors.push(event.message));
    const panel = () => document.querySelector("main section:not([hidden])");
    const later = (ms, work) => new Promise(done => setTimeout(() => { work(); done(); }, ms));
    (async () => {
      found.title = document.title;
      found.verdict = document.getElementById("verdict").textContent;
      found.commands = texts(".again code");
      found.tabs = {};
      for (const tab of document.querySelectorAll("#tabs button")) {
        tab.click();
        found.tabs[tab.id.slice(4)] = panel().textContent;
      }
      press("1"); press("j"); press("j");
      found.here = texts("article.here b")[0];
      const before = panel().querySelectorAll(".body:not([hidden])").length;
      press("o");
      found.flipped = panel().querySelectorAll(".body:not([hidden])").length - before;
      press("7");
      const search = panel().querySelector("input");
      search.value = "#FILTER#";
      search.dispatchEvent(new Event("input"));
      await later(300, () => { found.filtered = texts(".row .what", panel()); });
      press("3");
      const canvas = panel().querySelector("canvas");
      await later(100, () => {
        for (const key of ["ArrowRight", "ArrowRight", "+", "-", "0"])
          canvas.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        found.chosen = texts(".chosen", panel())[0];
        const drawn = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        found.painted = [...drawn.data].some(b => b > 0);
      });
      press("t");
      found.theme = document.documentElement.dataset.theme;
      found.images = document.images.length;
      found.scripts = document.scripts.length;
      found.nodes = document.querySelectorAll("*").length;
      found.loaded = performance.getEntriesByType("resource").map(entry => entry.name);
      document.documentElement.dataset.found = JSON.stringify(found);
    })();
    </script>
  SCRIPT

  def setup
    super
    skip "no Chromium here: install chromium to test the HTML page" unless BROWSER
  end

  # What the driver found in the page of a stored run.
  def visit(events, filter)
    told = dtest("report", events, "--html", place("report.html"), events: false)
    assert_exit 0, told
    File.write(place("driven.html"), File.read(place("report.html")) + DRIVER.sub("#FILTER#", filter))
    dom, log, status = Open3.capture3(environment, "timeout", "-k5", Machine::PATIENCE.to_s, BROWSER, *FLAGS,
                                      "--user-data-dir=#{place("chromium")}", "file://#{place("driven.html")}")
    assert status.success?, "#{status}\n#{log}"
    assert_empty log.lines.grep(/CONSOLE/), "the browser's console"
    found = dom[/data-found="([^"]*)"/, 1] or flunk "the page did not answer\n#{dom[0, 2000]}\n#{log}"
    JSON.parse(CGI.unescapeHTML(found))
  end

  def test_a_hostile_run
    found = visit("#{GOLDEN}/reports/hostile.jsonl", "always bad")
    assert_empty found["errors"]
    assert_equal ["FAILED 6 · proj", "FAILED"], found.values_at("title", "verdict")
    assert_equal "dtest run spec/a_spec.rb spec/a_spec.rb:3 spec/b_spec.rb:2 spec/c_spec.rb spec/d_spec.rb:5",
                 found["commands"].first
    assert_includes found["commands"], "dtest run spec/a_spec.rb:3"
    assert_includes found["commands"], "dtest reproduce 2b6dda51:8"
    assert_includes found["tabs"]["failures"], "A </script><img onerror=alert(1)> fails  & <b>"
    assert_includes found["tabs"]["failures"], "out\\x01put"
    assert_includes found["tabs"]["flaky"], "RuntimeError: first time"
    assert_includes found["tabs"]["files"], "spec/c_spec.rb"
    assert_equal ["ERROR 9", -1], found.values_at("here", "flipped")
    assert_equal ["spec/d_spec.rb:5 D always bad"], found["filtered"]
    assert_match(/boot process, 0.38s/, found["chosen"])
    assert_equal [true, 0, 3, []], found.values_at("painted", "images", "scripts", "loaded")
    assert_includes %w[light dark], found["theme"]
  end

  # 10,000 examples: only what is in sight is made. (50,000 were tried by hand.)
  def test_a_large_run
    write_large(place("large.jsonl"), files: 500, each: 20)
    found = visit(place("large.jsonl"), "spec.rb:20 file_0499")
    assert_empty found["errors"]
    assert_equal "FAILED 250 · large", found["title"]
    assert_includes found["tabs"]["failures"], "250 share: RuntimeError: expected nothing"
    assert_equal ["spec/file_0499_spec.rb:20 file_0499 number 19"], found["filtered"]
    assert_operator found["nodes"], :<, 5000
  end

  def test_the_page_holds_nothing_of_the_person
    assert_exit 0, dtest("report", "#{GOLDEN}/reports/hostile.jsonl", "--html", place("report.html"), events: false)
    page = File.read(place("report.html"))
    refute_includes page, "/home/ann"
    refute_match(/"ann"|--retries/, page)
    refute_match(%r{<(script|link|img)[^>]+(src|href)="?(http|//|file)}, page)
  end

  private

  def write_large(path, files:, each:)
    sequence = 0
    File.open(path, "w") do |file|
      say = lambda do |kind, elapsed, fields|
        file.puts JSON.generate({ v: "1.0", stream: "x/1", seq: sequence += 1, ts: 1_790_000_000_000_000,
                                  elapsed: elapsed, kind: kind, run: "b" * 32 }.merge(fields))
      end
      say.call("run.start", 0, project: "large", dir: "/large", runners: 4, nodes: ["local"])
      files.times { |n| write_file(say, n, each) }
      say.call("run.end", files.to_f, last: true, verdict: "failed", exit_code: 1, secs: files.to_f, files: files,
                                      counts: { passed: files * each - files / 2, failed: files / 2 })
    end
  end

  def write_file(say, number, each)
    path = format("spec/file_%04d_spec.rb", number)
    at = { path: path, attempt: 1, item: number, node: "local", runner: number % 4 + 1 }
    say.call("file.start", number.to_f, at)
    each.times do |n|
      bad = n.zero? && number.odd?
      raised = bad ? [{ class: "RuntimeError", message: "expected nothing", backtrace: ["#{path}:1"] }] : []
      say.call("test.end", number + n / 100.0, at.merge(id: "./#{path}[1:#{n}]", line: n + 1, secs: 0.01,
        full_name: format("file_%04d number %d", number, n), status: bad ? "failed" : "passed", exceptions: raised,
        failure: bad ? number / 2 + 1 : 0))
    end
    say.call("file.end", number + 0.9, at.merge(status: number.odd? ? "failed" : "passed", secs: 0.5))
  end
end
