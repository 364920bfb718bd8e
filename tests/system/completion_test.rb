# frozen_string_literal: true

require_relative "support"

# What the shells themselves offer, with the scripts that dtest prints.
class CompletionTest < SystemTest
  def setup
    super
    project("spec/models/a_spec.rb" => spec, "lib/x.rb" => "", "Gemfile" => "")
    %w[bash zsh fish].each do |shell|
      run = dtest("completion", shell, events: false)
      assert_exit 0, run
      File.write(place(shell), run.out)
    end
  end

  # dtest is the one that is tested.
  def shell_environment
    environment("PATH" => "#{File.dirname(DTEST)}:#{ENV["PATH"]}")
  end

  def ask(*command, input: "")
    out, err, status = Open3.capture3(shell_environment, *command, stdin_data: input, chdir: @project)
    assert status.success?, "#{command.first}: #{err}"
    assert_empty err
    out
  end

  # As readline calls it: the words as COMP_WORDBREAKS parts them, the last one to be completed.
  def bash_lines(lists)
    calls = lists.map do |words|
      program = words.first
      "COMP_WORDS=(#{words.map { |word| "'#{word}'" }.join(" ")}); COMP_CWORD=#{words.size - 1}; " \
        "$(complete -p #{program} | sed 's/.*-F \\([^ ]*\\).*/\\1/'); echo \"${COMPREPLY[*]}\""
    end
    ask("bash", "--norc", "-c", "set -u; source #{place("bash")}\n#{calls.join("\n")}").lines.map(&:split)
  end

  def test_bash
    dtest
    id = JSON.parse(dtest("history", "--json", events: false).out)["runs"][0]["run"][0, 4]
    cases = {
      %w[dtest repr] => %w[reproduce], %w[dtest plan --failed-f] => %w[--failed-first],
      ["dtest", "--format", "="] => %w[progress files quiet], ["dtest", "run", "--format", "=", "q"] => %w[quiet],
      ["dtest", "-f", "p"] => %w[progress], ["dtest", "--format=q"] => %w[quiet],
      ["dtest", "list", "--fram"] => %w[--framework], ["dtest", "list", "--fail-"] => [],
      ["dtest", "run", "spec/mod"] => %w[spec/models], ["dtest", "--directory", "sp"] => %w[spec],
      ["dtest", "-C", "Gem"] => [], ["dtest", "--events", "Gem"] => %w[Gemfile],
      ["dtest", "show", ""] => ["latest", id], ["dtest", "bisect", "la"] => %w[latest],
      ["dtest", "--fail-fast", "spec/m"] => %w[spec/models], ["dtest", "--seed", "s"] => [],
      ["dtest", "config", "c"] => %w[check], ["dtest", "completion", "z"] => %w[zsh],
      ["dtest", "help", "bis"] => %w[bisect], ["dtest", "--", "Gem"] => %w[Gemfile],
      ["dtestd", "--log-l"] => %w[--log-level], ["dtestd", "--log-level", "de"] => %w[debug]
    }
    assert_equal cases, cases.keys.zip(bash_lines(cases.keys)).to_h
  end

  def test_fish
    skip "fish is not installed" unless Machine.program?("fish")
    lines = { "dtest repr" => /^reproduce\trun what/, "dtest run --form" => /^--format\t/, "dtest list --fra" => /^--framework/,
              "dtest run --format " => /^quiet\t/, "dtest completion " => /^zsh/, "dtestd --log-level de" => /^debug/ }
    lines.each do |line, wanted|
      assert_match wanted, ask("fish", "--no-config", "-c", "source #{place("fish")}; complete -C'#{line}'"), line
    end
    refute_match(/--format/, ask("fish", "--no-config", "-c", "source #{place("fish")}; complete -C'dtest list --f'"))
  end

  # What a person sees who presses the tabulator.
  def test_zsh
    skip "zsh is not installed" unless Machine.program?("zsh")
    commands = "autoload -U compinit; compinit -u -D; source #{place("zsh")}; PS1='ready> '; unsetopt beep\n"
    master, slave = PTY.open
    master.winsize = [24, 200]
    pid = Process.spawn(shell_environment.merge("TERM" => "dumb"), "zsh", "-f", "-i", chdir: @project, in: slave, out: slave, err: slave)
    slave.close
    seen = +""
    look = lambda do |wanted|
      wait("#{wanted.inspect} in\n#{seen}") do
        seen << master.read_nonblock(65_536, exception: false).then { |text| text.is_a?(String) ? text : "" }
        seen.match?(wanted)
      end
    end
    master.write(commands)
    look.call(/ready> /)
    { "dtest repr\t" => /reproduce/, "dtest run --output-c\t" => /--output-cap/, "dtest run --format=qui\t" => /--format=quiet/,
      "dtest list --framew\t" => /--framework/, "dtest completion fi\t" => /completion fish/, "dtestd --log-f\t" => /--log-format/ }
      .each do |typed, wanted|
        seen.clear
        master.write(typed)
        look.call(wanted)
        master.write("\u0015")
      end
    refute_match(/error|not found/, seen)
  ensure
    master&.close
    Process.kill(:KILL, pid) if pid
    Process.wait(pid) if pid
  end
end
