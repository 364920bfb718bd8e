# frozen_string_literal: true

require_relative "support"

# Tests that print more than a disk may hold.
class FloodTest < SystemTest
  MEGA = 1 << 20

  def flood(name)
    "File.write('#{place(name)}', '1'); part = 'x' * 1_000_000 + \"\\n\"; " \
      "$stdout.write(part) until File.exist?('#{place("#{name}.go")}')"
  end

  def on_disk
    Dir["#{root}/t/*/o1.*"].sum { |path| File.stat(path).blocks * 512 }
  rescue SystemCallError
    0
  end

  # Waits until a flood was cut twice while it went on.
  def wait_until_cut(times = 2)
    most = 0
    wait("the output file to be cut, not #{on_disk} bytes") do
      now = on_disk
      most = [most, now].max
      next unless most - now > 8 * MEGA
      most = now
      (times -= 1).zero?
    end
  end

  def test_one_example_floods
    project("spec/a_spec.rb" => spec({ "floods" => flood("flood"),
                                       "fails" => "puts 'last words'; raise 'bad'" }, group: "A"),
            "spec/b_spec.rb" => spec({ "works" => "puts 'b says'; raise 'bad too'" }, group: "B"))
    run = start("-j1")
    wait_until_cut
    let_go("flood")
    run.finish
    assert_exit 1, run
    assert_empty run.account.faults
    assert_equal({ "A floods" => "passed", "A fails" => "failed", "B works" => "failed" }, run.account.verdicts)
    assert_equal 1, run.out.scan(%r{runner 1, in spec/a_spec.rb, prints very much: only the last 4 MiB}).size, run.out
    assert_match(/last words/, run.out)
    assert_match(/b says/, run.out)
    refute_match(/\0/, run.out)
    ended = run.of_kind("test.end").find { |event| event["name"] == "fails" }
    assert_operator ended["output"]["bytes"].size, :<, 1000, "its own output only" if ended["output"].is_a?(Hash)
    assert_nothing_left
  end

  def test_a_flood_that_fails_shows_its_end
    project("spec/a_spec.rb" => spec({ "floods" => "#{flood("flood")}; puts 'the end of it'; raise 'bad'" }))
    run = start("-j1", "--output-cap", "2K")
    wait_until_cut(1)
    let_go("flood")
    run.finish
    assert_exit 1, run
    assert_match(/the end of it/, run.out)
    refute_match(/\0/, run.out)
  end

  def test_a_set_up_hook_floods
    project("spec/a_spec.rb" => spec, ".distributest/node_setup" => <<~SH)
      #!/bin/sh
      touch #{place("flood")}
      until [ -e #{place("flood.go")} ]; do head -c 1000000 /dev/zero | tr '\\0' x; done
    SH
    File.chmod(0o755, "#{root}/project/.distributest/node_setup")
    run = start("-j1")
    most = 0
    wait("the hook's output file to be cut") do
      now = Dir["#{root}/t/*/s0"].sum { |path| File.stat(path).blocks * 512 }
      (most = [most, now].max) - now > 8 * MEGA
    end
    let_go("flood")
    run.finish
    assert_exit 0, run
  end
end
