# frozen_string_literal: true

require_relative "support"
require_relative "virtual_terminal"

# What a person sees: real runs on a real pseudo-terminal, as they go on, at 80 columns and at 120 without UTF-8, and
# shown again at 80 and 120 columns, with and without UTF-8. Screens are in tests/golden/terminal; DTEST_REGENERATE=1 writes them. Numbers that
# differ from run to run are masked, and lines that are about time alone.
class ScreenTest < SystemTest
  GOLDEN = File.expand_path("../golden/terminal", __dir__)
  SHAPES = [[80, "C.UTF-8"], [120, "C.UTF-8"], [80, "C"], [120, "C"]].freeze
  LIVE = SHAPES.values_at(0, 3).freeze
  FLAGS = %w[-j1 --fixed --seed 7].freeze

  # `kept`: where; each run begins without a history.
  def on_terminal(*arguments, columns:, locale:, kept:, **options)
    env = { "LC_ALL" => locale, "COLUMNS" => nil, "XDG_STATE_HOME" => place(kept) }
    start(*arguments, terminal: true, columns: columns, env: env, **options)
  end

  def screen(command, columns)
    text = command.out.dup.force_encoding("UTF-8")
    assert text.valid_encoding?, text
    VirtualTerminal.new(columns).write(text).text
  end

  # Times, rates and ids. What is masked keeps no width, so columns behind it are pushed together.
  def mask(text)
    text = text.gsub(/^slow .*?\n\n/m, "").gsub(/^use .*?(?=^\n|\z)/m, "use      (what it cost)\n")
    text = text.gsub(/:in [`'].*/, ":in (where)")
    text = text.gsub(/(?<=run |reproduce |--resume )\h{4,8}\b/, "RUN").gsub(/RSpec [\d.]+, Ruby [\d.]+/, "RSpec V, Ruby V")
    text = text.gsub(/ \(expected [^)]*\)/, "").gsub(/\d+h\d+m|\d+m\d+s|\d+(\.\d+)?s\b|\d+:\d\d(:\d\d)?/) { "T" }
    text.gsub(/about T on/, "on").gsub(/^plan .*?T on/, "plan on").gsub(/ +T(?=  |$)/, "  T")
        .gsub(/dtest \d+\.\d+\.\d+/, "dtest V").gsub(@project, "PROJECT")
  end

  def compare(name, text)
    path = File.join(GOLDEN, "#{name}.txt")
    text = mask(text)
    if ENV["DTEST_REGENERATE"]
      FileUtils.mkdir_p(GOLDEN)
      return File.write(path, text)
    end
    assert_equal File.read(path, encoding: "UTF-8"), text, name
  end

  # Commands to copy are in one piece, however long.
  def check_screen(name, run, columns, locale)
    text = screen(run, columns)
    assert run.out.dup.force_encoding("UTF-8").ascii_only?, text if locale == "C"
    too_long = text.lines.reject { |line| line =~ /dtest (run|reproduce)/ }.map(&:chomp).select { |l| l.size > columns }
    assert_empty too_long
    compare("#{name}.#{columns}#{locale == "C" ? "-ascii" : ""}", text)
  end

  # As it goes on, and shown again in each shape. The block has what happens while it goes on.
  def check(name, code, *flags)
    LIVE.each do |columns, locale|
      run = on_terminal(*FLAGS, *flags, columns: columns, locale: locale, kept: "kept.#{columns}")
      yield run, columns if block_given?
      assert_exit code, run.finish
      refute_match(/\e\[\?25l(?!.*\e\[\?25h)/m, run.out, "the cursor stays hidden")
      check_screen(name, run, columns, locale)
    end
    SHAPES.each do |columns, locale|
      shown = on_terminal("show", columns: columns, locale: locale, kept: "kept.80", events: false).finish
      assert_exit 0, shown
      check_screen("#{name}.shown", shown, columns, locale)
    end
  end

  def test_passing
    project("spec/a_spec.rb" => spec({ "passes" => "", "waits" => "skip 'later'" }, group: "A"),
            "spec/b_spec.rb" => spec(group: "B"))
    check("passing", 0)
  end

  def test_failing
    body = "puts 'computing'\n    expect([1, 2]).to eq([1, 3])"
    project("spec/models/order_spec.rb" => spec({ "adds tax" => body, "is well" => "" }, group: "Order#total"),
            "spec/models/broken_spec.rb" => "raise IOError, 'no disk'\n",
            "spec/pool_spec.rb" => spec((1..6).to_h { |i| ["connection #{i}", "raise IOError, 'refused'"] }, group: "Pool"))
    check("failing", 1)
  end

  def test_crashed
    project("spec/image_spec.rb" => spec({ "is fine" => "", "breaks" => "warn 'at the edge'; exit!(7)" }, group: "Image"),
            "spec/other_spec.rb" => spec(group: "Other"))
    check("crashed", 1, "--crash-retries", "1")
  end

  def test_flaky
    mark = place("mark").inspect
    code = "if File.exist?(#{mark}) then File.delete(#{mark}) else File.write(#{mark}, ''); raise 'not yet'; end"
    project("spec/search_spec.rb" => spec({ "finds" => code, "is well" => "" }, group: "Search"))
    check("flaky", 0, "--retries", "1")
  end

  # The block that moves: what runs, on its line; and nothing of it stays.
  def test_interrupted
    project("spec/a_spec.rb" => spec(group: "A"), "spec/b_spec.rb" => spec({ "stays" => stays, "comes" => "" }, group: "B"),
            "spec/c_spec.rb" => spec(group: "C"))
    check("interrupted", 130) do |run, columns|
      wait_until_stays
      block = %r{1/3 files.*\n +runner 1 +spec/b_spec.rb +\d+s, new}m
      wait("the block") { screen(run, columns).lines.last(3).join =~ block }
      run.signal(:INT)
      run.wait_event("run.cancel")
      run.signal(:INT)
      run.finish
      FileUtils.rm(place("stay"))
    end
  end
end
