# frozen_string_literal: true

require_relative "support"

# What tests find in their environment.
class EnvironmentTest < SystemTest
  NAMES = %w[DTEST DTEST_RUN_ID DTEST_NODE DTEST_RUNNER DTEST_SLOT DTEST_RUNNERS DTEST_SEED TEST_ENV_NUMBER
             PARALLEL_TEST_GROUPS DB_PREFIX TMPDIR].freeze

  # The environment of each runner, by its number.
  def environments(*arguments, runners: 2, **options)
    meet = "File.write(#{root.inspect} + \"/met\#{$$}\", ''); " \
           "sleep 0.01 until Dir[#{root.inspect} + '/met*'].size >= #{runners}; " \
           "free = Dir.exist?(ENV['TMPDIR'].to_s) ? 'yes' : 'no'; " \
           "File.write(#{root.inspect} + \"/env\#{ENV['DTEST_RUNNER']}\", Marshal.dump(ENV.to_h.merge('free' => free)))"
    project((1..runners).to_h { |i| ["spec/#{i}_spec.rb", spec({ "meets" => meet }, group: "G#{i}")] })
    @run = dtest("-j#{runners}", *arguments, **options)
    assert_exit 0, @run
    Dir["#{root}/env*"].sort.map { |path| Marshal.load(File.binread(path)) } # rubocop:disable Security/MarshalLoad
  end

  def test_of_runners
    first, second = environments
    assert_equal %w[1 2], [first, second].map { |env| env["TEST_ENV_NUMBER"] }
    assert_equal %w[1 2], [first, second].map { |env| env["DTEST_RUNNER"] }
    assert_equal %w[2 2], [first, second].map { |env| env["PARALLEL_TEST_GROUPS"] }
    assert_equal %w[2 2], [first, second].map { |env| env["DTEST_RUNNERS"] }
    assert_equal "1", first["DTEST"]
    assert_equal @run.of_kind("run.start").first["run"], first["DTEST_RUN_ID"]
    host = `hostname`.gsub(/[^A-Za-z0-9]/, "")
    assert_equal ["#{host}1", "#{host}2"], [first, second].map { |env| env["DB_PREFIX"] }
    refute_equal first["TMPDIR"], second["TMPDIR"]
    assert_equal %w[yes yes], [first, second].map { |env| env["free"] }
    assert first["TMPDIR"].start_with?("#{root}/t/"), first["TMPDIR"]
    assert_nothing_left
  end

  def test_first_is_empty
    assert_equal ["", "2"], environments("--first-is-empty").map { |env| env["TEST_ENV_NUMBER"] }
  end

  def test_no_tmpdir
    assert_equal ["#{root}/t"], environments("--no-tmpdir", runners: 1).map { |env| env["TMPDIR"] }
  end

  def test_seed
    assert_equal ["77"], environments("--seed", "77", runners: 1).map { |env| env["DTEST_SEED"] }
  end

  def test_the_users_own_variables_arrive
    assert_equal ["mine"], environments(runners: 1, env: { "MY_OWN" => "mine" }).map { |env| env["MY_OWN"] }
  end

  def test_standard_input_is_empty
    project("spec/a_spec.rb" => spec({ "reads" => "expect($stdin.read).to eq('')" }))
    reader, writer = IO.pipe
    run = start(input: reader)
    run.finish
    assert_exit 0, run
    writer.close
  end
end
