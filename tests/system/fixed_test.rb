# frozen_string_literal: true

require_relative "support"

# --fixed: the same files on the same runners in the same order, whatever the machine does.
class FixedTest < SystemTest
  def placed(run)
    run.of_kind("file.start").group_by { |event| event["runner"] }.transform_values { |list| list.map { |e| e["path"] } }
  end

  def test_placement_does_not_depend_on_time
    # In the second run two files take longer: placed by time, the others would go elsewhere.
    slow = "sleep 0.4 if File.exist?(#{place("slow").inspect})"
    project((1..9).to_h { |i| ["spec/f#{i}_spec.rb", spec({ "is #{'x' * i}" => i < 3 ? slow : "" }, group: "G#{i}")] })
    first = dtest("-j3", "--fixed")
    assert_exit 0, first
    assert_equal [1, 2, 3], placed(first).keys.sort
    assert_equal 9, placed(first).values.flatten.uniq.size
    placed(first).each_value { |paths| assert_equal paths.sort, paths }
    File.write(place("slow"), "")
    assert_equal placed(first), placed(dtest("-j3", "--fixed"))
    plan = JSON.parse(dtest("plan", "-j3", "--fixed", "--json", events: false).out)
    told = plan["files"].group_by { |file| file["runner"] }.transform_values { |list| list.map { |f| f["path"] } }
    assert_equal placed(first), told
  end

  def test_what_a_runner_leaves_when_it_crashes_stays_its_own
    project((1..6).to_h { |i| ["spec/f#{i}_spec.rb", spec({ "is" => i == 1 ? "exit!(7)" : "" }, group: "G#{i}")] })
    run = dtest("-j2", "--fixed", "--crash-retries", "1")
    assert_exit 1, run
    crashed = run.of_kind("file.start").select { |event| event["path"] == "spec/f1_spec.rb" }
    assert_equal 1, crashed.map { |event| event["runner"] }.uniq.size
    assert_equal 2, crashed.size
    assert_equal 5, run.account.counts["passed"]
  end
end
